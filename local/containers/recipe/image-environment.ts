import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { withFileLock } from '../../jobs/file-lock.ts';
import { runProgram } from '../../jobs/interpreter.ts';
import { PACKAGE_INDEX_VARIABLES } from '../../processes/index.ts';
import type { BasePython } from './base-python.ts';
import type { Installation } from './python-packages.ts';

/** A virtual environment with the packages of an image. */
export interface ImageEnvironment {
  readonly folder: string;
  /** Its `python3`. */
  readonly interpreter: string;
}

export interface EnvironmentRequest {
  /** The folder of all environments, which several runtimes may share. */
  readonly folder: string;
  readonly python: BasePython;
  readonly installations: readonly Installation[];
  /** What happens, for the user. */
  onProgress?(message: string): void;
  readonly signal?: AbortSignal;
}

/** Pip did not install the packages; `output` is what it said at the end. */
export class PackagesNotInstalled extends Error {
  override readonly name = 'PackagesNotInstalled';
  readonly line: number;
  readonly output: string;

  constructor(line: number, output: string) {
    super(output);
    this.line = line;
    this.output = output;
  }
}

/** Written last: an environment without it is unfinished and never used. */
const RECORD = 'environment.json';
const RECIPE_VERSION = 1;
const SHOWN_LINES = 12;

/** The environment of these installations in this order: an existing one, or a new one. */
export async function ensureEnvironment(request: EnvironmentRequest): Promise<ImageEnvironment> {
  const digest = digestOf(request);
  const place = resolve(request.folder, digest);
  const ready = readReady(place);
  if (ready !== undefined) return ready;
  mkdirSync(request.folder, { recursive: true });
  const build = async () => readReady(place) ?? (await buildEnvironment(place, request));
  return withFileLock(`${place}.lock`, build, request.signal);
}

function digestOf({ installations, python }: EnvironmentRequest): string {
  const parts = [
    RECIPE_VERSION,
    platform(),
    arch(),
    python.interpreter,
    python.version,
    python.libraries,
  ];
  return createHash('sha256')
    .update(JSON.stringify([...parts, ...installations.map(({ digest }) => digest)]))
    .digest('hex')
    .slice(0, 24);
}

/** Undefined for an unfinished environment, and for one whose Python was uninstalled. */
function readReady(place: string): ImageEnvironment | undefined {
  const interpreter = join(place, 'bin', 'python3');
  if (!existsSync(join(place, RECORD)) || !existsSync(interpreter)) return undefined;
  return { folder: place, interpreter };
}

/**
 * Builds in place, because scripts of packages contain the path of their interpreter. What a former build left is
 * removed first, and what a failed one leaves is removed after it.
 */
async function buildEnvironment(
  place: string,
  request: EnvironmentRequest,
): Promise<ImageEnvironment> {
  rmSync(place, { recursive: true, force: true });
  try {
    await createEnvironment(place, request);
    for (const installation of request.installations) await install(place, installation, request);
    request.signal?.throwIfAborted();
    writeFileSync(join(place, RECORD), JSON.stringify({ python: request.python.version }));
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    throw error;
  }
  return { folder: place, interpreter: join(place, 'bin', 'python3') };
}

async function createEnvironment(place: string, request: EnvironmentRequest): Promise<void> {
  const { python, signal } = request;
  request.onProgress?.(`Creating a virtual environment of Python ${python.version}`);
  const created = await runProgram(python.interpreter, ['-m', 'venv', place], { signal });
  request.signal?.throwIfAborted();
  if (created.code !== 0) throw new PackagesNotInstalled(1, lastLines(created.output));
  if (python.libraries !== undefined) {
    const [major, minor] = python.version.split('.');
    const packages = join(place, 'lib', `python${major}.${minor}`, 'site-packages');
    writeFileSync(join(packages, 'stepmill-libraries.pth'), `${python.libraries}\n`);
  }
}

const QUIET = [
  '--disable-pip-version-check',
  '--no-input',
  '--progress-bar=off',
  '--retries=2',
  '--timeout=20',
];

async function install(
  place: string,
  installation: Installation,
  request: EnvironmentRequest,
): Promise<void> {
  const { constraintFiles, line, options, projects, requirementFiles, requirements } = installation;
  const files = (kind: string, contents: readonly string[]) =>
    contents.map((content, index) => {
      const path = join(place, `${kind}-${index}.txt`);
      writeFileSync(path, `${content}\n`);
      return `--${kind}=${path}`;
    });
  request.onProgress?.(`Installing packages (line ${line})`);
  const result = await runProgram(
    join(place, 'bin', 'python3'),
    [
      '-m',
      'pip',
      'install',
      ...QUIET,
      ...options,
      ...files('requirement', requirementFiles),
      ...files('constraint', constraintFiles),
      ...requirements,
      ...projects,
    ],
    {
      signal: request.signal,
      inherit: PACKAGE_INDEX_VARIABLES,
      variables: { ...installation.variables, PIP_CACHE_DIR: resolve(request.folder, 'pip-cache') },
    },
  );
  request.signal?.throwIfAborted();
  if (result.code !== 0) throw new PackagesNotInstalled(line, lastLines(result.output));
}

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
}

/** Installs into a folder of the image: `pip install --target`. */
export async function installInto(
  target: string,
  {
    environment,
    installation,
    request,
  }: {
    readonly environment: ImageEnvironment;
    readonly installation: Installation;
    readonly request: EnvironmentRequest;
  },
): Promise<void> {
  mkdirSync(target, { recursive: true });
  const options = [...installation.options, `--target=${target}`];
  await install(environment.folder, { ...installation, options }, request);
}
