import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import effects from './charts/effects.vl?raw';
import quality from './charts/quality.vl?raw';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.parse('2026-11-30T17:41:37Z');

/** The labels of the axis that shows when, of windows that end so long after the first. */
async function labelsOf(chart: string, ends: readonly number[]): Promise<readonly string[]> {
  const { spec } = compile(JSON.parse(chart) as TopLevelSpec);
  const rows = ends.map((after) => ({
    at: new Date(START + after).toISOString(),
    ...{ column: 'length', psi: 0.1, threshold: 0.2 },
    ...{ kind: 'measured', value: 0.9 },
  }));
  const view = new View(parse(spec), { renderer: 'none' }).width(700).data('rows', rows);
  const svg = await view.toSVG();
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)]
    .map(([, label = '']) => label)
    .filter((label) => /\d:\d|[A-Z][a-z]{2} \d/.test(label));
}

const CHARTS = { effects, quality };

describe.each(Object.entries(CHARTS))('the chart of %s', (_name, chart) => {
  it.each([
    ['five seconds', [0, 5_000]],
    ['a minute', [0, MINUTE]],
    ['two minutes', [0, MINUTE, 2 * MINUTE]],
    ['five minutes', [0, 5 * MINUTE]],
    ['three days', [0, DAY, 3 * DAY]],
  ])('names no time twice with windows over %s', async (_text, ends) => {
    const labels = await labelsOf(chart, ends);

    expect(labels.length).toBeGreaterThan(0);
    expect(new Set(labels).size).toBe(labels.length);
  });
});
