import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { type LabellingReply, labellingRequestSchema } from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { gatherLabels } from './gather-labels.ts';
import { S3LabelStore } from './label-store.ts';

const store = new S3LabelStore(tracer.captureAWSv3Client(new S3Client({})));

/** Makes a dataset of captured requests whose labels have arrived. */
export async function handler(event: unknown, context: Context): Promise<LabellingReply> {
  logger.addContext(context);
  const request = labellingRequestSchema.parse(event);
  const reply = await gatherLabels(request, {
    store,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
  logger.info('Labels gathered', {
    decisionId: request.decisionId,
    liveModelPackageArn: request.liveModelPackageArn,
    ...reply,
  });
  return reply;
}
