import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { type InspectionReply, inspectionRequestSchema } from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { inspectDataset } from './inspect.ts';
import { S3ObjectStore } from './object-store.ts';

const store = new S3ObjectStore(tracer.captureAWSv3Client(new S3Client({})));

/** Judges an uploaded dataset and writes the manifest of a good one. */
export async function handler(event: unknown, context: Context): Promise<InspectionReply> {
  logger.addContext(context);
  const request = inspectionRequestSchema.parse(event);
  const reply = await inspectDataset(request, store);
  logger.info('Dataset inspected', {
    datasetId: request.datasetId,
    accepted: reply.accepted,
    ...(reply.accepted ? { rowCount: reply.rowCount } : { reason: reply.reason }),
  });
  return reply;
}
