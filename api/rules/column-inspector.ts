import type { Column, DatasetContract } from '../../events/index.ts';
import { dateTest } from './date-text.ts';
import { HistogramCounter } from './histogram.ts';
import { type NumberReader, numberReader, withoutAffix } from './number-text.ts';
import type { ProblemList } from './problem-list.ts';

/** More different values are not counted. */
const MAXIMUM_DISTINCT = 1000;
/** The maximum number of allowed values that a message lists. */
const NAMED_VALUES = 20;

/** Categories whose frequency the profile has. */
const FREQUENT_VALUES = 20;
const VALUE_CHARACTERS = 40;

function shorten(value: string): string {
  return value.length > VALUE_CHARACTERS ? `${value.slice(0, VALUE_CHARACTERS)}…` : value;
}

type NumberMarks = Pick<DatasetContract, 'decimal' | 'thousands'>;

/** Judges the fields of one column and sums them up. */
export class ColumnInspector {
  readonly #column: Column;
  readonly #isLabel: boolean;
  readonly #labels: ReadonlySet<string> | undefined;
  readonly #mayBeMissing: boolean;
  readonly #missingValues: ReadonlySet<string>;
  readonly #values: ReadonlySet<string> | undefined;
  /** Whether white space around a field is ignored. */
  readonly #strips: boolean;
  readonly #readNumber: NumberReader;
  readonly #marks: NumberMarks;
  readonly #isDate: (text: string) => boolean;
  readonly #distinct = new Map<string, number>();
  readonly #histogram: HistogramCounter;
  #missing = 0;
  /** Categories that were read. */
  #present = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;

