import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { arch, platform } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { INSTALLER_VARIABLES, personalHomes } from '../processes/index.ts';
import { withFileLock } from './file-lock.ts';
import { type Interpreter, inspectInterpreter, runProgram } from './interpreter.ts';
import { pythonFolder } from './python-folder.ts';

/** A Python with the libraries that containers have. */
export interface PythonEnvironment {
  readonly interpreter: string;
  /** Built by Stepmill, named by the user, or found on the machine. */
  readonly origin: 'managed' | 'named' | 'found';
  /** For example `3.12.4`. */
  readonly pythonVersion: string;
  /** Versions by distribution name; every distribution of XGBoost counts as `xgboost`. */
  readonly libraries: Readonly<Record<string, string>>;
  /** Notices for the user. */
  readonly warnings: readonly string[];
}

/** A step of building an environment, for the user. */
export interface PythonProgress {
  readonly message: string;
}

export interface PythonEnvironmentOptions {
  /** The folder of managed environments, which several runtimes may share. */
  readonly folder: string;
  /** Uses this interpreter and builds nothing. @default the variable STEPMILL_PYTHON, if set */
  readonly interpreter?: string;
  onProgress?(progress: PythonProgress): void;
  /** Aborts the build; the next one starts from the beginning. */
  readonly signal?: AbortSignal;
}

/** No Python can run containers here. The message names what is missing and how to fix it. */
export class PythonEnvironmentError extends Error {
  override readonly name = 'PythonEnvironmentError';
}

/** The libraries that scripts need; each must be installed in its major version. */
const REQUIRED: Readonly<Record<string, number>> = {
  numpy: 2,
  pandas: 2,
  'scikit-learn': 1,
  scipy: 1,
  xgboost: 3,
};

/** In order of preference: the version of the images first. */
const CANDIDATES = ['python3.12', 'python3', 'python3.13', 'python3.11', 'python'];

/** The pinned libraries have wheels for these. */
const OLDEST_MINOR = 11;
const NEWEST_MINOR = 13;

const REQUIREMENTS = join(pythonFolder(), 'requirements.txt');

/** The folder of environments: the variable STEPMILL_PYTHON_FOLDER, which tests share, or `folder`. */
export function pythonEnvironmentFolder(folder: string): string {
  return process.env['STEPMILL_PYTHON_FOLDER'] ?? folder;
}

/** The environment if it exists; builds nothing. */
export async function findPythonEnvironment(
  options: PythonEnvironmentOptions,
): Promise<PythonEnvironment | undefined> {
  const named = options.interpreter ?? process.env['STEPMILL_PYTHON'];
  return named === undefined ? readManaged(options.folder) : useNamed(named, options.signal);
}

/**
 * Finds a library of the environment.
 *
 * @returns the folder that has it, with what it needs; undefined if there is no environment yet, or not in it
 */
export async function findLibraryFolder(
  options: PythonEnvironmentOptions,
  library: 'boto3',
): Promise<string | undefined> {
  const environment = await findPythonEnvironment(options).catch(() => undefined);
  if (environment === undefined) return undefined;
  const question = `import importlib.util, os; print(os.path.dirname(os.path.dirname(importlib.util.find_spec("${library}").origin)))`;
  const answer = await runProgram(environment.interpreter, ['-I', '-c', question], {
    signal: options.signal,
  });
  return answer.code === 0 ? answer.output.trim() : undefined;
}

/**
 * The environment for containers. It is built once for each lock of libraries. If the package index cannot be
 * reached, a similar interpreter of the machine is used.
 *
 * @throws PythonEnvironmentError that names what to install
 * @example
 * const environment = await preparePythonEnvironment({
 *   folder: '.stepmill/python',
 *   onProgress: ({ message }) => console.log(message),
 * });
 */
export async function preparePythonEnvironment(
  options: PythonEnvironmentOptions,
): Promise<PythonEnvironment> {
  const ready = await findPythonEnvironment(options);
  if (ready !== undefined) return ready;
  mkdirSync(options.folder, { recursive: true });
  const lock = join(options.folder, `${lockDigest()}.lock`);
  const build = async () => readManaged(options.folder) ?? (await buildOrFind(options));
  return withFileLock(lock, build, options.signal);
}

