import type { ColumnTally } from './column-tally.ts';
import { isMissingMark } from './missing.ts';
import { readingsOf } from './numbers.ts';

/** The minimum number of rows for which repeated values distinguish a name from a value. */
const FEW_ROWS = 10;

/**
 * Whether the first row names the columns.
 *
 * @param columns of the rows after it
 */
export function isHeader(
  first: readonly string[],
  columns: readonly ColumnTally[],
  label: string | undefined,
): boolean {
  if (label !== undefined && first.includes(label)) return true;
  if (first.some((text) => readingsOf(text) !== 0 || isMissingMark(text))) return false;
  if (new Set(first).size < first.length && first.some((text) => text === '')) return false;
  const judged = first.map((text, index) => judge(text, columns[index]));
  const names = judged.filter((isName) => isName === true).length;
  return names > 0 && names >= judged.filter((isName) => isName === false).length;
}

/** Whether a text names its column; undefined if it is not clear. */
function judge(text: string, column: ColumnTally | undefined): boolean | undefined {
  if (column === undefined || column.count === 0 || text === '') return undefined;
  const present = column.count - column.empty;
  const numbers = [...column.readings.values()].reduce((sum, count) => sum + count, 0);
  if (numbers > present / 2) return true;
  if (column.dateForms !== 0 && present > 0) return true;
  if (column.values === undefined) return undefined;
  if (column.values.has(text)) return false;
  // The other values repeat, and this one occurs only once.
  return present >= FEW_ROWS && column.values.size <= present / 2 ? true : undefined;
}
