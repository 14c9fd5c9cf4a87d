import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { scoresRequestSchema } from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { S3ScoresStore } from './scores-store.ts';
import { summarizeScores } from './summarize-scores.ts';

const store = new S3ScoresStore(tracer.captureAWSv3Client(new S3Client({})));

/** Joins answers with their rows and sums them up. */
export async function handler(event: unknown, context: Context) {
  logger.addContext(context);
  const request = scoresRequestSchema.parse(event);
  const { answers, columns, drift, files, rows } = await summarizeScores(request, store);
  logger.info('Scores summarized', { batchId: request.batchId, ...rows });
  return { answers, columns, drift, files, rows };
}
