import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles every AWS SDK client that this package is built with into one CommonJS file below `folder`, for
 * what loads them by name: functions, as in AWS's Node.js runtimes, and integrations of Step Functions.
 *
 * @returns esbuild's list of what went into them
 */
export async function bundleSdk(folder) {
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const names = Object.keys(devDependencies).filter((name) => name.startsWith('@aws-sdk/client-'));
  const { metafile } = await build({
    entryPoints: names.map((name) => ({ in: name, out: join(name, 'index') })),
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    // Names of classes and functions stay: they are in stack traces and error names.
    minifySyntax: true,
    minifyWhitespace: true,
    metafile: true,
    logLevel: 'warning',
  });
  await Promise.all(names.map((name) => describeClient(name, join(folder, name))));
  return metafile;
}

/** Without a package.json of its own, a file below this package would be taken for an ES module. */
async function describeClient(name, folder) {
  const { version, license } = JSON.parse(
    await readFile(join('node_modules', name, 'package.json'), 'utf8'),
  );
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    `${JSON.stringify({ name, version, license, type: 'commonjs', main: 'index.js' }, null, 2)}\n`,
  );
}
