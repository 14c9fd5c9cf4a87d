import { labelColumnsOf, RowInspector } from '../../api/rules/index.ts';
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
  readonly #placeLabel: PlaceLabel;
  readonly #labelIndex: number;
  readonly #groupIndex: number;
  readonly #canEncode: (text: string) => boolean;

  /** @throws NotFromCaptures */
  constructor(contract: DatasetContract) {
    const columns = [...contract.columns, ...labelColumnsOf(contract)];
    const names = columns.map(({ name }) => name);
    this.#placeLabel = labelPlacer(contract);
    this.#contract = contract;
    this.#columns = columns;
    this.#labelIndex = names.indexOf(contract.label);
    this.#groupIndex = names.indexOf(contract.split?.groupBy ?? '');
    this.#canEncode = encoderOf(contract.encoding).canEncode;
    this.names = names.filter((name) => name !== contract.label);
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
    const fields = this.#placeLabel(features, label).map((field, index) =>
      this.#renderField(field, index),
    );
    if (this.#groupIndex >= 0 && fields[this.#groupIndex] === '') {
      const name = this.#columns[this.#groupIndex]?.name;
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
    // Ground truth is read with a point, not with the mark of the project's files.
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

/** The fields of a row of the file: those of a request, with what its label says. */
type PlaceLabel = (features: readonly Field[], label: string) => readonly Field[];

/** @throws NotFromCaptures */
function labelPlacer({ target, columns, label: name, labelColumn }: DatasetContract): PlaceLabel {
  const index = columns.findIndex((column) => column.name === name);
  if (target === undefined) {
    if (index >= 0) return (features, label) => features.toSpliced(index, 0, label);
    throw new NotFromCaptures(`The label ${name} is not a column of the project's datasets.`);
  }
  const { derived } = target;
  if (derived.type === 'is') return sourcePlacer(columns, derived);
  if (labelColumn === 'last') return lastPlacer(columns, derived);
  throw new NotFromCaptures(
    `The label ${name} is derived (target.derived, '${derived.type}') from the next row of the group, and files of a project with its own scripts (code) have no column for it.`,
  );
}

type Derived<Type extends string> = Extract<
  NonNullable<DatasetContract['target']>['derived'],
  { readonly type: Type }
>;

/** Writes the label behind the columns: the next row of the group may never be captured. */
function lastPlacer(columns: readonly Column[], target: Derived<'dropped-by-next'>): PlaceLabel {
  const sources = target.columns.map((name) => columns.findIndex((each) => each.name === name));
  const nothing = new Set([
    '',
    ...target.absent,
    ...columns.flatMap(({ missingValues = [] }) => missingValues),
  ]);
  return (features, label) => {
    demandBinary(label);
    if (sources.every((index) => nothing.has(String(features[index] ?? '').trim()))) {
      throw new BrokenLine(
        'no column of target.derived holds anything, so that nothing can be dropped',
      );
    }
    return [...features, label];
  };
}

function demandBinary(label: string): void {
  if (label !== '0' && label !== '1') {
    throw new BrokenLine('the label is neither 0 nor 1, as target.derived makes it');
  }
}

/**
 * Gives the column that the label is derived from a value of which it is derived. No model sees that column, so that it
 * does not matter which of several.
 *
 * @throws NotFromCaptures
 */
function sourcePlacer(columns: readonly Column[], { column, values }: Derived<'is'>): PlaceLabel {
  const index = columns.findIndex(({ name }) => name === column);
  const negative = valuesOf(columns[index]).find((value) => !values.includes(value));
  const [positive] = values;
  if (positive === undefined || negative === undefined) {
    throw new NotFromCaptures(
      `The label is derived (target.derived, 'is') from ${column}, for which no value is known that means 0.`,
    );
  }
  return (features, label) => {
    demandBinary(label);
    return features.with(index, label === '1' ? positive : negative);
  };
}

/** Some values that a column may have. */
function valuesOf(column: Column | undefined): readonly string[] {
  if (column === undefined || column.type === 'date') return [];
  const { type, minimum = 0, maximum = minimum + 1, missingValues = [] } = column;
  const isText = type === 'category' || type === 'text';
  const { values = isText ? ['other', 'none'] : [minimum, maximum].map(String) } = column;
  return values.filter((value) => !missingValues.includes(value));
}
