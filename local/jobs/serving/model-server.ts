import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AwsAccess } from '../../processes/index.ts';
import { CONTAINER_ROOT } from '../container-folder.ts';
import type { PythonHost } from '../python-host.ts';
import type { PythonExit } from '../python-process.ts';
import type { ContainerAnswer, ContainerClient, ContainerRequest } from './container-client.ts';
import type { ServingFramework } from './framework-images.ts';
import { HttpClient } from './http-client.ts';
import { LastLines } from './last-lines.ts';
import { servingPythonFolder } from './python-folder.ts';
import { SocketClient } from './socket-client.ts';

/** The part of the Python host that a model server needs. */
export type ProcessStarter = Pick<PythonHost, 'start'>;

/** The process of a serving container. */
export interface ServerProcess {
  readonly pid: number;
  /** Never rejects. */
  readonly exited: Promise<PythonExit>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** What every model server needs. */
interface ServerOptions {
  /** In real seconds, at any speed of the clock. @default 480, AWS's 8 minutes */
  readonly startupTimeoutSeconds?: number;
  /** Each line of the process, without its end. */
  readonly onLine: (line: string) => void;
}

/** A server of an image, which listens on a port of this machine. */
export interface ImageServerOptions extends ServerOptions {
  readonly port: number;
  readonly start: (onOutput: (chunk: Buffer) => void) => Promise<ServerProcess>;
}

/** A server of one of SageMaker's images, which this machine's Python stands for. */
export interface ModelServerOptions extends ServerOptions {
  readonly python: ProcessStarter;
  readonly framework: ServingFramework;
  /** The folder that the process sees as `/opt/ml`; the model is already in `model/`. */
  readonly folder: string;
  /** Where the server listens; at most 100 bytes long, as the kernel allows no more. */
  readonly socketPath: string;
  /** What CreateModel says, with what AWS adds. */
  readonly environment: Readonly<Record<string, string>>;
  /** The session of the model's execution role. @default none: it can call no AWS */
  readonly aws?: AwsAccess;
}

/** A container of a pipeline. */
export interface PipelineContainer {
  readonly framework: ServingFramework;
  /** The folder that the container sees as `/opt/ml`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The containers of a pipeline, in one process. */
export interface PipelineServerOptions
  extends Pick<ServerOptions, 'startupTimeoutSeconds'>,
    Pick<ModelServerOptions, 'python' | 'socketPath'> {
  readonly containers: readonly PipelineContainer[];
  /** Each line, and the number of the container that wrote it. */
  readonly onLine: (line: string, container: number) => void;
}

/** The process ended, or did not answer /ping in time. `lastLines` is what it said at the end. */
export class ContainerNotHealthy extends Error {
  readonly lastLines: string;

  constructor(reason: string, lastLines: string) {
    super(reason);
    this.name = 'ContainerNotHealthy';
    this.lastLines = lastLines;
  }
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html: 8 minutes to the first /ping */
const DEFAULT_STARTUP_TIMEOUT_SECONDS = 480;
/** The same page: /ping must answer within 2 seconds. */
const PING_TIMEOUT_MS = 2_000;
const FIRST_PING_PAUSE_MS = 5;
const LONGEST_PING_PAUSE_MS = 200;
/** The same page: SIGTERM, 30 seconds, SIGKILL. */
const STOP_PATIENCE_MS = 30_000;
const REMEMBERED_LINES = 20;
/** As many connections as the server has threads; the rest waits here, in order. */
const MAX_CONNECTIONS = 8;

interface Launch {
  readonly client: ContainerClient;
  readonly start: (onOutput: (chunk: Buffer) => void) => Promise<ServerProcess>;
  readonly onStopped: () => void;
}

/** One serving container: a process that answers `/ping` and `/invocations`. */
export class ModelServer {
  readonly #seconds: number;
  readonly #process: ServerProcess;
  readonly #client: ContainerClient;
  readonly #onStopped: () => void;
  #ended: PythonExit | undefined;

  private constructor(
    { startupTimeoutSeconds = DEFAULT_STARTUP_TIMEOUT_SECONDS }: ServerOptions,
    { client, onStopped }: Launch,
    process: ServerProcess,
    lines: LastLines,
  ) {
    this.#seconds = startupTimeoutSeconds;
    this.#client = client;
    this.#onStopped = onStopped;
    this.#process = process;
    void process.exited.then((exit) => {
      this.#ended = exit;
      lines.end();
      this.#client.close();
    });
  }

  /** Starts the process and resolves when it answers `/ping`; on failure nothing is left running. */
  static start(options: ModelServerOptions): Promise<ModelServer> {
    const removeSocket = () => rmSync(options.socketPath, { force: true });
    removeSocket();
    return ModelServer.#launch(options, {
      client: new SocketClient(options.socketPath, MAX_CONNECTIONS),
      onStopped: removeSocket,
      start: (onOutput) =>
        options.python.start({
          command: ['python3', '-m', 'stepmill_serving'],
          environment: environmentOf(options),
          ...(options.aws === undefined ? {} : { aws: options.aws }),
          folder: options.folder,
          onOutput,
        }),
    });
  }

