import { ValidationException } from '../errors.ts';
import { LARGEST_EXPONENT, NUMBER_DIGITS, SMALLEST_EXPONENT } from '../limits.ts';

/** A decimal number: `±d.ddd × 10^exponent`. Zero has no digits. */
export interface Decimal {
  readonly negative: boolean;
  /** Significant digits: neither the first nor the last is zero. */
  readonly digits: string;
  readonly exponent: number;
}

const ZERO: Decimal = { negative: false, digits: '', exponent: 0 };
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** AWS reads exponents of 64 bits; longer ones are no numbers to it. */
const LARGEST_LONG = 2n ** 63n - 1n;

/**
 * Reads a number as DynamoDB does: up to 38 significant digits from 1E-130 to 9.9…E+125. Zero is judged by
 * the exponent it is written with.
 *
 * @throws ValidationException
 */
export function parseDecimal(text: string): Decimal {
  const [, sign, whole = '', fraction = '', power = '0'] = NUMBER.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '' || exceedsLong(power)) {
    throw new ValidationException(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  const all = whole + fraction;
  const first = all.search(/[1-9]/);
  if (first < 0) {
    checkRange(Number(power));
    return ZERO;
  }
  const digits = withoutTrailingZeros(all.slice(first));
  const exponent = whole.length - 1 - first + Number(power);
  return checked({ negative: sign === '-', digits, exponent });
}

/** A regular expression would look at every run of zeros from each of its zeros. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

/** Shorter texts are no larger than a long; of longer ones no number is made, which takes more than their length. */
const SURELY_LONG = 18;
const SURELY_NOT_LONG = 1_000;

function exceedsLong(power: string): boolean {
  if (power.length <= SURELY_LONG) return false;
  if (power.length > SURELY_NOT_LONG) return true;
  const value = BigInt(power.replace('+', ''));
  return value > LARGEST_LONG || value < -LARGEST_LONG - 1n;
}

function checkRange(exponent: number): void {
  if (exponent > LARGEST_EXPONENT) {
    throw new ValidationException(
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
  }
  if (exponent < SMALLEST_EXPONENT) {
    throw new ValidationException(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
}

function checked(number: Decimal): Decimal {
  checkRange(number.exponent);
  if (number.digits.length > NUMBER_DIGITS) {
    throw new ValidationException(
      'Attempting to store more than 38 significant digits in a Number',
    );
  }
  return number;
}

/** As DynamoDB stores and returns it: without exponent, without superfluous zeros. */
export function renderDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** @throws ValidationException where the sum is out of range or has too many digits */
export function addDecimals(one: Decimal, other: Decimal): Decimal {
  const scale = Math.min(lastPlace(one), lastPlace(other));
  return fromInteger(toInteger(one, scale) + toInteger(other, scale), scale);
}

export function negateDecimal(number: Decimal): Decimal {
  return number.digits === '' ? number : { ...number, negative: !number.negative };
}

/** The power of ten of the last digit. */
function lastPlace({ digits, exponent }: Decimal): number {
  return digits === '' ? 0 : exponent - digits.length + 1;
}

function toInteger(number: Decimal, scale: number): bigint {
  if (number.digits === '') return 0n;
  const magnitude = BigInt(number.digits) * 10n ** BigInt(lastPlace(number) - scale);
  return number.negative ? -magnitude : magnitude;
}

function fromInteger(value: bigint, scale: number): Decimal {
  if (value === 0n) return ZERO;
  const text = (value < 0n ? -value : value).toString();
  return checked({
    negative: value < 0n,
    digits: withoutTrailingZeros(text),
    exponent: text.length - 1 + scale,
  });
}

/**
 * Text that sorts as the numbers do: sign, exponent, digits; those of negative numbers turned round and
 * closed by a sign that follows every digit.
 */
export function decimalOrder({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '1';
  const power = exponent - SMALLEST_EXPONENT;
  if (!negative) return `2${pad(power)}${digits}`;
  const turned = Array.from(digits, (digit) => String(9 - Number(digit))).join('');
  return `0${pad(LARGEST_EXPONENT - SMALLEST_EXPONENT - power)}${turned}~`;
}

function pad(power: number): string {
  return String(power).padStart(3, '0');
}

/**
 * What a number takes of an item: a byte, one for two digits before and after the point each, one for a
 * minus sign. (AWS documents "approximately"; measured by paritysuite/dynamodb-conformance.)
 */
export function decimalBytes({ negative, digits, exponent }: Decimal): number {
  if (digits === '') return 1;
  const before = Math.min(Math.max(exponent + 1, 0), digits.length);
  const halves = Math.ceil(before / 2) + Math.ceil((digits.length - before) / 2);
  return 1 + halves + (negative ? 1 : 0);
}
