import { expect } from 'vitest';
import { type Route, routes } from '../../api/index.ts';
import type { ApiRuntime } from './api-runtime.ts';
import { type Ask, problemOf } from './call-api.ts';
import type { Person } from './sign-in.ts';

/**
 * Calls routes with the parts of their paths, and checks each answer by the contract.
 *
 * @param person who calls where a request does not say it
 */
export function createAsk(api: () => ApiRuntime, person: Person): Ask {
  return async (id, { path = {}, query, ...rest }) => {
    const route: Route = routes[id];
    const filled = route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => path[name] ?? '');
    const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
    const answer = await api().call({
      method: route.method,
      path: `/api/v1${filled}${search}`,
      person,
      ...rest,
    });
    if (answer.status < 300) {
      expect(answer.status).toBe(route.answer.status);
      route.answer.body.parse(answer.body);
    } else problemOf(answer);
    return answer as never;
  };
}
