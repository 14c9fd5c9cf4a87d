import { parseJson } from '../../../engine/index.ts';
import type { Cloud } from '../../cloud.ts';
import type { PolicyDocument } from '../../service.ts';
import { ValidationException } from './errors.ts';
import { POLICY_BYTES } from './limits.ts';
import type { TableRecord } from './table-record.ts';

/** @throws ValidationException where it is no policy */
export function readPolicy(
  cloud: Cloud,
  text: string,
  resourceArn: string,
): NonNullable<TableRecord['policy']> {
  const bytes = Buffer.byteLength(text);
  if (bytes > POLICY_BYTES) {
    throw new ValidationException(
      `Resource-based policy exceeds the limit of ${POLICY_BYTES} bytes; size: ${bytes}`,
    );
  }
  const document = parse(text);
  if (document === undefined) {
    throw new ValidationException(
      `Invalid policy document: the policy of ${resourceArn} is not a JSON object with a Statement`,
    );
  }
  return { document, text, revision: String(Math.floor(cloud.random.next() * 1e15)) };
}

function parse(text: string): PolicyDocument | undefined {
  try {
    const document = parseJson(text) as PolicyDocument | null;
    const isPolicy = typeof document === 'object' && document?.Statement !== undefined;
    return isPolicy ? document : undefined;
  } catch {
    return undefined;
  }
}
