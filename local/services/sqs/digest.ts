import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

export function md5(content: string | Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}

/**
 * The digest clients compare for attributes.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(
  attributes: Readonly<Record<string, MessageAttributeValue>> | undefined,
): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType = '', StringValue, BinaryValue } = attributes?.[name] ?? {};
    const isBinary = DataType.startsWith('Binary');
    const value = isBinary ? (BinaryValue ?? new Uint8Array()) : (StringValue ?? '');
    return [
      withLength(name),
      withLength(DataType),
      Uint8Array.of(isBinary ? 2 : 1),
      withLength(value),
    ];
  });
  return md5(Buffer.concat(parts));
}

function withLength(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.byteLength);
  return Buffer.concat([length, bytes]);
}
