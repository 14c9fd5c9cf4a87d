import { writeFileSync } from 'node:fs';
import { bundleConsole } from './console.mjs';
import { licensesOf } from './licenses.mjs';
import { bundleSdk } from './sdk.mjs';
import { writeTypes } from './types.mjs';

/** The modules that `exports` in package.json names. */
const FACES = ['engine/index.ts', 'engine/testing/index.ts', 'local/index.ts'];

/**
 * Adds to `dist/` what the npm package `stepmill` has beside the bundles.
 *
 * @param metafile esbuild's list of what went into the bundles
 */
export async function addPackageFiles(metafile) {
  const sdk = await bundleSdk('dist/sdk');
  writeTypes(FACES, 'dist/types');
  const site = await bundleConsole('dist/console');
  writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licensesOf(metafile, sdk, site));
}
