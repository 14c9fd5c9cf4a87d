import type { AnswerOf, RequestOf, Route } from '../../api/index.ts';
import type { Api } from './api-state.ts';
import type { Caller } from './caller.ts';

/** What a route's function knows beside its request. */
export interface Call {
  readonly api: Api;
  readonly caller: Caller;
  readonly requestId: string;
  /** Milliseconds since 1970, by the clock that counts: API Gateway's, which in a local runtime runs ahead of the function's. */
  readonly receivedAt: number;
  /** The idempotency key with the caller, hashed: names what the call starts. */
  readonly name: string | undefined;
  /** Says that something changes right now, so that clients ask again soon. */
  readonly noteActivity: () => void;
}

/** Answers one route. */
export type RouteFunction<R extends Route> = (
  request: RequestOf<R>,
  call: Call,
) => Promise<AnswerOf<R>>;
