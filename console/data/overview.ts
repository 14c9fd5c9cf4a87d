import { usePolled } from './polling.ts';

/** All that the dashboard shows. */
export function useOverview() {
  return usePolled({ key: ['overview'], ask: (api, signal) => api.GET('/overview', { signal }) });
}
