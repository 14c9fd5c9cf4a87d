import type { ProblemKind } from '../../api/index.ts';
import { Refusal, type RefusalKind } from '../../operations/index.ts';
import { ProblemError } from './problem-error.ts';

const problemOf: Readonly<Record<RefusalKind, ProblemKind>> = {
  'data-not-found': 'dataset-not-found',
  'message-too-long': 'malformed-request',
  'model-busy': 'service-busy',
  'no-live-model': 'no-live-model',
  'nothing-to-go-back-to': 'nothing-to-go-back-to',
  'request-too-large': 'malformed-request',
  'version-not-found': 'version-not-found',
};

/** Errors with which AWS's services say that they are busy. */
const BUSY =
  /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|ServiceUnavailable|SlowDown|ProvisionedThroughputExceededException)/;

/** The problem of an error; undefined for our own mistakes, of which people learn nothing. */
export function explainError(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  if (error instanceof Refusal) return new ProblemError(problemOf[error.kind], error.message);
  if (error instanceof Error && BUSY.test(error.name)) {
    return new ProblemError('service-busy', `${error.name}; nothing was done. Try again later.`);
  }
  return undefined;
}
