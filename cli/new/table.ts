import { visibleLine } from '../../local/index.ts';
import { isFolder } from '../project/data-folder.ts';
import { ColumnTally } from './column-tally.ts';
import { type Delimiter, findDelimiter } from './delimiter.ts';
import { isHeader } from './header.ts';
import { RowSample } from './row-sample.ts';
import { type LineEnds, MisplacedQuote, misplacedQuote, readLines, splitRow } from './rows.ts';
import { demandUnchanged, openSources, refusal, type SourceFile } from './source-file.ts';
import { commonEncoding, type Encoding, findEncoding } from './survey.ts';
import { isTotalsRow } from './totals-row.ts';

/** The contents of a file, without the meaning of its columns. */
export interface Table {
  readonly path: string;
  /** How many files of a folder hold the rows; undefined of one file. */
  readonly fileCount?: number;
  /** Where a line is, of all files one after another: `line 5`, or with its file's name. */
  readonly placeOf: (line: number) => string;
  readonly sizeBytes: number;
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  readonly hasHeader: boolean;
  readonly lineEnds: LineEnds;
  readonly isQuoted: boolean;
  /** Of the header, or made up. */
  readonly names: readonly string[];
  readonly columns: readonly ColumnTally[];
  /** Rows without the header. */
  readonly rowCount: number;
  readonly sample: RowSample;
  /** A last row that sums up the others, which is not counted. */
  readonly totals?: { readonly line: number; readonly fields: readonly string[] };
}

/** The progress of the reading: bytes, and all bytes. */
export type Progress = (doneBytes: number, allBytes: number) => void;

/** What `defineProject` takes. */
const MAXIMUM_COLUMNS = 500;
/** The number of lines in which the delimiter is searched. */
const FIRST_LINES = 200;
/** The maximum number of places that a message names. */
const EXAMPLES = 5;

/**
 * Reads a CSV file, in constant memory.
 *
 * @param label the column to predict, where it was named: then the first line is a header if it holds it
 * @throws UserError where the file cannot be read as a table
 */
export async function readTable(
  path: string,
  label: string | undefined,
  progress: Progress,
): Promise<Table> {
  const sources = openSources(path);
  const sizeBytes = sources.reduce((sum, source) => sum + source.sizeBytes, 0);
  let done = 0;
  const advance = (bytes: number) => progress((done += bytes), sizeBytes * 2);
  const encodings: Encoding[] = [];
  for (const source of sources) encodings.push(await findEncoding(source, advance));
  const encoding = commonEncoding(sources, encodings);
  const reader = new TableReader({ path, sizeBytes, encoding }, label);
  for (const [at, source] of sources.entries()) {
    await readSource(source, encodings[at] ?? encoding, reader, advance);
  }
  return reader.finish();
}

async function readSource(
  source: SourceFile,
  encoding: Encoding,
  reader: TableReader,
  advance: (bytes: number) => void,
): Promise<void> {
  reader.beginFile(source);
  for await (const batch of readLines(source, encoding, reader.lineEnds)) {
    for (const [index, line] of batch.lines.entries()) reader.add(line, batch.firstLine + index);
    advance(batch.sizeBytes);
  }
  demandUnchanged(source);
}

interface Row {
  readonly text: string;
  /** Counted over all files. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** A file, and the number of its first line when all lines are counted, less one. */
interface Begun {
  readonly source: SourceFile;
  readonly offset: number;
}

type Whole = Pick<Table, 'path' | 'sizeBytes' | 'encoding'>;

/** Takes the lines of a file one after another, or of several with the same columns. */
class TableReader {
  readonly lineEnds: LineEnds = { lineFeeds: 0, carriageReturns: 0 };
  readonly #whole: Whole;
  readonly #label: string | undefined;
  readonly #files: Begun[] = [];
  #atFileStart = false;
  #linesRead = 0;
  /** Files after the first that begin with its first row, and one that does not. */
  #repeats = 0;
  #other: Row | undefined;
  readonly #sample = new RowSample();
  /** Lines that are kept until the delimiter is known. */
  #waiting: { text: string; line: number }[] | undefined = [];
  #delimiter: Delimiter = ',';
  #columns: ColumnTally[] = [];
  #first: Row | undefined;
  /** The last row is checked when all rows are read. */
  #last: Row | undefined;
  #isQuoted = false;
  #rowCount = 0;
  readonly #ragged: { line: number; fields: number }[] = [];
  #raggedCount = 0;

  constructor(whole: Whole, label: string | undefined) {
    this.#whole = whole;
    this.#label = label;
  }

  beginFile(source: SourceFile): void {
    this.#begin();
    this.#files.push({ source, offset: this.#linesRead });
    this.#atFileStart = this.#first !== undefined;
  }

