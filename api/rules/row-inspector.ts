import type { Column, DatasetContract } from '../../events/index.ts';
import { ColumnInspector } from './column-inspector.ts';
import { DatasetRejected } from './dataset-rejected.ts';
import { delimiters, wrongDelimiter } from './delimiters.ts';
import { describeFieldCount } from './field-count.ts';
import { ProblemList } from './problem-list.ts';

/** A project may have 500 columns. */
const NAMED_COLUMNS = 50;

function nameSome(names: readonly string[]): string {
  const more = names.length - NAMED_COLUMNS;
  return `${names.slice(0, NAMED_COLUMNS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Inspects rows one by one, and keeps only sums. */
export class RowInspector {
  readonly #contract: DatasetContract;
  readonly #columns: readonly ColumnInspector[];
  #problems = new ProblemList();
  readonly #exclusions: readonly { readonly index: number; readonly values: ReadonlySet<string> }[];
  readonly #strip: (text: string) => string;
  readonly #labelColumn: ColumnInspector | undefined;
  /** Those of the file that is read. */
  #inFile: readonly ColumnInspector[];
  #count = 0;
  #excluded = 0;
  #atFirstLine = true;

  constructor(contract: DatasetContract) {
    this.#contract = contract;
    this.#columns = contract.columns.map((column) => new ColumnInspector(column, contract));
    this.#inFile = this.#columns;
    const [labelColumn] = labelColumnsOf(contract);
    if (labelColumn !== undefined) {
      this.#labelColumn = new ColumnInspector(labelColumn, {
        ...contract,
        missingLabel: 'set-aside',
      });
    }
    this.#strip = contract.whiteSpace === 'strip' ? (text) => text.trim() : (text) => text;
    this.#exclusions = (contract.exclude ?? []).map(({ column, values }) => ({
      index: contract.columns.findIndex(({ name }) => name === column),
      values: new Set(values.map(this.#strip)),
    }));
  }

  /** Rows without the header. */
  get count(): number {
    return this.#count;
  }

  /** Rows that the project leaves out. */
  get excluded(): number {
    return this.#excluded;
  }

  /**
   * Each file of a dataset has a header of its own.
   *
   * @param path of a file of a folder
   */
  beginFile(path?: string): void {
    this.#atFirstLine = true;
    this.#problems.beginFile(path);
  }

  /** What was found since it was last taken; undefined where nothing was. */
  takeProblems(): ProblemList | undefined {
    if (this.#problems.count === 0) return undefined;
    const found = this.#problems;
    this.#problems = new ProblemList();
    return found;
  }

  /** What was found so far, with the values. */
  quote(): readonly string[] {
    return this.#problems.quote().flatMap(({ examples }) => examples);
  }

  /** Records that the whole file is refused; the others are still inspected. */
  refuseFile({ message, findings }: DatasetRejected): void {
    this.#problems.addFile('unusable file', message);
    this.#problems.adopt(findings);
  }

  inspect(record: readonly string[], line: number): void {
    if (this.#atFirstLine) {
      this.#atFirstLine = false;
      this.#inFile = this.#findColumns(record);
      this.#checkDelimiter(record);
      if (this.#contract.header) return this.#checkHeader(record);
      this.#checkNoHeader(record);
    }
    this.#count += 1;
    if (record.length !== this.#inFile.length) {
      const kind = record.length < this.#inFile.length ? 'missing columns' : 'extra columns';
      this.#problems.add(kind, () => ({
        place: `line ${line}`,
        what: describeFieldCount(
          record.length,
          String(this.#inFile.length),
          this.#contract.delimiter,
        ),
      }));
      return;
    }
    if (
      this.#exclusions.some(({ index, values }) => values.has(this.#strip(record[index] ?? '')))
    ) {
      this.#excluded += 1;
      return;
    }
    for (const [index, column] of this.#inFile.entries()) {
      column.inspect(record[index] ?? '', line, this.#problems);
    }
  }

  /** @throws DatasetRejected when anything was wrong */
  judge(): void {
    const { count } = this.#problems;
    if (count > 0) {
      const problems = this.#problems.list();
      const first = problems[0]?.examples[0] ?? '';
      throw new DatasetRejected(
        `${count} ${count === 1 ? 'field or row is' : 'fields or rows are'} not as the project says; first: ${first}.`,
        this.#problems,
      );
    }
    if (this.#count === 0) {
      throw new DatasetRejected('The file is empty: it holds no row. Upload a file with rows.');
    }
    this.#judgeRowCount();
    this.#judgeLabels();
  }

  #judgeRowCount(): void {
    const { minimumRows } = this.#contract;
    const label = this.#columns.find(({ column }) => column.name === this.#contract.label);
    const setAside = label?.missing ?? 0;
    const used = this.#count - this.#excluded - setAside;
    if (used >= minimumRows) return;
    const leftOut = [
      ...(this.#excluded > 0 ? [`${this.#excluded} by dataset.exclude`] : []),
      ...(setAside > 0 ? [`${setAside} without a label`] : []),
    ];
    throw new DatasetRejected(
      `The dataset has ${used} rows${leftOut.length > 0 ? ` (${leftOut.join(' and ')} are left out)` : ''}, the project wants at least ${minimumRows}. Upload more, or lower dataset.minimumRows.`,
    );
  }

  /** A model learns nothing from one label, and a binary problem has two. */
  #judgeLabels(): void {
    const { label, problem } = this.#contract;
    const column = this.#columns.find((candidate) => candidate.column.name === label);
    if (problem === undefined || column === undefined) return;
    const { counts } = column;
    if (counts.size < 2) {
      throw new DatasetRejected(
        `The label ${label} is the same in all rows: there is nothing to learn. Upload rows with other labels, or choose another label.`,
      );
    }
    if (problem === 'binary' && counts.size > 2) {
      const classes = new ProblemList();
      for (const [value, count] of counts) {
        const what = `is the label of ${count} ${count === 1 ? 'row' : 'rows'}`;
        classes.add('too many classes', () => ({ place: `column ${label}`, what, value }));
      }
      throw new DatasetRejected(
        `The label ${label} has ${counts.size} different values, a binary problem has two. Set problem to 'multiclass', or upload rows of two classes.`,
        classes,
      );
    }
  }

  summarize(): object[] {
    return this.#columns.map((column) => column.summarize());
  }

  /** The first line shows whether a derived label stands in the file. */
  #findColumns({ length }: readonly string[]): readonly ColumnInspector[] {
    const all = this.#labelColumn === undefined ? [] : [...this.#columns, this.#labelColumn];
    return length === all.length ? all : this.#columns;
  }

  #checkDelimiter(record: readonly string[]): void {
    if (record.length === this.#inFile.length || this.#columns.length === 1) return;
    const text = record.join(this.#contract.delimiter);
    const used = delimiters.find(
      (delimiter) =>
        delimiter !== this.#contract.delimiter &&
        text.split(delimiter).length === this.#columns.length,
    );
    if (used === undefined) return;
    throw wrongDelimiter(used, this.#contract.delimiter);
  }

  #checkHeader(record: readonly string[]): void {
    const wanted = this.#inFile.map(({ column }) => column.name);
    if (
      record.length === wanted.length &&
      record.every((name, index) => name.trim() === wanted[index])
    ) {
      return;
    }
    if (
      record.length === wanted.length &&
      this.#inFile.every((c, i) => c.couldHold(record[i] ?? ''))
    ) {
      throw new DatasetRejected(
        'The first line is a row, but the project declares a header. Add the header, or set dataset.header to false.',
      );
    }
    // The line may be a row and not a header, so its fields are named by their positions.
    const unknown = new ProblemList();
    for (const [index, name] of record.entries()) {
      if (wanted.includes(name.trim())) continue;
      unknown.add('unknown column', () => ({
        place: `line 1, field ${index + 1}`,
        what: 'is not the name of a column',
        value: name,
      }));
    }
    const missing = wanted.filter((name) => !record.some((found) => found.trim() === name));
    const differences = [
      missing.length > 0 ? `missing ${nameSome(missing)}` : undefined,
      unknown.count > 0 ? `${unknown.count} unknown` : undefined,
      missing.length + unknown.count === 0 ? `another order or repeated columns` : undefined,
    ].filter((part) => part !== undefined);
    throw new DatasetRejected(
      `The header is not the project's: ${differences.join('; ')}. Expected: ${nameSome(wanted)}.`,
      unknown,
    );
  }

  #checkNoHeader(record: readonly string[]): void {
    if (record.length !== this.#inFile.length) return;
    const numeric = this.#inFile
      .map((column, index) => ({ column, text: record[index] ?? '' }))
      .filter(({ column }) => isNumeric(column.column));
    const names = this.#inFile.map(({ column }) => column.name);
    const isHeader =
      record.every((name, index) => name === names[index]) ||
      (numeric.length > 1 &&
        numeric.every(({ column, text }) => text !== '' && !column.couldHold(text)));
    if (!isHeader) return;
    throw new DatasetRejected(
      'The first line is a header, but the project declares none. Remove the line, or set dataset.header to true.',
    );
  }
}

/** The column of a derived label, where files may have it. */
export function labelColumnsOf({ label, labelColumn }: DatasetContract): readonly Column[] {
  if (labelColumn === undefined) return [];
  return [{ name: label, type: 'category', values: ['0', '1'], optional: true }];
}

function isNumeric({ type, ignore }: Column): boolean {
  return ignore !== true && (type === 'number' || type === 'integer');
}
