import {
  type ContainerAnswer,
  InvocationTimeout,
  type ModelServer,
} from '../../../jobs/serving/index.ts';
import { ContainerFailure } from './failures.ts';

/** A request to an instance. */
export interface InstanceRequest {
  readonly body: Uint8Array;
  /** The headers of the client that InvokeEndpoint supports. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** The hostname of the container, for models in Direct mode. */
  readonly targetContainer?: string | undefined;
}

/** The answer of containers that share a process where the request needs one for each of them. */
export const NEEDS_OWN_PROCESSES = Symbol('needs own processes');

/** The running containers of an instance. */
export interface RunningContainers {
  readonly processIds: readonly number[];
  /** Resolves when a process has ended. */
  readonly ended: Promise<unknown>;
  /** @throws ContainerFailure */
  invoke(request: InstanceRequest): Promise<ContainerAnswer | typeof NEEDS_OWN_PROCESSES>;
  /** The answer of a model with one container to `GET /execution-parameters`; undefined for pipelines. */
  executionParameters(timeoutMs: number): Promise<ContainerAnswer | undefined>;
  stop(): Promise<void>;
}

export interface InstanceContainer {
  readonly name: string;
  readonly server: ModelServer;
}

/** A process for each container; the answer of each goes to the next. */
export class ContainersApart implements RunningContainers {
  readonly #containers: readonly InstanceContainer[];

  constructor(containers: readonly InstanceContainer[]) {
    this.#containers = containers;
  }

  get processIds(): readonly number[] {
    return this.#containers.map((container) => container.server.pid);
  }

  get ended(): Promise<unknown> {
    return Promise.race(this.#containers.map((container) => container.server.exited));
  }

  async invoke(request: InstanceRequest): Promise<ContainerAnswer> {
    const { targetContainer } = request;
    if (targetContainer !== undefined) {
      const target = this.#containers.find((container) => container.name === targetContainer);
      if (target === undefined) throw new RangeError(`no container ${targetContainer}`);
      return await invokeContainer(target, request, request.timeoutMs);
    }
    const end = performance.now() + request.timeoutMs;
    let next: InstanceRequest = request;
    let answer: ContainerAnswer | undefined;
    for (const container of this.#containers) {
      answer = await invokeContainer(container, next, end - performance.now());
      next = { ...next, body: answer.body, headers: headersForNext(request, answer) };
    }
    if (answer === undefined) throw new RangeError('a model has at least one container');
    return answer;
  }

  async executionParameters(timeoutMs: number): Promise<ContainerAnswer | undefined> {
    const [container, ...others] = this.#containers;
    if (container === undefined || others.length > 0) return undefined;
    return await container.server.get('/execution-parameters', timeoutMs);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#containers.map((container) => container.server.stop()));
  }
}

async function invokeContainer(
  container: InstanceContainer,
  request: InstanceRequest,
  timeoutMs: number,
): Promise<ContainerAnswer> {
  let answer: ContainerAnswer;
  try {
    answer = await container.server.invoke({
      body: request.body,
      headers: request.headers,
      timeoutMs: Math.max(1, timeoutMs),
    });
  } catch (error) {
    throw new ContainerFailure(container.name, 0, noAnswer(container.name, error));
  }
  return successOf(answer, container.name);
}

/** The answer. @throws ContainerFailure if its status is that of an error */
export function successOf(answer: ContainerAnswer, container: string): ContainerAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new ContainerFailure(container, answer.status, answer.body.toString('utf8'));
}

/** AWS's messages. https://docs.aws.amazon.com/sagemaker/latest/dg/troubleshooting-inference.html */
export function noAnswer(container: string, error: unknown): string {
  return error instanceof InvocationTimeout
    ? `Your invocation timed out while waiting for a response from container ${container}. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.`
    : `Your model container ${container} closed the connection without an answer. Review its log in Amazon CloudWatch.`;
}

/** The next container receives the content type of the answer; the Accept header is for the last container. */
function headersForNext(
  request: InstanceRequest,
  answer: ContainerAnswer,
): Readonly<Record<string, string>> {
  const { 'Content-Type': _replaced, ...headers } = request.headers;
  return answer.contentType === undefined
    ? headers
    : { ...headers, 'Content-Type': answer.contentType };
}
