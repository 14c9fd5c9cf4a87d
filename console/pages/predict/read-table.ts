import { delimiters, describeFieldCount, splitQuotedRow } from '../../../api/rules/index.ts';
import type { PredictionForm } from '../../data/predictions.ts';
import { type ReadRecord, readRecord, type Texts } from './record.ts';

/** One row of a file or of the clipboard. */
export interface TableRow extends ReadRecord {
  /** Counted from 1. */
  readonly line: number;
  readonly texts: Texts;
}

export interface ReadTable {
  readonly rows: readonly TableRow[];
  /** Why the text cannot be read as rows of the project. */
  readonly failure?: string;
}

/**
 * Reads rows as the project's files have them. With a header, columns are found by their names; without,
 * by their order. The label may be among them, and is not sent.
 */
export function readTable(form: PredictionForm, text: string): ReadTable {
  const lines = linesOf(text);
  const [first] = lines;
  if (first === undefined) return { rows: [], failure: 'The text has no row.' };
  const header = splitRow(first.text, form.delimiter)?.map((name) => name.trim());
  const isHeader = header?.every((name) => isColumn(form, name)) === true;
  const names = isHeader ? header : undefined;
  const rows: TableRow[] = [];
  for (const { text, line } of isHeader ? lines.slice(1) : lines) {
    const fields = splitRow(text, form.delimiter);
    const places = fields === undefined ? undefined : (names ?? namesFor(form, fields.length));
    if (fields === undefined || places?.length !== fields.length) {
      return { rows: [], failure: explainRow(form, line, fields?.length, text) };
    }
    rows.push(readRow(form, line, places, fields));
  }
  return rows.length === 0
    ? { rows, failure: 'There is a header, and no row below it.' }
    : { rows };
}

function readRow(
  form: PredictionForm,
  line: number,
  names: readonly string[],
  fields: readonly string[],
): TableRow {
  const texts = Object.fromEntries(names.map((name, index) => [name, fields[index] ?? '']));
  return { line, texts, ...readRecord(form, texts) };
}

interface Line {
  readonly text: string;
  readonly line: number;
}

function linesOf(text: string): readonly Line[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((each, index) => ({ text: each.replace(/\r$/, ''), line: index + 1 }))
    .filter((each) => each.text.trim() !== '');
}

function splitRow(row: string, delimiter: string): readonly string[] | undefined {
  return row.includes('"') ? splitQuotedRow(row, delimiter) : row.split(delimiter);
}

function isColumn({ columns, label }: PredictionForm, name: string): boolean {
  return name === label || columns.some((column) => column.name === name);
}

/** The columns of a row without a header, by the number of its fields. */
function namesFor(form: PredictionForm, count: number): readonly string[] | undefined {
  const names = form.columns.map(({ name }) => name);
  const { labelPosition, label } = form;
  if (count === names.length) return names;
  if (labelPosition === undefined || count !== names.length + 1) return undefined;
  return [...names.slice(0, labelPosition), label, ...names.slice(labelPosition)];
}

function explainRow(
  form: PredictionForm,
  line: number,
  fields: number | undefined,
  text: string,
): string {
  const { columns, delimiter, labelPosition, label } = form;
  if (fields === undefined) {
    return `Line ${line} is not well-formed CSV: a quote is not closed, or stands inside a field.`;
  }
  const other = delimiters.find(
    (each) => each !== delimiter && text.split(each).length >= columns.length,
  );
  const hint =
    other === undefined
      ? ''
      : ` The fields seem to be separated by ${JSON.stringify(other)}, the project says ${JSON.stringify(delimiter)}.`;
  const withLabel = labelPosition === undefined ? '' : `, or ${columns.length + 1} with ${label}`;
  const expected = `${columns.length}${withLabel}`;
  const found = fields === 1 ? '1 field' : `${fields} fields`;
  return other === undefined
    ? `Line ${line} has ${describeFieldCount(fields, expected, delimiter)}.`
    : `Line ${line} has ${found}, expected ${expected}.${hint}`;
}
