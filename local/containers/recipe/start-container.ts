import { randomUUID } from 'node:crypto';
import { constants as fileConstants, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { text } from 'node:stream/consumers';
import { runProgram } from '../../jobs/interpreter.ts';
import { pythonFolder } from '../../jobs/python-folder.ts';
import {
  type AwsAccess,
  makeTemporaryFolder,
  memoryOfTree,
  type ProcessWithoutInput,
  personalPlaces,
  processEnvironment,
  type ReportingProcess,
  removeTree,
  signalGroup,
  startReportingProcess,
} from '../../processes/index.ts';
import type { Image } from './build-image.ts';
import { containerProgram } from './container-program.ts';
import { killEscaped } from './escaped-processes.ts';
import { type PathMapping, rewriteImagePaths } from './image-paths.ts';
import { homeOf } from './plan-stage.ts';
import { resolveInRoot } from './root-folder.ts';

/** A folder or file of this machine that a container sees. */
export interface ContainerMount {
  readonly source: string;
  /** An absolute path of the container. */
  readonly target: string;
  readonly readOnly?: boolean;
}

export interface ContainerOptions {
  readonly image: Image;
  /** A folder that does not exist yet: the container's own files. It is removed when the container has ended. */
  readonly folder: string;
  /** Replaces ENTRYPOINT. @default that of the image */
  readonly entrypoint?: readonly string[];
  /** Replaces CMD. @default that of the image, unless the entrypoint is replaced */
  readonly command?: readonly string[];
  /** Added to the image's variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default that of the image */
  readonly workingFolder?: string;
  readonly mounts?: readonly ContainerMount[];
  /** The session of the container's role. @default none: it can call no AWS */
  readonly aws?: AwsAccess;
  /**
   * `namespace`: its own root folder. `rewritten`: the image's paths are replaced in arguments and variables.
   *
   * @default `namespace` if the system allows it
   */
  readonly confinement?: Confinement;
  /** All its processes are killed when they use more private memory together. @default no limit */
  readonly memoryBytes?: number;
  onOutput(chunk: Buffer, stream: 'stdout' | 'stderr'): void;
}

export type Confinement = 'namespace' | 'rewritten';

/** How a container ended. */
export interface ContainerExit {
  /** As a container engine reports it: 128 and the number of the signal for a process that was killed. */
  readonly code: number;
  readonly signal: NodeJS.Signals | undefined;
  /** It was killed because it used more memory than it may. */
  readonly isOutOfMemory?: boolean;
}

/** Nothing to start: the image has neither ENTRYPOINT nor CMD. */
export class NoCommand extends Error {
  override readonly name = 'NoCommand';
}

const SIGNALLED = 128;
const NOT_STARTED: ContainerExit = { code: 127, signal: undefined };
/** Docker's own. https://docs.docker.com/reference/cli/docker/container/stop/ */
const DEFAULT_STOP_SECONDS = 10;
const MS_PER_SECOND = 1_000;
const BYTES_PER_MB = 1_048_576;
const MEMORY_WATCH_MS = 250;
/** For what a process wrote before it ended. */
const LAST_OUTPUT_MS = 1_000;

/**
 * Starts a container of an image as a confined process of this machine.
 *
 * @throws NoCommand
 * @example
 * const container = await startContainer({ image, folder, onOutput: (chunk) => process.stdout.write(chunk) });
 * await container.stop(30);
 */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const command = commandOf(options);
  if (command.length === 0) {
    throw new NoCommand('The image has neither ENTRYPOINT nor CMD, so there is nothing to start.');
  }
  const confinement = options.confinement ?? (await findConfinement(options.image)).confinement;
  const root = join(options.folder, 'root');
  await cp(options.image.root, root, {
    recursive: true,
    verbatimSymlinks: true,
    mode: fileConstants.COPYFILE_FICLONE,
  });
  return new Container(options, { root, confinement, command });
}

function commandOf({ command, entrypoint, image }: ContainerOptions): readonly string[] {
  const { config } = image;
  const given = command ?? (entrypoint === undefined ? config.command : []);
  return [...(entrypoint ?? config.entrypoint), ...given];
}

interface Setting {
  readonly root: string;
  readonly confinement: Confinement;
  readonly command: readonly string[];
}