  constructor(column: Column, contract: DatasetContract) {
    this.#column = column;
    this.#isLabel = column.name === contract.label;
    this.#labels =
      this.#isLabel && contract.labels !== undefined ? new Set(contract.labels) : undefined;
    this.#mayBeMissing = this.#isLabel
      ? contract.missingLabel === 'set-aside'
      : column.optional === true;
    this.#strips =
      contract.whiteSpace === 'strip' || column.type === 'number' || column.type === 'integer';
    const strip = (text: string) => (this.#strips ? text.trim() : text);
    this.#missingValues = new Set(['', ...(column.missingValues ?? []).map(strip)]);
    this.#values = column.values === undefined ? undefined : new Set(column.values.map(strip));
    const read = numberReader(contract);
    this.#readNumber = (text) => read(withoutAffix(text, column.affix));
    this.#marks = contract;
    this.#histogram = new HistogramCounter(column.type === 'integer' ? 1 : undefined);
    this.#isDate = dateTest(column.format ?? '%Y-%m-%d');
  }

  get column(): Column {
    return this.#column;
  }

  /** The number of missing fields. */
  get missing(): number {
    return this.#missing;
  }

  /** How often each value was seen; of a thousand values. */
  get counts(): ReadonlyMap<string, number> {
    return this.#distinct;
  }

  /** Whether a field could be a value of this column, apart from its range. */
  couldHold(field: string): boolean {
    const text = this.#strips ? field.trim() : field;
    if (this.#missingValues.has(text) || this.#column.ignore === true) return true;
    switch (this.#column.type) {
      case 'category':
        return this.#values?.has(text) ?? true;
      case 'text':
        return true;
      case 'date':
        return this.#isDate(text);
      default:
        return !Number.isNaN(this.#readNumber(text));
    }
  }

  inspect(field: string, line: number, problems: ProblemList): void {
    const text = this.#strips ? field.trim() : field;
    const place = () => `line ${line}, column ${this.#column.name}`;
    if (this.#missingValues.has(text)) {
      this.#missing += 1;
      if (this.#mayBeMissing || this.#column.ignore === true) return;
      problems.add('missing value', () =>
        text === ''
          ? { place: place(), what: 'the field is empty' }
          : { place: place(), what: 'means a missing value', value: text },
      );
      return;
    }
    if (this.#isLabel) this.#count(text);
    if (this.#column.ignore === true) return;
    this.#inspectValue(text, place, problems);
  }

  #inspectValue(text: string, place: () => string, problems: ProblemList): void {
    switch (this.#column.type) {
      case 'category':
        return this.#inspectCategory(text, place, problems);
      case 'date':
        return this.#inspectDate(text, place, problems);
      case 'text':
        return;
      default:
        return this.#inspectNumber(text, place, problems);
    }
  }

  /** The column's part of the manifest. */
  summarize(): object {
    const base = { ...this.#column, missing: this.#missing };
    if (this.#column.type === 'category') {
      return { ...base, distinctValues: this.#distinct.size, ...this.#summarizeValues() };
    }
    if (this.#minimum > this.#maximum) return base;
    return {
      ...base,
      observedMinimum: this.#minimum,
      observedMaximum: this.#maximum,
      histogram: this.#histogram.summarize(),
    };
  }

  /** The most frequent values, and what is left of the column; nothing where it has none. */
  #summarizeValues(): object {
    if (this.#distinct.size === 0) return {};
    const all = [...this.#distinct].toSorted(([, one], [, other]) => other - one);
    const frequentValues = all
      .slice(0, FREQUENT_VALUES)
      .map(([value, count]) => ({ value: shorten(value), count }));
    const named = frequentValues.reduce((sum, { count }) => sum + count, 0);
    return { frequentValues, otherValues: this.#present - named };
  }

  #inspectCategory(text: string, place: () => string, problems: ProblemList): void {
    if (!this.#isLabel) this.#count(text);
    this.#present += 1;
    if (this.#values === undefined || this.#values.has(text)) return;
    problems.add('unknown value', () => ({
      place: place(),
      what: `is none of ${this.#nameValues()}`,
      value: text,
    }));
  }

  #count(text: string): void {
    const count = this.#distinct.get(text);
    if (count !== undefined || this.#distinct.size < MAXIMUM_DISTINCT) {
      this.#distinct.set(text, (count ?? 0) + 1);
    }
  }

  #inspectDate(text: string, place: () => string, problems: ProblemList): void {
    if (this.#isDate(text)) return;
    const what = `is not a date of the format ${this.#column.format ?? '%Y-%m-%d'}`;
    problems.add('wrong type', () => ({ place: place(), what, value: text }));
  }

  #nameValues(): string {
    const values = this.#column.values ?? [];
    const more = values.length - NAMED_VALUES;
    return `${values.slice(0, NAMED_VALUES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  }

  #inspectNumber(text: string, place: () => string, problems: ProblemList): void {
    const { type, minimum, maximum } = this.#column;
    const value = this.#readNumber(text);
    const add = (rule: string, what: string) =>
      problems.add(rule, () => ({ place: place(), what, value: text }));
    if (!Number.isFinite(value)) {
      add('wrong type', `is not a number${hintOf(text, this.#marks)}`);
      return;
    }
    if (this.#labels !== undefined && !this.#labels.has(String(value))) {
      add('unknown value', `is none of the labels ${[...this.#labels].join(', ')}`);
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
    this.#histogram.add(value);
  }
}

/** Texts that other programs write for a missing value; pandas reads most of them as missing. */
const usualMarkers = /^(\?|-+|\.|n\/?a|#n\/a|nan|null|none|nil|missing|unknown)$/i;

/** `$5` or `5 %`. */
const numberWithAffix = /^[+-]?(\p{Sc}\s?\d[\d.,]*|\d[\d.,]*\s?(\p{Sc}|%|[A-Z]{3}))$/u;

/** Digits with marks that may be those of another way to write numbers. */
const numberWithMarks = /^[+-]?\d[\d.,' _]*$/;

function hintOf(text: string, { decimal = '.', thousands }: NumberMarks): string {
  if (numberWithMarks.test(text)) {
    const between = thousands === undefined ? 'no mark' : JSON.stringify(thousands);
    return `; the project's numbers have the decimal mark ${JSON.stringify(decimal)} and ${between} between thousands: see dataset.decimal and dataset.thousands`;
  }
  if (numberWithAffix.test(text)) {
    return '; a text that stands before or after each number can be the affix of the column';
  }
  return usualMarkers.test(text.trim())
    ? '; if it means a missing value, list it in missingValues of the column and set optional'
    : '';
}
