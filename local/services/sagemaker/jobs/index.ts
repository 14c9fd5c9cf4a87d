import { join } from 'node:path';
import type { SageMakerPart, SageMakerState } from '../state.ts';
import { createProcessingJobs } from './processing-jobs.ts';
import { createTrainingJobs } from './training-jobs.ts';

/** Processing and training jobs. */
export function createJobs(sagemaker: SageMakerState): readonly SageMakerPart[] {
  const leftovers: SageMakerPart = {
    operations: {},
    start() {
      // These are folders of jobs that were killed with the runtime; jobs that run again start from their inputs.
      sagemaker.discarded.sweep();
      void sagemaker.discarded.discard(join(sagemaker.cloud.stateFolder, 'jobs'));
    },
  };
  return [leftovers, createProcessingJobs(sagemaker), createTrainingJobs(sagemaker)];
}
