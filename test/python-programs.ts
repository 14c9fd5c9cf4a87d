import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withFileLock } from '../local/jobs/file-lock.ts';

const run = promisify(execFile);

/** Outside node_modules, which `npm ci` removes, as in on-node-24.mjs. */
const CACHES = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const FOLDER = join(CACHES, 'stepmill', 'test-programs');

const prepared = new Map<string, Promise<string>>();

/** An optional file with versions that replace those its packages require; installed without dependencies. */
const OVERRIDES = 'overrides.txt';

/**
 * Creates a virtual environment with the packages of a requirements.txt, once per content of the file. It is slow
 * the first time, so call it in a `beforeAll`.
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
  const files = [requirements, overrides].filter((file) => existsSync(file));
  const environment = join(FOLDER, await nameOf(files));
  const programs = join(environment, 'bin');
  const isWhole = join(environment, 'complete');
  if (existsSync(isWhole)) return programs;
  await mkdir(FOLDER, { recursive: true });
  // Another checkout may be building the same environment.
  return withFileLock(`${environment}.lock`, async () => {
    if (existsSync(isWhole)) return programs;
    await run('python3', ['-m', 'venv', '--clear', environment]);
    const install = (...args: readonly string[]) =>
      run(join(programs, 'python'), ['-m', 'pip', 'install', '--quiet', '--no-compile', ...args]);
    await install('-r', requirements);
    if (files.includes(overrides)) await install('--no-deps', '-r', overrides);
    await mkdir(isWhole, { recursive: true });
    return programs;
  });
}

/** The name of an environment: the same pins for the same Python have the same environment. */
async function nameOf(files: readonly string[]): Promise<string> {
  const { stdout: version } = await run('python3', ['-c', 'import sys; print(sys.version)']);
  const hash = createHash('sha256').update(version);
  for (const file of files) hash.update(readFileSync(file));
  const [requirements = ''] = files;
  return `${basename(dirname(requirements))}-${hash.digest('hex').slice(0, 12)}`;
}
