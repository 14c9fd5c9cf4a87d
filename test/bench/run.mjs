/**
 * node test/bench/run.mjs NAME: bundles `test/bench/NAME.ts` and runs it. If there is a `test/bench/NAME/server.ts` or
 * `client.ts`, it is bundled too, to be run in a process of its own.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [name] = process.argv.splice(2, 1);
const folder = resolve('node_modules/.cache/stepmill-bench');
const outfile = resolve(folder, `${name}.mjs`);
mkdirSync(folder, { recursive: true });

/** Code in the bundle finds files by the URL of its source file. */
const sourceUrls = {
  name: 'source-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url') || path.includes(relative('.', 'test/bench'))) {
        return undefined;
      }
      const url = JSON.stringify(pathToFileURL(path).href);
      return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
};

/** Measures each call of the function with which the door checks an input; see `test/bench/gateway/server.ts`. */
const timedChecks = {
  name: 'timed-checks',
  setup({ onLoad }) {
    onLoad({ filter: /local\/cloud\/api-model\/index\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const changed = text.replace('export function judgeInput(', 'function untimed(');
      if (changed === text) throw new Error(`${path} has no judgeInput`);
      const timed = `
        export function judgeInput(...given) {
          const started = performance.now();
          try {
            return untimed(...given);
          } finally {
            globalThis.onCheck?.(performance.now() - started);
          }
        }`;
      return { contents: changed + timed, loader: 'ts' };
    });
  },
};

function bundle(entry, output, plugins = []) {
  return build({
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
    plugins: [...plugins, sourceUrls],
  });
}

for (const other of ['server', 'client']) {
  const entry = `test/bench/${name}/${other}.ts`;
  if (existsSync(entry)) {
    await bundle(entry, resolve(folder, `${name}-${other}.mjs`), [timedChecks]);
  }
}
await bundle(`test/bench/${name}.ts`, outfile);
await import(pathToFileURL(outfile).href);