  /**
   * Starts the containers of a pipeline in one process.
   *
   * @throws ContainerNotHealthy where they cannot share one, too
   */
  static startPipeline(options: PipelineServerOptions): Promise<ModelServer> {
    const { containers, onLine, python, socketPath, startupTimeoutSeconds } = options;
    const places = placesFile(socketPath);
    writeFileSync(places, Buffer.alloc(MAX_CONNECTIONS));
    const onStopped = () => {
      for (const file of [socketPath, places]) rmSync(file, { force: true });
    };
    const own = servingPythonFolder();
    const pipeline = JSON.stringify({ containers, places, socket: socketPath });
    // In base64, because paths in variables may be rewritten, and each container has another folder.
    const encoded = Buffer.from(pipeline).toString('base64');
    return ModelServer.#launch(
      {
        ...(startupTimeoutSeconds === undefined ? {} : { startupTimeoutSeconds }),
        onLine: (line) => onLine(...unmark(line)),
      },
      {
        client: new SocketClient(socketPath, MAX_CONNECTIONS, true),
        onStopped,
        start: (onOutput) =>
          python.start({
            command: ['python3', '-m', 'stepmill_serving'],
            environment: {
              SAGEMAKER_BASE_DIR: CONTAINER_ROOT,
              PYTHONPATH: own,
              STEPMILL_PIPELINE: encoded,
            },
            folder: containers[0]?.folder ?? '',
            onOutput,
          }),
      },
    );
  }

  /** The same for a container of an image. */
  static startImage(options: ImageServerOptions): Promise<ModelServer> {
    return ModelServer.#launch(options, {
      client: new HttpClient(options.port, MAX_CONNECTIONS),
      start: options.start,
      onStopped: () => {},
    });
  }

  static async #launch(options: ServerOptions, launch: Launch): Promise<ModelServer> {
    const lines = new LastLines(REMEMBERED_LINES, options.onLine);
    const process = await launch.start((chunk) => lines.push(chunk));
    const server = new ModelServer(options, launch, process, lines);
    try {
      await server.#untilHealthy();
      return server;
    } catch (error) {
      process.kill('SIGKILL');
      await process.exited;
      launch.onStopped();
      throw error instanceof ContainerNotHealthy
        ? new ContainerNotHealthy(error.message, lines.text)
        : error;
    }
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Resolves when the process has ended. Never rejects. */
  get exited(): Promise<PythonExit> {
    return this.#process.exited;
  }

  /**
   * `POST /invocations`.
   *
   * @throws InvocationTimeout, ContainerUnreachable
   */
  invoke(given: ContainerRequest): Promise<ContainerAnswer> {
    return this.#client.send('POST', '/invocations', given);
  }

  /** `GET` of another path of the contract, for example `/execution-parameters`. */
  get(path: string, timeoutMs: number): Promise<ContainerAnswer> {
    return this.#client.send('GET', path, { body: EMPTY, headers: {}, timeoutMs });
  }

  /** SIGTERM, and SIGKILL for a process that does not end. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    const patience = setTimeout(() => this.#process.kill('SIGKILL'), STOP_PATIENCE_MS);
    await this.#process.exited;
    clearTimeout(patience);
    this.#client.close();
    this.#onStopped();
  }

  async #untilHealthy(): Promise<void> {
    const end = performance.now() + this.#seconds * 1_000;
    let pauseMs = FIRST_PING_PAUSE_MS;
    while (performance.now() < end) {
      if (this.#ended !== undefined) throw new ContainerNotHealthy(describeExit(this.#ended), '');
      if (await this.#ping()) return;
      await Promise.race([pause(pauseMs), this.#process.exited]);
      pauseMs = Math.min(LONGEST_PING_PAUSE_MS, pauseMs * 1.5);
    }
    throw new ContainerNotHealthy(`it did not answer /ping within ${this.#seconds} seconds`, '');
  }

  async #ping(): Promise<boolean> {
    try {
      const answer = await this.get('/ping', PING_TIMEOUT_MS);
      return answer.status === 200;
    } catch {
      return false;
    }
  }
}

const EMPTY = new Uint8Array(0);

/** A byte for each connection: the number of the container that has its request. */
function placesFile(socketPath: string): string {
  return `${socketPath}.at`;
}

/** The number of the container that had the request of a connection when it was not answered. */
export function containerAt(socketPath: string, connection: number | undefined): number {
  try {
    return readFileSync(placesFile(socketPath))[connection ?? -1] ?? 0;
  } catch {
    return 0;
  }
}

const MARK = '\u001f';

/** A line without the mark of its container. A library that writes past Python marks nothing. */
function unmark(text: string): [line: string, container: number] {
  const end = text.startsWith(MARK) ? text.indexOf(MARK, 1) : -1;
  return end < 0 ? [text, 0] : [text.slice(end + 1), Number(text.slice(1, end))];
}

function environmentOf(options: ModelServerOptions): Record<string, string> {
  const own = servingPythonFolder();
  const given = options.environment['PYTHONPATH'];
  return {
    SAGEMAKER_BASE_DIR: CONTAINER_ROOT,
    ...options.environment,
    PYTHONPATH: given === undefined ? own : `${own}:${given}`,
    STEPMILL_SOCKET: options.socketPath,
    STEPMILL_FRAMEWORK: options.framework,
  };
}

function describeExit(exit: PythonExit): string {
  return exit.signal === undefined
    ? `its process ended with exit code ${exit.code}`
    : `its process was ended by ${exit.signal}`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
