import { resolve } from 'node:path';
import { build } from 'vite';

/**
 * Builds the console into `folder`.
 *
 * @returns what went into it, in the form of esbuild's list
 */
export async function bundleConsole(folder) {
  const { output } = await build({
    configFile: 'console/vite.config.ts',
    build: { outDir: resolve(folder), emptyOutDir: true, manifest: false },
  });
  const files = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  // Vite's own modules begin with a null character.
  const sources = files.filter((file) => !file.startsWith('\0'));
  return { inputs: Object.fromEntries(sources.map((file) => [file, {}])) };
}
