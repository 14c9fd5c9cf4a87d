import { relative, resolve } from 'node:path';
import type { Metafile, OutputFile } from 'esbuild';
import type { Bundle } from './bundle-memory.ts';

interface Built {
  readonly outputFiles: readonly OutputFile[];
  readonly metafile: Metafile;
}

/**
 * The bundles of a build, by their entries.
 *
 * @param folder where the bundler ran
 */
export function bundlesOf(
  { outputFiles, metafile }: Built,
  folder: string,
): ReadonlyMap<string, Bundle> {
  return new Map(
    outputFiles.flatMap(({ path, contents: code }) => {
      const entry = metafile.outputs[relative(folder, path)]?.entryPoint;
      if (entry === undefined) return [];
      return [[resolve(folder, entry), { code, inputs: inputsOf(entry, metafile) }] as const];
    }),
  );
}

/** The files of the app that an entry imports, also those of which nothing remains in the bundle. */
function inputsOf(entry: string, { inputs }: Metafile): readonly string[] {
  const found = new Set([entry]);
  for (const file of found) {
    for (const { path, external } of inputs[file]?.imports ?? []) {
      if (external !== true) found.add(path);
    }
  }
  return [...found].filter((file) => !file.includes('node_modules/')).sort();
}
