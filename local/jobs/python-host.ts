import { delimiter, dirname, join } from 'node:path';
import type { Logger } from '../host/logger.ts';
import {
  adoptGroup,
  makeTemporaryFolder,
  PACKAGE_INDEX_VARIABLES,
  type ProcessEnvironment,
  type ProcessWithInput,
  personalPlaces,
  processEnvironment,
  releaseGroup,
  signalGroup,
  startProcess,
  type TemporaryFolder,
} from '../processes/index.ts';
import { CONTAINER_ROOT } from './container-folder.ts';
import { rewriteContainerPaths } from './container-paths.ts';
import { type Frame, FrameReader } from './frame-reader.ts';
import {
  findPythonEnvironment,
  type PythonEnvironment,
  preparePythonEnvironment,
} from './python-environment.ts';
import { pythonFolder } from './python-folder.ts';
import type { PythonExit, PythonProcess, PythonProcessRequest } from './python-process.ts';

export interface PythonHostOptions {
  /** The folder of managed environments, which several runtimes may share. */
  readonly environmentFolder: string;
  readonly logger: Logger;
  /** An interpreter to use instead of the managed environment. @default the variable STEPMILL_PYTHON, if set */
  readonly interpreter?: string;
  /**
   * `fork`: a parent that has imported the libraries forks each process. `execute`: a new interpreter for
   * each process, which is slower but necessary on macOS, where a fork of these libraries may crash.
   *
   * @default `fork` on Linux, else `execute`
   */
  readonly starting?: 'fork' | 'execute';
  /**
   * How a process gets its `/opt/ml`. `namespace`: its own mount, so that paths in scripts work.
   * `rewritten`: replaced in arguments and variables only.
   *
   * @default `namespace` if the system allows it
   */
  readonly containerPaths?: 'namespace' | 'rewritten';
}

/** The properties of Python that the runtime found when the parent started. */
export interface PythonHostStatus {
  readonly environment: PythonEnvironment;
  readonly containerPaths: 'namespace' | 'rewritten';
  /** The reason if processes cannot have their own `/opt/ml`. */
  readonly reason: string | undefined;
}

/**
 * Runs the processes of containers. A warm parent process that has imported the libraries forks one per
 * container. It is started when it is needed, restarted after it ends, and ends all processes when this
 * runtime ends, also after a kill.
 */
export class PythonHost {
  readonly #options: PythonHostOptions;
  #parent: Promise<WarmParent> | undefined;
  readonly #stopping = new AbortController();

  constructor(options: PythonHostOptions) {
    this.#options = options;
  }

  /** Starts the warm parent before the first process if an environment is already built. */
  warmUp(): void {
    const { environmentFolder, interpreter, logger } = this.#options;
    const known = findPythonEnvironment({
      folder: environmentFolder,
      ...(interpreter === undefined ? {} : { interpreter }),
    });
    known
      .then((environment) => (environment === undefined ? undefined : this.#warmParent()))
      .catch((error: unknown) => {
        // A runtime that stops while Python starts ends Python, too.
        if (this.#stopping.signal.aborted) return;
        logger.warn({ error: String(error) }, 'Python is not ready');
      });
  }

  /** Builds a missing environment, starts the parent, and returns how processes run. */
  async status(): Promise<PythonHostStatus> {
    return (await this.#warmParent()).status;
  }

  /**
   * Starts a process; resolves when it runs.
   *
   * @throws PythonEnvironmentError if no Python can be used
   * @example
   * const process = await host.start({
   *   command: ['python3', 'train.py'],
   *   folder: '.stepmill/jobs/training/example',
   *   environment: { SM_MODEL_DIR: '/opt/ml/model' },
   *   onOutput: (chunk) => stdout.write(chunk),
   * });
   * const { code } = await process.exited;
   */
  async start(request: PythonProcessRequest): Promise<PythonProcess> {
    const parent = await this.#warmParent();
    this.#stopping.signal.throwIfAborted();
    return parent.start(request);
  }

  /** Starts no further process; running ones continue. The build of an environment is aborted. */
  halt(): void {
    this.#stopping.abort(new Error(STOPPING));
  }

  /** Ends the warm parent and every process it started. */
  async stop(): Promise<void> {
    this.halt();
    const parent = await this.#parent?.catch(() => undefined);
    await parent?.end();
  }

  #warmParent(): Promise<WarmParent> {
    if (this.#stopping.signal.aborted) return Promise.reject(new Error(STOPPING));
    this.#parent ??= this.#startParent().catch((error: unknown) => {
      this.#parent = undefined;
      throw error;
    });
    return this.#parent;
  }

  async #startParent(): Promise<WarmParent> {
    const { environmentFolder, interpreter, logger } = this.#options;
    const environment = await preparePythonEnvironment({
      folder: environmentFolder,
      ...(interpreter === undefined ? {} : { interpreter }),
      onProgress: ({ message }) => logger.info({}, message),
      signal: this.#stopping.signal,
    });
    for (const warning of environment.warnings) logger.warn({}, warning);
    return startWarmParent(environment, this.#options, {
      signal: this.#stopping.signal,
      onClose: () => {
        this.#parent = undefined;
      },
    });
  }
}

