import { visibleLine } from '../../local/index.ts';
import { bold, dim, type Terminal, yellow } from '../terminal/terminal.ts';
import type { Column } from './columns.ts';
import { cutTo, displayWidth, padTo } from './display-width.ts';
import type { NumberMarks } from './numbers.ts';
import type { PlannedColumn } from './plan.ts';
import type { Table } from './table.ts';

/** The remark at the end of a column's line. */
export interface Remark {
  readonly text: string;
  readonly isWarning: boolean;
}

const NARROWEST = 40;
const LONGEST_NAME = 28;
/** Of a larger table, the first columns and those with a remark are shown. */
const SHOWN_COLUMNS = 60;

export interface Shown {
  readonly table: Table;
  readonly marks: NumberMarks;
  readonly columns: readonly Column[];
  readonly planned: readonly PlannedColumn[];
  readonly remarks: ReadonlyMap<string, Remark>;
}

/**
 * Prints the findings, a line per column, cut to the terminal's width. No value of a column that names rows or persons
 * is shown.
 *
 * @param width columns of the terminal
 */
export function showTable(shown: Shown, terminal: Terminal, width: number): void {
  const { table, columns, remarks } = shown;
  terminal.print(`${bold(visibleLine(table.path))}  ${dim(describeFile(shown))}`);
  terminal.print();
  const visible = columns.filter(({ index, name }) => index < SHOWN_COLUMNS || remarks.has(name));
  const cells = visible.map((column) => cellsOf(column, shown.planned[column.index]));
  const head = ['column', 'type', 'missing', 'holds'];
  const widths = head.map((title, at) =>
    Math.max(title.length, ...cells.map((row) => displayWidth(row[at] ?? ''))),
  );
  widths[0] = Math.min(widths[0] ?? 0, LONGEST_NAME);
  const line = (row: readonly string[]) =>
    row.map((cell, at) => padTo(cutTo(cell, widths[at] ?? 0), widths[at] ?? 0)).join('  ');
  const room = Math.max(NARROWEST, width);
  terminal.print(dim(cutTo(`  ${line(head)}`, room)));
  for (const [at, column] of visible.entries()) {
    printLine(`  ${line(cells[at] ?? [])}`, remarks.get(column.name), room, terminal);
  }
  const hidden = columns.length - visible.length;
  if (hidden > 0) terminal.print(dim(`  and ${hidden} more without a remark`));
}

/** The remark is on the same line if there is space, otherwise on its own line. */
function printLine(
  line: string,
  remark: Remark | undefined,
  room: number,
  terminal: Terminal,
): void {
  const text = remark?.text ?? '';
  const paint = remark?.isWarning === true ? yellow : dim;
  const fits = displayWidth(line) + 2 + displayWidth(text) < room;
  if (text === '') return terminal.print(cutTo(line.trimEnd(), room - 1));
  if (fits) return terminal.print(`${line}  ${paint(text)}`);
  terminal.print(cutTo(line.trimEnd(), room - 1));
  terminal.print(`      ${paint(cutTo(text, room - 7))}`);
}

const DELIMITERS = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' } as const;

function describeFile({ table, marks, columns }: Shown): string {
  const { encoding, lineEnds, rowCount, isQuoted, hasHeader, delimiter, fileCount } = table;
  const decoder = encoding.decoder === 'ascii' ? 'ASCII' : encoding.decoder;
  const parts = [
    fileCount === undefined ? undefined : `${fileCount} ${fileCount === 1 ? 'file' : 'files'}`,
    `${rowCount.toLocaleString('en')} rows, ${columns.length} columns`,
    hasHeader ? 'header' : 'no header',
    DELIMITERS[delimiter],
    `${decoder.startsWith('utf') ? decoder.toUpperCase() : decoder}${encoding.hasByteOrderMark ? ' with BOM' : ''}`,
    describeEnds(lineEnds.lineFeeds, lineEnds.carriageReturns),
    isQuoted ? 'quotes' : undefined,
    marks.decimal === ',' ? 'decimal comma' : undefined,
    marks.thousands === undefined
      ? undefined
      : `${JSON.stringify(marks.thousands)} between thousands`,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

function describeEnds(lineFeeds: number, carriageReturns: number): string {
  if (carriageReturns === 0) return 'LF';
  return lineFeeds === 0 ? 'CR LF' : 'LF and CR LF mixed';
}

function cellsOf(column: Column, planned: PlannedColumn | undefined): string[] {
  return [
    visibleLine(column.name),
    planned?.type === 'category' || planned?.ignored === undefined
      ? (planned?.type ?? column.type)
      : column.type,
    describeMissing(column),
    describeContent(column, planned?.ignored !== undefined),
  ];
}

function describeMissing({ missing, present, missingValues }: Column): string {
  if (missing === 0) return '';
  const share = (missing / (missing + present)) * 100;
  const marks = missingValues.map((text) => visibleLine(text)).join(' ');
  const percent = share < 1 ? '<1 %' : `${Math.round(share)} %`;
  return cutTo(marks === '' ? percent : `${percent} ${marks}`, 16);
}

const SHOWN_VALUES = 4;
const SHOWN_CHARACTERS = 12;
const CONTENT_COLUMNS = 40;

function describeContent(column: Column, isIgnored: boolean): string {
  const { type, present, minimum, maximum, values, distinct, formats } = column;
  if (present === 0) return 'nothing';
  if (type === 'date') return formats[0] ?? '';
  if (type === 'number' || type === 'integer') {
    // An identifier's range is a row's own.
    return isIgnored && distinct === undefined
      ? 'many numbers'
      : `${figure(minimum)} … ${figure(maximum)}`;
  }
  if (type === 'text' || values === undefined) {
    return distinct === undefined ? 'many different texts' : `${distinct} different texts`;
  }
  const names = [...values.keys()]
    .slice(0, SHOWN_VALUES)
    .map((text) => cutTo(visibleLine(text), SHOWN_CHARACTERS));
  const more = values.size - names.length;
  return cutTo(`${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`, CONTENT_COLUMNS);
}

function figure(value: number): string {
  return String(Number(value.toPrecision(6)));
}
