import type { SageMaker, SageMakerPart } from '../sagemaker.ts';
import { createProcessingJobs } from './processing-jobs.ts';
import { createTrainingJobs } from './training-jobs.ts';

/** Everything that runs once and ends. */
export function createJobs(sagemaker: SageMaker): readonly SageMakerPart[] {
  return [createProcessingJobs(sagemaker), createTrainingJobs(sagemaker)];
}
