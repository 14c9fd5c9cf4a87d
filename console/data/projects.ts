import { usePolled } from './polling.ts';

/** A project's columns and settings. */
export function useProjectSchema(project: string) {
  return usePolled({
    key: ['schema', project],
    ask: (api, signal) =>
      api.GET('/projects/{project}/schema', { params: { path: { project } }, signal }),
  });
}

/** The projects of the environment. */
export function useProjects() {
  return usePolled({ key: ['projects'], ask: (api, signal) => api.GET('/projects', { signal }) });
}
