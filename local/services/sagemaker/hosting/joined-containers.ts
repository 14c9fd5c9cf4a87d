import {
  type ContainerAnswer,
  ContainerNotHealthy,
  ContainerUnreachable,
  containerAt,
  frameworkOfImage,
  InvocationTimeout,
  ModelServer,
  type PipelineContainer,
} from '../../../jobs/serving/index.ts';
import { isOwnImage } from '../images/own-image.ts';
import {
  type InstanceRequest,
  NEEDS_OWN_PROCESSES,
  noAnswer,
  type RunningContainers,
  successOf,
} from './containers.ts';
import type { HostingContext } from './context.ts';
import { ContainerFailure } from './failures.ts';
import type { PreparedContainer } from './model-artifacts.ts';
import type { VariantSpec } from './records.ts';

/** The variables that only the server reads; any other may be meant for the model. */
const SERVER_VARIABLES = new Set([
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'PIP_NO_BUILD_ISOLATION',
  'SAGEMAKER_BIND_TO_PORT',
  'SAGEMAKER_CONTAINER_LOG_LEVEL',
  'SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT',
  'SAGEMAKER_PROGRAM',
  'SAGEMAKER_REGION',
  'SAGEMAKER_SAFE_PORT_RANGE',
  'SAGEMAKER_SUBMIT_DIRECTORY',
]);

/** Models whose containers cannot share a process; none is tried twice. */
const apart = new WeakSet<readonly PreparedContainer[]>();

/** Where the containers of an instance are, and where their lines go. */
export interface JoinedPlace {
  readonly prepared: readonly PreparedContainer[];
  readonly onLine: (container: PreparedContainer) => (line: string) => void;
}

/**
 * Starts the containers of a pipeline in one process: a request then changes processes once. Only scripts that cannot
 * notice it share a process.
 *
 * @returns undefined if each container needs its own process, or if one failed to start: apart, it says why
 */
export async function startJoined(
  context: HostingContext,
  variant: VariantSpec,
  { prepared, onLine }: JoinedPlace,
): Promise<RunningContainers | undefined> {
  const containers = joinable(context, variant, prepared);
  if (containers === undefined || apart.has(prepared)) return undefined;
  const writers = prepared.map(onLine);
  const early: (readonly [line: string, container: number])[] = [];
  let write = (line: string, container: number): void => {
    early.push([line, container]);
  };
  const socketPath = context.sockets.take();
  const { startupTimeoutSeconds } = variant;
  try {
    const server = await ModelServer.startPipeline({
      python: context.python,
      containers,
      socketPath,
      ...(startupTimeoutSeconds === undefined ? {} : { startupTimeoutSeconds }),
      onLine: (line, container) => write(line, container),
    });
    write = (line, container) => writers[container]?.(line);
    for (const [line, container] of early) write(line, container);
    const names = prepared.map(({ spec }) => spec.hostname);
    return new JoinedContainers(server, { names, socketPath, onApart: () => apart.add(prepared) });
  } catch (error) {
    if (!(error instanceof ContainerNotHealthy)) throw error;
    apart.add(prepared);
    return undefined;
  }
}

function joinable(
  { sagemaker }: HostingContext,
  { mode }: VariantSpec,
  prepared: readonly PreparedContainer[],
): readonly PipelineContainer[] | undefined {
  if (mode !== 'Serial' || prepared.length < 2) return undefined;
  const containers = prepared.flatMap(({ spec, folder, environment }) => {
    const framework = isOwnImage(sagemaker.cloud, spec.image)
      ? undefined
      : frameworkOfImage(spec.image);
    const isForServer = Object.keys(environment).every((name) => SERVER_VARIABLES.has(name));
    return framework !== undefined && isForServer ? [{ framework, folder, environment }] : [];
  });
  return containers.length === prepared.length ? containers : undefined;
}

/** One process for all containers of an instance. */
class JoinedContainers implements RunningContainers {
  readonly #server: ModelServer;
  readonly #names: readonly string[];
  readonly #socketPath: string;
  readonly #onApart: () => void;

  constructor(
    server: ModelServer,
    place: {
      readonly names: readonly string[];
      readonly socketPath: string;
      readonly onApart: () => void;
    },
  ) {
    this.#server = server;
    this.#names = place.names;
    this.#socketPath = place.socketPath;
    this.#onApart = place.onApart;
  }

  get processIds(): readonly number[] {
    return [this.#server.pid];
  }

  get ended(): Promise<unknown> {
    return this.#server.exited;
  }

  async invoke(request: InstanceRequest): Promise<ContainerAnswer | typeof NEEDS_OWN_PROCESSES> {
    let answer: ContainerAnswer;
    try {
      answer = await this.#server.invoke(request);
    } catch (error) {
      const isKnown = error instanceof InvocationTimeout || error instanceof ContainerUnreachable;
      const name = this.#nameOf(
        containerAt(this.#socketPath, isKnown ? error.connection : undefined),
      );
      throw new ContainerFailure(name, 0, noAnswer(name, error));
    }
    if (answer.headers['x-stepmill-apart'] !== undefined) {
      this.#onApart();
      return NEEDS_OWN_PROCESSES;
    }
    return successOf(answer, this.#nameOf(Number(answer.headers['x-stepmill-container'] ?? 0)));
  }

  executionParameters(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  #nameOf(number: number): string {
    return this.#names[number] ?? '';
  }
}
