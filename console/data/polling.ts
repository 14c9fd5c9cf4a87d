import {
  QueryClient,
  type QueryKey,
  type UseQueryOptions,
  type UseQueryResult,
  useQuery,
} from '@tanstack/react-query';
import type { ApiClient } from '../../api/client/index.ts';
import { type Answer, answerOf, useApi } from './api.ts';
import { ProblemError } from './problem-error.ts';

const MILLISECONDS = 1_000;
/** Where an answer does not say when to ask again. */
const DEFAULT_POLL_SECONDS = 15;
/** Where there was no answer at all, or one of an overloaded server. */
const FAILED_POLL_SECONDS = 5;
const RETRIES = 2;

/**
 * One client for all pages. Answers with an ETag are compared by the browser, because the API lets it store them.
 * Polling stops while the tab is hidden, and asks at once when it is shown again.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: MILLISECONDS,
        retry: (failures, error) => failures < RETRIES && isPassing(error),
      },
    },
  });
}

/** Whether asking again may help. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof ProblemError) || error.problem.status >= 429;
}

type Call<Data> = Parameters<typeof answerOf<Data>>[0];

export interface Polled<Data> {
  readonly key: QueryKey;
  readonly ask: (api: ApiClient, signal: AbortSignal) => Call<Data>;
  /** @default true */
  readonly enabled?: boolean;
}

/** When to ask again; false for never, where the answer would be the same. */
export function pollMilliseconds(
  data: Pick<Answer<unknown>, 'pollAfterSeconds'> | undefined,
  error: Error | null,
): number | false {
  if (error !== null) return isPassing(error) && FAILED_POLL_SECONDS * MILLISECONDS;
  return (data?.pollAfterSeconds ?? DEFAULT_POLL_SECONDS) * MILLISECONDS;
}

/** Asks a route as often as its answers say (`Poll-After`), while the page is shown. */
export function usePolled<Data>({ key, ask, enabled = true }: Polled<Data>): UseQueryResult<Data> {
  const api = useApi();
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => answerOf(ask(api, signal)),
    select: ({ body }) => body,
    refetchInterval: ({ state: { data, error } }) => pollMilliseconds(data, error),
    enabled,
  } satisfies UseQueryOptions<Answer<Data>, Error, Data>);
}
