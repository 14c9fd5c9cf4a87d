/** node test/bench/run.mjs NAME: bundles `test/bench/NAME.ts` and runs it. */
import { mkdirSync } from 'node:fs';
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

await build({
  entryPoints: [`test/bench/${name}.ts`],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
  plugins: [sourceUrls],
});
await import(pathToFileURL(outfile).href);
