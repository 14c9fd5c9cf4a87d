import type { Schemas } from '../../../api/client/index.ts';
import { type CurvePoint, calibrationOf, precisionRecallOf, rocOf, type Scored } from './curves.ts';
import type { PlotName } from './plot.tsx';

type Pairs = Schemas['PredictionPairs'];

/** A plot with what it shows. */
export interface PlotData {
  readonly name: PlotName;
  readonly text: string;
  readonly rows: readonly object[];
}

/** The plots for what was predicted. */
export function plotsOf(pairs: Pairs): readonly PlotData[] {
  const rows = rowsOf(pairs);
  if (pairs.kind === 'numbers') {
    return [
      {
        name: 'predicted',
        text: 'Predicted against actual; a perfect model lies on the line',
        rows,
      },
      { name: 'errors', text: 'Errors: how many rows are how far off', rows },
    ];
  }
  return [
    { name: 'right', text: 'Share of the rows of each class that were predicted right', rows },
    { name: 'confusions', text: 'Actual against predicted classes, in rows', rows },
    ...curvesOf(pairs),
  ];
}

/** A row of a plot: one prediction of one version. */
function rowsOf({ one, other, rows }: Pairs) {
  return rows.flatMap((row) => [
    { version: one, actual: row.actual, predicted: row.one },
    { version: other, actual: row.actual, predicted: row.other },
  ]);
}

/** Curves over probabilities, which only two classes have. */
function curvesOf(pairs: Pairs): readonly PlotData[] {
  const [, positive, third] = pairs.classes;
  if (positive === undefined || third !== undefined) return [];
  const scored = scoresOf(pairs, positive);
  const rows = (curve: (rows: readonly Scored[]) => readonly CurvePoint[]) =>
    scored.flatMap(({ version, rows: own }) =>
      curve(own).map((point, order) => ({ version, order, ...point })),
    );
  return [
    {
      name: 'roc',
      text: `ROC of ${positive}; a model that guesses lies on the line`,
      rows: rows(rocOf),
    },
    {
      name: 'precisionRecall',
      text: `Precision and recall of ${positive}`,
      rows: rows(precisionRecallOf),
    },
    {
      name: 'calibration',
      text: `Calibration: how often ${positive} is true where a probability was given`,
      rows: rows(calibrationOf),
    },
  ];
}

function scoresOf({ one, other, rows }: Pairs, positive: string) {
  const scores = (name: 'oneProbabilities' | 'otherProbabilities') =>
    rows.flatMap((row): Scored[] => {
      const score = row[name]?.[1];
      return score === undefined ? [] : [{ isPositive: String(row.actual) === positive, score }];
    });
  return [
    { version: one, rows: scores('oneProbabilities') },
    { version: other, rows: scores('otherProbabilities') },
  ];
}
