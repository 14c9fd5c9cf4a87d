import { usePolled } from './polling.ts';

/** Lines of a page; a log that is longer is read in SageMaker's console. */
const LINES = 1_000;

/** The log of a SageMaker job. */
export function useJobLog(project: string, job: string) {
  return usePolled({
    key: ['job-log', project, job],
    ask: (api, signal) =>
      api.GET('/projects/{project}/jobs/{job}/logs', {
        params: { path: { project, job }, query: { pageSize: LINES } },
        signal,
      }),
  });
}
