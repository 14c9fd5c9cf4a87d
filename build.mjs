/**
 * Bundles the faces into `dist/` with esbuild: `npm ci` runs it through `prepare`, `npm start`, the
 * demonstration and `cdk synth` before they run. Packages stay external.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { build } from 'esbuild';

const entryPoints = ['cli/main.ts', 'engine/index.ts', 'infra/main.ts', 'local/index.ts'].filter(
  (entry) => existsSync(entry),
);

/**
 * Code that finds files beside itself (Python programs, the Lambda bootstrap) keeps finding them in the
 * source tree: every output lies two levels below the package, so `import.meta.url` is led back from there.
 */
const sourceUrls = {
  name: 'source-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const source = JSON.stringify(`../../${relative('.', path)}`);
      const contents = text.replaceAll(
        'import.meta.url',
        `new URL(${source}, import.meta.url).href`,
      );
      return { contents, loader: 'ts' };
    });
  },
};

await build({
  entryPoints,
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [sourceUrls],
});
