import { usePerson } from './person.ts';
import { usePolled } from './polling.ts';

/** All that the dashboard shows. */
export function useOverview() {
  return usePolled({ key: ['overview'], ask: (api, signal) => api.GET('/overview', { signal }) });
}

/** The live version of each project, null where none is; undefined until it is known, and for visitors. */
export function useLiveVersions(): ReadonlyMap<string, string | null> | undefined {
  const { isSignedIn } = usePerson();
  const { data } = usePolled({
    key: ['overview'],
    ask: (api, signal) => api.GET('/overview', { signal }),
    enabled: isSignedIn,
  });
  return data && new Map(data.projects.map(({ project, live }) => [project, live]));
}
