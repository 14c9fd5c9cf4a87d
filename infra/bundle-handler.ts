import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** Handlers bundled in this process; several stacks use the same ones. */
const bundled = new Map<string, string>();

/**
 * Bundles a handler into one CommonJS file, the AWS SDK included, so that what was tested is what
 * runs. In this process and not by `NodejsFunction`, which starts a shell for every function.
 *
 * @returns the folder with `index.js`
 */
export function bundleHandler(entry: string): string {
  const known = bundled.get(entry);
  if (known !== undefined) return known;
  const folder = makeTemporaryFolder('handler');
  buildSync({
    entryPoints: [entry],
    outfile: join(folder, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Paths in comments are relative to it, so that the bundle is the same on every machine.
    absWorkingDir: process.cwd(),
    logLevel: 'error',
  });
  bundled.set(entry, folder);
  return folder;
}
