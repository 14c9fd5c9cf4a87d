import type { TopLevelSpec } from 'vega-lite';
import type { NumberPrediction } from '../../operations/index.ts';
import { CHART } from './draw.ts';

/**
 * Predicted against actual values, with the line of a perfect model.
 *
 * @param unit what the values count, for the axes' titles
 */
export function predictedAgainstActual(
  predictions: readonly NumberPrediction[],
  unit: string,
): TopLevelSpec {
  const values = predictions.flatMap(({ actual, predicted }) => [actual, predicted]);
  const domain = [
    Math.floor(values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)),
    Math.ceil(values.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY)),
  ];
  const [low, high] = domain;
  return {
    ...CHART,
    title: {
      text: 'Predicted against actual',
      subtitle: `${predictions.length} test rows of the evaluation; a perfect model lies on the line`,
    },
    layer: [
      {
        data: { values: predictions.map(({ actual, predicted }) => ({ actual, predicted })) },
        mark: { type: 'circle', opacity: 0.45, size: 36, color: '#2f6fb0' },
        encoding: {
          x: axis('actual', `actual ${unit}`, domain),
          y: axis('predicted', `predicted ${unit}`, domain),
        },
      },
      {
        data: { values: [low, high].map((end) => ({ actual: end, predicted: end })) },
        mark: { type: 'line', color: '#b0382f', strokeDash: [6, 4] },
        encoding: {
          x: axis('actual', `actual ${unit}`, domain),
          y: axis('predicted', `predicted ${unit}`, domain),
        },
      },
    ],
  };
}

function axis(field: string, title: string, domain: number[]) {
  return { field, type: 'quantitative' as const, title, scale: { domain, nice: false } };
}
