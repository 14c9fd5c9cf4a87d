import { availableParallelism, totalmem } from 'node:os';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { ContainerEnd } from './run-container.ts';

/**
 * Records the utilization of a job when it ends: the average of its processors (100 for each busy one) and
 * the maximum of its memory.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export function recordJobMetrics(
  cloud: Cloud,
  namespace: '/aws/sagemaker/ProcessingJobs' | '/aws/sagemaker/TrainingJobs',
  jobName: string,
  end: ContainerEnd,
): void {
  const { cpuSeconds = 0, maxMemoryBytes = 0 } = end.exit;
  const dimensions = { Host: `${jobName}/algo-1` };
  const most = 100 * availableParallelism();
  const values = {
    CPUUtilization: Math.min(most, (100 * cpuSeconds) / Math.max(end.seconds, 0.001)),
    MemoryUtilization: (100 * maxMemoryBytes) / totalmem(),
  };
  for (const [name, value] of Object.entries(values)) {
    cloud.recordMetric({ namespace, name, dimensions, value, unit: 'Percent' });
  }
}
