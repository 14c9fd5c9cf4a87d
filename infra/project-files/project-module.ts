import { readFileSync } from 'node:fs';
import { createRequire, SourceMap, type SourceMapPayload } from 'node:module';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { build } from 'esbuild';
import { ConfigError, describeThrown, ProjectError } from '../../definition/index.ts';
import { describeFailure } from './build-mistakes.ts';
import { callBehind, runningDefinition } from './definition-module.ts';
import { locateFields } from './locate-fields.ts';

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

/** Files of the app take milliseconds; this bounds a loop that never ends. */
export const LOAD_SECONDS = 30;

/**
 * Loads a project file as it is now; what it imports is read again each time.
 *
 * @param file absolute path
 * @param folder the folder of the app
 * @param seconds after which the file is stopped
 * @throws UnloadableFile
 */
export async function loadProjectFile(
  file: string,
  folder: string,
  seconds = LOAD_SECONDS,
): Promise<ProjectExports> {
  const bundle = await bundleFile(file, folder);
  try {
    return evaluate(bundle.code, file, seconds);
  } catch (error) {
    const at = { file, folder, map: bundle.map };
    if (isTimeout(error)) throw new UnloadableFile([describeTimeout(at, seconds)], error);
    throw new UnloadableFile(
      error instanceof ConfigError ? await describeConfig(error, at) : describe(error, at),
      error,
    );
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

/** Where the code of a file finds the values of its module: it runs as a script, because only that has a timeout. */
const HANDED = 'stepmill.module';

function evaluate(code: string, file: string, seconds: number): ProjectExports {
  const module = { exports: {} };
  const names = ['module', 'exports', 'require', '__meta', '__filename', '__dirname'];
  const meta = { url: pathToFileURL(file).href };
  const values = [module, module.exports, createRequire(file), meta, file, resolve(file, '..')];
  const begin = `(function (${names.join(', ')}) {`;
  const end = `}).apply({}, globalThis[Symbol.for('${HANDED}')]);`;
  const script = new Script(`${begin}\n${code}\n${end}`, { filename: file, lineOffset: -1 });
  Object.assign(globalThis, { [Symbol.for(HANDED)]: values });
  const exit = process.exit.bind(process);
  process.exit = refuseExit;
  try {
    script.runInThisContext({ timeout: seconds * 1_000 });
  } finally {
    process.exit = exit;
  }
  return module.exports;
}

/** `process.exit(0)` would end a synthesis as if it had succeeded, with the assembly of before, and the app that `npm start` keeps. */
function refuseExit(): never {
  throw new Error('process.exit must not be called here; throw an error with what is wrong');
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

function describeTimeout({ file, folder }: Place, seconds: number): string {
  return `${relative(folder, file)}: does not end: it was stopped after ${seconds} seconds; look for a loop that never ends`;
}

interface Place {
  readonly file: string;
  readonly folder: string;
  readonly map: SourceMapPayload;
}

/** Each mistake with the place of its field. */
async function describeConfig(error: ConfigError, at: Place): Promise<string[]> {
  const name = relative(at.folder, at.file);
  const call = placeOf(callBehind(error), at) ?? name;
  const find = await locateFields(readFileSync(at.file, 'utf8'), 'defineConfig');
  return error.mistakes.map((mistake) => {
    const place = find(mistake);
    return `${place === undefined ? call : `${name}:${place}`}: ${mistake}`;
  });
}

function describe(error: unknown, at: Place): string[] {
  const name = relative(at.folder, at.file);
  if (!(error instanceof Error)) return [`${name}: throws ${describeThrown(error)}`];
  const place = placeOf(callBehind(error), at) ?? name;
  const mistakes = error instanceof ProjectError ? error.mistakes : [describeThrown(error)];
  return mistakes.map((mistake) => `${place}: ${mistake}`);
}

/** The line of the source of the innermost call in the bundle. */
function placeOf(error: Error, { file, folder, map }: Place): string | undefined {
  const stack: unknown = error.stack;
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  const frame = lines.find((line) => line.includes(`${file}:`));
  const [, line, column] = /:(\d+):(\d+)\)?$/.exec(frame ?? '') ?? [];
  if (line === undefined) return undefined;
  const entry = new SourceMap(map).findEntry(Number(line) - 1, Number(column) - 1);
  if (!('originalSource' in entry)) return undefined;
  const source = relative(folder, resolve(file, '..', entry.originalSource));
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
