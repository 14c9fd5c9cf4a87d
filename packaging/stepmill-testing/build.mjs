/**
 * Makes the package `stepmill-testing`, the engine and its test tools without dependencies: `npm pack` here
 * runs it. CommonJS holds the code. The ES module names its exports, so that a program that loads both has
 * one engine, and `instanceof` holds.
 */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { licensesOf } from '../licenses.mjs';
import { writeTypes } from '../types.mjs';

const FACES = ['engine/index.ts', 'engine/testing/index.ts'];
const here = import.meta.dirname;
const dist = resolve(here, 'dist');

process.chdir(resolve(here, '../..'));
rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  stdin: { contents: reExport((face) => `./${face}`), resolveDir: process.cwd() },
  absWorkingDir: process.cwd(),
  outfile: resolve(dist, 'index.js'),
  bundle: true,
  format: 'cjs',
  // So that Node.js finds the names of the exports. Nothing of Node.js is used: see below.
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  metafile: true,
  logLevel: 'warning',
});
const { imports } = metafile.outputs[relative('.', resolve(dist, 'index.js'))];
if (imports.length > 0) {
  throw new Error(`The engine imports ${imports.map(({ path }) => path).join(', ')}.`);
}
const names = Object.keys(createRequire(import.meta.url)(resolve(dist, 'index.js')));
writeFileSync(
  resolve(dist, 'index.mjs'),
  `export {\n  ${names.join(',\n  ')},\n} from './index.js';\n`,
);
writeTypes(FACES, resolve(dist, 'types'));
writeFileSync(
  resolve(dist, 'index.d.ts'),
  reExport((face) => `./types/${face.replace('.ts', '.js')}`),
);
writeFileSync(resolve(dist, 'index.d.mts'), "export * from './index.js';\n");
writeFileSync(resolve(dist, 'THIRD-PARTY-LICENSES.txt'), licensesOf(metafile));
copyFileSync('engine/README.md', resolve(here, 'README.md'));
copyFileSync('LICENSE', resolve(here, 'LICENSE'));

function reExport(pathOf) {
  return FACES.map((face) => `export * from '${pathOf(face)}';\n`).join('');
}
