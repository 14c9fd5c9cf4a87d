import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const prepared = new Map<string, Promise<string>>();

/** Beside a requirements.txt: what replaces versions that its packages ask for; installed without dependencies. */
const OVERRIDES = 'overrides.txt';

/**
 * Makes a virtual environment of what a requirements.txt pins, once for each content of it. Slow the first
 * time, so call it in a `beforeAll`.
 *
 * @returns the folder of its programs
 */
export function preparePythonPrograms(requirements: string): Promise<string> {
  const programs = prepared.get(requirements) ?? prepare(requirements);
  prepared.set(requirements, programs);
  return programs;
}

async function prepare(requirements: string): Promise<string> {
  const overrides = join(dirname(requirements), OVERRIDES);
  const hash = createHash('sha256').update(readFileSync(requirements));
  if (existsSync(overrides)) hash.update(readFileSync(overrides));
  const digest = hash.digest('hex').slice(0, 12);
  const name = `stepmill-${basename(dirname(requirements))}-${digest}`;
  const environment = resolve('node_modules/.cache', name);
  const programs = join(environment, 'bin');
  const isWhole = join(environment, 'complete');
  if (existsSync(isWhole)) return programs;
  await mkdir(resolve('node_modules/.cache'), { recursive: true });
  await run('python3', ['-m', 'venv', '--clear', environment]);
  const install = (...args: readonly string[]) =>
    run(join(programs, 'python'), ['-m', 'pip', 'install', '--quiet', ...args]);
  await install('-r', requirements);
  if (existsSync(overrides)) await install('--no-deps', '-r', overrides);
  await mkdir(isWhole, { recursive: true });
  return programs;
}
