import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client/index.ts';
import { type Answer, answerOf, useApi } from './api.ts';
import { useChange } from './change.ts';
import { usePolled } from './polling.ts';

const PAGE_ROWS = 50;
const MILLISECONDS = 1_000;

export type Workflow = Schemas['WorkflowName'];
/** By which executions are selected. */
export type ListedStatus = Schemas['ListedExecutionStatus'];

/** What names an execution. */
export interface ExecutionPath {
  readonly project: string;
  readonly workflow: Workflow;
  readonly execution: string;
}

export interface ExecutionsFilter {
  readonly project: string | undefined;
  readonly workflow: Workflow;
  readonly status: ListedStatus | undefined;
}

interface ExecutionsPage {
  readonly executions: readonly Schemas['ExecutionSummary'][];
  readonly liveVersions: readonly Schemas['LiveVersion'][];
  readonly nextPageToken?: string;
}

/** Executions of one workflow, page by page. */
export function useExecutions({ project = '', workflow, status }: ExecutionsFilter) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['executions', project, workflow, status],
    queryFn: ({ signal, pageParam }): Promise<Answer<ExecutionsPage>> => {
      const query = {
        workflow,
        ...(status === undefined ? {} : { status }),
        ...(pageParam === undefined ? {} : { pageToken: pageParam }),
        pageSize: PAGE_ROWS,
      };
      return answerOf(
        api.GET('/projects/{project}/executions', {
          params: { path: { project }, query },
          signal,
        }),
      );
    },
    enabled: project !== '',
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ body }) => body.nextPageToken,
    // Further pages hold executions that have ended; reading all of them again would be one request a page.
    refetchInterval: ({ state: { data } }) =>
      data?.pages.length === 1 && data.pages[0]?.pollAfterSeconds !== undefined
        ? data.pages[0].pollAfterSeconds * MILLISECONDS
        : false,
    select: ({ pages }: InfiniteData<Answer<ExecutionsPage>>) => pages.map(({ body }) => body),
  });
}

/** One execution with its definition, input and output. */
export function useExecution(path: ExecutionPath) {
  return usePolled({
    key: keyOf(path),
    ask: (api, signal) =>
      api.GET('/projects/{project}/executions/{workflow}/{execution}', {
        params: { path },
        signal,
      }),
  });
}

/** Stops an execution; the input is why. */
export function useStopExecution(path: ExecutionPath) {
  return useChange({
    ask: (api, reason: string, header) =>
      api.POST('/projects/{project}/executions/{workflow}/{execution}/stop', {
        params: { path, header },
        body: reason === '' ? {} : { reason },
      }),
    refresh: [keyOf(path), ['events', ...keyOf(path)], ['executions']],
  });
}

/** Runs a failed execution again from the states that failed. */
export function useRedriveExecution(path: ExecutionPath) {
  return useChange({
    ask: (api, _nothing: undefined, header) =>
      api.POST('/projects/{project}/executions/{workflow}/{execution}/redrive', {
        params: { path, header },
        body: {},
      }),
    refresh: [keyOf(path), ['events', ...keyOf(path)], ['executions']],
  });
}

function keyOf({ project, workflow, execution }: ExecutionPath) {
  return ['execution', project, workflow, execution];
}
