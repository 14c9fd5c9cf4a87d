import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The runtime of the app's functions, `nodejs24.x`. */
export const NODE_24_VERSION = '24.22.3';

/**
 * Installs Node.js 24 from its npm package of this platform, once.
 *
 * @returns the program
 */
export async function prepareNode24(): Promise<string> {
  const folder = resolve('node_modules/.cache', `stepmill-node-${NODE_24_VERSION}`);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const program = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(program)) return program;
  await run('npm', ['install', '--prefix', folder, '--no-save', `${name}@${NODE_24_VERSION}`]);
  return program;
}
