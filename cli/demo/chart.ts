import { writeFileSync } from 'node:fs';
import type { TopLevelSpec } from 'vega-lite';
import { installCommand } from '../runtime/optional-packages.ts';

/** A true value and what the model said of it. */
export interface Prediction {
  readonly actual: number;
  readonly predicted: number;
}

/** Charts are drawn by packages that only the demonstration needs. */
export class ChartPackagesMissing extends Error {}

/**
 * Draws predicted against actual values, with the line of a perfect model, as an SVG file.
 *
 * @param unit what the values count, for the axes' titles
 * @throws ChartPackagesMissing where vega or vega-lite is not installed
 */
export async function drawPredictions(
  predictions: readonly Prediction[],
  unit: string,
  file: string,
): Promise<void> {
  const [vega, vegaLite] = await loadPackages();
  const { spec } = vegaLite.compile(specification(predictions, unit));
  const view = new vega.View(vega.parse(spec), { renderer: 'none' });
  writeFileSync(file, await view.toSVG());
}

async function loadPackages() {
  try {
    return await Promise.all([import('vega'), import('vega-lite')]);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) {
      throw error;
    }
    throw new ChartPackagesMissing(
      `The packages vega and vega-lite are not installed. Install them: ${installCommand('vega', 'vega-lite')}`,
      { cause: error },
    );
  }
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
