import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import type { ApiClient, Schemas } from '../../api/client/index.ts';
import { type Answer, answerOf, useApi } from './api.ts';
import { usePolled } from './polling.ts';
import { postForm } from './post-form.ts';

/** S3 lists by name: of so many uploads the newest come first. */
const PAGE_ROWS = 100;
const MILLISECONDS = 1_000;
const DEFAULT_POLL_SECONDS = 15;
/** The newest versions of a name come first. */
const VERSIONS_LOOKED_AT = 20;

interface DatasetsPage {
  readonly datasets: readonly Schemas['DatasetSummary'][];
  readonly nextPageToken?: string;
}

/** Uploads of a project, page by page. */
export function useDatasets(project: string) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['datasets', project],
    queryFn: ({ signal, pageParam }): Promise<Answer<DatasetsPage>> => {
      const page = pageParam === undefined ? {} : { pageToken: pageParam };
      const query = { ...page, pageSize: PAGE_ROWS };
      const params = { path: { project }, query };
      return answerOf(api.GET('/projects/{project}/datasets', { params, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ body }) => body.nextPageToken,
    refetchInterval: ({ state }) =>
      (state.data?.pages[0]?.pollAfterSeconds ?? DEFAULT_POLL_SECONDS) * MILLISECONDS,
    select: ({ pages }: InfiniteData<Answer<DatasetsPage>>) =>
      pages
        .flatMap(({ body }) => body.datasets)
        .toSorted((one, other) => other.uploadedAt.localeCompare(one.uploadedAt)),
    enabled: project !== '',
  });
}

/** One upload: its state, why it was refused, the profile of its columns. */
export function useDataset(project: string, dataset: string) {
  const params = { path: { project, dataset } };
  return usePolled({
    key: ['dataset', project, dataset],
    ask: (api, signal) => api.GET('/projects/{project}/datasets/{dataset}', { params, signal }),
  });
}

/** The first rows of an upload, with the places that inspection refused; read again when its state changes. */
export function usePreview(project: string, dataset: string, state: string) {
  const params = { path: { project, dataset }, query: { rows: 20 } };
  return usePolled({
    key: ['preview', project, dataset, state],
    ask: (api, signal) =>
      api.GET('/projects/{project}/datasets/{dataset}/preview', { params, signal }),
  });
}

/** What became of an upload so far; undefined before S3 lists it. */
export function useUpload(project: string, { name, versionId }: Uploaded) {
  const params = { path: { project }, query: { name, pageSize: VERSIONS_LOOKED_AT } };
  const found = usePolled({
    key: ['datasets', project, 'upload', name, versionId],
    ask: (api, signal) => api.GET('/projects/{project}/datasets', { params, signal }),
  });
  return found.data?.datasets.find(
    (each) => each.name === name && (versionId === undefined || each.versionId === versionId),
  );
}

/** Where an upload is known by the version that S3 gave it. */
export interface Uploaded {
  readonly name: string;
  readonly versionId: string | undefined;
}

interface UploadOptions {
  readonly project: string;
  readonly name: string;
  readonly file: File;
  readonly onProgress: (share: number) => void;
}

/** Sends a file to S3 by a form of the API. */
export async function sendFile(api: ApiClient, options: UploadOptions): Promise<Uploaded> {
  const { project, name, file } = options;
  const { body: form } = await answerOf(
    api.POST('/projects/{project}/datasets', {
      params: { path: { project }, header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: { fileName: name, sizeBytes: file.size, contentType: 'text/csv' },
    }),
  );
  return { name, versionId: await postForm(form, file, options.onProgress) };
}
