import type { TopLevelSpec } from 'vega-lite';
import type { ClassPrediction } from '../../operations/index.ts';
import { areaUnder, type CurvePoint, calibrationOf, curveOf, type ScoredRow } from './curves.ts';
import { CHART } from './draw.ts';

/** What a classifier said of the rows it was measured on. */
interface Classified {
  readonly classes: readonly string[];
  readonly rows: readonly ClassPrediction[];
}

/** More lines cannot be distinguished; the classes with most rows are drawn. */
const DRAWN_CLASSES = 8;
/** More points of a line cannot be seen. */
const DRAWN_POINTS = 2_000;
const SHARE = { domain: [0, 1], nice: false };
const LINE_OF_CHANCE = '#b0382f';

/** Every chart of a classifier, by the name of its file. */
export function classChartsOf(classified: Classified): Readonly<Record<string, TopLevelSpec>> {
  return {
    roc: rocChart(classified),
    'precision-recall': precisionRecallChart(classified),
    calibration: calibrationChart(classified),
    confusion: confusionChart(classified),
  };
}

/** Of two classes the positive one; of more, each against the others. */
function drawnClasses({ classes, rows }: Classified): readonly { name: string; at: number }[] {
  const all = classes.map((name, at) => ({ name, at }));
  if (all.length <= 2) return all.slice(1);
  const countOf = (name: string) => rows.filter(({ actual }) => actual === name).length;
  return all
    .toSorted((one, other) => countOf(other.name) - countOf(one.name))
    .slice(0, DRAWN_CLASSES);
}

function scoredRows({ rows }: Classified, name: string, at: number): ScoredRow[] {
  return rows.map(({ actual, probabilities }) => ({
    score: probabilities[at] ?? 0,
    isClass: actual === name,
  }));
}

type CurveDatum = CurvePoint & { readonly class: string; readonly order: number };

function curveData(
  classified: Classified,
  label: (name: string, points: readonly CurvePoint[]) => string,
) {
  return drawnClasses(classified).flatMap(({ name, at }): CurveDatum[] => {
    const points = curveOf(scoredRows(classified, name, at));
    const step = Math.ceil(points.length / DRAWN_POINTS);
    return points
      .map((point, order) => ({ ...point, class: label(name, points), order }))
      .filter(({ order }) => order % step === 0 || order === points.length - 1);
  });
}

function rocChart(classified: Classified): TopLevelSpec {
  return {
    ...CHART,
    title: {
      text: 'ROC',
      subtitle: `${classified.rows.length} test rows; the dashed line is a guess, the upper left corner perfect`,
    },
    layer: [
      {
        data: {
          values: curveData(
            classified,
            (name, points) => `${name} (AUC ${areaUnder(points).toFixed(3)})`,
          ),
        },
        mark: { type: 'line', interpolate: 'linear', strokeWidth: 2 },
        encoding: {
          x: {
            field: 'falsePositiveRate',
            type: 'quantitative',
            title: 'false positive rate',
            scale: SHARE,
          },
          y: {
            field: 'truePositiveRate',
            type: 'quantitative',
            title: 'true positive rate',
            scale: SHARE,
          },
          ...CLASS_COLOUR,
        },
      },
      diagonal('falsePositiveRate', 'truePositiveRate'),
    ],
  };
}

const CLASS_COLOUR = {
  color: {
    field: 'class',
    type: 'nominal',
    title: null,
    legend: { orient: 'bottom', columns: 2, labelLimit: 300 },
  },
  order: { field: 'order', type: 'quantitative' },
} as const;

function diagonal(x: string, y: string) {
  return {
    data: { values: [0, 1].map((end) => ({ [x]: end, [y]: end })) },
    mark: { type: 'line' as const, color: LINE_OF_CHANCE, strokeDash: [6, 4] },
    encoding: {
      x: { field: x, type: 'quantitative' as const, scale: SHARE },
      y: { field: y, type: 'quantitative' as const, scale: SHARE },
    },
  };
}

