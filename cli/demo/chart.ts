import { writeFileSync } from 'node:fs';
import type { TopLevelSpec } from 'vega-lite';

/** A true value and what the model said of it. */
export interface Prediction {
  readonly actual: number;
  readonly predicted: number;
}

/**
 * Draws predicted against actual values, with the line of a perfect model, as an SVG file.
 *
 * @param unit what the values count, for the axes' titles
 */
export async function drawPredictions(
  predictions: readonly Prediction[],
  unit: string,
  file: string,
): Promise<void> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const { spec } = vegaLite.compile(specification(predictions, unit));
  const view = new vega.View(vega.parse(spec), { renderer: 'none' });
  writeFileSync(file, await view.toSVG());
}

function specification(predictions: readonly Prediction[], unit: string): TopLevelSpec {
  const values = predictions.flatMap(({ actual, predicted }) => [actual, predicted]);
  const domain = [Math.floor(Math.min(...values)), Math.ceil(Math.max(...values))];
  const [low, high] = domain;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: 480,
    height: 480,
    background: 'white',
    padding: 16,
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
