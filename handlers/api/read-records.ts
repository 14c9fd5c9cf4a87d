import type { RequestMistake } from '../../api/index.ts';
import { findRefusal, isMissing } from '../../api/rules/index.ts';
import type { Column } from '../../events/index.ts';
import { ProblemError } from './problem-error.ts';
import { pointTo } from './read-request.ts';

type Given = Readonly<Record<string, string | number | null>>;

/** A record as the model reads it. */
export type ModelRecord = Readonly<Record<string, string | number | null>>;

/** Mistakes that are listed at most. */
const MAXIMUM_MISTAKES = 50;

/**
 * Checks records by the columns of the project: names, categories, numbers, what is missing.
 *
 * @param columns all but the label
 * @throws ProblemError `malformed-request` with a pointer to each field
 */
export function readRecords(
  columns: readonly Column[],
  label: string,
  records: readonly Given[],
): readonly ModelRecord[] {
  const known = new Set(columns.map(({ name }) => name));
  const errors = records.flatMap((record, index) => [
    ...Object.keys(record)
      .filter((name) => !known.has(name))
      .map((name) => ({
        pointer: pointTo(['records', index, name]),
        detail: name === label ? 'is what is predicted; leave it out' : 'is not a column',
      })),
    ...columns.flatMap((column) => judge(column, record[column.name] ?? null, index)),
  ]);
  if (errors.length === 0) return records.map((record) => convert(columns, record));
  throw new ProblemError(
    'malformed-request',
    `The records have ${errors.length === 1 ? 'a mistake' : `${errors.length} mistakes`}; the model was not asked.`,
    errors.slice(0, MAXIMUM_MISTAKES),
  );
}

function judge(column: Column, value: string | number | null, index: number): RequestMistake[] {
  const detail = findRefusal(column, value);
  return detail === undefined
    ? []
    : [{ pointer: pointTo(['records', index, column.name]), detail }];
}

/** Numbers as numbers, all else as text; what is missing is null. */
function convert(columns: readonly Column[], record: Given): ModelRecord {
  return Object.fromEntries(
    columns.map((column) => {
      const value = record[column.name] ?? null;
      if (value === null || isMissing(column, value)) return [column.name, null];
      const isNumber = column.type === 'number' || column.type === 'integer';
      return [
        column.name,
        isNumber && column.ignore !== true ? Number(value) : String(value).trim(),
      ];
    }),
  );
}
