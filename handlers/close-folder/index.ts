import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { type ClosingReply, closingRequestSchema } from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { closeFolder } from './close-folder.ts';
import { S3FolderStore } from './folder-store.ts';

const store = new S3FolderStore(tracer.captureAWSv3Client(new S3Client({})));

/** Finds the files of a dataset and their versions: those that a folder contained when it was closed. */
export async function handler(event: unknown, context: Context): Promise<ClosingReply> {
  logger.addContext(context);
  const reply = await closeFolder(closingRequestSchema.parse(event), store);
  logger.info('Folder closed', { ...reply });
  return reply;
}
