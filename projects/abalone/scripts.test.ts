import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findFurtherData } from '../../test/further-data.ts';

const interpreter = findInterpreter();

describe.skipIf(interpreter === undefined)(
  'the Abalone scripts (skipped without a Python that has scikit-learn, XGBoost and pandas)',
  () => {
    it('pass their own tests', () => {
      const result = spawnSync(
        interpreter ?? '',
        ['-m', 'unittest', 'discover', '-s', 'projects/abalone/test'],
        {
          encoding: 'utf8',
          env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...realData() },
        },
      );

      expect(result.stderr).toMatch(/\nOK/);
      expect(result.status).toBe(0);
    }, 180_000);
  },
);

/** The tests of the scripts do more with the real rows. */
function realData(): Readonly<Record<string, string>> {
  const file = findFurtherData('data/abalone.csv');
  return file === undefined ? {} : { STEPMILL_ABALONE: fileURLToPath(file) };
}

/** The interpreter that was named, one the runtime set up, or the machine's. */
function findInterpreter(): string | undefined {
  const candidates = [process.env['STEPMILL_PYTHON'], ...runtimeInterpreters(), 'python3'];
  return candidates.find((candidate) => candidate !== undefined && hasLibraries(candidate));
}

function runtimeInterpreters(): string[] {
  const folder = process.env['STEPMILL_PYTHON_FOLDER'] ?? join('.stepmill', 'python');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => join(folder, name, 'bin', 'python3'));
}

function hasLibraries(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import pandas, sklearn, xgboost'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
