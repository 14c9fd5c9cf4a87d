import { type ColumnTally, NO_NUMBERS, type NumberTally } from './column-tally.ts';
import type { Delimiter } from './delimiter.ts';
import {
  ALL_MARKS,
  COMMA,
  eachReading,
  type NumberMarks,
  parseNumber,
  readingsWith,
} from './numbers.ts';

/** Whether every field that is not missing is a number, with these marks. */
export function isNumeric(column: ColumnTally, marks: NumberMarks): boolean {
  const right = readingsWith(marks);
  if (column.texts > 0 && !hasOwnMissingMark(column)) return false;
  if (column.readings.size === 0) return false;
  return [...column.readings.keys()].every((readings) => (readings & right) !== 0);
}

/** Half of the fields may be one word, such as `unknown`, and the others numbers. */
export function hasOwnMissingMark({ texts, count, onlyText }: ColumnTally): boolean {
  return (
    onlyText !== undefined &&
    texts >= 2 &&
    texts < count / 2 &&
    /^[\p{L} ./-]{1,20}$/u.test(onlyText)
  );
}

/** How the file writes numbers: the simplest way in which most columns contain numbers. */
export function findMarks(columns: readonly ColumnTally[], delimiter: Delimiter): NumberMarks {
  const scored = ALL_MARKS.map((marks, rank) => ({
    marks,
    score: columns.filter((column) => isNumeric(column, marks)).length,
    rank: rank + (isUnlikely(marks, columns, delimiter) ? ALL_MARKS.length : 0),
  }));
  const [best] = scored.toSorted((one, other) => other.score - one.score || one.rank - other.rank);
  return best?.marks ?? { decimal: '.' };
}

/**
 * `1,234` alone may be either. In a file that separates fields by commas it is a thousand and more; a decimal comma has
 * other numbers of digits after it in some rows.
 */
function isUnlikely(
  { decimal, thousands }: NumberMarks,
  columns: readonly ColumnTally[],
  delimiter: Delimiter,
): boolean {
  if (decimal !== ',' || thousands !== undefined || delimiter !== ',') return false;
  return columns.every((column) => !column.readings.has(COMMA));
}

/** Whether every number with a comma has two possible readings. */
export function areMarksUncertain(columns: readonly ColumnTally[], marks: NumberMarks): boolean {
  const masks = columns.flatMap((column) =>
    isNumeric(column, marks) ? [...column.readings.keys()] : [],
  );
  const withComma = masks.filter((mask) => (mask & COMMA) !== 0);
  const isDecided =
    masks.some((mask) => mask === COMMA) ||
    masks.some((mask) => mask > COMMA && (mask & COMMA) === 0 && (mask & 2) === 0);
  return withComma.length > 0 && !isDecided;
}

/** The numbers of a column by the one right way to read them, without marks of missing values. */
export function numbersOf(
  column: ColumnTally,
  marks: NumberMarks,
  missing: ReadonlySet<string>,
): NumberTally {
  const right = readingsWith(marks);
  const tallies = eachReading(right).flatMap((reading) => column.numbers.get(reading) ?? []);
  const sentinels = [...column.marks].flatMap(([text, count]): NumberTally[] => {
    const value = missing.has(text) ? Number.NaN : parseNumber(text, marks);
    if (Number.isNaN(value)) return [];
    return [
      {
        count,
        minimum: value,
        maximum: value,
        sum: value * count,
        sumOfSquares: value * value * count,
        hasFraction: /[.,eE]/.test(text),
      },
    ];
  });
  return [...tallies, ...sentinels].reduce(sumOf, NO_NUMBERS);
}

function sumOf(one: NumberTally, other: NumberTally): NumberTally {
  return {
    count: one.count + other.count,
    minimum: Math.min(one.minimum, other.minimum),
    maximum: Math.max(one.maximum, other.maximum),
    sum: one.sum + other.sum,
    sumOfSquares: one.sumOfSquares + other.sumOfSquares,
    hasFraction: one.hasFraction || other.hasFraction,
  };
}
