import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parsePredictions } from '../../operations/index.ts';
import { drawAll } from './plot.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-plot-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The texts of a drawing. */
function textsOf(file: string): string[] {
  const svg = readFileSync(join(folder, file), 'utf8');
  return [...svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, text = '']) => text);
}

it('draws ROC, precision and recall, calibration and confusion of classes', async () => {
  const text =
    'actual,predicted,probability_sun,"probability_rain, heavy"\nsun,sun,0.9,0.1\n"rain, heavy","rain, heavy",0.2,0.8\nsun,"rain, heavy",0.4,0.6\n"rain, heavy","rain, heavy",0.45,0.55\n';

  const files = await drawAll(parsePredictions(text), folder, 'weather-3');

  expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
    'weather-3-roc.svg',
    'weather-3-precision-recall.svg',
    'weather-3-calibration.svg',
    'weather-3-confusion.svg',
  ]);
  expect(readdirSync(folder)).toHaveLength(4);
  // Three of four pairs are in the right order.
  expect(textsOf('weather-3-roc.svg')).toContain('rain, heavy (AUC 0.750)');
  expect(textsOf('weather-3-precision-recall.svg')).toContain('rain, heavy (50 % of the rows)');
  expect(textsOf('weather-3-confusion.svg').filter((shown) => /^\d$/.test(shown))).toEqual([
    '1',
    '1',
    '0',
    '2',
  ]);
});

it('draws predicted against actual numbers', async () => {
  const predictions = parsePredictions('actual,predicted\n1.5,2\n3,2.5\n');

  const files = await drawAll(predictions, folder, 'abalone-1');

  expect(files).toEqual([join(folder, 'abalone-1-predicted-against-actual.svg')]);
  expect(textsOf('abalone-1-predicted-against-actual.svg')).toContain('Predicted against actual');
});
