import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ApiClient, Schemas } from '../../api/client/index.ts';
import { answerOf, useApi } from './api.ts';
import type { ExecutionPath } from './executions.ts';

const MILLISECONDS = 1_000;
const PAGE_EVENTS = 1_000;

type HistoryEvent = Schemas['HistoryEvent'];

/** What is known of a history so far. */
export interface KnownHistory {
  /** From the first event, without gaps. */
  readonly events: readonly HistoryEvent[];
  readonly pollAfterSeconds: number | undefined;
}

type Keep = (known: KnownHistory) => void;

/** The whole history of an execution: read once, and then only what is new. */
export function useEvents(path: ExecutionPath) {
  const api = useApi();
  const queries = useQueryClient();
  const { project, workflow, execution } = path;
  const queryKey = ['events', 'execution', project, workflow, execution];
  return useQuery({
    queryKey,
    queryFn: ({ signal }): Promise<KnownHistory> => {
      const known = queries.getQueryData<KnownHistory>(queryKey);
      const keep: Keep = (part) => queries.setQueryData(queryKey, part);
      return known === undefined || known.events.length === 0
        ? readAll(api, path, keep, signal)
        : readNew(api, path, known, keep, signal);
    },
    // Events do not change; comparing all of a long history would take longer than reading it.
    structuralSharing: false,
    refetchInterval: ({ state }) =>
      state.data?.pollAfterSeconds === undefined
        ? false
        : state.data.pollAfterSeconds * MILLISECONDS,
  });
}

interface Query {
  readonly after?: number;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

function ask(api: ApiClient, path: ExecutionPath, query: Query, signal: AbortSignal) {
  return answerOf(
    api.GET('/projects/{project}/executions/{workflow}/{execution}/events', {
      params: { path, query },
      signal,
    }),
  );
}

/** Page by page: the first is shown when it is there, and all when they are. */
async function readAll(
  api: ApiClient,
  path: ExecutionPath,
  keep: Keep,
  signal: AbortSignal,
): Promise<KnownHistory> {
  let events: readonly HistoryEvent[] = [];
  for (let pageToken: string | undefined; ; ) {
    const page = pageToken === undefined ? {} : { pageToken };
    const query = { pageSize: PAGE_EVENTS, ...page };
    const { body, pollAfterSeconds } = await ask(api, path, query, signal);
    events = [...events, ...body.events];
    pageToken = body.nextPageToken;
    if (pageToken === undefined) return { events, pollAfterSeconds };
    if (events.length === body.events.length) keep({ events, pollAfterSeconds });
  }
}

/** The events after the last known one; all again where there are too many for one answer. */
async function readNew(
  api: ApiClient,
  path: ExecutionPath,
  { events }: KnownHistory,
  keep: Keep,
  signal: AbortSignal,
): Promise<KnownHistory> {
  const after = events.at(-1)?.id ?? 0;
  const { body, pollAfterSeconds } = await ask(api, path, { after }, signal);
  if (body.isCutShort) return readAll(api, path, keep, signal);
  return {
    events: body.events.length === 0 ? events : [...events, ...body.events],
    pollAfterSeconds,
  };
}
