import type { Column } from '../../events/index.ts';

/** A number as JSON and CSV files write it. */
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/**
 * What no model is asked about. A number outside its declared range is answered and named in `outOfRange`, as models of the
 * kit do, however they are asked: what is measured may leave the range, and monitoring must see that.
 */
export function findRefusal(column: Column, value: string | number | null): string | undefined {
  if (column.ignore === true) return undefined;
  if (isMissing(column, value)) {
    return column.optional === true ? undefined : 'is missing';
  }
  const text = String(value).trim();
  if (column.type === 'category') {
    return column.values?.includes(text) === false
      ? `must be ${column.values.join(' or ')}`
      : undefined;
  }
  return isNumeric(column) ? judgeNumber(column, text) : undefined;
}

/** How a number lies outside the declared range of its column; undefined where it does not. */
export function findExcess(column: Column, value: string | number | null): string | undefined {
  if (column.ignore === true || !isNumeric(column) || isMissing(column, value)) return undefined;
  const number = Number(value);
  const { minimum, maximum } = column;
  if (minimum !== undefined && number < minimum) return `must be at least ${minimum}`;
  if (maximum !== undefined && number > maximum) return `must be at most ${maximum}`;
  return undefined;
}

function isNumeric({ type }: Column): boolean {
  return type === 'number' || type === 'integer';
}

export function isMissing({ missingValues }: Column, value: string | number | null): boolean {
  if (value === null) return true;
  const text = String(value).trim();
  return text === '' || missingValues?.includes(text) === true;
}

function judgeNumber({ type }: Column, text: string): string | undefined {
  const number = Number(text);
  if (!NUMBER.test(text) || !Number.isFinite(number)) return 'must be a number';
  return type === 'integer' && !Number.isInteger(number) ? 'must be a whole number' : undefined;
}
