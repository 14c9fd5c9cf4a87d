import type { Column } from './columns.ts';
import type { NumberMarks } from './numbers.ts';
import type { Plan } from './plan.ts';

/** A word that needs no quotes in a shell. */
const PLAIN_WORD = /^[\w./:@%+=,-]+$/;

/** The commands from the project to a prediction. */
export function nextSteps(plan: Plan, columns: readonly Column[]): string[] {
  const { name, table } = plan;
  return [
    'npm start',
    '# in another terminal; with --port, first the line "export AWS_ENDPOINT_URL=…" that npm start prints',
    `npx stepmill upload ${quote(table.path)} --project ${name}`,
    `npx stepmill plot --project ${name}`,
    `npx stepmill approve --project ${name}`,
    `npx stepmill predict --project ${name} ${quote(inventRow(plan, columns))}`,
  ];
}

/** For a POSIX shell. */
function quote(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** An invented row without the label: middles of ranges, the most frequent categories. */
export function inventRow(
  { columns: planned, label, table, marks }: Plan,
  columns: readonly Column[],
): string {
  // A tab cannot be copied from a terminal; requests may have commas instead of the file's delimiter.
  const delimiter = table.delimiter === '\t' ? ',' : table.delimiter;
  return columns
    .filter(({ name }) => name !== label)
    .map((column) => {
      const { ignored } = planned[column.index] ?? {};
      const text = ignored === undefined ? inventField(column, marks) : '';
      return text.includes(delimiter) || text.includes('"')
        ? `"${text.replaceAll('"', '""')}"`
        : text;
    })
    .join(delimiter);
}

/** The same day in every format. */
const DAY = {
  '%Y': '2020',
  '%m': '06',
  '%d': '15',
  '%b': 'Jun',
  '%H': '12',
  '%M': '00',
  '%S': '00',
};

function inventField(column: Column, marks: NumberMarks): string {
  const { type, minimum, maximum, values, formats } = column;
  switch (type) {
    case 'integer':
      return String(Math.round((minimum + maximum) / 2));
    case 'number':
      return String(Number(((minimum + maximum) / 2).toPrecision(3))).replace('.', marks.decimal);
    case 'date':
      return (formats[0] ?? '').replaceAll(/%./g, (part) => DAY[part as keyof typeof DAY] ?? '');
    case 'category':
      return [...(values?.keys() ?? [])][0] ?? '';
    case 'text':
      return 'some text';
  }
}
