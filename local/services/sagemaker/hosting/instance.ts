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
  ModelServer,
} from '../../../jobs/serving/index.ts';
import { isOwnImage } from '../images/own-image.ts';
import { startOwnServer } from '../images/start-container.ts';
import { type ProcessRole, takeProcessRole } from '../process-role.ts';
import { sageMakerInference } from '../source-arn.ts';
import {
  ContainersApart,
  type InstanceContainer,
  type InstanceRequest,
  NEEDS_OWN_PROCESSES,
  type RunningContainers,
} from './containers.ts';
import type { HostingContext } from './context.ts';
import { ContainerFailure, FleetFailure } from './failures.ts';
import { startJoined } from './joined-containers.ts';
import type { PreparedContainer } from './model-artifacts.ts';
import type { VariantSpec } from './records.ts';

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

/** One instance of a variant: the containers of the model. */
export class Instance {
  readonly id: string;
  #containers: RunningContainers;
  readonly #startApart: () => Promise<RunningContainers>;
  #apart: Promise<RunningContainers> | undefined;
  /** Requests that wait or run. */
  outstanding = 0;
  #stopping = false;

  private constructor(
    id: string,
    containers: RunningContainers,
    startApart: () => Promise<RunningContainers>,
  ) {
    this.id = id;
    this.#containers = containers;
    this.#startApart = startApart;
  }

  /** @throws FleetFailure; then no process is left running */
  static async start(
    context: HostingContext,
    log: InstanceLog,
    variant: VariantSpec,
    prepared: readonly PreparedContainer[],
  ): Promise<Instance> {
    const id = `i-${context.sagemaker.cloud.random.hex(17)}`;
    const apart = () => startApart(context, log, variant, { prepared, instanceId: id });
    const onLine = (container: PreparedContainer) =>
      lineWriter(context, log, variant, { container, instanceId: id });
    const joined = await startJoined(context, variant, { prepared, onLine });
    return new Instance(id, joined ?? (await apart()), apart);
  }

  get processIds(): readonly number[] {
    return this.#containers.processIds;
  }

  /** Resolves when a process has ended by itself; never if the instance is stopped. */
  async crashed(): Promise<void> {
    for (;;) {
      const containers = this.#containers;
      await containers.ended;
      if (this.#stopping) await new Promise(() => {});
      if (containers === this.#containers) return;
    }
  }

  /**
   * Sends the request through the containers; the answer of each is the request of the next.
   *
   * @throws ContainerFailure
   */
  async invoke(request: InstanceRequest): Promise<ContainerAnswer> {
    const startedAt = performance.now();
    const answer = await this.#containers.invoke(request);
    if (answer !== NEEDS_OWN_PROCESSES) return answer;
    const containers = await this.#separate();
    const timeoutMs = request.timeoutMs - (performance.now() - startedAt);
    const again = await containers.invoke({ ...request, timeoutMs });
    if (again === NEEDS_OWN_PROCESSES) throw new RangeError('each container has its process');
    return again;
  }

  /** The answer of a model with one container to `GET /execution-parameters`; undefined for pipelines. */
  async executionParameters(timeoutMs: number): Promise<ContainerAnswer | undefined> {
    return await this.#containers.executionParameters(timeoutMs);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#apart?.catch(() => undefined);
    await this.#containers.stop();
  }

  /** Starts a process for each container, once, in place of the one that they have shared. */
  #separate(): Promise<RunningContainers> {
    this.#apart ??= this.#startApart()
      .then((apart) => {
        const joined = this.#containers;
        this.#containers = apart;
        void joined.stop();
        return apart;
      })
      .catch((error: unknown) => {
        this.#apart = undefined;
        throw error instanceof FleetFailure
          ? new ContainerFailure('pipeline', 0, error.message)
          : error;
      });
    return this.#apart;
  }
}

/** Starts a process for each container. @throws FleetFailure; then no process is left running */
async function startApart(
  context: HostingContext,
  log: InstanceLog,
  variant: VariantSpec,
  place: { readonly prepared: readonly PreparedContainer[]; readonly instanceId: string },
): Promise<RunningContainers> {
  const started = await Promise.allSettled(
    place.prepared.map((container) => {
      const { instanceId } = place;
      const onLine = lineWriter(context, log, variant, { container, instanceId });
      return startContainer(context, variant, { container, onLine });
    }),
  );
  const containers = started.flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  const failed = started.find((result) => result.status === 'rejected');
  if (failed === undefined) return new ContainersApart(containers);
  await Promise.all(containers.map((container) => container.server.stop()));
  throw failed.reason;
}

/** Writes the lines of a container to its log. */
function lineWriter(
  { sagemaker }: HostingContext,
  log: InstanceLog,
  variant: VariantSpec,
  place: { readonly container: PreparedContainer; readonly instanceId: string },
): (message: string) => void {
  const { hostname } = place.container.spec;
  const single = variant.containers.length === 1;
  const logStream = log.stream(place.instanceId, single ? undefined : hostname);
  return (message) => sagemaker.cloud.writeLogLine({ logGroup: log.group, logStream, message });
}

async function startContainer(
  context: HostingContext,
  variant: VariantSpec,
  { container, onLine }: ServerPlace,
): Promise<InstanceContainer> {
  const { spec } = container;
  try {
    const start = isOwnImage(context.sagemaker.cloud, spec.image) ? startImage : startFramework;
    const server = await start(context, variant, { container, onLine });
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
