import type { DatasetContract } from '../../events/index.ts';

/** Decimal numbers as every CSV reader of the containers takes them. */
const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Reads the numbers of a dataset: `1.234,5` where that is how they are written. */
export type NumberReader = (text: string) => number;

/** @returns a reader that gives NaN for what is not a number */
export function numberReader({
  decimal = '.',
  thousands,
}: Pick<DatasetContract, 'decimal' | 'thousands'>): NumberReader {
  if (decimal === '.' && thousands === undefined) {
    return (text) => (number.test(text) ? Number(text) : Number.NaN);
  }
  const grouped = thousands === undefined ? undefined : groupedDigits(thousands, decimal);
  return (text) => {
    const digits = grouped?.test(text) ? text.replaceAll(thousands ?? '', '') : text;
    // A number with the other mark is another number: 1.5 is not 15.
    if (decimal === ',' && digits.includes('.')) return Number.NaN;
    const plain = digits.replace(decimal, '.');
    return number.test(plain) ? Number(plain) : Number.NaN;
  };
}

/** The number without what may stand before or after it: `-$ 5` is -5. */
export function withoutAffix(text: string, affix: string | undefined): string {
  if (affix === undefined) return text;
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const rest = text.slice(sign.length);
  if (rest.startsWith(affix)) return sign + rest.slice(affix.length).trim();
  return rest.endsWith(affix) ? sign + rest.slice(0, -affix.length).trim() : text;
}

/** `1.234.567,5`: groups of three digits after the first. */
function groupedDigits(thousands: string, decimal: string): RegExp {
  const mark = escape(thousands);
  return new RegExp(`^[+-]?\\d{1,3}(${mark}\\d{3})+(${escape(decimal)}\\d*)?$`);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
