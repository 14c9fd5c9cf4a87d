import { dateFormsOf, EVERY_FORM } from './dates.ts';
import { ownCopy } from './hash.ts';
import { isMissingMark, isSentinel } from './missing.ts';
import { eachReading, hasFraction, PLAIN, readingsOf, splitAffix, valueBy } from './numbers.ts';

/** The numbers of a column, read in one way. */
export interface NumberTally {
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly hasFraction: boolean;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export const NO_NUMBERS: NumberTally = {
  count: 0,
  minimum: Number.POSITIVE_INFINITY,
  maximum: Number.NEGATIVE_INFINITY,
  sum: 0,
  sumOfSquares: 0,
  hasFraction: false,
};

/** If a column has more values, they are not counted. */
export const MAXIMUM_DISTINCT = 1_000;
/** A longer text is counted as one of many. */
const LONGEST_VALUE = 200;
/** The maximum number of remembered lines with a field that is not a number. */
const REMEMBERED_LINES = 5;

/** A value, how often it was seen, and where first. */
interface SeenValue {
  count: number;
  readonly line: number;
}

/**
 * Sums up the fields of a column before its type is known. Values are counted, and each value is examined once for all
 * its fields, until there are too many values; then each field is examined.
 */
export class ColumnTally {
  /** Fields, empty ones among them. */
  count = 0;
  empty = 0;
  /** Fields that cannot be read as a number and do not mark a missing value. */
  texts = 0;
  /** Whole numbers with zeros in front, such as `00123`. */
  leadingZeros = 0;
  /** Lines of the first fields that are texts. */
  readonly textLines: number[] = [];
  /** The text, if all texts among the fields are the same. */
  onlyText: string | undefined;
  /** How often each mark of a missing value, or number that may be one, was seen. */
  readonly marks = new Map<string, number>();
  /** How many fields have each set of readings. */
  readonly readings = new Map<number, number>();
  /** Without sentinels. */
  readonly numbers = new Map<number, Writable<NumberTally>>();
  /** What stands before or after numbers, such as `$`. */
  readonly affixes = new Set<string>();
  dateForms = EVERY_FORM;
  isAscending = true;
  #seen: Map<string, SeenValue> | undefined = new Map();
  #values: ReadonlyMap<string, number> | undefined;
  #previous = Number.NEGATIVE_INFINITY;

  /** How often each value was seen; undefined where there are too many. */
  get values(): ReadonlyMap<string, number> | undefined {
    return this.#values;
  }

  /** @param field without white space around it, as the kit reads it */
  add(field: string, line: number): void {
    const text = withoutEnds(field);
    this.count += 1;
    if (text === '') {
      this.empty += 1;
      return;
    }
    if (this.#seen === undefined) return this.#look(text, line, 1);
    const seen = this.#seen.get(text);
    if (seen !== undefined) seen.count += 1;
    else if (this.#seen.size < MAXIMUM_DISTINCT && text.length <= LONGEST_VALUE) {
      this.#seen.set(ownCopy(text), { count: 1, line });
    } else {
      this.#lookAtSeen();
      this.#look(text, line, 1);
    }
  }

  /** A copy of the tally so far, finished. */
  peek(): ColumnTally {
    if (this.#seen === undefined) return this;
    const copy = new ColumnTally();
    copy.count = this.count;
    copy.empty = this.empty;
    copy.#seen = new Map(this.#seen);
    copy.finish();
    return copy;
  }

  /** No more fields are added after this. */
  finish(): void {
    const seen = this.#seen;
    if (seen === undefined) return;
    this.#lookAtSeen();
    this.#values = new Map([...seen].map(([text, { count }]) => [text, count]));
  }

  #lookAtSeen(): void {
    for (const [text, { line, count }] of this.#seen ?? []) this.#look(text, line, count);
    this.#seen = undefined;
  }

  #look(text: string, line: number, count: number): void {
    if (isMissingMark(text)) return this.#countMark(text, count);
    const readings = readingsOf(text);
    if (this.dateForms !== 0) this.dateForms = dateFormsOf(text, this.dateForms);
    if (readings === 0) return this.#lookAtAffix(text, line, count);
    this.readings.set(readings, (this.readings.get(readings) ?? 0) + count);
    this.#addNumber(text, readings, count);
  }

  /** A column of numbers has one affix. */
  #lookAtAffix(text: string, line: number, count: number): void {
    const found = splitAffix(text);
    if (found === undefined || (this.affixes.size > 0 && !this.affixes.has(found.affix))) {
      return this.#addText(text, line, count);
    }
    this.affixes.add(found.affix);
    const readings = readingsOf(found.number);
    this.readings.set(readings, (this.readings.get(readings) ?? 0) + count);
    for (const reading of eachReading(readings)) {
      this.#addNumberOf(reading, valueBy(reading, found.number), found.number, count);
    }
  }

  #addText(text: string, line: number, count: number): void {
    if (this.texts === 0) this.onlyText = ownCopy(text);
    else if (this.onlyText !== text) this.onlyText = undefined;
    this.texts += count;
    if (this.textLines.length < REMEMBERED_LINES) this.textLines.push(line);
  }

  #addNumber(text: string, readings: number, count: number): void {
    if (readings === PLAIN) {
      const value = Number(text);
      if (value < this.#previous) this.isAscending = false;
      this.#previous = value;
      if (text.length > 1 && text.charCodeAt(0) === 48) this.leadingZeros += count;
      this.#addValue(PLAIN, value, text, count);
      return;
    }
    for (const reading of eachReading(readings)) {
      this.#addValue(reading, valueBy(reading, text), text, count);
    }
  }

  #addValue(reading: number, value: number, text: string, count: number): void {
    if (isSentinel(value)) return this.#countMark(text, count);
    this.#addNumberOf(reading, value, text, count);
  }

  #addNumberOf(reading: number, value: number, text: string, count: number): void {
    const tally = this.#tallyOf(reading);
    tally.count += count;
    if (value < tally.minimum) tally.minimum = value;
    if (value > tally.maximum) tally.maximum = value;
    tally.sum += value * count;
    tally.sumOfSquares += value * value * count;
    if (!tally.hasFraction && hasFraction(reading, text)) tally.hasFraction = true;
  }

  #tallyOf(reading: number): Writable<NumberTally> {
    const known = this.numbers.get(reading);
    if (known !== undefined) return known;
    const made = { ...NO_NUMBERS };
    this.numbers.set(reading, made);
    return made;
  }

  #countMark(text: string, count: number): void {
    this.marks.set(text, (this.marks.get(text) ?? 0) + count);
  }
}

/** Without white space at the ends; most texts have none. */
export function withoutEnds(text: string): string {
  return isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1))
    ? text
    : text.trim();
}

/** A visible character of ASCII. */
function isPlain(code: number): boolean {
  return code > 32 && code < 127;
}
