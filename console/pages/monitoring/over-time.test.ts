import { expect, it } from 'vitest';
import type { ReportSummary } from '../../data/monitoring.ts';
import { effectRows, qualityRows } from './over-time.ts';

const report = (members: Partial<ReportSummary>): ReportSummary => ({
  project: 'abalone',
  report: 'r',
  status: 'SUCCEEDED',
  startedAt: 'start',
  drifted: [],
  objections: [],
  ...members,
});
const window = { start: 'a', end: 'b' };

it('draws the columns with the largest effect in any window', () => {
  const names = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'];
  const small = Object.fromEntries(names.map((name) => [name, 0.01]));
  const rows = effectRows([
    report({ window, effects: { ...small, c1: 0.001, c7: 0.001 } }),
    report({ window: { start: 'b', end: 'c' }, effects: { c7: 0.5 } }),
    report({ effects: { c1: 9 } }),
  ]);
  expect(new Set(rows.map(({ column }) => column))).toEqual(new Set(names.slice(1)));
  expect(rows.filter(({ column }) => column === 'c7')).toEqual([
    { at: 'b', column: 'c7', psi: 0.001 },
    { at: 'c', column: 'c7', psi: 0.5 },
  ]);
});

it('keeps measured quality and estimates apart', () => {
  const rows = qualityRows([
    report({ window, measured: { auc: 0.8 }, estimated: { auc: 0.9 } }),
    report({ window, measured: null, estimated: null }),
    report({ measured: { auc: 0.1 } }),
  ]);
  expect(rows).toEqual([
    { at: 'b', metric: 'auc', kind: 'measured', value: 0.8 },
    { at: 'b', metric: 'auc', kind: 'estimated', value: 0.9 },
  ]);
});
