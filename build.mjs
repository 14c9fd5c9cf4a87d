/**
 * Bundles the faces into `dist/` with esbuild: `npm ci` runs it through `prepare`, `npm start`, the
 * demonstration and `cdk synth` before they run. Packages stay external.
 */
import { existsSync } from 'node:fs';
import { build } from 'esbuild';

const entryPoints = ['cli/main.ts', 'engine/index.ts', 'infra/main.ts', 'local/index.ts'].filter(
  (entry) => existsSync(entry),
);

await build({
  entryPoints,
  outdir: 'dist',
  outbase: '.',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
});
