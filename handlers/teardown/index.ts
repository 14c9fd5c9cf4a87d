import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { logger, tracer } from '../powertools.ts';
import { removeReleases } from './remove-releases.ts';
import { SageMakerReleases } from './sagemaker-releases.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
const requestSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
});

type Request = z.infer<typeof requestSchema>;

const environmentSchema = z.object({
  STEPMILL_ENDPOINT: z.string(),
  STEPMILL_RELEASE_PREFIX: z.string(),
  STEPMILL_MODEL_PACKAGE_GROUP: z.string(),
});

const client = tracer.captureAWSv3Client(new SageMakerClient({}));

/** Custom resource: when the stack goes, so does what the workflows made outside of it. */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  const request = requestSchema.parse(event);
  try {
    if (request.RequestType === 'Delete') await removeAll();
    await answer(request, 'SUCCESS', '');
  } catch (error) {
    logger.error('Nothing or not everything was removed', error as Error);
    await answer(request, 'FAILED', error instanceof Error ? error.message : String(error));
  }
}

async function removeAll(): Promise<void> {
  const environment = environmentSchema.parse(process.env);
  const removed = await removeReleases(
    new SageMakerReleases(client, {
      endpoint: environment.STEPMILL_ENDPOINT,
      releasePrefix: environment.STEPMILL_RELEASE_PREFIX,
      modelPackageGroup: environment.STEPMILL_MODEL_PACKAGE_GROUP,
    }),
  );
  logger.info('Removed', { removed });
}

async function answer(request: Request, status: string, reason: string): Promise<void> {
  await fetch(request.ResponseURL, {
    method: 'PUT',
    // CloudFormation's signed address wants an empty content type.
    headers: { 'content-type': '' },
    body: JSON.stringify({
      Status: status,
      Reason: reason,
      PhysicalResourceId: request.PhysicalResourceId ?? request.LogicalResourceId,
      StackId: request.StackId,
      RequestId: request.RequestId,
      LogicalResourceId: request.LogicalResourceId,
    }),
  });
}
