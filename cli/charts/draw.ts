import { writeFileSync } from 'node:fs';
import type { TopLevelSpec } from 'vega-lite';
import { installCommand } from '../runtime/optional-packages.ts';

/** Charts are drawn by packages that Stepmill does not install. */
export class ChartPackagesMissing extends Error {}

/** What all charts have in common. */
export const CHART = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 480,
  height: 480,
  background: 'white',
  padding: 16,
} as const;

/**
 * Draws a chart as an SVG file.
 *
 * @throws ChartPackagesMissing where vega or vega-lite is not installed
 */
export async function draw(chart: TopLevelSpec, file: string): Promise<void> {
  const [vega, vegaLite] = await loadPackages();
  const { spec } = vegaLite.compile(chart);
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
