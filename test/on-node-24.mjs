/**
 * Runs the unit tests on Node.js 24, the runtime of the functions: `npm run test:node24`, with vitest's
 * arguments behind `--`. Node.js comes from its npm package, pinned where the witness pins it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

const pin = readFileSync('test/witness/node-24/node-24.ts', 'utf8');
const version = /NODE_24_VERSION = '([\d.]+)'/.exec(pin)?.[1];
if (version === undefined) throw new Error('node-24.ts names no version; nothing was tested.');
const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const folder = resolve('node_modules/.cache', `stepmill-node-${version}`);
const node = join(folder, 'node_modules', name, 'bin/node');
if (!existsSync(node)) {
  run('npm', ['install', '--prefix', folder, '--no-save', `${name}@${version}`]);
}
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit'];
run(node, [...vitest, ...process.argv.slice(2)]);

function run(program, args) {
  // Programs that the tests start find the same Node.js.
  const PATH = [dirname(node), process.env.PATH].join(delimiter);
  const { error, status } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH },
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
