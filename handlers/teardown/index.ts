import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { removeReleases } from './remove-releases.ts';
import { SageMakerReleases } from './sagemaker-releases.ts';
import { tearDown } from './tear-down.ts';

const environmentSchema = z.object({
  STEPMILL_ENDPOINT: z.string(),
  STEPMILL_RELEASE_PREFIX: z.string(),
  STEPMILL_MODEL_PACKAGE_GROUP: z.string(),
  /** Of models that score files. @default the project scores none */
  STEPMILL_SCORING_PREFIX: z.string().optional(),
  /** Whether the data and models of the environment are kept when the stack is deleted. */
  STEPMILL_RETAIN: z.stringbool(),
});

const client = tracer.captureAWSv3Client(new SageMakerClient({}));

/** Custom resource: when the stack is deleted, deletes what the workflows created outside of it. */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  await tearDown(event, {
    remove: removeAll,
    remainingMilliseconds: context.getRemainingTimeInMillis(),
    report: (message, error) => logger.error(message, error as Error),
  });
}

async function removeAll(signal: AbortSignal): Promise<void> {
  const environment = environmentSchema.parse(process.env);
  if (environment.STEPMILL_RETAIN) {
    logger.info('Endpoint, models and packages are kept');
    return;
  }
  const names = {
    endpoint: environment.STEPMILL_ENDPOINT,
    releasePrefix: environment.STEPMILL_RELEASE_PREFIX,
    modelPackageGroup: environment.STEPMILL_MODEL_PACKAGE_GROUP,
    scoringPrefix: environment.STEPMILL_SCORING_PREFIX,
  };
  const removed = await removeReleases(new SageMakerReleases(client, names, signal));
  logger.info('Removed', { removed });
}
