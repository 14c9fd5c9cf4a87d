import { ServiceError } from '../cloud/service-error.ts';
import type { WireService } from './wire-services.ts';

/** The problem of a request's session. */
export type SessionProblem = 'expired' | 'invalid-token' | 'unknown-key';

interface Words {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/**
 * AWS's three forms of the error for a session.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const S3: Readonly<Record<SessionProblem, Words>> = {
  expired: { code: 'ExpiredToken', message: 'The provided token has expired.', status: 400 },
  'invalid-token': {
    code: 'InvalidToken',
    message: 'The provided token is malformed or otherwise invalid.',
    status: 400,
  },
  'unknown-key': {
    code: 'InvalidAccessKeyId',
    message: 'The AWS Access Key Id you provided does not exist in our records.',
    status: 403,
  },
};

const INVALID = 'The security token included in the request is invalid.';
const EXPIRED = 'The security token included in the request is expired';

const QUERY: Readonly<Record<SessionProblem, Words>> = {
  expired: { code: 'ExpiredToken', message: EXPIRED, status: 403 },
  'invalid-token': { code: 'InvalidClientTokenId', message: INVALID, status: 403 },
  'unknown-key': { code: 'InvalidClientTokenId', message: INVALID, status: 403 },
};

const JSON_SERVICES: Readonly<Record<SessionProblem, Words>> = {
  expired: { code: 'ExpiredTokenException', message: EXPIRED, status: 400 },
  'invalid-token': { code: 'UnrecognizedClientException', message: INVALID, status: 400 },
  'unknown-key': { code: 'UnrecognizedClientException', message: INVALID, status: 400 },
};

/** Lambda and SageMaker's runtime: like the JSON services, with the status of a REST API. */
const REST_STATUS = 403;

/** The service's error for an unknown session. */
export function refusedSession(
  wire: WireService,
  problem: SessionProblem,
  cause?: unknown,
): ServiceError {
  const { code, message, status } = wordsOf(wire)[problem];
  return Object.assign(
    new ServiceError(code, message, { status: wire.rest === 'json' ? REST_STATUS : status }),
    cause === undefined ? {} : { cause },
  );
}

function wordsOf(wire: WireService): Readonly<Record<SessionProblem, Words>> {
  if (wire.rest === 'xml') return S3;
  const isQuery = wire.xmlNamespace !== undefined && wire.targetPrefix === undefined;
  return isQuery ? QUERY : JSON_SERVICES;
}
