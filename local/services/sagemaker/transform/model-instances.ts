import { ContainerNotHealthy, type ProcessStarter } from '../../../jobs/serving/index.ts';
import { FleetFailure } from '../hosting/failures.ts';
import { Instance, type InstanceLog } from '../hosting/instance.ts';
import { prepareContainers } from '../hosting/model-artifacts.ts';
import type { VariantSpec } from '../hosting/records.ts';
import type { SocketFolder } from '../hosting/socket-folder.ts';
import { JobFailure, withLastLines } from '../jobs/failure.ts';
import type { SageMakerState } from '../state.ts';
import { TRANSFORM_LOG_GROUP } from './data-log.ts';
import { MAX_PROCESSES_PER_JOB } from './limits.ts';
import { batchEnvironment } from './payload-rules.ts';
import type { TransformJobRecord } from './records.ts';

/** What the runs of transform jobs share. */
export interface TransformContext {
  readonly sagemaker: SageMakerState;
  readonly python: ProcessStarter;
  readonly sockets: SocketFolder;
}

export interface StartOptions {
  /** The folder of the unpacked model. */
  readonly folder: string;
  /** Aborted when the job is stopped: ends the processes, also while they start. */
  readonly stop: AbortSignal;
  readonly fileCount: number;
}

/** The running model of a job. */
export interface ModelInstances {
  readonly instances: readonly Instance[];
  /** The log stream of SageMaker's own agent. */
  readonly dataLogStream: string;
  stop(): Promise<void>;
}

/**
 * Starts the containers of the job's model, as an endpoint does. A file is predicted by one instance, so there are no
 * more of them than files.
 *
 * @throws JobFailure; then no process is left running
 */
export async function startModel(
  context: TransformContext,
  job: TransformJobRecord,
  options: StartOptions,
): Promise<ModelInstances> {
  const { stop, folder, fileCount } = options;
  const wanted = job.input.TransformResources?.InstanceCount ?? 1;
  const count = Math.max(1, Math.min(wanted, fileCount, MAX_PROCESSES_PER_JOB));
  const log = transformLog(context, job);
  try {
    const variant = variantOf(job);
    const prepared = await prepareContainers(context.sagemaker, variant, folder);
    stop.throwIfAborted();
    const python = stoppable(context.python, stop);
    const start = () => Instance.start({ ...context, folder, python }, log, variant, prepared);
    const instances = await startAll(count, start);
    return {
      instances,
      dataLogStream: `${log.stream(instances[0]?.id ?? '', undefined)}/data-log`,
      stop: async () => void (await Promise.all(instances.map((instance) => instance.stop()))),
    };
  } catch (error) {
    if (!(error instanceof FleetFailure)) throw error;
    throw failureOf(error);
  }
}

function variantOf({ model, input }: TransformJobRecord): VariantSpec {
  return {
    name: 'AllTraffic',
    modelName: model.name,
    roleArn: model.roleArn,
    containers: model.containers.map((container) => ({
      ...container,
      environment: { ...container.environment, ...input.Environment, ...batchEnvironment(input) },
    })),
    mode: 'Serial',
    initialInstanceCount: input.TransformResources?.InstanceCount ?? 1,
    initialWeight: 1,
  };
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html */
function transformLog({ sagemaker }: TransformContext, { name }: TransformJobRecord): InstanceLog {
  const seconds = Math.floor(sagemaker.cloud.clock.now() / 1_000);
  return {
    group: TRANSFORM_LOG_GROUP,
    stream: (instanceId, container) =>
      `${name}/${instanceId}-${seconds}${container === undefined ? '' : `/${container}`}`,
  };
}

async function startAll(count: number, start: () => Promise<Instance>): Promise<Instance[]> {
  const started = await Promise.allSettled(Array.from({ length: count }, start));
  const instances = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return instances;
  await Promise.all(instances.map((instance) => instance.stop()));
  throw failed.reason;
}

/** Ends the processes that it starts when the job is stopped. */
function stoppable(python: ProcessStarter, stop: AbortSignal): ProcessStarter {
  return {
    async start(request) {
      const process = await python.start(request);
      const end = () => process.kill('SIGTERM');
      stop.addEventListener('abort', end);
      void process.exited.then(() => stop.removeEventListener('abort', end));
      if (stop.aborted) end();
      return process;
    },
  };
}

/** AWS's reason: https://github.com/aws/amazon-sagemaker-examples/issues/852 */
const NO_PING =
  'AlgorithmError: Model container failed to respond to ping. Please ensure /ping endpoint is implemented and responds with an HTTP 200 status code';

function failureOf(error: FleetFailure): JobFailure {
  if (!(error.cause instanceof ContainerNotHealthy)) {
    return new JobFailure(withLastLines('ClientError: ', error.message));
  }
  const { message, lastLines } = error.cause;
  return new JobFailure(withLastLines(`${NO_PING} (${message}; its last lines: `, lastLines, ')'));
}
