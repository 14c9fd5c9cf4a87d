import { expect, it } from 'vitest';
import { metricRows } from './metric-rows.ts';

it('puts measured metrics beside estimated ones', () => {
  const rows = metricRows({
    measured: {
      rows: 90,
      of: 90,
      binary_classification_metrics: {
        auc: { value: 0.9, standard_deviation: 0.1, lower: 0.8, upper: 0.95 },
        confusion_matrix: { '0': { '0': 3 } },
      },
    },
    estimated: {
      rows: 260,
      of: 260,
      binary_classification_metrics: { auc: { value: 0.93 }, brier: { value: 0.1 } },
    },
  } as never);
  expect(rows).toEqual([
    { name: 'auc', measured: { value: 0.9, lower: 0.8, upper: 0.95 }, estimated: 0.93 },
    { name: 'brier', measured: undefined, estimated: 0.1 },
  ]);
});

it('has no row without labels and probabilities', () => {
  expect(metricRows({ measured: null, estimated: null } as never)).toEqual([]);
});
