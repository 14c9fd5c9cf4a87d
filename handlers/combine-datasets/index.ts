import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { type CombinationReply, combinationRequestSchema } from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { combineDatasets } from './combine-datasets.ts';
import { S3DatasetStore } from './dataset-store.ts';

const store = new S3DatasetStore(tracer.captureAWSv3Client(new S3Client({})));

/** Writes the rows of datasets one after another. */
export async function handler(event: unknown, context: Context): Promise<CombinationReply> {
  logger.addContext(context);
  const reply = await combineDatasets(combinationRequestSchema.parse(event), store);
  logger.info('Datasets combined', { ...reply });
  return reply;
}
