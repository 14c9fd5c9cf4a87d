import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { type RowsReply, rowsRequestSchema } from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { S3BatchStore } from './batch-store.ts';
import { inspectRows } from './inspect-rows.ts';

const store = new S3BatchStore(tracer.captureAWSv3Client(new S3Client({})));

/** Separates the rows of a file that can be scored from those that cannot. */
export async function handler(event: unknown, context: Context): Promise<RowsReply> {
  logger.addContext(context);
  const request = rowsRequestSchema.parse(event);
  const reply = await inspectRows(request, store);
  logger.info('Rows inspected', {
    batchId: request.batchId,
    accepted: reply.accepted,
    ...(reply.accepted
      ? { goodRows: reply.goodRows, badRows: reply.badRows }
      : { reason: reply.reason }),
  });
  return reply;
}
