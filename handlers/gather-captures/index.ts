import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { type GatheringReply, gatheringRequestSchema } from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { S3CaptureStore } from './capture-store.ts';
import { gatherCaptures } from './gather-captures.ts';

const store = new S3CaptureStore(tracer.captureAWSv3Client(new S3Client({})));

/** Says which captured requests and labels a window has. */
export async function handler(event: unknown, context: Context): Promise<GatheringReply> {
  logger.addContext(context);
  const reply = await gatherCaptures(gatheringRequestSchema.parse(event), store);
  logger.info('Captures gathered', { ...reply });
  return reply;
}
