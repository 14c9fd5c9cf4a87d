import type { ColumnTally } from './column-tally.ts';
import { EVERY_FORM, formatsOf } from './dates.ts';
import { isAmbiguousMark, isMissingMark } from './missing.ts';
import { hasOwnMissingMark, isNumeric, numbersOf } from './number-marks.ts';
import { type NumberMarks, parseNumber } from './numbers.ts';
import type { Table } from './table.ts';

export type ColumnType = 'number' | 'integer' | 'category' | 'date' | 'text';

/** The kind of a column, according to its fields. */
export interface Column {
  readonly name: string;
  readonly index: number;
  readonly type: ColumnType;
  /** How many fields are missing: empty, or one of `missingValues`. */
  readonly missing: number;
  readonly missingValues: readonly string[];
  /** How many fields have a value. */
  readonly present: number;
  /** Of a category: its values and how often each was seen, the most frequent first; undefined where there are too many. */
  readonly values?: ReadonlyMap<string, number>;
  /** Different values; undefined where there are more than are counted. */
  readonly distinct: number | undefined;
  /** The share of fields whose value is in no other examined row. */
  readonly uniqueShare: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  readonly variance: number;
  /** Of a date: formats that all its fields have. */
  readonly formats: readonly string[];
  readonly averageWords: number;
  readonly averageCharacters: number;
  /** Values that may mark a missing value. */
  readonly doubtfulMarks: readonly DoubtfulMark[];
  /** Texts in a column that holds numbers otherwise. */
  readonly strayTexts?: { readonly count: number; readonly firstPlace: string };
  /** Stands before or after its numbers. */
  readonly affix?: string;
  readonly isAscending: boolean;
  readonly hasLeadingZeros: boolean;
}

/** A value that may mark a missing value. */
export interface DoubtfulMark {
  readonly text: string;
  readonly count: number;
  /** Whether it probably does. */
  readonly isLikely: boolean;
}

/** Whether a doubtful mark means that a value is missing. */
export type MarkDecision = (column: string, mark: DoubtfulMark) => boolean;

/** Determines the kind of every column. */
export function findColumns(
  table: Table,
  marks: NumberMarks,
  rows: readonly (readonly string[])[],
  isMissing: MarkDecision = (_column, { isLikely }) => isLikely,
): Column[] {
  return table.columns.map((tally, index) => {
    const name = table.names[index] ?? '';
    const fields = rows.map((row) => row[index] ?? '');
    const { placeOf } = table;
    return describeColumn({ name, index, tally, marks, fields, isMissing, placeOf });
  });
}

interface Fields {
  readonly name: string;
  readonly index: number;
  readonly tally: ColumnTally;
  readonly marks: NumberMarks;
  /** Of the rows that were kept. */
  readonly fields: readonly string[];
  readonly isMissing: MarkDecision;
  readonly placeOf: Table['placeOf'];
}

function describeColumn(described: Fields): Column {
  const { name, index, tally, marks, fields, isMissing: decide, placeOf } = described;
  const isNumber = isNumeric(tally, marks) && tally.leadingZeros === 0;
  const doubtfulMarks = doubtfulMarksOf(tally, marks, isNumber);
  const missingValues = [
    ...certainMarksOf(tally, isNumber, doubtfulMarks),
    ...doubtfulMarks.filter((mark) => decide(name, mark)).map(({ text }) => text),
  ];
  const missing = tally.empty + missingValues.reduce((sum, text) => sum + countOf(tally, text), 0);
  const isMissing = new Set(['', ...missingValues]);
  const present = tally.count - missing;
  const kept = fields.filter((text) => !isMissing.has(text));
  const values = valuesOf(tally, isMissing);
  const base = {
    name,
    index,
    missing,
    missingValues,
    present,
    distinct: values?.size,
    doubtfulMarks,
  };
  return {
    ...base,
    ...describeTexts(kept),
    ...describeNumbers(tally, marks, isMissing),
    ...typeOf({ tally, marks, isNumber, values, kept, present, placeOf }),
    ...(isNumber && tally.affixes.size === 1 ? { affix: [...tally.affixes].join('') } : {}),
    isAscending: tally.isAscending,
    hasLeadingZeros: tally.leadingZeros > 0 && isNumeric(tally, marks),
  };
}

function countOf({ marks, onlyText, texts }: ColumnTally, text: string): number {
  return marks.get(text) ?? (onlyText === text ? texts : 0);
}

/** The minimum number of fields with this value. */
const FEWEST_MARKS = 2;

