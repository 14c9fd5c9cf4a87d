import { createContext, use } from 'react';
import { type ApiClient, createApiClient } from '../../api/client/index.ts';
import { ProblemError, problemOf } from './problem-error.ts';
import { setClockBy } from './server-clock.ts';

/** Tokens for requests. */
export interface Tokens {
  /** Undefined for visitors, who need none. */
  token(): Promise<string | undefined>;
  /** Called when the API does not accept the token: another one, or never where one signs in again. */
  renew(): Promise<string>;
  /** Called when the API does not accept a new token either. */
  signIn(): Promise<never>;
}

export const ApiContext = createContext<ApiClient | undefined>(undefined);

export function useApi(): ApiClient {
  const api = use(ApiContext);
  if (api === undefined) throw new Error('No ApiContext is above this component.');
  return api;
}

/** A client for the API on the page's own origin. */
export function connectApi(tokens: Tokens): ApiClient {
  return createApiClient({
    token: () => tokens.token(),
    async fetch(request) {
      const again = request.clone();
      const response = await fetch(request);
      if (response.status !== 401) return response;
      again.headers.set('authorization', `Bearer ${await tokens.renew()}`);
      const second = await fetch(again);
      return second.status === 401 ? tokens.signIn() : second;
    },
  });
}

/** What a call of the client gives. */
interface Called<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** An answer, and when to ask again. */
export interface Answer<Data> {
  readonly body: Data;
  readonly pollAfterSeconds: number | undefined;
}

/** @throws ProblemError with what the API answered instead */
export async function answerOf<Data>(call: Promise<Called<Data>>): Promise<Answer<Data>> {
  const { data, error, response } = await call;
  setClockBy(response);
  if (!response.ok || data === undefined) throw new ProblemError(problemOf(error, response.status));
  const after = Number(response.headers.get('poll-after') ?? Number.NaN);
  return { body: data, pollAfterSeconds: Number.isNaN(after) ? undefined : after };
}
