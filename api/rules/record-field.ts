import type { Column } from '../../events/index.ts';

/** A number as JSON and CSV files write it. */
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/** What is wrong with a field of a prediction record; undefined where it is good. */
export function findMistake(column: Column, value: string | number | null): string | undefined {
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
  return column.type === 'number' || column.type === 'integer'
    ? judgeNumber(column, text)
    : undefined;
}

export function isMissing({ missingValues }: Column, value: string | number | null): boolean {
  if (value === null) return true;
  const text = String(value).trim();
  return text === '' || missingValues?.includes(text) === true;
}

function judgeNumber({ type, minimum, maximum }: Column, text: string): string | undefined {
  const number = Number(text);
  if (!NUMBER.test(text) || !Number.isFinite(number)) return 'must be a number';
  if (type === 'integer' && !Number.isInteger(number)) return 'must be a whole number';
  if (minimum !== undefined && number < minimum) return `must be at least ${minimum}`;
  if (maximum !== undefined && number > maximum) return `must be at most ${maximum}`;
  return undefined;
}
