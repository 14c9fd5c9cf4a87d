import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findInterpreter } from '../test/python-interpreter.ts';

const interpreter = findInterpreter();

describe.skipIf(interpreter === undefined)(
  'the scripts of monitoring (skipped without a Python that has scikit-learn, XGBoost and pandas)',
  () => {
    it('pass their own tests', () => {
      const result = spawnSync(
        interpreter ?? '',
        ['-m', 'unittest', 'discover', '-s', 'monitoring/test'],
        {
          encoding: 'utf8',
          // A team of threads costs more than it brings on few rows.
          env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' },
        },
      );

      expect(result.stderr).toMatch(/\nOK/);
      expect(result.status).toBe(0);
    }, 300_000);
  },
);
