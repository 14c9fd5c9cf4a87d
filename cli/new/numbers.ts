/** How a file writes numbers. */
export interface NumberMarks {
  readonly decimal: '.' | ',';
  readonly thousands?: ',' | '.' | "'" | ' ' | '_';
}

/** A way to read a text as a number; bits, because one text may have several. */
export const PLAIN = 1;
const POINT = 2;
export const COMMA = 4;

interface Grouped extends NumberMarks {
  readonly bit: number;
  readonly pattern: RegExp;
}

const GROUPED: readonly Grouped[] = (
  [
    ['.', ','],
    ['.', "'"],
    ['.', ' '],
    ['.', '_'],
    [',', '.'],
    [',', "'"],
    [',', ' '],
    [',', '_'],
  ] as const
).map(([decimal, thousands], index) => ({
  decimal,
  thousands,
  bit: 8 << index,
  pattern: new RegExp(`^[+-]?[1-9]\\d{0,2}(\\${thousands}\\d{3})+(\\${decimal}\\d+)?$`),
}));

/** A decimal comma and points between groups. */
const POINT_BETWEEN_GROUPS = 8 << 4;

/** Every way in which a file may write numbers, the plainest first. */
export const ALL_MARKS: readonly NumberMarks[] = [
  { decimal: '.' },
  { decimal: ',' },
  ...GROUPED.map(({ decimal, thousands }) => ({ decimal, thousands }) as NumberMarks),
];

/** Numbers as inspection and the readers in the containers accept them. */
const PLAIN_PATTERN = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const COMMA_PATTERN = /^[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?$/;

const ZERO = 48;
const NINE = 57;
const HYPHEN = 45;
const FULL_STOP = 46;
/** Longer texts are not treated as numbers. */
const LONGEST_NUMBER = 40;

/** The ways in which a text can be read as a number: 0 where there is none. */
export function readingsOf(text: string): number {
  if (text.length > LONGEST_NUMBER) return 0;
  const point = pointAmongDigits(text);
  if (point === ONLY_DIGITS) return PLAIN;
  if (point >= 0) return POINT | (isGroup(text, point) ? POINT_BETWEEN_GROUPS : 0);
  // Letters cannot begin a number: most texts end here.
  return text.charCodeAt(0) > NINE ? 0 : otherReadings(text);
}

const ONLY_DIGITS = -1;
const SOMETHING_ELSE = -2;

/** The position of the only point among digits; most numbers have this form. */
function pointAmongDigits(text: string): number {
  const begin = text.charCodeAt(0) === HYPHEN ? 1 : 0;
  let point = ONLY_DIGITS;
  for (let at = begin; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) continue;
    if (code !== FULL_STOP || point !== ONLY_DIGITS) return SOMETHING_ELSE;
    point = at;
  }
  const digits = text.length - begin - (point === ONLY_DIGITS ? 0 : 1);
  return digits === 0 ? SOMETHING_ELSE : point;
}

/** Whether the point of a number may be one between groups of digits, as in `1.234`. */
function isGroup(text: string, point: number): boolean {
  const begin = text.charCodeAt(0) === HYPHEN ? 1 : 0;
  const before = point - begin;
  const isAfterZero = text.charCodeAt(begin) === ZERO;
  return text.length - point === 4 && before >= 1 && before <= 3 && !isAfterZero;
}

function otherReadings(text: string): number {
  let readings = 0;
  if (PLAIN_PATTERN.test(text)) readings = text.includes('.') ? POINT : PLAIN;
  else if (COMMA_PATTERN.test(text)) readings = COMMA;
  for (const { bit, pattern } of GROUPED) if (pattern.test(text)) readings |= bit;
  return readings;
}

/** The readings that are correct for a file with these marks. */
export function readingsWith({ decimal, thousands }: NumberMarks): number {
  const grouped = GROUPED.find((one) => one.decimal === decimal && one.thousands === thousands);
  return PLAIN | (decimal === '.' ? POINT : COMMA) | (grouped?.bit ?? 0);
}

/** The value of a text by one of its readings. */
export function valueBy(reading: number, text: string): number {
  if (reading === PLAIN || reading === POINT) return Number(text);
  if (reading === COMMA) return Number(text.replace(',', '.'));
  const grouped = GROUPED.find(({ bit }) => bit === reading);
  return Number(text.replaceAll(grouped?.thousands ?? '', '').replace(',', '.'));
}

/** A sign, what stands before or after the number, and the number. */
const WITH_AFFIX = /^([+-]?)(?:(\p{Sc})\s?(.+)|(.+?)\s?(\p{Sc}|%|EUR|USD|GBP|CHF|JPY))$/u;

/** A number and what stands before or after it, such as `$` or `%`; undefined if there is none. */
export function splitAffix(
  text: string,
): { readonly number: string; readonly affix: string } | undefined {
  if (text.length > LONGEST_NUMBER) return undefined;
  const [, sign = '', before, after = '', leading = '', following = ''] =
    WITH_AFFIX.exec(text) ?? [];
  const affix = before ?? following;
  const number = sign + (before === undefined ? leading : after);
  return affix === '' || readingsOf(number) === 0 ? undefined : { number, affix };
}

/** The value of a text in a file with these marks, without its affix; NaN if it is not a number. */
export function parseNumber(text: string, marks: NumberMarks): number {
  const right = readingsOf(text) & readingsWith(marks);
  // A text has at most one right reading: a point is either the decimal mark or between groups.
  if (right !== 0) return valueBy(right, text);
  const { number } = splitAffix(text) ?? {};
  return number === undefined ? Number.NaN : parseNumber(number, marks);
}

/** Whether a number is written with a fraction, even of zeros, or with an exponent. */
export function hasFraction(reading: number, text: string): boolean {
  if (reading === PLAIN) return !Number.isInteger(Number(text)) || /e/i.test(text);
  const grouped = GROUPED.find(({ bit }) => bit === reading);
  return grouped === undefined || text.includes(grouped.decimal);
}

/** Each reading in a set of them. */
export function eachReading(readings: number): number[] {
  const bits: number[] = [];
  for (let bit = 1; bit <= readings; bit <<= 1) if ((readings & bit) !== 0) bits.push(bit);
  return bits;
}
