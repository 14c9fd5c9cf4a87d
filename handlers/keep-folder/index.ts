import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { keepingRequestSchema } from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { keepFolder, S3CopyStore } from './keep-folder.ts';

const store = new S3CopyStore(tracer.captureAWSv3Client(new S3Client({})));

/** Copies the versions that were inspected to the folder of the run. */
export async function handler(event: unknown, context: Context): Promise<{ files: number }> {
  logger.addContext(context);
  const files = await keepFolder(keepingRequestSchema.parse(event), store);
  logger.info('Folder kept', { files });
  return { files };
}
