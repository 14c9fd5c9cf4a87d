import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { driftReportSchema, driftSummarySchema } from '../events/index.ts';
import { findInterpreter } from '../test/python-interpreter.ts';

const interpreter = findInterpreter();

interface Written {
  readonly name: string;
  readonly report: unknown;
  readonly summary: unknown;
}

describe.skipIf(interpreter === undefined)(
  'the reports that the monitor writes (skipped without a Python that has scikit-learn, XGBoost and pandas)',
  () => {
    it('have the shape that others read', () => {
      const written = writeReports();

      expect(written.map(({ name }) => name)).toEqual([
        'regression',
        'binary',
        'multiclass',
        'drifted',
        'empty',
        'batch',
      ]);
      const mistakes = written.map(({ name, report, summary }) => ({
        name,
        report: driftReportSchema.safeParse(report).error?.issues ?? [],
        summary: driftSummarySchema.safeParse(summary).error?.issues ?? [],
      }));
      expect(mistakes).toEqual(written.map(({ name }) => ({ name, report: [], summary: [] })));
    }, 120_000);
  },
);

function writeReports(): readonly Written[] {
  const { stdout, stderr } = spawnSync(interpreter ?? '', ['monitoring/test/write_reports.py'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' },
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as readonly Written[];
}
