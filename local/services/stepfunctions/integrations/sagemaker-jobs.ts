import type { JobSpec } from './run-job.ts';

function job(kind: string): JobSpec {
  return {
    operation: `Create${kind}`,
    describe: `Describe${kind}`,
    stop: `Stop${kind}`,
    nameMember: `${kind}Name`,
    statusMember: `${kind}Status`,
    arnMember: `${kind}Arn`,
    succeeded: ['Completed'],
    // It is not known whether AWS treats Stopped as a failure; a stopped job has not completed its work.
    failed: ['Failed', 'Stopped'],
    eventSource: 'aws.sagemaker',
  };
}

/** The SageMaker jobs that Step Functions can run with `.sync`. */
export const SAGEMAKER_JOBS: readonly JobSpec[] = [
  job('TrainingJob'),
  job('ProcessingJob'),
  job('TransformJob'),
  job('HyperParameterTuningJob'),
  job('LabelingJob'),
];
