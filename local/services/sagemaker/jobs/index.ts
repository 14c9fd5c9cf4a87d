import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SageMakerContext, SageMakerPart } from '../sagemaker.ts';
import { createProcessingJobs } from './processing-jobs.ts';
import { createTrainingJobs } from './training-jobs.ts';

/** Everything that runs once and ends. */
export function createJobs(sagemaker: SageMakerContext): readonly SageMakerPart[] {
  const leftovers: SageMakerPart = {
    operations: {},
    start() {
      // Of jobs that were killed with the runtime; what runs again begins from its inputs.
      const folder = join(sagemaker.cloud.stateFolder, 'jobs');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return [leftovers, createProcessingJobs(sagemaker), createTrainingJobs(sagemaker)];
}
