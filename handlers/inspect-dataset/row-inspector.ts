import type { DatasetContract } from '../../events/index.ts';
import { ColumnInspector } from './column-inspector.ts';
import { DatasetRejected } from './dataset-rejected.ts';
import { ProblemList } from './problem-list.ts';

/** Delimiters people use where another was promised. */
const delimiters = [',', ';', '\t', '|'];

/** A project may have 500 columns. */
const NAMED_COLUMNS = 50;

function nameSome(names: readonly string[]): string {
  const more = names.length - NAMED_COLUMNS;
  return `${names.slice(0, NAMED_COLUMNS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Judges rows as they come; keeps sums only. */
export class RowInspector {
  readonly #contract: DatasetContract;
  readonly #columns: readonly ColumnInspector[];
  readonly #problems = new ProblemList();
  #count = 0;
  #atFirstLine = true;

  constructor(contract: DatasetContract) {
    this.#contract = contract;
    this.#columns = contract.columns.map(
      (column) => new ColumnInspector(column, column.name === contract.label),
    );
  }

  /** Rows without the header. */
  get count(): number {
    return this.#count;
  }

  /** Every file of a dataset has its own header. */
  beginFile(): void {
    this.#atFirstLine = true;
  }

  inspect(record: readonly string[], line: number): void {
    if (this.#atFirstLine) {
      this.#atFirstLine = false;
      this.#checkDelimiter(record);
      if (this.#contract.header) return this.#checkHeader(record);
      this.#checkNoHeader(record);
    }
    this.#count += 1;
    if (record.length !== this.#columns.length) {
      const kind = record.length < this.#columns.length ? 'missing columns' : 'extra columns';
      this.#problems.add(kind, () => ({
        place: `line ${line}`,
        what: `${record.length} fields, expected ${this.#columns.length}`,
      }));
      return;
    }
    for (const [index, column] of this.#columns.entries()) {
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
        { problems, quoted: this.#problems.quote() },
      );
    }
    if (this.#count === 0) {
      throw new DatasetRejected('The file is empty: it holds no row. Upload a file with rows.');
    }
    const { minimumRows } = this.#contract;
    if (this.#count < minimumRows) {
      throw new DatasetRejected(
        `The dataset has ${this.#count} rows, the project wants at least ${minimumRows}. Upload more, or lower dataset.minimumRows.`,
      );
    }
  }

  summarize(): object[] {
    return this.#columns.map((column) => column.summarize());
  }

  #checkDelimiter(record: readonly string[]): void {
    const text = record[0] ?? '';
    if (record.length !== 1 || this.#columns.length === 1) return;
    const used = delimiters.find(
      (delimiter) =>
        delimiter !== this.#contract.delimiter &&
        text.split(delimiter).length === this.#columns.length,
    );
    if (used === undefined) return;
    throw new DatasetRejected(
      `The fields are separated by ${JSON.stringify(used)}, the project says ${JSON.stringify(this.#contract.delimiter)}. Save the file with that delimiter, or change dataset.delimiter.`,
    );
  }

  #checkHeader(record: readonly string[]): void {
    const wanted = this.#contract.columns.map((column) => column.name);
    if (record.length === wanted.length && record.every((name, index) => name === wanted[index])) {
      return;
    }
    if (
      record.length === wanted.length &&
      this.#columns.every((c, i) => c.couldHold(record[i] ?? ''))
    ) {
      throw new DatasetRejected(
        'The first line is a row, but the project declares a header. Add the header, or set dataset.header to false.',
      );
    }
    // It may be no header at all, but a row: its fields are named by their positions.
    const unknown = new ProblemList();
    for (const [index, name] of record.entries()) {
      if (wanted.includes(name)) continue;
      unknown.add('unknown column', () => ({
        place: `line 1, field ${index + 1}`,
        what: 'is not the name of a column',
        value: name,
      }));
    }
    const missing = wanted.filter((name) => !record.includes(name));
    const differences = [
      missing.length > 0 ? `missing ${nameSome(missing)}` : undefined,
      unknown.count > 0 ? `${unknown.count} unknown` : undefined,
      missing.length + unknown.count === 0 ? `another order or repeated columns` : undefined,
    ].filter((part) => part !== undefined);
    throw new DatasetRejected(
      `The header is not the project's: ${differences.join('; ')}. Expected: ${nameSome(wanted)}.`,
      { problems: unknown.list(), quoted: unknown.quote() },
    );
  }

  #checkNoHeader(record: readonly string[]): void {
    if (record.length !== this.#columns.length) return;
    const numeric = this.#columns
      .map((column, index) => ({ column, text: record[index] ?? '' }))
      .filter(({ column }) => column.column.type !== 'category');
    const names = this.#contract.columns.map((column) => column.name);
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
