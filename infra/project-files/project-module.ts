import { createRequire, SourceMap, type SourceMapPayload } from 'node:module';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { ProjectError } from '../../definition/index.ts';
import { describeFailure } from './build-mistakes.ts';
import { callBehind, runningDefinition } from './definition-module.ts';

/** What a project file exports. */
export type ProjectExports = Readonly<Record<string, unknown>>;

/** A project file that does not load. Each mistake begins with its place, `projects/titanic/project.ts:12:3`. */
export class UnloadableFile extends Error {
  override readonly name = 'UnloadableFile';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[], cause: unknown) {
    super(mistakes.join('\n'), { cause });
    this.mistakes = mistakes;
  }
}

interface Bundle {
  readonly code: string;
  readonly map: SourceMapPayload;
}

/**
 * Loads a project file as it is now; what it imports is read again each time.
 *
 * @param file absolute path
 * @param folder the folder of the app
 * @throws UnloadableFile
 */
export async function loadProjectFile(file: string, folder: string): Promise<ProjectExports> {
  const bundle = await bundleFile(file, folder);
  try {
    return evaluate(bundle.code, file);
  } catch (error) {
    throw new UnloadableFile(describe(error, { file, folder, map: bundle.map }), error);
  }
}

async function bundleFile(file: string, folder: string): Promise<Bundle> {
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      // No file is written; the paths in the source map are relative to this one.
      outfile: `${file}.js`,
      write: false,
      bundle: true,
      platform: 'node',
      // As CommonJS, a module is freed with its exports; the cache of ES modules keeps every version.
      format: 'cjs',
      target: 'node20',
      sourcemap: 'external',
      define: { 'import.meta': '__meta' },
      plugins: [runningDefinition(folder)],
      absWorkingDir: folder,
      logLevel: 'silent',
    });
    const [map, code] = outputFiles.map(({ text }) => text);
    return { code: code ?? '', map: JSON.parse(map ?? '') as SourceMapPayload };
  } catch (error) {
    throw new UnloadableFile(describeFailure(error), error);
  }
}

function evaluate(code: string, file: string): ProjectExports {
  const module = { exports: {} };
  const names = ['module', 'exports', 'require', '__meta', '__filename', '__dirname'];
  const run = compileFunction(code, names, { filename: file }) as (...values: unknown[]) => void;
  const meta = { url: pathToFileURL(file).href };
  run(module, module.exports, createRequire(file), meta, file, resolve(file, '..'));
  return module.exports;
}

interface Place {
  readonly file: string;
  readonly folder: string;
  readonly map: SourceMapPayload;
}

function describe(error: unknown, at: Place): string[] {
  const name = relative(at.folder, at.file);
  if (!(error instanceof Error)) return [`${name}: throws ${String(error)}`];
  const place = placeOf(callBehind(error), at) ?? name;
  const mistakes = error instanceof ProjectError ? error.mistakes : [String(error)];
  return mistakes.map((mistake) => `${place}: ${mistake}`);
}

/** The line of the source of the innermost call in the bundle. */
function placeOf(error: Error, { file, folder, map }: Place): string | undefined {
  const frame = error.stack?.split('\n').find((line) => line.includes(`${file}:`));
  const [, line, column] = /:(\d+):(\d+)\)?$/.exec(frame ?? '') ?? [];
  if (line === undefined) return undefined;
  const entry = new SourceMap(map).findEntry(Number(line) - 1, Number(column) - 1);
  if (!('originalSource' in entry)) return undefined;
  const source = relative(folder, resolve(file, '..', entry.originalSource));
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