async function useNamed(
  named: string,
  signal: AbortSignal | undefined,
): Promise<PythonEnvironment> {
  const interpreter = await inspectInterpreter(named, signal);
  if (interpreter === undefined) {
    throw new PythonEnvironmentError(
      `STEPMILL_PYTHON names ${named}, which does not run. No job or endpoint can start. Name a Python interpreter, or unset it and Stepmill builds its own environment.`,
    );
  }
  const missing = distances(interpreter).filter(({ close }) => !close);
  if (missing.length > 0) {
    throw new PythonEnvironmentError(
      `STEPMILL_PYTHON names ${named}, which lacks ${missing.map(({ text }) => text).join(', ')}. No job or endpoint can start. Install them with: ${named} -m pip install -r ${REQUIREMENTS}`,
    );
  }
  return { ...facts(interpreter), origin: 'named', warnings: [] };
}

async function buildOrFind(options: PythonEnvironmentOptions): Promise<PythonEnvironment> {
  const base = await findBase();
  if (base === undefined) throw new PythonEnvironmentError(await noBase());
  const failure = await build(base, options);
  options.signal?.throwIfAborted();
  if (failure === undefined) {
    const built = readManaged(options.folder);
    if (built !== undefined) return built;
  }
  const found = await findCloseEnough();
  if (found !== undefined) return { ...found, warnings: [...foundWarnings(found, failure ?? '')] };
  throw new PythonEnvironmentError(
    `The Python libraries could not be installed into ${options.folder}, and no Python on PATH has them. No job or endpoint can start.\n${failure ?? ''}\nConnect to a package index (pip's settings are honoured, for example PIP_INDEX_URL) and try again, or install the libraries yourself with: python3 -m pip install -r ${REQUIREMENTS}\nand name that interpreter in STEPMILL_PYTHON.`,
  );
}

/** Builds in another folder and moves the complete environment, so that an incomplete one is never used. */
async function build(
  base: Interpreter,
  options: PythonEnvironmentOptions,
): Promise<string | undefined> {
  const place = resolve(options.folder, `${lockDigest()}-${minorOf(base)}`);
  const progress = (message: string) => options.onProgress?.({ message });
  rmSync(place, { recursive: true, force: true });
  progress(`Creating a virtual environment of Python ${base.version} in ${place}`);
  const { signal } = options;
  const venv = ['-m', 'venv', `${place}.building`, '--clear'];
  const created = await runProgram(base.path, venv, { signal });
  if (created.code !== 0) return lastLines(created.output);
  const python = join(`${place}.building`, 'bin', 'python3');
  const installed = await runProgram(python, PIP_INSTALL, {
    signal,
    inherit: INSTALLER_VARIABLES,
    variables: pipFiles(),
    onLine: (line) => {
      const step = describePipLine(line);
      if (step !== undefined) progress(step);
    },
  });
  if (installed.code !== 0) return lastLines(installed.output);
  const interpreter = await inspectInterpreter(python, signal);
  if (interpreter === undefined) return `${python} does not run after the installation.`;
  writeFileSync(join(`${place}.building`, RECORD), JSON.stringify(facts(interpreter)));
  renameSync(`${place}.building`, place);
  progress(`Python ${base.version} is ready`);
  return undefined;
}

/** Pip's configuration files of the user; the process has another home folder. */
function pipFiles(): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const [home] = personalHomes();
  if (home === undefined) return found;
  const settings = ['.config/pip/pip.conf', '.pip/pip.conf'].map((file) => join(home, file));
  const configuration = settings.find((file) => existsSync(file));
  if (configuration !== undefined && process.env['PIP_CONFIG_FILE'] === undefined) {
    found['PIP_CONFIG_FILE'] = configuration;
  }
  if (process.env['PIP_CACHE_DIR'] === undefined) {
    const caches = process.env['XDG_CACHE_HOME'] ?? join(home, '.cache');
    found['PIP_CACHE_DIR'] = join(caches, 'pip');
  }
  const netrc = join(home, '.netrc');
  if (existsSync(netrc) && process.env['NETRC'] === undefined) found['NETRC'] = netrc;
  return found;
}

const PIP_INSTALL = [
  '-m',
  'pip',
  'install',
  `--requirement=${REQUIREMENTS}`,
  '--only-binary=:all:',
  '--disable-pip-version-check',
  '--no-input',
  '--progress-bar=off',
  '--retries=2',
  '--timeout=20',
];

/** Converts a line of pip into a step for the user. */
export function describePipLine(line: string): string | undefined {
  const wheel =
    /^\s*(?:Downloading|Using cached|Processing) (?:\S*\/)?([A-Za-z0-9_.]+)-([0-9][^-\s]*)-\S+(?: \(([^)]+)\))?/.exec(
      line,
    );
  if (wheel !== null) {
    const size = wheel[3] === undefined ? '' : ` (${wheel[3]})`;
    return `Fetching ${wheel[1]?.replaceAll('_', '-')} ${wheel[2]}${size}`;
  }
  return line.startsWith('Installing collected packages') ? 'Installing the libraries' : undefined;
}