  /** @param lineOfFile counted from 1 */
  add(text: string, lineOfFile: number): void {
    const line = (this.#files.at(-1)?.offset ?? 0) + lineOfFile;
    this.#linesRead = line;
    if (text === '') return;
    if (this.#waiting === undefined) return this.#addRow(text, line);
    this.#waiting.push({ text, line });
    if (this.#waiting.length >= FIRST_LINES) this.#begin();
  }

  finish(): Table {
    this.#begin();
    const first = this.#first;
    if (first === undefined) throw this.#refusal('holds no row', 'Name a CSV file with rows.');
    const totals = this.#takeLast(first);
    this.#judgeShape(first);
    const hasHeader = this.#finishColumns(first);
    if (this.#rowCount === 0) {
      throw this.#refusal('holds a header and no row', 'Name a CSV file with rows.');
    }
    return {
      ...this.#whole,
      ...(isFolder(this.#whole.path) ? { fileCount: this.#files.length } : {}),
      placeOf: (line) => this.#placeOf(line),
      delimiter: this.#delimiter,
      hasHeader,
      lineEnds: this.lineEnds,
      isQuoted: this.#isQuoted,
      names: hasHeader
        ? first.fields.map((name) => name.trim())
        : first.fields.map((_field, index) => `column_${index + 1}`),
      columns: this.#columns,
      rowCount: this.#rowCount,
      sample: this.#sample,
      ...(totals === undefined ? {} : { totals }),
    };
  }

  /** Whether the first row is the header; otherwise it is counted as a row. */
  #finishColumns(first: Row): boolean {
    const withoutFirst = this.#columns.map((column) => column.peek());
    const isRepeated = this.#repeats > 0 && this.#other === undefined;
    const hasHeader = isRepeated || isHeader(first.fields, withoutFirst, this.#label);
    if (hasHeader && this.#other !== undefined) throw this.#otherHeader(this.#other, first);
    if (!hasHeader) for (let at = 0; at <= this.#repeats; at += 1) this.#count(first);
    for (const column of this.#columns) column.finish();
    return hasHeader;
  }

  #begin(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || waiting.length === 0) return;
    this.#waiting = undefined;
    const texts = waiting.map(({ text }) => text);
    this.#delimiter = findDelimiter(texts) ?? this.#refuseOneColumn(texts);
    for (const { text, line } of waiting) this.#addRow(text, line);
  }

  #addRow(text: string, line: number): void {
    const fields = this.#split(text, line);
    if (this.#first === undefined) return this.#beginTable({ text, line, fields });
    if (fields.length !== this.#columns.length) {
      this.#raggedCount += 1;
      if (this.#ragged.length < EXAMPLES) this.#ragged.push({ line, fields: fields.length });
      return;
    }
    if (this.#beginsFile({ text, line, fields }, this.#first)) return;
    if (this.#last !== undefined) this.#count(this.#last);
    this.#last = { text, line, fields };
  }

  /** Whether a row is the first of a file after the first, and the same as that of the first. */
  #beginsFile(row: Row, first: Row): boolean {
    if (!this.#atFileStart) return false;
    this.#atFileStart = false;
    const isSame = row.fields.every((text, at) => text.trim() === first.fields[at]?.trim());
    if (isSame) this.#repeats += 1;
    else this.#other ??= row;
    return isSame;
  }

  #otherHeader(other: Row, first: Row): Error {
    return this.#refusal(
      `holds files with different headers: ${this.#placeOf(other.line)} is not ${this.#placeOf(first.line)}`,
      'Give each file the same header line, or none.',
    );
  }

  #split(text: string, line: number): readonly string[] {
    try {
      const fields = splitRow(text, this.#delimiter);
      this.#isQuoted ||= text.includes('"');
      return fields;
    } catch (error) {
      if (!(error instanceof MisplacedQuote)) throw error;
      const { source, lineOfFile } = this.#find(line);
      throw misplacedQuote(source, lineOfFile, text);
    }
  }

  #beginTable(first: Row): void {
    const { length } = first.fields;
    if (length > MAXIMUM_COLUMNS) {
      throw this.#refusal(
        `has ${length} columns, of at most ${MAXIMUM_COLUMNS}`,
        `Keep those that matter, for example with: cut -d '${this.#delimiter}' -f 1-${MAXIMUM_COLUMNS} ${visibleLine(this.#whole.path)} > fewer.csv`,
      );
    }
    this.#first = first;
    this.#columns = first.fields.map(() => new ColumnTally());
  }

  #count({ text, line, fields }: Row): void {
    this.#rowCount += 1;
    this.#sample.add(text, line);
    for (let at = 0; at < fields.length; at += 1) this.#columns[at]?.add(fields[at] ?? '', line);
  }

  #takeLast(first: Row): Table['totals'] {
    const last = this.#last;
    if (last === undefined) return undefined;
    if (this.#rowCount > 1 && isTotalsRow(last.fields, first.fields)) return last;
    this.#count(last);
    return undefined;
  }

  #judgeShape({ line, fields }: Row): void {
    if (this.#raggedCount === 0) return;
    const places = this.#ragged.map((row) => `${this.#placeOf(row.line)} has ${row.fields}`);
    const more = this.#raggedCount - places.length;
    throw this.#refusal(
      `has ${this.#raggedCount} ${this.#raggedCount === 1 ? 'row' : 'rows'} with another number of fields than ${this.#placeOf(line)}, which has ${fields.length}: ${places.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
      'Correct the rows: a field that holds the delimiter needs quotes.',
    );
  }

  #refuseOneColumn(lines: readonly string[]): never {
    const isSpaced = lines.every((line) => /\S\s{2,}\S|\S \S+ \S/.test(line));
    throw this.#refusal(
      'has one column',
      isSpaced
        ? 'Its fields seem to be separated by spaces; separate them by commas, semicolons, tabs or | instead.'
        : 'A project needs a label and at least one other column, separated by commas, semicolons, tabs or |.',
    );
  }

  #placeOf(line: number): string {
    const { source, lineOfFile } = this.#find(line);
    const file = this.#files.length === 1 ? '' : `${visibleLine(source.path)}, `;
    return `${file}line ${lineOfFile}`;
  }

  #find(line: number): { readonly source: SourceFile; readonly lineOfFile: number } {
    const begun = this.#files.findLast(({ offset }) => offset < line) ?? this.#files[0];
    if (begun === undefined) throw new Error('no file was begun');
    return { source: begun.source, lineOfFile: line - begun.offset };
  }

  #refusal(what: string, step: string): Error {
    return refusal(visibleLine(this.#whole.path), what, step);
  }
}
