import {
  ImageNotPulled,
  NothingToStart,
  type PulledImage,
} from '../../../cloud/container-images.ts';
import { rolePrincipal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import {
  type ContainerAnswer,
  ContainerNotHealthy,
  frameworkOfImage,
  InvocationTimeout,
  ModelServer,
} from '../../../jobs/serving/index.ts';
import { isOwnImage } from '../images/own-image.ts';
import { startOwnServer } from '../images/start-container.ts';
import { type ProcessRole, takeProcessRole } from '../process-role.ts';
import { sageMakerInference } from '../source-arn.ts';
import type { HostingContext } from './context.ts';
import { ContainerFailure, FleetFailure } from './failures.ts';
import type { PreparedContainer } from './model-artifacts.ts';
import type { VariantSpec } from './records.ts';

/** A request to an instance. */
export interface InstanceRequest {
  readonly body: Uint8Array;
  /** The headers of the client that InvokeEndpoint supports. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** The hostname of the container, for models in Direct mode. */
  readonly targetContainer?: string | undefined;
}

/** Where the containers of an instance write their output. */
export interface InstanceLog {
  readonly group: string;
  /** The stream of a container, which has a name only in a pipeline. */
  stream(instanceId: string, container: string | undefined): string;
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html */
export function endpointLog(endpointName: string, variantName: string): InstanceLog {
  return {
    group: `/aws/sagemaker/Endpoints/${endpointName}`,
    stream: (instanceId, container) =>
      `${variantName}/${instanceId}${container === undefined ? '' : `/${container}`}`,
  };
}

interface InstanceContainer {
  readonly name: string;
  readonly server: ModelServer;
}

/** One instance of a variant: a process for each container of the model. */
export class Instance {
  readonly id: string;
  readonly #containers: readonly InstanceContainer[];
  /** Requests that wait or run. */
  outstanding = 0;
  #stopping = false;

  private constructor(id: string, containers: readonly InstanceContainer[]) {
    this.id = id;
    this.#containers = containers;
  }

  /** @throws FleetFailure; then no process is left running */
  static async start(
    context: HostingContext,
    log: InstanceLog,
    variant: VariantSpec,
    prepared: readonly PreparedContainer[],
  ): Promise<Instance> {
    const id = `i-${context.sagemaker.cloud.random.hex(17)}`;
    const started = await Promise.allSettled(
      prepared.map((container) =>
        startContainer(context, log, variant, { container, instanceId: id }),
      ),
    );
    const containers = started.flatMap((result) =>
      result.status === 'fulfilled' ? [result.value] : [],
    );
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return new Instance(id, containers);
    await Promise.all(containers.map((container) => container.server.stop()));
    throw failed.reason;
  }

  get processIds(): readonly number[] {
    return this.#containers.map((container) => container.server.pid);
  }

  /** Resolves when a process has ended by itself; never if the instance is stopped. */
  async crashed(): Promise<void> {
    await Promise.race(this.#containers.map((container) => container.server.exited));
    if (this.#stopping) await new Promise(() => {});
  }

  /**
   * Sends the request through the containers; the answer of each is the request of the next.
   *
   * @throws ContainerFailure
   */
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

  /** The answer of a model with one container to `GET /execution-parameters`; undefined for pipelines. */
  async executionParameters(timeoutMs: number): Promise<ContainerAnswer | undefined> {
    const [container, ...others] = this.#containers;
    if (container === undefined || others.length > 0) return undefined;
    return await container.server.get('/execution-parameters', timeoutMs);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#containers.map((container) => container.server.stop()));
  }
}

async function startContainer(
  context: HostingContext,
  log: InstanceLog,
  variant: VariantSpec,
  place: { readonly container: PreparedContainer; readonly instanceId: string },
): Promise<InstanceContainer> {
  const { cloud } = context.sagemaker;
  const { spec } = place.container;
  const single = variant.containers.length === 1;
  const logStream = log.stream(place.instanceId, single ? undefined : spec.hostname);
  const onLine = (message: string) =>
    cloud.writeLogLine({ logGroup: log.group, logStream, message });
  try {
    const start = isOwnImage(cloud, spec.image) ? startImage : startFramework;
    const server = await start(context, variant, { container: place.container, onLine });
    return { name: spec.hostname, server };
  } catch (error) {
    if (!(error instanceof ContainerNotHealthy)) throw error;
    throw new FleetFailure(
      `The ${spec.hostname} container for production variant ${variant.name} did not pass the ping health check. Please check CloudWatch logs for this endpoint. (${error.message}; its last lines: ${error.lastLines.slice(-MAX_LAST_CHARACTERS)})`,
      { cause: error },
    );
  }
}

interface ServerPlace {
  readonly container: PreparedContainer;
  readonly onLine: (message: string) => void;
}

/** AWS's sentence, and what it is on this machine. */
function imageFailure(variant: VariantSpec, reason: string, cause?: unknown): FleetFailure {
  return new FleetFailure(
    `Please make sure all images included in the model for the production variant ${variant.name} exist, and that the execution role used to create the model has permissions to access them. (${reason})`,
    { cause },
  );
}

/** Starts a container of one of SageMaker's images. */
async function startFramework(
  context: HostingContext,
  variant: VariantSpec,
  { container, onLine }: ServerPlace,
): Promise<ModelServer> {
  const { environment, folder, spec } = container;
  const framework = frameworkOfImage(spec.image);
  if (framework === undefined) {
    throw imageFailure(
      variant,
      `stepmill plays SageMaker's scikit-learn and XGBoost images, and runs images of this account's ECR; "${spec.image}" is not one of them.`,
    );
  }
  return ModelServer.start({
    python: context.python,
    framework,
    folder,
    environment,
    aws: (await roleOf(context, variant.roleArn)).aws,
    socketPath: context.sockets.take(),
    ...startupOf(variant),
    onLine,
  });
}

/** Starts a container of an image that the app brings. */
async function startImage(
  context: HostingContext,
  variant: VariantSpec,
  { container, onLine }: ServerPlace,
): Promise<ModelServer> {
  const { cloud } = context.sagemaker;
  const { environment, folder, spec } = container;
  const role = await roleOf(context, variant.roleArn);
  try {
    const image: PulledImage = await cloud.containers.pull(spec.resolvedImage ?? spec.image, {
      principal: role.principal,
      onProgress: onLine,
      ...(context.stop === undefined ? {} : { signal: context.stop }),
    });
    for (const notice of image.notices) onLine(notice);
    const start = { environment, folder, role, onLine, stop: context.stop, ...startupOf(variant) };
    return await startOwnServer(image, start);
  } catch (error) {
    if (!(error instanceof ImageNotPulled || error instanceof NothingToStart)) throw error;
    throw imageFailure(variant, error.message, error);
  }
}

function startupOf({ startupTimeoutSeconds }: VariantSpec) {
  return startupTimeoutSeconds === undefined ? {} : { startupTimeoutSeconds };
}

/** As on AWS, a model whose role was deleted keeps running, but its requests to AWS fail. */
async function roleOf({ sagemaker }: HostingContext, roleArn: string): Promise<ProcessRole> {
  try {
    const { cloud } = sagemaker;
    return await takeProcessRole(cloud, roleArn, sageMakerInference(cloud));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { region, endpoint } = sagemaker.cloud;
    return {
      principal: rolePrincipal(roleArn, 'SageMaker'),
      aws: { region, endpoint, session: {} },
    };
  }
}

/** The end of the log, because a failure reason has at most 1,024 characters. */
const MAX_LAST_CHARACTERS = 600;

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
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new ContainerFailure(container.name, answer.status, answer.body.toString('utf8'));
}

/** AWS's messages. https://docs.aws.amazon.com/sagemaker/latest/dg/troubleshooting-inference.html */
function noAnswer(container: string, error: unknown): string {
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
