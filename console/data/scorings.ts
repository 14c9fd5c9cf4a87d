import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import type { ApiClient, Schemas } from '../../api/client/index.ts';
import { type Answer, answerOf, useApi } from './api.ts';
import { pollMilliseconds, usePolled } from './polling.ts';
import { postForm } from './post-form.ts';

const PAGE_ROWS = 20;
const PREVIEW_ROWS = 20;

export type Scoring = Schemas['Scoring'];
export type ScoringSummary = Schemas['ScoringSummary'];

interface ScoringsPage {
  readonly scorings: readonly ScoringSummary[];
  readonly nextPageToken?: string;
}

/** Files of a project that were scored, page by page. */
export function useScorings(project: string) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['scorings', project],
    queryFn: ({ signal, pageParam }): Promise<Answer<ScoringsPage>> => {
      const page = pageParam === undefined ? {} : { pageToken: pageParam };
      const params = { path: { project }, query: { ...page, pageSize: PAGE_ROWS } };
      return answerOf(api.GET('/projects/{project}/scorings', { params, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ body }) => body.nextPageToken,
    refetchInterval: ({ state: { data, error } }) => pollMilliseconds(data?.pages[0], error),
    select: ({ pages }: InfiniteData<Answer<ScoringsPage>>) =>
      pages.flatMap(({ body }) => body.scorings),
  });
}

/** One scoring with its results. */
export function useScoring(project: string, execution: string) {
  const params = { path: { project, execution }, query: { rows: PREVIEW_ROWS } };
  return usePolled({
    key: ['scoring', project, execution],
    ask: (api, signal) => api.GET('/projects/{project}/scorings/{execution}', { params, signal }),
  });
}

export interface ScoringRequest {
  readonly project: string;
  readonly name: string;
  readonly file: File;
  /** @default the live model */
  readonly version: string | undefined;
  readonly explain: boolean | undefined;
  readonly onProgress: (share: number) => void;
}

/**
 * Uploads a file, and starts its scoring.
 *
 * @returns the name of the execution
 */
export async function scoreFile(api: ApiClient, request: ScoringRequest): Promise<string> {
  const { project, name, file, version, explain } = request;
  const { body: form } = await answerOf(
    api.POST('/projects/{project}/scorings/uploads', {
      params: { path: { project }, header: newKey() },
      body: { fileName: name, sizeBytes: file.size, contentType: 'text/csv' },
    }),
  );
  await postForm(form, file, request.onProgress);
  const { body: started } = await answerOf(
    api.POST('/scoring/start', {
      params: { header: newKey() },
      body: {
        modelName: project,
        datasetUri: form.uri,
        ...(version === undefined ? {} : { version }),
        ...(explain === undefined ? {} : { explain }),
      },
    }),
  );
  return started.execution;
}

function newKey() {
  return { 'Idempotency-Key': crypto.randomUUID() };
}