function precisionRecallChart(classified: Classified): TopLevelSpec {
  const { rows } = classified;
  const shareOf = (name: string) =>
    rows.filter(({ actual }) => actual === name).length / rows.length;
  const shares = drawnClasses(classified).map(({ name }) => ({
    class: label(name),
    precision: shareOf(name),
  }));
  function label(name: string): string {
    return `${name} (${Math.round(shareOf(name) * 100)} % of the rows)`;
  }
  return {
    ...CHART,
    title: {
      text: 'Precision and recall',
      subtitle: `${rows.length} test rows; a dashed line is the class's share, which a guess has as precision`,
    },
    layer: [
      {
        data: { values: curveData(classified, label) },
        mark: { type: 'line', interpolate: 'step-before', strokeWidth: 2 },
        encoding: {
          x: { field: 'truePositiveRate', type: 'quantitative', title: 'recall', scale: SHARE },
          y: { field: 'precision', type: 'quantitative', title: 'precision', scale: SHARE },
          ...CLASS_COLOUR,
        },
      },
      {
        data: { values: shares },
        mark: { type: 'rule', strokeDash: [6, 4] },
        encoding: {
          y: { field: 'precision', type: 'quantitative', scale: SHARE },
          color: { field: 'class', type: 'nominal' },
        },
      },
    ],
  };
}

const CALIBRATION = {
  x: {
    field: 'predicted',
    type: 'quantitative',
    title: 'probability that the model gives',
    scale: SHARE,
  },
  y: {
    field: 'observed',
    type: 'quantitative',
    title: 'share of the rows that are of the class',
    scale: SHARE,
  },
  color: {
    field: 'class',
    type: 'nominal',
    title: null,
    legend: { orient: 'bottom', columns: 4, labelLimit: 200 },
  },
} as const;

function calibrationChart(classified: Classified): TopLevelSpec {
  const values = drawnClasses(classified).flatMap(({ name, at }) =>
    calibrationOf(scoredRows(classified, name, at)).map((bin) => ({ ...bin, class: name })),
  );
  const encoding = CALIBRATION;
  return {
    ...CHART,
    title: {
      text: 'Calibration',
      subtitle: `${classified.rows.length} test rows in tenths of probability; on the dashed line, probabilities are true`,
    },
    layer: [
      diagonal('predicted', 'observed'),
      { data: { values }, mark: { type: 'line', strokeWidth: 1.5 }, encoding },
      {
        data: { values },
        mark: { type: 'circle', opacity: 0.7 },
        encoding: {
          ...encoding,
          size: {
            field: 'rows',
            type: 'quantitative',
            title: 'rows',
            scale: { range: [30, 600] },
            legend: { orient: 'bottom' },
          },
        },
      },
    ],
  };
}

/** How many rows of each class are answered with each class. */
function countPairs(classes: readonly string[], rows: readonly ClassPrediction[]) {
  return classes.flatMap((actual) => {
    const own = rows.filter((row) => row.actual === actual);
    return classes.map((predicted) => {
      const count = own.filter((row) => row.predicted === predicted).length;
      return { actual, predicted, count, share: own.length === 0 ? 0 : count / own.length };
    });
  });
}

function confusionChart({ classes, rows }: Classified): TopLevelSpec {
  const values = countPairs(classes, rows);
  const encoding = {
    x: {
      field: 'predicted',
      type: 'nominal',
      title: 'predicted',
      sort: null,
      axis: { labelAngle: classes.length > 4 ? -45 : 0 },
    },
    y: { field: 'actual', type: 'nominal', title: 'actual', sort: null },
  } as const;
  return {
    ...CHART,
    title: {
      text: 'Confusion',
      subtitle: `${rows.length} test rows; the colour is the share of the actual class`,
    },
    data: { values },
    layer: [
      {
        mark: 'rect',
        encoding: {
          ...encoding,
          color: {
            field: 'share',
            type: 'quantitative',
            title: 'share',
            scale: { domain: [0, 1], scheme: 'blues' },
          },
        },
      },
      {
        mark: { type: 'text', fontSize: classes.length > 12 ? 9 : 15 },
        encoding: {
          ...encoding,
          text: { field: 'count', type: 'quantitative' },
          color: { condition: { test: 'datum.share > 0.5', value: 'white' }, value: '#222' },
        },
      },
    ],
  };
}
