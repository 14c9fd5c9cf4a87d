import { ContainerNotHealthy, type ProcessStarter } from '../../../jobs/serving/index.ts';
import { FleetFailure } from '../hosting/failures.ts';
import { Instance, type InstanceLog } from '../hosting/instance.ts';
import { prepareContainers } from '../hosting/model-artifacts.ts';
import type { VariantSpec } from '../hosting/records.ts';
import type { SocketFolder } from '../hosting/socket-folder.ts';
import { JobFailure, withLastLines } from '../jobs/failure.ts';
import { recordInstanceMetrics } from '../jobs/job-metrics.ts';
import type { SageMakerState } from '../state.ts';
import { TRANSFORM_LOG_GROUP } from './data-log.ts';
import { InstanceProcesses } from './instance-processes.ts';
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
    const started = await startAll(count, async () => {
      const processes = new InstanceProcesses(context.python, stop);
      const place = { ...context, folder, python: processes, stop };
      return { processes, instance: await Instance.start(place, log, variant, prepared) };
    });
    const instances = started.map(({ instance }) => instance);
    return {
      instances,
      dataLogStream: `${log.stream(instances[0]?.id ?? '', undefined)}/data-log`,
      async stop() {
        await Promise.all(instances.map((instance) => instance.stop()));
        for (const one of started) recordUsage(context, job, one);
      },
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

interface Started {
  readonly instance: Instance;
  readonly processes: InstanceProcesses;
}

async function startAll(count: number, start: () => Promise<Started>): Promise<Started[]> {
  const results = await Promise.allSettled(Array.from({ length: count }, start));
  const started = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = results.find((one) => one.status === 'rejected');
  if (failed === undefined) return started;
  await Promise.all(started.map(({ instance }) => instance.stop()));
  throw failed.reason;
}

function recordUsage(
  { sagemaker }: TransformContext,
  { name }: TransformJobRecord,
  { instance, processes }: Started,
): void {
  const place = { namespace: TRANSFORM_LOG_GROUP, host: `${name}/${instance.id}` } as const;
  recordInstanceMetrics(sagemaker.cloud, place, processes.usage);
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
