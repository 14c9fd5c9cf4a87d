import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type Interpreter, inspectInterpreter, runProgram } from '../../jobs/interpreter.ts';
import {
  preparePythonEnvironment,
  pythonEnvironmentFolder,
} from '../../jobs/python-environment.ts';
import type { BaseImage } from './base-images.ts';

/** The Python of this machine that stands for that of a base image. */
export interface BasePython {
  readonly interpreter: string;
  /** For example `3.12.4`. */
  readonly version: string;
  /** Folders that its processes must see: the installation itself. */
  readonly prefixes: readonly string[];
  /** The folder of further libraries: those of SageMaker's images. */
  readonly libraries: string | undefined;
  /** What differs from the image, for the user. */
  readonly notice: string | undefined;
}

export interface FindOptions {
  /** The folder of the runtime's own Python environments. */
  readonly pythonFolder: string;
  /** The folder of images, which remembers what was found. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/** Where the version of the image is missing: these, in order of preference. */
const OTHERS = ['python3.12', 'python3', 'python3.13', 'python3.11'];
const OLDEST_MINOR = 11;
const NEWEST_MINOR = 13;

/**
 * Finds a Python for a base image: the same version if the machine has it, else another one between 3.11 and 3.13.
 *
 * @throws RangeError that says what to install
 */
export async function findBasePython(base: BaseImage, options: FindOptions): Promise<BasePython> {
  const wanted = base.python ?? '3.12';
  if (base.hasLibraries) return withLibraries(wanted, options);
  const memory = join(options.folder, `python-${wanted}.json`);
  const place = describePath(wanted);
  const known = remembered(memory, place);
  if (known !== undefined) return known;
  const found = await search(wanted, options);
  mkdirSync(options.folder, { recursive: true });
  writeFileSync(memory, JSON.stringify({ place, found }));
  return found;
}

/** Asking several interpreters takes more than a second where they are started by pyenv or the like. */
function remembered(memory: string, place: string): BasePython | undefined {
  try {
    const record = JSON.parse(readFileSync(memory, 'utf8')) as {
      readonly place: string;
      readonly found: BasePython;
    };
    return record.place === place ? record.found : undefined;
  } catch {
    return undefined;
  }
}

/** The files that a search would try, with their times: another answer needs another file. */
function describePath(wanted: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = [`python${wanted}`, ...OTHERS];
  const files = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return JSON.stringify(
    files.flatMap((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found === undefined ? [] : [[file, found.ino, found.mtimeMs]];
    }),
  );
}

async function search(wanted: string, options: FindOptions): Promise<BasePython> {
  for (const name of [`python${wanted}`, ...OTHERS]) {
    const found = await inspectInterpreter(name, options.signal);
    if (found?.canCreateEnvironments !== true || !isSupported(found)) continue;
    return {
      interpreter: found.path,
      version: found.version,
      prefixes: await prefixesOf(found.path),
      libraries: undefined,
      notice: noticeOf(found.version, wanted),
    };
  }
  throw new RangeError(
    `no Python 3.${OLDEST_MINOR} to 3.${NEWEST_MINOR} that can create virtual environments is on PATH (${(process.env['PATH'] ?? '').split(delimiter).join(', ')}). Install Python ${wanted} (on Debian and Ubuntu: apt install python3 python3-venv)`,
  );
}

async function withLibraries(wanted: string, options: FindOptions): Promise<BasePython> {
  const environment = await preparePythonEnvironment({
    folder: pythonEnvironmentFolder(options.pythonFolder),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { interpreter, pythonVersion } = environment;
  const question = 'import sysconfig; print(sysconfig.get_path("purelib"))';
  const answer = await runProgram(interpreter, ['-c', question], { signal: options.signal });
  const libraries = answer.output.trim();
  return {
    interpreter,
    version: pythonVersion,
    prefixes: [...(await prefixesOf(interpreter)), dirname(dirname(interpreter))],
    libraries,
    notice: noticeOf(pythonVersion, wanted),
  };
}

async function prefixesOf(interpreter: string): Promise<readonly string[]> {
  const question = 'import json, sys; print(json.dumps([sys.prefix, sys.base_prefix]))';
  const answer = await runProgram(interpreter, ['-c', question], {});
  try {
    return [...new Set(JSON.parse(answer.output.trim()) as string[])];
  } catch {
    return [];
  }
}

function isSupported({ version }: Interpreter): boolean {
  const [major, minor = 0] = version.split('.').map(Number);
  return major === 3 && minor >= OLDEST_MINOR && minor <= NEWEST_MINOR;
}

function noticeOf(version: string, wanted: string): string | undefined {
  if (version.startsWith(`${wanted}.`)) return undefined;
  return `Python ${version} of this machine stands for Python ${wanted} of the image: packages and results may differ. Install Python ${wanted} to have the same.`;
}
