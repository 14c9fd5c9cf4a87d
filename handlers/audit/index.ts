import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { auditEntrySchema } from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { putEntry } from './put-entry.ts';

const dynamodb = tracer.captureAWSv3Client(new DynamoDBClient({}));

/** Appends an entry to the audit. It alone may write there, so that the API can change no entry. */
export async function handler(
  event: unknown,
  context: Context,
): Promise<{ readonly auditId: string }> {
  logger.addContext(context);
  const entry = auditEntrySchema.parse(event);
  try {
    await putEntry(dynamodb, process.env['STEPMILL_AUDIT_TABLE'] ?? '', entry, Date.now());
  } catch (error) {
    // An invocation that is repeated because its answer was lost.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    logger.info('The entry is there already', { auditId: entry.auditId });
  }
  return { auditId: entry.auditId };
}
