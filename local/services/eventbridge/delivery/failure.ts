import { ServiceError } from '../../../cloud/service-error.ts';
import { BrokenTemplate } from '../input/input-template.ts';

/** The reason of a failed attempt, for the message attributes in the dead-letter queue. */
export interface DeliveryFailure {
  readonly code: string;
  readonly message: string;
  /** Whether a retry may succeed; otherwise the event goes to the dead-letter queue immediately. */
  readonly passing: boolean;
}

/** A kind of target that this runtime cannot deliver to. */
export class UnsupportedTarget extends Error {}

const THROTTLING =
  /Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded|Provisioned|SlowDown|Kms.*Throttl/;
const DENIED = /AccessDenied|AuthorizationError|NotAuthorized|Forbidden|UnrecognizedClient/;
const MISSING = /NotFound|DoesNotExist|NonExistent|NoSuch|NotExist/;

/**
 * Classifies an error of a target as AWS does. Missing permissions and missing targets are not retried.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function describeFailure(error: unknown): DeliveryFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof BrokenTemplate) return { code: 'INVALID_JSON', message, passing: false };
  if (error instanceof UnsupportedTarget) {
    return { code: 'UNSUPPORTED_TARGET', message, passing: false };
  }
  if (!(error instanceof ServiceError)) return { code: 'INTERNAL_ERROR', message, passing: true };
  if (DENIED.test(error.code)) return { code: 'NO_PERMISSIONS', message, passing: false };
  if (THROTTLING.test(error.code)) return { code: 'THROTTLING', message, passing: true };
  if (MISSING.test(error.code)) return { code: 'NO_RESOURCE', message, passing: false };
  if (error.code === 'NotImplemented') return { code: error.code, message, passing: false };
  if (error.status >= 500) return { code: 'INTERNAL_ERROR', message, passing: true };
  return { code: 'INVALID_PARAMETER', message, passing: false };
}