/** A container that runs, or has ended. */
export class Container {
  readonly #options: ContainerOptions;
  readonly #setting: Setting;
  readonly #process: ProcessWithoutInput;
  /** Resolves when its command has started, or with the words of a container engine for why it cannot. Never rejects. */
  readonly started: Promise<string | undefined>;
  /** Resolves when the container has ended and its folder is removed. Never rejects. */
  readonly exited: Promise<ContainerExit>;
  #hasEnded = false;
  #isOutOfMemory = false;

  constructor(options: ContainerOptions, setting: Setting) {
    this.#options = options;
    this.#setting = setting;
    const { child, report } = this.#start(setting.command);
    this.#process = child;
    this.started = text(report).then(
      (problem) => (problem === '' ? undefined : problem),
      () => undefined,
    );
    this.#process.stdout.on('data', (chunk: Buffer) => options.onOutput(chunk, 'stdout'));
    this.#process.stderr.on('data', (chunk: Buffer) => options.onOutput(chunk, 'stderr'));
    const endWatch = this.#watchMemory(options.memoryBytes);
    this.exited = ended(this.#process).then(async (exit) => {
      this.#hasEnded = true;
      endWatch();
      if (setting.confinement === 'namespace') await killEscaped(options.folder);
      await removeTree(options.folder);
      return this.#isOutOfMemory ? { ...exit, isOutOfMemory: true } : exit;
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get confinement(): Confinement {
    return this.#setting.confinement;
  }

  /** Sends a signal to the container's first process, as a container engine does. */
  kill(signal: NodeJS.Signals): void {
    if (!this.#hasEnded) this.#process.kill(signal);
  }

  /** Sends the image's stop signal, and SIGKILL to all its processes if it has not ended in time. */
  async stop(timeoutSeconds = DEFAULT_STOP_SECONDS): Promise<ContainerExit> {
    this.kill(this.#options.image.config.stopSignal as NodeJS.Signals);
    const end = () => signalGroup(this.#process.pid, 'SIGKILL');
    const patience = setTimeout(end, timeoutSeconds * MS_PER_SECOND);
    const exit = await this.exited;
    clearTimeout(patience);
    return exit;
  }

  /** Runs another command in the container, such as its health check; it is killed after the timeout. */
  async execute(command: readonly string[], timeoutMs: number): Promise<ContainerExit> {
    if (this.#hasEnded) return NOT_STARTED;
    const { child, report } = this.#start(command);
    report.resume();
    child.stdout.resume();
    child.stderr.resume();
    const end = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), timeoutMs);
    const exit = await ended(child);
    clearTimeout(end);
    return exit;
  }

  /** Not enforced where the system does not report the memory of a process. */
  #watchMemory(memoryBytes: number | undefined): () => void {
    if (memoryBytes === undefined) return () => {};
    const interval = setInterval(() => {
      const used = memoryOfTree(this.#process.pid ?? 0);
      if (used === undefined || used * BYTES_PER_MB <= memoryBytes) return;
      this.#isOutOfMemory = true;
      signalGroup(this.#process.pid, 'SIGKILL');
    }, MEMORY_WATCH_MS);
    interval.unref();
    return () => clearInterval(interval);
  }

  #start(command: readonly string[]): ReportingProcess {
    const { folder, image } = this.#options;
    const request = join(folder, `${randomUUID()}.json`);
    const scratch = join(folder, 'mount');
    mkdirSync(scratch, { recursive: true });
    writeFileSync(
      request,
      JSON.stringify(describeContainer(command, this.#options, this.#setting)),
    );
    return startReportingProcess(interpreterOf(image), ['-I', containerProgram(), request], {
      environment: processEnvironment({ home: folder }),
    });
  }
}

function ended(child: ProcessWithoutInput): Promise<ContainerExit> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(NOT_STARTED));
    // A process that left the group may hold the output open for as long as it likes.
    child.once('exit', () => {
      const closing = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LAST_OUTPUT_MS);
      child.once('close', () => clearTimeout(closing));
    });
    child.once('close', (code, signal) => {
      if (signal === null) resolve({ code: code ?? 0, signal: undefined });
      else resolve({ code: SIGNALLED + numberOf(signal), signal });
    });
  });
}

function numberOf(signal: NodeJS.Signals): number {
  return constants.signals[signal];
}

/** Any Python sets a container up; an image without one uses that of the machine. */
function interpreterOf({ environment }: Image): string {
  return environment === undefined ? 'python3' : join(environment, 'bin', 'python3');
}

/** Folders that programs expect to find and to write to. */
const STANDARD_FOLDERS = ['/tmp', '/var/tmp', '/run', '/home'];

function describeContainer(
  command: readonly string[],
  options: ContainerOptions,
  { confinement, root }: Setting,
): object {
  const { image, mounts = [] } = options;
  const own = ownVariables(options);
  const home = homeOf(image.config.user, new Map(Object.entries(own)));
  const cwd = posix.resolve('/', options.workingFolder ?? image.config.workingFolder);
  for (const path of [...STANDARD_FOLDERS, home, cwd])
    mkdirSync(resolveInRoot(root, path), { recursive: true });
  const isNamespace = confinement === 'namespace';
  const mappings = isNamespace ? [] : mappingsOf(root, mounts);
  const place = (given: string) => rewriteImagePaths(given, mappings);
  const environment = processEnvironment({
    home: place(home),
    temporary: place('/tmp'),
    own: Object.fromEntries(Object.entries(own).map(([name, value]) => [name, place(value)])),
    ...(options.aws === undefined ? {} : { aws: options.aws }),
  });
  const { PATH = '', ...rest } = environment;
  const programs = image.environment === undefined ? [] : [join(image.environment, 'bin')];
  return {
    namespace: isNamespace,
    jobs: pythonFolder(),
    root,
    scratch: join(dirname(root), 'mount'),
    read: [...(image.environment === undefined ? [] : [image.environment]), ...image.prefixes],
    mounts: mounts.map(({ readOnly = false, source, target }) => ({
      source,
      // Before the root is changed, its links and `..` lead out of it.
      target: resolveInRoot(root, target).slice(root.length),
      read_only: readOnly,
    })),
    hidden: isNamespace ? personalPlaces().filter((path) => /^\/(?:etc|usr)\//.test(path)) : [],
    command: command.map(place),
    cwd: isNamespace ? cwd : workingPlace(cwd, root, mappings),
    env: { ...rest, PATH: [...programs, PATH].join(':') },
  };
}

/** The image's own folder also behind its links, unless the path is one of a mount. */
function workingPlace(cwd: string, root: string, mappings: readonly PathMapping[]): string {
  const place = rewriteImagePaths(cwd, mappings);
  return place === join(root, cwd) ? resolveInRoot(root, cwd) : place;
}

function ownVariables({ environment = {}, image }: ContainerOptions): Record<string, string> {
  return {
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    ...image.config.environment,
    ...environment,
  };
}

/** Every folder at the top of the image, and every mount. */
function mappingsOf(root: string, mounts: readonly ContainerMount[]): readonly PathMapping[] {
  const tops = readdirSync(root).map((name) => ({
    containerPath: `/${name}`,
    place: join(root, name),
  }));
  const system = new Set(['/usr', '/etc', '/bin', '/lib', '/dev', '/proc']);
  return [
    ...tops.filter(({ containerPath }) => !system.has(containerPath)),
    ...mounts.map(({ source, target }) => ({ containerPath: target, place: source })),
  ];
}

/** How containers of this machine are confined, and why not better. */
export interface ConfinementStatus {
  readonly confinement: Confinement;
  readonly reason: string | undefined;
}

let known: Promise<ConfinementStatus> | undefined;

/** Tries once whether a process can have its own root folder. */
export function findConfinement(image: Pick<Image, 'environment'>): Promise<ConfinementStatus> {
  known ??= probe(
    image.environment === undefined ? 'python3' : join(image.environment, 'bin', 'python3'),
  );
  return known;
}

async function probe(interpreter: string): Promise<ConfinementStatus> {
  const folder = makeTemporaryFolder('python');
  try {
    const args = ['-I', containerProgram(), '--probe', pythonFolder(), folder.folder('probe')];
    const { output } = await runProgram(interpreter, args, {});
    const { reason } = JSON.parse(output) as { readonly reason: string | null };
    return reason === null
      ? { confinement: 'namespace', reason: undefined }
      : { confinement: 'rewritten', reason };
  } catch (error) {
    return { confinement: 'rewritten', reason: String(error) };
  } finally {
    await folder.remove();
  }
}
