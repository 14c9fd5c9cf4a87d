import type { Column } from './columns.ts';
import { parseDate } from './dates.ts';
import { hashOf } from './hash.ts';
import { type NumberMarks, parseNumber } from './numbers.ts';

/** A column that almost contains the label. */
export interface Leak {
  readonly column: string;
  /** The evidence, such as `AUC 0.98`. */
  readonly evidence: string;
}

export type Problem = 'regression' | 'binary' | 'multiclass';

/** The data in which leaks are searched. */
export interface LabelledSample {
  readonly columns: readonly Column[];
  readonly label: Column;
  readonly problem: Problem;
  readonly marks: NumberMarks;
  readonly rows: readonly (readonly string[])[];
}

/** A single column that separates the classes better is suspicious. */
const LARGEST_AUC = 0.95;
const LARGEST_CORRELATION = 0.99;
/** The minimum number of rows with a value, and of rows without one, for missing values to be evidence. */
const FEWEST_ROWS = 30;
/** The minimum number of rows of a class, and of rows of the others, for the order of values to be evidence. */
const FEWEST_OF_CLASS = 10;
/** The share of one class among the rows with a value, or without one. */
const PURE_SHARE = 0.98;
/** The maximum logarithm of the probability that this is chance. */
const LARGEST_LOG_PROBABILITY = Math.log(1e-9);
/** A number with at most this many values is a code, whose order may have no meaning. */
const FEWEST_NUMBERS = 16;

/** The maximum number of examined fields, once for each class: a few seconds. */
const LOOKS = 3_000_000;
const FEWEST_THINNED = 1_000;

export function findLeaks(sample: LabelledSample): Leak[] {
  const { columns, label, rows } = sample;
  const labelled = thin(
    rows.filter((row) => !isMissing(label, row[label.index] ?? '')),
    LOOKS / columns.length / (sample.problem === 'regression' ? 1 : (label.distinct ?? 1)),
  );
  if (labelled.length < FEWEST_ROWS) return [];
  const labels = labelled.map((row) => row[label.index] ?? '');
  return columns
    .filter((column) => column.index !== label.index && column.present > 0)
    .flatMap((column) => {
      const texts = labelled.map((row) => row[column.index] ?? '');
      const evidence =
        sample.problem === 'regression'
          ? numericEvidence(
              column,
              texts,
              labels.map((text) => parseNumber(text, sample.marks)),
              sample.marks,
            )
          : classEvidence(column, texts, labels, sample.marks);
      return evidence === undefined ? [] : [{ column: column.name, evidence }];
    });
}

/** A share of the rows, if there are more than this number. */
function thin<Row>(rows: readonly Row[], count: number): readonly Row[] {
  const share = Math.max(count, FEWEST_THINNED) / rows.length;
  return share >= 1 ? rows : rows.filter((_row, at) => hashOf(String(at)) < share);
}

function isMissing({ missingValues }: Column, text: string): boolean {
  return text === '' || missingValues.includes(text);
}

function numericEvidence(
  column: Column,
  texts: readonly string[],
  labels: readonly number[],
  marks: NumberMarks,
): string | undefined {
  const pairs = texts
    .map((text, at) => [valueOf(column, text, marks), labels[at] ?? Number.NaN] as const)
    .filter(([value, label]) => Number.isFinite(value) && Number.isFinite(label));
  if (pairs.length < FEWEST_ROWS) return undefined;
  const correlation = correlationOf(pairs);
  return Math.abs(correlation) > LARGEST_CORRELATION
    ? `correlation ${correlation.toFixed(3)}`
    : undefined;
}

function correlationOf(pairs: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[at], 0) / pairs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    xy += (x - meanX) * (y - meanY);
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}

function classEvidence(
  column: Column,
  texts: readonly string[],
  labels: readonly string[],
  marks: NumberMarks,
): string | undefined {
  const absent = texts.map((text) => isMissing(column, text));
  const auc = averageAuc(column, texts, labels, marks);
  if (auc > LARGEST_AUC) return `AUC ${auc.toFixed(2)}`;
  return presenceEvidence(absent, labels);
}

