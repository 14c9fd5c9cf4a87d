import type { Column } from '../../events/index.ts';
import type { ProblemList } from './problem-list.ts';

/** Decimal numbers as every CSV reader of the containers takes them. */
const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** Beyond it the number of different values is not counted any more. */
const MAXIMUM_DISTINCT = 1000;
/** Of the values that a column may have, so many are named. */
const NAMED_VALUES = 20;

/** Judges the fields of one column and sums them up. */
export class ColumnInspector {
  readonly #column: Column;
  readonly #mayBeMissing: boolean;
  readonly #missingValues: ReadonlySet<string>;
  readonly #values: ReadonlySet<string> | undefined;
  readonly #distinct = new Set<string>();
  #missing = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;

  constructor(column: Column, isLabel: boolean) {
    this.#column = column;
    this.#mayBeMissing = column.optional === true && !isLabel;
    this.#missingValues = new Set(['', ...(column.missingValues ?? [])]);
    this.#values = column.values === undefined ? undefined : new Set(column.values);
  }

  get column(): Column {
    return this.#column;
  }

  /** Whether a field could stand in this column; says nothing about its range. */
  couldHold(text: string): boolean {
    if (this.#missingValues.has(text)) return true;
    return this.#column.type === 'category' ? (this.#values?.has(text) ?? true) : number.test(text);
  }

  inspect(text: string, line: number, problems: ProblemList): void {
    const place = () => `line ${line}, column ${this.#column.name}`;
    if (this.#missingValues.has(text)) {
      this.#missing += 1;
      if (this.#mayBeMissing) return;
      problems.add('missing value', () =>
        text === ''
          ? { place: place(), what: 'the field is empty' }
          : { place: place(), what: 'means a missing value', value: text },
      );
      return;
    }
    if (this.#column.type === 'category') this.#inspectCategory(text, place, problems);
    else this.#inspectNumber(text, place, problems);
  }

  /** The column's part of the manifest. */
  summarize(): object {
    const base = { ...this.#column, missing: this.#missing };
    if (this.#column.type === 'category') return { ...base, distinctValues: this.#distinct.size };
    if (this.#minimum > this.#maximum) return base;
    return { ...base, observedMinimum: this.#minimum, observedMaximum: this.#maximum };
  }

  #inspectCategory(text: string, place: () => string, problems: ProblemList): void {
    if (this.#distinct.size < MAXIMUM_DISTINCT) this.#distinct.add(text);
    if (this.#values === undefined || this.#values.has(text)) return;
    problems.add('unknown value', () => ({
      place: place(),
      what: `is none of ${this.#nameValues()}`,
      value: text,
    }));
  }

  #nameValues(): string {
    const values = this.#column.values ?? [];
    const more = values.length - NAMED_VALUES;
    return `${values.slice(0, NAMED_VALUES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  }

  #inspectNumber(text: string, place: () => string, problems: ProblemList): void {
    const { type, minimum, maximum } = this.#column;
    const value = number.test(text) ? Number(text) : Number.NaN;
    const add = (rule: string, what: string) =>
      problems.add(rule, () => ({ place: place(), what, value: text }));
    if (!Number.isFinite(value)) {
      add('wrong type', 'is not a number');
      return;
    }
    if (type === 'integer' && !Number.isInteger(value)) {
      add('wrong type', 'is not a whole number');
    }
    if (minimum !== undefined && value < minimum) {
      add('out of range', `is below ${minimum}`);
    }
    if (maximum !== undefined && value > maximum) {
      add('out of range', `is above ${maximum}`);
    }
    if (value < this.#minimum) this.#minimum = value;
    if (value > this.#maximum) this.#maximum = value;
  }
}
