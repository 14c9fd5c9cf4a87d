import type { Schemas } from '../../api/client/index.ts';
import { useChange } from './change.ts';
import { usePolled } from './polling.ts';

export type TrainingSettings = Schemas['Project']['training'];

/** Uploads to choose from; an older one is found among the datasets. */
const UPLOADS = 100;

/** How a project is trained. */
export function useTrainingSettings(project: string) {
  return usePolled({
    key: ['schema', project],
    ask: (api, signal) =>
      api.GET('/projects/{project}/schema', { params: { path: { project } }, signal }),
  });
}

/** The last uploads of a project. */
export function useUploads(project: string) {
  return usePolled({
    key: ['uploads', project],
    ask: (api, signal) =>
      api.GET('/projects/{project}/datasets', {
        params: { path: { project }, query: { pageSize: UPLOADS } },
        signal,
      }),
  });
}

/** Starts a training on data that was uploaded. */
export function useStartTraining() {
  return useChange({
    ask: (api, body: Schemas['TrainingRequest'], header) =>
      api.POST('/training/start', { params: { header }, body }),
    refresh: [['executions'], ['overview']],
  });
}
