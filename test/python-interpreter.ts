import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The interpreter that was named, one the runtime set up, or the machine's.
 *
 * @returns undefined where none has the libraries that the scripts import
 */
export function findInterpreter(): string | undefined {
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
