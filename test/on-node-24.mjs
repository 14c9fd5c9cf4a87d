/**
 * Runs a program on Node.js 24, the runtime of the functions: `node test/on-node-24.mjs program.mjs [arguments]`.
 * Node.js is installed once, from the npm package of this platform.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const VERSION = '24.22.3';

const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
// Outside node_modules, which `npm ci` removes, as in python-programs.ts.
const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
const folder = join(caches, 'stepmill', 'test-programs', `node-${VERSION}`);
const node = join(folder, 'node_modules', name, 'bin/node');
if (!existsSync(node)) {
  // Standard output belongs to the program.
  run('npm', ['install', '--prefix', folder, '--no-save', `${name}@${VERSION}`], {
    stdio: ['ignore', 2, 2],
  });
}
run(node, process.argv.slice(2), {
  stdio: 'inherit',
  // Child programs find the same Node.js.
  env: { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) },
});

function run(program, args, options) {
  const { error, status } = spawnSync(program, args, options);
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
