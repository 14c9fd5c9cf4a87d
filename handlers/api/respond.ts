import { createHash } from 'node:crypto';
import {
  PROBLEM_MEDIA_TYPE,
  type ProblemKind,
  problems,
  type Route,
  renderProblem,
} from '../../api/index.ts';
import type { ProblemError } from './problem-error.ts';

/** Seconds until a client asks again: while something changes, and otherwise. */
export const POLL_AFTER_SECONDS = { busy: 1, idle: 15 } as const;

/** No answer belongs into a cache of others. */
const PRIVATE = { 'cache-control': 'private, no-cache' } as const;

export interface Answer {
  readonly body: unknown;
  readonly isBusy: boolean;
  readonly ifNoneMatch: string | null;
}

/** Renders the answer of a route; 304 where the client has it already. */
export function respond(
  { answer, isPolled }: Route,
  { body, isBusy, ifNoneMatch }: Answer,
): Response {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', ...PRIVATE };
  if (isPolled !== true) return new Response(text, { status: answer.status, headers });
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  const polled = {
    ...PRIVATE,
    etag,
    'poll-after': String(isBusy ? POLL_AFTER_SECONDS.busy : POLL_AFTER_SECONDS.idle),
  };
  if (matches(ifNoneMatch, etag)) return new Response(null, { status: 304, headers: polled });
  return new Response(text, { status: answer.status, headers: { ...headers, ...polled } });
}

/** CloudFront weakens an ETag where it compresses: `W/"…"`. */
function matches(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch
    .split(',')
    .map((each) => each.trim().replace(/^W\//, ''))
    .some((each) => each === etag || each === '*');
}

/** Renders a problem. */
export function respondProblem(
  kind: ProblemKind,
  requestId: string,
  error?: ProblemError,
): Response {
  const document = renderProblem(kind, {
    ...(error === undefined ? {} : { detail: error.message }),
    ...(error?.errors === undefined ? {} : { errors: [...error.errors] }),
    requestId,
  });
  return new Response(JSON.stringify(document), {
    status: problems[kind].status,
    headers: {
      'content-type': PROBLEM_MEDIA_TYPE,
      ...PRIVATE,
      ...(kind === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
      ...(kind === 'service-busy' ? { 'retry-after': '2' } : {}),
    },
  });
}