const STOPPING = 'The runtime is stopping; no process is started.';

/**
 * Finds how processes would run, without importing any library.
 *
 * @example
 * const { containerPaths, reason } = await inspectPythonHost({ environmentFolder, logger });
 */
export async function inspectPythonHost(
  options: Omit<PythonHostOptions, 'starting'>,
): Promise<PythonHostStatus> {
  const host = new PythonHost({ ...options, starting: 'execute' });
  try {
    return await host.status();
  } finally {
    await host.stop();
  }
}

/** A process as the parent knows it. */
interface Running {
  readonly request: PythonProcessRequest;
  started(pid: number): void;
  failed(error: Error): void;
  exited(exit: PythonExit): void;
}

/** The time for the parent to kill its processes and to remove its files. */
const END_PATIENCE_MS = 1_500;

class WarmParent {
  readonly #child: ProcessWithInput;
  readonly #folder: TemporaryFolder;
  readonly #groups = new Map<number, number>();
  readonly #running = new Map<number, Running>();
  readonly #closed: Promise<void>;
  /** Its folder is removed, as far as that is possible in time. */
  readonly #removed: Promise<void>;
  readonly status: PythonHostStatus;
  #lastId = 0;

  constructor(
    child: ProcessWithInput,
    { folder, removed }: { readonly folder: TemporaryFolder; readonly removed: Promise<void> },
    status: PythonHostStatus,
  ) {
    this.#child = child;
    this.#removed = removed;
    this.#folder = folder;
    this.status = status;
    this.#closed = new Promise((resolve) => child.once('close', () => resolve()));
    void this.#closed.then(() => this.#loseAll());
  }

  start(request: PythonProcessRequest): Promise<PythonProcess> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const exited = new Promise<PythonExit>((exit) => {
        const started = (pid: number) =>
          resolve({ pid, exited, kill: (signal) => this.#send({ op: 'kill', id, signal }) });
        this.#running.set(id, { request, started, failed: reject, exited: exit });
      });
      this.#send({ op: 'start', id, ...describeProcess(request, this.status, this.#folder) });
    });
  }

  handle(frame: Frame, body: Buffer): void {
    const running = this.#running.get(frame.id);
    if (running === undefined) return;
    if (frame.event === 'output') running.request.onOutput(Buffer.from(body));
    if (frame.event === 'started') {
      const pid = frame.pid ?? 0;
      adoptGroup(pid);
      this.#groups.set(frame.id, pid);
      running.started(pid);
    }
    if (frame.event === 'failed') {
      this.#running.delete(frame.id);
      running.failed(new Error(`A Python process could not be started: ${frame.error}`));
    }
    if (frame.event === 'exited') {
      this.#running.delete(frame.id);
      this.#release(frame.id);
      running.exited({
        code: frame.code ?? undefined,
        signal: frame.signal ?? undefined,
        cpuSeconds: frame.cpu_seconds ?? 0,
        maxMemoryBytes: frame.max_memory_bytes ?? 0,
      });
    }
  }

  /** Closes the input of the parent, which then kills its processes and ends. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    const impatience = setTimeout(() => this.#kill(), END_PATIENCE_MS);
    await this.#closed;
    clearTimeout(impatience);
    await this.#removed;
  }

  #kill(): void {
    for (const group of this.#groups.values()) signalGroup(group, 'SIGKILL');
    signalGroup(this.#child.pid, 'SIGKILL');
  }

  #release(id: number): void {
    releaseGroup(this.#groups.get(id) ?? 0);
    this.#groups.delete(id);
  }

  #send(message: object): void {
    if (this.#child.stdin.writable) this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Kills what the processes of an ended parent had started; the kernel has killed the processes themselves. */
  #loseAll(): void {
    for (const [id, group] of this.#groups) {
      signalGroup(group, 'SIGKILL');
      this.#release(id);
    }
    for (const [id, running] of this.#running) {
      this.#running.delete(id);
      running.failed(new Error('The Python parent process ended before the process was started.'));
      running.exited({ code: undefined, signal: 'SIGKILL', cpuSeconds: 0, maxMemoryBytes: 0 });
    }
  }
}