function doubtfulMarksOf(
  tally: ColumnTally,
  marks: NumberMarks,
  isNumber: boolean,
): readonly DoubtfulMark[] {
  const seen = [...tally.marks].map(([text, count]) => ({ text, count }));
  if (!isNumber) {
    return seen
      .filter(({ text }) => isAmbiguousMark(text))
      .map((mark) => ({ ...mark, isLikely: false }));
  }
  const own = hasOwnMissingMark(tally)
    ? [{ text: tally.onlyText ?? '', count: tally.texts, isLikely: true }]
    : [];
  const others = numbersOf(tally, marks, new Set(tally.marks.keys()));
  const sentinels = seen.flatMap(({ text, count }) => {
    const value = parseNumber(text, marks);
    if (Number.isNaN(value) || count < FEWEST_MARKS || others.count === 0) return [];
    const gap = value < others.minimum ? others.minimum - value : value - others.maximum;
    const isSmall = value === -1 || value === -9;
    const isFar = gap > others.maximum - others.minimum && gap > 9;
    if (!isFar && !(isSmall && others.minimum >= 0)) return [];
    return [{ text, count, isLikely: isFar && !isSmall }];
  });
  return [...own, ...sentinels];
}

/** Marks that are certain; the user is asked about the others. */
function certainMarksOf(
  tally: ColumnTally,
  isNumber: boolean,
  doubtful: readonly DoubtfulMark[],
): string[] {
  const inDoubt = new Set(doubtful.map(({ text }) => text));
  return [...tally.marks.keys()].filter(
    (text) => isMissingMark(text) && !inDoubt.has(text) && (isNumber || !isAmbiguousMark(text)),
  );
}

function valuesOf(
  { values }: ColumnTally,
  isMissing: ReadonlySet<string>,
): ReadonlyMap<string, number> | undefined {
  if (values === undefined) return undefined;
  const entries = [...values].filter(([text]) => !isMissing.has(text));
  return new Map(entries.toSorted((one, other) => other[1] - one[1]));
}

/** The statistics of the texts in the kept rows. */
function describeTexts(kept: readonly string[]) {
  const counts = new Map<string, number>();
  let words = 0;
  let characters = 0;
  for (const text of kept) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
    words += text.split(' ').length;
    characters += text.length;
  }
  const { length } = kept;
  return {
    uniqueShare: length === 0 ? 0 : counts.size / length,
    averageWords: length === 0 ? 0 : words / length,
    averageCharacters: length === 0 ? 0 : characters / length,
  };
}

function describeNumbers(tally: ColumnTally, marks: NumberMarks, missing: ReadonlySet<string>) {
  const { count, minimum, maximum, sum, sumOfSquares } = numbersOf(tally, marks, missing);
  const mean = sum / count;
  return { minimum, maximum, mean, variance: Math.max(0, sumOfSquares / count - mean ** 2) };
}

interface Judged {
  readonly tally: ColumnTally;
  readonly marks: NumberMarks;
  readonly isNumber: boolean;
  readonly values: ReadonlyMap<string, number> | undefined;
  readonly kept: readonly string[];
  readonly present: number;
  readonly placeOf: Table['placeOf'];
}

/** A category with more values needs values that repeat. */
const FEW_VALUES = 20;
const REPEATING_SHARE = 0.5;
const LONGEST_CATEGORY = 60;
/** The maximum share of other texts in a column of numbers. */
const STRAY_SHARE = 0.1;

function typeOf(judged: Judged): Pick<Column, 'type' | 'formats' | 'values' | 'strayTexts'> {
  const { tally, isNumber, values, present, placeOf } = judged;
  const formats =
    tally.dateForms === 0 || tally.dateForms === EVERY_FORM ? [] : formatsOf(tally.dateForms);
  if (present === 0) return { type: 'text', formats: [] };
  if (formats.length > 0 && (!isNumber || isDateNumber(judged))) return { type: 'date', formats };
  if (isNumber) return { type: numberType(judged), formats: [], ...(values && { values }) };
  const strayTexts = strayTextsOf(tally, placeOf);
  return {
    type: isCategory(judged) ? 'category' : 'text',
    formats: [],
    ...(values === undefined ? {} : { values }),
    ...(strayTexts === undefined ? {} : { strayTexts }),
  };
}

/** `20240131` is a date where all numbers are, and there are more than two. */
function isDateNumber({ values }: Judged): boolean {
  return values === undefined || values.size > 2;
}

function numberType({ tally, marks }: Judged): 'number' | 'integer' {
  const all = new Set([...tally.marks.keys()].filter(isMissingMark));
  return numbersOf(tally, marks, all).hasFraction ? 'number' : 'integer';
}

function isCategory({ values, kept }: Judged): boolean {
  if (values === undefined) return false;
  if (kept.reduce((sum, text) => sum + text.length, 0) / kept.length > LONGEST_CATEGORY)
    return false;
  if (values.size <= FEW_VALUES) return values.size < kept.length || kept.length <= 2;
  return new Set(kept).size / kept.length <= REPEATING_SHARE;
}

function strayTextsOf(
  { texts, readings, textLines }: ColumnTally,
  placeOf: Table['placeOf'],
): Column['strayTexts'] {
  const numbers = [...readings.values()].reduce((sum, count) => sum + count, 0);
  if (texts === 0 || texts > (texts + numbers) * STRAY_SHARE) return undefined;
  return { count: texts, firstPlace: placeOf(textLines[0] ?? 1) };
}
