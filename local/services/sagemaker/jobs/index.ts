import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SageMakerContext, SageMakerPart } from '../sagemaker.ts';
import { createProcessingJobs } from './processing-jobs.ts';
import { createTrainingJobs } from './training-jobs.ts';

/** Processing and training jobs. */
export function createJobs(sagemaker: SageMakerContext): readonly SageMakerPart[] {
  const leftovers: SageMakerPart = {
    operations: {},
    start() {
      // These are folders of jobs that were killed with the runtime; jobs that run again start from their inputs.
      const folder = join(sagemaker.cloud.stateFolder, 'jobs');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return [leftovers, createProcessingJobs(sagemaker), createTrainingJobs(sagemaker)];
}
