import type { DatasetContract } from '../../events/index.ts';
import { ColumnInspector } from './column-inspector.ts';
import { DatasetRejected } from './dataset-rejected.ts';
import { ProblemList } from './problem-list.ts';

/** Delimiters people use where another was promised. */
const delimiters = [',', ';', '\t', '|'];

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
      this.#problems.add(
        kind,
        () => `line ${line}: ${record.length} fields, expected ${this.#columns.length}`,
      );
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
        problems,
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
    const missing = wanted.filter((name) => !record.includes(name));
    const extra = record.filter((name) => !wanted.includes(name));
    throw new DatasetRejected(
      `The header is not the project's: ${[
        missing.length > 0 ? `missing ${missing.join(', ')}` : undefined,
        extra.length > 0 ? `unknown ${extra.slice(0, 10).join(', ')}` : undefined,
        missing.length + extra.length === 0 ? `another order or repeated columns` : undefined,
      ]
        .filter((part) => part !== undefined)
        .join('; ')}. Expected: ${wanted.join(', ')}.`,
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
