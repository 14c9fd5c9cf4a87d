import * as z from 'zod';
import { excluded as excludedFrom } from './serving-fields.ts';

/**
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html
 */
export const serverlessLimits = {
  memoryMb: { minimum: 1024, maximum: 6144, step: 1024 },
  concurrency: { minimum: 1, maximum: 200 },
} as const;

/** A field that other endpoints have and AWS does not give to serverless ones. */
function excluded(reason: string) {
  return excludedFrom('serverless endpoints', reason, 'instances');
}

const { memoryMb, concurrency } = serverlessLimits;

/**
 * No instances: SageMaker starts what requests need, and nothing costs while there are none.
 */
export const serverlessFields = {
  type: z.literal('serverless'),
  memoryMb: z
    .int()
    .min(memoryMb.minimum)
    .max(memoryMb.maximum)
    .multipleOf(memoryMb.step, `must be a multiple of ${memoryMb.step}`),
  /** Requests at the same time; SageMaker throttles those beyond. */
  maxConcurrency: z.int().min(concurrency.minimum).max(concurrency.maximum),
  /** Kept warm, for a price; without it the first request after a pause waits. */
  provisionedConcurrency: z.int().min(concurrency.minimum).max(concurrency.maximum).optional(),
} as const;

/** https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html, feature exclusions. */
export const excludedFromServerless = {
  instanceType: excluded('SageMaker chooses the machines'),
  instanceCount: excluded('SageMaker starts as many as requests need'),
  autoscaling: excluded('SageMaker scales them by itself'),
  rollout: excluded(
    'there is no fleet to shift traffic to; a wrong model is found by known rows and taken back',
  ),
  alarms: excluded('without a rollout there is nothing that an alarm could take back'),
  capturePercent: excluded('SageMaker captures no data there'),
  network: excluded('SageMaker does not place them in a VPC'),
  volumeKmsKeyArn: excluded('there are no volumes'),
  trial: excluded('SageMaker gives them one variant and no shadow'),
} as const;
