import { readPolicyDocument } from '../../authorization/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { ValidationException } from './errors.ts';
import { POLICY_BYTES } from './limits.ts';
import type { TableRecord } from './table-record.ts';

/** @throws ValidationException where it is no policy */
export function readPolicy(cloud: Cloud, text: string): NonNullable<TableRecord['policy']> {
  const bytes = Buffer.byteLength(text);
  if (bytes > POLICY_BYTES) {
    throw new ValidationException(
      `Resource-based policy exceeds the limit of ${POLICY_BYTES} bytes; size: ${bytes}`,
    );
  }
  const document = readPolicyDocument(
    text,
    'resource',
    ({ message }) => new ValidationException(`Invalid policy document: ${message}`),
  );
  return { document, text, revision: String(Math.floor(cloud.random.next() * 1e15)) };
}
