import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client/index.ts';
import { type Answer, answerOf, useApi } from './api.ts';
import { pollMilliseconds, usePolled } from './polling.ts';

const PAGE_ROWS = 50;

interface ModelsPage {
  readonly models: readonly Schemas['ModelVersionSummary'][];
  readonly nextPageToken?: string;
}

export interface ModelsFilter {
  readonly project?: string | undefined;
  readonly status?: Schemas['ApprovalStatus'] | undefined;
}

/** Model versions, page by page. */
export function useModels({ project, status }: ModelsFilter) {
  const api = useApi();
  const filter = {
    ...(project === undefined ? {} : { project }),
    ...(status === undefined ? {} : { status }),
  };
  return useInfiniteQuery({
    queryKey: ['models', filter],
    queryFn: ({ signal, pageParam }): Promise<Answer<ModelsPage>> => {
      const page = pageParam === undefined ? {} : { pageToken: pageParam };
      const query = { ...filter, ...page, pageSize: PAGE_ROWS };
      return answerOf(api.GET('/models', { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ body }) => body.nextPageToken,
    refetchInterval: ({ state: { data, error } }) => pollMilliseconds(data?.pages.at(-1), error),
    select: ({ pages }: InfiniteData<Answer<ModelsPage>>) =>
      pages.flatMap(({ body }) => body.models),
  });
}

/** One version with everything that led to it. */
export function useModel(version: string) {
  return usePolled({
    key: ['model', version],
    ask: (api, signal) => api.GET('/models/{version}', { params: { path: { version } }, signal }),
  });
}
