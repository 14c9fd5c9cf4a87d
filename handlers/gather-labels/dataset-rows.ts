import { RowInspector } from '../../api/rules/index.ts';
import type { Column, DatasetContract } from '../../events/index.ts';
import { joinFields } from '../inspect-rows/row-text.ts';
import type { Field } from './captured-request.ts';
import { encoderOf } from './encode-text.ts';
import { BrokenLine } from './tally.ts';

/** A project whose datasets cannot be made of captured requests and labels. */
export class NotFromCaptures extends Error {
  constructor(reason: string) {
    super(
      `${reason} No dataset was written, and nothing is trained. Upload labelled rows in the form of the project's datasets.`,
    );
    this.name = 'NotFromCaptures';
  }
}

/** Writes labelled requests as rows of the project's dataset, each judged as inspection will judge it. */
export class DatasetRows {
  /** The columns of a request, in the order of the file. */
  readonly names: readonly string[];
  readonly #contract: DatasetContract;
  readonly #inspector: RowInspector;
  readonly #columns: readonly Column[];
  readonly #labelIndex: number;
  readonly #groupIndex: number;
  readonly #canEncode: (text: string) => boolean;

  /** @throws NotFromCaptures */
  constructor(contract: DatasetContract) {
    refuseDerived(contract);
    const names = contract.columns.map(({ name }) => name);
    this.#contract = contract;
    this.#columns = contract.columns;
    this.#labelIndex = names.indexOf(contract.label);
    this.#groupIndex = names.indexOf(contract.split?.groupBy ?? '');
    this.#canEncode = encoderOf(contract.encoding).canEncode;
    this.names = names.toSpliced(this.#labelIndex, 1);
    // The header is given to it here, so that no row is taken for one.
    this.#inspector = new RowInspector({ ...contract, header: true });
    this.#inspector.inspect(names, 0);
  }

  get delimiter(): string {
    return this.#contract.delimiter;
  }

  /** The line before the first row; empty where the project has none. */
  get header(): string {
    const names = this.#columns.map(({ name }) => name);
    return this.#contract.header ? `${joinFields(names, this.#contract.delimiter)}\n` : '';
  }

  /**
   * One line of the dataset.
   *
   * @param features in the order of `names`
   * @param label as ground truth writes it
   * @throws BrokenLine for a row that the project's inspection would refuse or leave out
   */
  render(features: readonly Field[], label: string): string {
    const fields = features
      .toSpliced(this.#labelIndex, 0, label)
      .map((field, index) => this.#renderField(field, index));
    if (this.#groupIndex >= 0 && fields[this.#groupIndex] === '') {
      const name =
        this.names[this.#groupIndex > this.#labelIndex ? this.#groupIndex - 1 : this.#groupIndex];
      throw new BrokenLine(`the group column ${name} is missing, by which rows are split`);
    }
    this.#judge(fields);
    const line = joinFields(fields, this.#contract.delimiter);
    if (/[\r\n]/.test(line))
      throw new BrokenLine('a field holds a line break, which a row of a dataset cannot');
    if (!this.#canEncode(line)) {
      throw new BrokenLine(
        `a field holds a character that ${this.#contract.encoding ?? 'utf-8'} does not have`,
      );
    }
    return `${line}\n`;
  }

  #renderField(field: Field, index: number): string {
    const column = this.#columns[index];
    const isNumeric = column?.type === 'number' || column?.type === 'integer';
    const { decimal = '.', whiteSpace } = this.#contract;
    if (field === null) return '';
    if (typeof field === 'boolean')
      throw new BrokenLine('a field is true or false, which no column holds');
    if (typeof field === 'number') {
      const text = renderNumber(field);
      return isNumeric ? text.replace('.', decimal) : text;
    }
    // Ground truth is read with a point, whatever mark the files of the project have.
    if (isNumeric && index === this.#labelIndex) return field.replace('.', decimal);
    return whiteSpace === 'strip' ? field.trim() : field;
  }

  #judge(fields: readonly string[]): void {
    const { excluded } = this.#inspector;
    this.#inspector.inspect(fields, 1);
    if (this.#inspector.excluded > excluded) {
      throw new BrokenLine('dataset.exclude of the project leaves the row out');
    }
    const problem = this.#inspector.takeProblems()?.list()[0];
    if (problem === undefined) return;
    // Which column it is, and what was expected; a list of problems holds no values.
    const [example = ''] = problem.examples;
    throw new BrokenLine(`${problem.rule}: ${example.replace(/^line \d+, /, '')}`);
  }
}

function renderNumber(value: number): string {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new BrokenLine('a whole number of JSON has more digits than can be read exactly');
  }
  return String(value);
}

function refuseDerived({ target, columns, label }: DatasetContract): void {
  if (target !== undefined) {
    const { derived } = target;
    const sources =
      derived.type === 'is'
        ? derived.column
        : [derived.groupBy, derived.orderBy, ...derived.columns].join(', ');
    throw new NotFromCaptures(
      `The label ${label} is derived (target.derived, '${derived.type}') from ${sources} of a file, which a label of a captured request does not tell.`,
    );
  }
  if (!columns.some(({ name }) => name === label)) {
    throw new NotFromCaptures(`The label ${label} is not a column of the project's datasets.`);
  }
}
