import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findFurtherData } from '../../test/further-data.ts';
import { findInterpreter } from '../../test/python-interpreter.ts';

const interpreter = findInterpreter();
const data = findFurtherData('data/');

describe.skipIf(interpreter === undefined || data === undefined)(
  'the kit on the real data (skipped without them, or without a Python that has the libraries)',
  () => {
    it.each([
      ['agrees to three digits with scikit-learn and XGBoost', 'test_agreement'],
      ['passes the gates of the projects, and a useless model does not', 'test_gates'],
    ])(
      '%s',
      (_, module) => {
        const result = spawnSync(interpreter ?? '', ['-m', 'unittest', module], {
          cwd: 'projects/tabular/test',
          encoding: 'utf8',
          env: {
            ...process.env,
            PYTHONDONTWRITEBYTECODE: '1',
            OMP_NUM_THREADS: '1',
            STEPMILL_DATA: data === undefined ? '' : fileURLToPath(data),
          },
        });

        expect(result.stderr).toMatch(/\nOK\n/);
        expect(result.status).toBe(0);
      },
      300_000,
    );
  },
);
