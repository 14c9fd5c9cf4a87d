import { availableParallelism, totalmem } from 'node:os';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { ContainerEnd } from './run-container.ts';

type JobNamespace =
  | '/aws/sagemaker/ProcessingJobs'
  | '/aws/sagemaker/TrainingJobs'
  | '/aws/sagemaker/TransformJobs';

/** What the processes of an instance used. */
export interface InstanceUsage {
  readonly cpuSeconds: number;
  readonly maxMemoryBytes: number;
  /** How long they ran. */
  readonly seconds: number;
}

/** Records the utilization of a job with one container when it ends. */
export function recordJobMetrics(
  cloud: Cloud,
  namespace: JobNamespace,
  jobName: string,
  { exit, seconds }: ContainerEnd,
): void {
  const { cpuSeconds = 0, maxMemoryBytes = 0 } = exit;
  recordInstanceMetrics(
    cloud,
    { namespace, host: `${jobName}/algo-1` },
    {
      cpuSeconds,
      maxMemoryBytes,
      seconds,
    },
  );
}

/**
 * Records the utilization of an instance: the average of its processors (100 for each busy one) and the maximum of
 * its memory.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export function recordInstanceMetrics(
  cloud: Cloud,
  { namespace, host }: { readonly namespace: JobNamespace; readonly host: string },
  { cpuSeconds, maxMemoryBytes, seconds }: InstanceUsage,
): void {
  const dimensions = { Host: host };
  const most = 100 * availableParallelism();
  const values = {
    CPUUtilization: Math.min(most, (100 * cpuSeconds) / Math.max(seconds, 0.001)),
    MemoryUtilization: (100 * maxMemoryBytes) / totalmem(),
  };
  for (const [name, value] of Object.entries(values)) {
    cloud.recordMetric({ namespace, name, dimensions, value, unit: 'Percent' });
  }
}
