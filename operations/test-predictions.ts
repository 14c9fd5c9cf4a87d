import { parse } from 'csv-parse/sync';

/** A true value and what a model said of it. */
export interface NumberPrediction {
  readonly actual: number;
  readonly predicted: number;
}

/** What a classifier said of a row: its answer, and the probability of each class. */
export interface ClassPrediction {
  readonly actual: string;
  readonly predicted: string;
  readonly probabilities: readonly number[];
}

/** `predictions.csv` of an evaluation. */
export type TestPredictions =
  | { readonly kind: 'numbers'; readonly rows: readonly NumberPrediction[] }
  | {
      readonly kind: 'classes';
      /** Of two, the second is the positive one. */
      readonly classes: readonly string[];
      readonly rows: readonly ClassPrediction[];
    };

const PREFIX = 'probability_';

/** Reads `actual,predicted`, or `actual,predicted,probability_<class>…`. */
export function parsePredictions(text: string): TestPredictions {
  const [header = [], ...rows] = parse(text, { skip_empty_lines: true });
  const classes = header.slice(2).map((name) => name.slice(PREFIX.length));
  if (classes.length === 0) {
    return {
      kind: 'numbers',
      rows: rows.map(([actual, predicted]) => ({
        actual: Number(actual),
        predicted: Number(predicted),
      })),
    };
  }
  return {
    kind: 'classes',
    classes,
    rows: rows.map(([actual = '', predicted = '', ...probabilities]) => ({
      actual,
      predicted,
      probabilities: probabilities.map(Number),
    })),
  };
}
