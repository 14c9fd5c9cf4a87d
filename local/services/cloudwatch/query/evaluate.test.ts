import { expect, it } from 'vitest';
import { evaluate, type Scope } from './evaluate.ts';
import { parseExpression } from './expression.ts';
import type { Series } from './series.ts';

const PERIOD_MS = 60_000;
const GAP = undefined;

type Values = readonly (number | undefined)[];

function seriesOf(values: Values): Series {
  return new Map(
    values.flatMap((value, index) =>
      value === undefined ? [] : [[index * PERIOD_MS, value] as const],
    ),
  );
}

/** The value of each of five periods. */
function compute(expression: string, metrics: Readonly<Record<string, Values>>): Values {
  const scope: Scope = {
    window: { start: 0, end: 5 * PERIOD_MS, periodMs: PERIOD_MS },
    resolve: (id) => seriesOf(metrics[id] ?? []),
    metrics: () => Object.values(metrics).map(seriesOf),
    charge: () => {},
  };
  const series = evaluate(parseExpression(expression), scope) as Series;
  return Array.from({ length: 5 }, (_, index) => series.get(index * PERIOD_MS));
}

// The examples of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-operators
it.each([
  ['m1 < m2', [0, 0, 1, 0]],
  ['m1 >= 30', [1, 0, 0, 0]],
  ['m1 > 15 AND m2 > 15', [1, 0, 0, 0]],
  // "Missing values in a time series are treated as 0": also https://github.com/compiler-explorer/infra/pull/1661
  ['m1 + m2', [50, 20, 20, 0]],
  ['m2 / m1', [20 / 30, 0, GAP, GAP]],
])('a value that is missing in one series counts as 0: %s', (expression, values) => {
  const metrics = { m1: [30, 20, 0, 0, GAP], m2: [20, GAP, 20, GAP, GAP] };

  expect(compute(expression, metrics)).toEqual([...values, GAP]);
});

// The tables of …/using-metric-math.html#using-IF-expressions
it.each([
  ['IF(m1, m2, m3)', [30, 0, 20, GAP, GAP]],
  ['IF(m1, 5, m3)', [5, 5, 20, GAP, GAP]],
  ['IF(m1, m2, 5)', [30, 0, 5, 5, GAP]],
])('chooses 0 where the condition holds and the chosen series has no value: %s', (text, values) => {
  const metrics = {
    m1: [1, 1, 0, 0, GAP],
    m2: [30, GAP, 0, 0, 30],
    m3: [0, 0, 20, GAP, 20],
  };

  expect(compute(text, metrics)).toEqual(values);
});
