import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AuditEntry } from '../../events/index.ts';

/** How long an entry is kept. */
const KEPT_SECONDS = 366 * 86_400;

/**
 * Writes an entry where there is none.
 *
 * @param now milliseconds since 1970
 */
export async function putEntry(
  dynamodb: DynamoDBClient,
  TableName: string,
  entry: AuditEntry,
  now: number,
): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: {
        project: { S: entry.project },
        auditId: { S: entry.auditId },
        entry: { S: JSON.stringify(entry) },
        expires: { N: String(Math.floor(now / 1_000) + KEPT_SECONDS) },
      },
      ConditionExpression: 'attribute_not_exists(auditId)',
    }),
  );
}