function startWarmParent(
  environment: PythonEnvironment,
  options: PythonHostOptions,
  { signal, onClose }: { readonly signal: AbortSignal; readonly onClose: () => void },
): Promise<WarmParent> {
  signal.throwIfAborted();
  const folder = makeTemporaryFolder('python');
  const starting = options.starting ?? (process.platform === 'linux' ? 'fork' : 'execute');
  const cold = starting === 'execute' ? ['--cold'] : [];
  const child = startProcess(
    environment.interpreter,
    [join(pythonFolder(), 'warm_parent.py'), ...cold, folder.folder('mounts')],
    { environment: parentEnvironment(folder), input: true, afterwards: 'a few seconds' },
  );
  const endUnready = () => signalGroup(child.pid, 'SIGKILL');
  signal.addEventListener('abort', endUnready);
  let lastError = '';
  const removed = new Promise<void>((resolve) => {
    child.once('close', () => void folder.remove().finally(resolve));
  });
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastError = (lastError + text).slice(-2_000);
  });
  return new Promise((resolve, reject) => {
    let parent: WarmParent | undefined;
    const reader = new FrameReader((frame, body) => {
      if (frame.event !== 'ready') return parent?.handle(frame, body);
      const reason = reasonAgainst(frame, options);
      const containerPaths = reason === undefined ? 'namespace' : 'rewritten';
      parent = new WarmParent(child, { folder, removed }, { environment, containerPaths, reason });
      signal.removeEventListener('abort', endUnready);
      resolve(parent);
    });
    child.stdout.on('data', (chunk: Buffer) => reader.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      void removed.finally(onClose);
      options.logger.debug({ code, signal, lastError }, 'The Python parent process ended');
      reject(
        new Error(
          `The Python parent process of ${environment.interpreter} ended (${signal ?? code}) before it was ready. No job or endpoint can start. It said: ${lastError}`,
        ),
      );
    });
  });
}

function reasonAgainst(ready: Frame, options: PythonHostOptions): string | undefined {
  if (options.containerPaths === 'rewritten') return 'it was asked for';
  return ready.namespace === true ? undefined : (ready.reason ?? 'unknown');
}

/** The environment of the parent, which containers do not inherit. */
function parentEnvironment(folder: TemporaryFolder): ProcessEnvironment {
  return processEnvironment({ ...placesOf(folder), own: { PYTHONUTF8: '1' } });
}

/** The folder for the home and temporary files of containers; it is removed with the parent. */
function placesOf(folder: TemporaryFolder) {
  return { home: folder.folder('home'), temporary: folder.folder('tmp') };
}

function describeProcess(
  request: PythonProcessRequest,
  status: PythonHostStatus,
  folder: TemporaryFolder,
): object {
  const namespace = status.containerPaths === 'namespace';
  const place = (text: string) => (namespace ? text : rewriteContainerPaths(text, request.folder));
  const environment = processEnvironment({
    ...placesOf(folder),
    inherit: PACKAGE_INDEX_VARIABLES,
    ...(request.aws === undefined ? {} : { aws: request.aws }),
    own: {
      PATH: [dirname(status.environment.interpreter), process.env['PATH'] ?? '/usr/bin:/bin'].join(
        delimiter,
      ),
      PYTHONUNBUFFERED: '1',
      ...(namespace ? {} : { SAGEMAKER_BASE_DIR: request.folder }),
      ...request.environment,
    },
  });
  return {
    command: request.command.map(place),
    cwd: place(request.workingFolder ?? CONTAINER_ROOT),
    env: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, place(value)]),
    ),
    root: request.folder,
    namespace,
    hidden: namespace ? personalPlaces() : [],
    fresh: request.fresh ?? false,
    max_file_bytes: request.maxFileBytes,
  };
}
