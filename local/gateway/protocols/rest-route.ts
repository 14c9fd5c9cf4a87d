import type { WireRequest } from '../protocol.ts';
import type { ServiceModel } from '../service-model.ts';
import { type RestRoute, restRoute } from './http-bindings.ts';

const routesOf = new WeakMap<ServiceModel, readonly RestRoute[]>();

/** The operation of a request by method, path and query; the one that requires most of the query comes first. */
export function findRestRoute(request: WireRequest, model: ServiceModel): RestRoute | undefined {
  let routes = routesOf.get(model);
  if (routes === undefined) {
    routes = [...model.operations.values()]
      .flatMap((operation) => restRoute(operation) ?? [])
      .sort((a, b) => b.query.size - a.query.size);
    routesOf.set(model, routes);
  }
  return routes.find(
    (route) =>
      route.method === request.method &&
      route.path.test(request.path) &&
      [...route.query].every(([name, value]) =>
        value === '' ? request.query.has(name) : request.query.get(name) === value,
      ),
  );
}
