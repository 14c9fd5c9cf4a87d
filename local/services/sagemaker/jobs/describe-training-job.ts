import type { DescribeTrainingJobResponse, TrainingJobSummary } from '@aws-sdk/client-sagemaker';
import { asDate } from './list-jobs.ts';
import type { TrainingJobRecord } from './records.ts';
import { modelArtifacts } from './training-artifacts.ts';

/** A training job as DescribeTrainingJob returns it. */
export function describeTrainingJob(job: TrainingJobRecord): DescribeTrainingJobResponse {
  const { input } = job;
  const artifacts = modelArtifacts(job);
  const seconds =
    job.endTime === undefined
      ? undefined
      : Math.round((job.endTime - (job.startTime ?? job.endTime)) / 1_000);
  return {
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    ModelArtifacts: artifacts === undefined ? undefined : { S3ModelArtifacts: artifacts },
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondaryStatus,
    FailureReason: job.failureReason,
    HyperParameters: input.HyperParameters,
    AlgorithmSpecification: input.AlgorithmSpecification,
    RoleArn: input.RoleArn,
    InputDataConfig: input.InputDataConfig,
    OutputDataConfig: input.OutputDataConfig,
    ResourceConfig: input.ResourceConfig,
    VpcConfig: input.VpcConfig,
    StoppingCondition: input.StoppingCondition,
    CreationTime: new Date(job.creationTime),
    TrainingStartTime: asDate(job.startTime),
    TrainingEndTime: asDate(job.endTime),
    LastModifiedTime: new Date(job.lastModifiedTime),
    SecondaryStatusTransitions: job.transitions.map((transition) => ({
      Status: transition.status,
      StartTime: new Date(transition.startTime),
      EndTime: asDate(transition.endTime),
      StatusMessage: transition.message,
    })),
    FinalMetricDataList:
      job.metrics.length === 0
        ? undefined
        : job.metrics.map(({ name, value, timestamp }) => ({
            MetricName: name,
            Value: value,
            Timestamp: new Date(timestamp),
          })),
    EnableNetworkIsolation: input.EnableNetworkIsolation ?? false,
    EnableInterContainerTrafficEncryption: input.EnableInterContainerTrafficEncryption ?? false,
    EnableManagedSpotTraining: input.EnableManagedSpotTraining ?? false,
    CheckpointConfig: input.CheckpointConfig,
    TrainingTimeInSeconds: seconds,
    BillableTimeInSeconds: seconds,
    Environment: input.Environment,
    RetryStrategy: input.RetryStrategy,
    ExperimentConfig: input.ExperimentConfig,
    ProfilingStatus: 'Disabled',
  };
}

/** A training job as ListTrainingJobs returns it. */
export function summarizeTrainingJob(job: TrainingJobRecord): TrainingJobSummary {
  return {
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    CreationTime: new Date(job.creationTime),
    TrainingEndTime: asDate(job.endTime),
    LastModifiedTime: new Date(job.lastModifiedTime),
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondaryStatus,
  };
}
