import { ServiceError } from '../../../cloud/service-error.ts';

/** Why an attempt failed, for the attributes of the message in the dead-letter queue. */
export interface InvocationFailure {
  readonly code: string;
  readonly message: string;
  /** Whether another attempt may succeed. */
  readonly passing: boolean;
}

/** The limit of a retry policy that another attempt would exceed. */
export type ExhaustedCondition = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

/** A kind of target that this runtime does not invoke, or whose input is not what it needs. */
export class UnsupportedTarget extends Error {}

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded|Provisioned|SlowDown/;

/**
 * Classifies an error of a target: throttling and errors of a service may pass.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
export function describeFailure(error: unknown): InvocationFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UnsupportedTarget) {
    return { code: 'UNSUPPORTED_TARGET', message, passing: false };
  }
  if (!(error instanceof ServiceError)) {
    return { code: 'AWS.Scheduler.InternalServerError', message, passing: true };
  }
  const isMissing = error.code === 'NotImplemented' || error.code === 'UnsupportedOperation';
  const passing = !isMissing && (THROTTLED.test(error.code) || error.status >= 500);
  return { code: error.code, message, passing };
}
