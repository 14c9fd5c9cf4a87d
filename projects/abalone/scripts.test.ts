import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const interpreter = findInterpreter();

describe.skipIf(interpreter === undefined)(
  'the Abalone scripts (skipped without a Python that has scikit-learn, XGBoost and pandas)',
  () => {
    it('pass their own tests', () => {
      const result = spawnSync(
        interpreter ?? '',
        ['-m', 'unittest', 'discover', '-s', 'projects/abalone/test'],
        { encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
      );

      expect(result.stderr).toMatch(/\nOK/);
      expect(result.status).toBe(0);
    }, 180_000);
  },
);

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