/** The last file that is written into an environment. */
const RECORD = 'environment.json';

function readManaged(folder: string): PythonEnvironment | undefined {
  for (const name of listFolder(folder)) {
    if (!name.startsWith(`${lockDigest()}-`) || name.endsWith('.building')) continue;
    const place = resolve(folder, name);
    const record = readRecord(join(place, RECORD));
    const interpreter = join(place, 'bin', 'python3');
    if (record !== undefined && runs(interpreter)) {
      return { ...record, interpreter, origin: 'managed', warnings: [] };
    }
  }
  return undefined;
}

function readRecord(
  path: string,
): Pick<PythonEnvironment, 'pythonVersion' | 'libraries'> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** If the base of an environment was uninstalled, its interpreter is a broken link. */
function runs(interpreter: string): boolean {
  try {
    return readFileSync(interpreter).length > 0;
  } catch {
    return false;
  }
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function lockDigest(): string {
  return createHash('sha256')
    .update(readFileSync(REQUIREMENTS))
    .update(`${platform()} ${arch()}`)
    .digest('hex')
    .slice(0, 12);
}

async function findBase(): Promise<Interpreter | undefined> {
  for (const name of CANDIDATES) {
    const interpreter = await inspectInterpreter(name);
    if (interpreter?.canCreateEnvironments === true && hasWheels(interpreter)) return interpreter;
  }
  return undefined;
}

async function noBase(): Promise<string> {
  const tried: string[] = [];
  for (const name of CANDIDATES) {
    const interpreter = await inspectInterpreter(name);
    if (interpreter === undefined) continue;
    const lacks = interpreter.canCreateEnvironments
      ? ''
      : ' (without the modules venv and ensurepip)';
    tried.push(`${interpreter.path} ${interpreter.version}${lacks}`);
  }
  const there = tried.length === 0 ? 'none' : [...new Set(tried)].join(', ');
  return `No Python 3.${OLDEST_MINOR}–3.${NEWEST_MINOR} that can create virtual environments is on PATH; there: ${there}. No job or endpoint can start. Install Python 3.12 (on Debian and Ubuntu: apt install python3 python3-venv), or name an interpreter that has the libraries in STEPMILL_PYTHON.`;
}

function hasWheels(interpreter: Interpreter): boolean {
  const [major = 0, minor = 0] = interpreter.version.split('.').map(Number);
  return major === 3 && minor >= OLDEST_MINOR && minor <= NEWEST_MINOR;
}

function minorOf(interpreter: Interpreter): string {
  return `py${interpreter.version.split('.').slice(0, 2).join('.')}`;
}

async function findCloseEnough(): Promise<PythonEnvironment | undefined> {
  const virtual = process.env['VIRTUAL_ENV'];
  const names = [
    ...(virtual === undefined ? [] : [join(virtual, 'bin', 'python3')]),
    ...CANDIDATES.flatMap(everyOnPath),
  ];
  for (const name of new Set(names)) {
    const interpreter = await inspectInterpreter(name);
    if (interpreter !== undefined && distances(interpreter).every(({ close }) => close)) {
      return { ...facts(interpreter), origin: 'found', warnings: [] };
    }
  }
  return undefined;
}

function everyOnPath(name: string): readonly string[] {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => listFolder(folder).includes(name))
    .map((folder) => join(folder, name));
}

function foundWarnings(environment: PythonEnvironment, failure: string): readonly string[] {
  const versions = Object.keys(REQUIRED).map(
    (library) => `${library} ${environment.libraries[library]}`,
  );
  return [
    `The pinned libraries could not be installed (${failure.split('\n').at(-1)}). ${environment.interpreter} of this machine is used instead, with ${versions.join(', ')}: results may differ from those of the SageMaker images.`,
  ];
}

function distances(
  interpreter: Interpreter,
): readonly { readonly text: string; readonly close: boolean }[] {
  return Object.entries(REQUIRED).map(([library, major]) => {
    const version = interpreter.libraries[library];
    return {
      text: `${library} ${major}.x${version === undefined ? '' : ` (it has ${version})`}`,
      close: (version ?? '').startsWith(`${major}.`),
    };
  });
}

function facts(
  interpreter: Interpreter,
): Pick<PythonEnvironment, 'interpreter' | 'pythonVersion' | 'libraries'> {
  return {
    interpreter: interpreter.path,
    pythonVersion: interpreter.version,
    libraries: interpreter.libraries,
  };
}

const SHOWN_LINES = 8;

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
}
