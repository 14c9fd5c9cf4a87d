import { findExcess, findRefusal, isMissing, numberReader } from '../../../api/rules/index.ts';
import type { PredictionForm, PredictionRecord } from '../../data/predictions.ts';
import type { ProblemError } from '../../data/problem-error.ts';

export type FormColumn = PredictionForm['columns'][number];

/** What is written in the fields, by column. */
export type Texts = Readonly<Record<string, string>>;

/** What is wrong with fields, by column. */
export type Mistakes = Readonly<Record<string, string>>;

export interface ReadRecord {
  readonly record: PredictionRecord;
  readonly mistakes: Mistakes;
  /** Columns with a number outside their range: they are sent, and the answer names them. */
  readonly outOfRange: readonly string[];
}

/** The columns that a model reads. */
export function usedColumns({ columns }: PredictionForm): readonly FormColumn[] {
  return columns.filter(({ ignore }) => ignore !== true);
}

/** Makes a record of texts, and judges it as the API does. */
export function readRecord(form: PredictionForm, texts: Texts): ReadRecord {
  const entries = usedColumns(form).map((column) => {
    const value = toValue(form, column, texts[column.name] ?? '');
    return { column, value, mistake: findRefusal(column, value) };
  });
  return {
    record: Object.fromEntries(entries.map(({ column, value }) => [column.name, value])),
    mistakes: Object.fromEntries(
      entries.flatMap(({ column, mistake }) =>
        mistake === undefined ? [] : [[column.name, mistake]],
      ),
    ),
    outOfRange: entries.flatMap(({ column, value, mistake }) =>
      mistake === undefined && findExcess(column, value) !== undefined ? [column.name] : [],
    ),
  };
}

/** Numbers are written as in the project's files, and sent as JSON has them. */
function toValue(form: PredictionForm, column: FormColumn, text: string): string | number | null {
  if (isMissing(column, text)) return null;
  const trimmed = text.trim();
  if (column.type !== 'number' && column.type !== 'integer') return trimmed;
  const { decimal, thousands } = form;
  const read = numberReader({
    decimal: decimal === ',' ? ',' : '.',
    ...(thousands === undefined ? {} : { thousands }),
  });
  const number = read(trimmed);
  return Number.isFinite(number) ? number : trimmed;
}

/** The mistakes that the API found in the only record of a request. */
export function mistakesOf({ problem }: ProblemError): Mistakes {
  return Object.fromEntries(
    (problem.errors ?? []).flatMap(({ pointer = '', detail }) => {
      const [, name] = /^#\/records\/0\/(.+)$/.exec(pointer) ?? [];
      return name === undefined ? [] : [[readPointer(name), detail]];
    }),
  );
}

/** https://www.rfc-editor.org/rfc/rfc6901#section-6 */
function readPointer(word: string): string {
  return decodeURI(word).replaceAll('~1', '/').replaceAll('~0', '~');
}