/** How well the column alone separates each class from the others, weighted by the classes' sizes. */
function averageAuc(
  column: Column,
  texts: readonly string[],
  labels: readonly string[],
  marks: NumberMarks,
): number {
  const isOrdered = column.type !== 'category' && column.type !== 'text';
  const hasMany = column.distinct === undefined || column.distinct >= FEWEST_NUMBERS;
  const values =
    isOrdered && hasMany ? texts.map((text) => valueOf(column, text, marks)) : undefined;
  let [sum, total] = [0, 0];
  for (const [name, count] of countEach(labels)) {
    // Fewer rows are in order by chance.
    if (Math.min(count, labels.length - count) < FEWEST_OF_CLASS) continue;
    total += count;
    const isClass = labels.map((label) => label === name);
    const auc =
      values === undefined
        ? aucOf(classRates(texts, isClass), isClass)
        : orderedAuc(values, isClass);
    sum += count * auc;
  }
  return total === 0 ? 0.5 : sum / total;
}

/** Missing values are sorted to the end at which they separate the classes better; the direction of the order is chosen in the same way. */
function orderedAuc(values: readonly number[], isClass: readonly boolean[]): number {
  const aucs = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map((absent) =>
    aucOf(
      values.map((value) => (Number.isNaN(value) ? absent : value)),
      isClass,
    ),
  );
  return Math.max(...aucs.flatMap((auc) => [auc, 1 - auc]));
}

/**
 * For each row, the frequency of the class among the rows of the other half with the same value, so that a value that occurs once
 * is not evidence.
 */
function classRates(texts: readonly string[], isClass: readonly boolean[]): number[] {
  const halves = [new Map<string, [number, number]>(), new Map<string, [number, number]>()];
  const halfOf = texts.map((_text, at) => (hashOf(String(at)) < 0.5 ? 0 : 1));
  for (const [at, text] of texts.entries()) {
    const half = halves[halfOf[at] ?? 0];
    const [hits = 0, count = 0] = half?.get(text) ?? [];
    half?.set(text, [hits + (isClass[at] === true ? 1 : 0), count + 1]);
  }
  const base = isClass.filter(Boolean).length / isClass.length;
  return texts.map((text, at) => {
    const [hits = 0, count = 0] = halves[1 - (halfOf[at] ?? 0)]?.get(text) ?? [];
    return (hits + base) / (count + 1);
  });
}

/** The share of pairs of a row of the class and another that the scores put in order; ties count half. */
export function aucOf(scores: readonly number[], isClass: readonly boolean[]): number {
  const counts = new Map<number, { hits: number; others: number }>();
  for (const [at, score] of scores.entries()) {
    let count = counts.get(score);
    if (count === undefined) counts.set(score, (count = { hits: 0, others: 0 }));
    if (isClass[at] === true) count.hits += 1;
    else count.others += 1;
  }
  let [hits, others, pairs] = [0, 0, 0];
  for (const score of Float64Array.from(counts.keys()).sort()) {
    const count = counts.get(score) ?? { hits: 0, others: 0 };
    pairs += count.hits * (others + count.others / 2);
    hits += count.hits;
    others += count.others;
  }
  return hits === 0 || others === 0 ? 0.5 : pairs / (hits * others);
}

/** The presence of a value reveals the class: a field that is filled in after the event, such as the number of a body. */
function presenceEvidence(
  absent: readonly boolean[],
  labels: readonly string[],
): string | undefined {
  const classes = countEach(labels);
  for (const isAbsent of [false, true]) {
    const group = labels.filter((_label, at) => absent[at] === isAbsent);
    if (group.length < FEWEST_ROWS || group.length === labels.length) continue;
    const [name = '', count = 0] =
      [...countEach(group)].toSorted((one, other) => other[1] - one[1])[0] ?? [];
    const share = (classes.get(name) ?? 0) / labels.length;
    const isPure = count / group.length >= PURE_SHARE;
    if (!isPure || count * Math.log(share) > LARGEST_LOG_PROBABILITY) continue;
    const percent = Math.floor((count / group.length) * 100);
    return `${isAbsent ? 'without' : 'with'} a value ${percent} % are of one class`;
  }
  return undefined;
}

function countEach(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function valueOf(column: Column, text: string, marks: NumberMarks): number {
  if (isMissing(column, text)) return Number.NaN;
  return column.type === 'date'
    ? parseDate(text, column.formats[0] ?? '')
    : parseNumber(text, marks);
}
