import type {
  ApiGatewayV2,
  CreateRouteRequest,
  DeleteRouteRequest,
  GetRouteRequest,
  GetRoutesRequest,
  GetRoutesResponse,
  Route,
  UpdateRouteRequest,
} from '@aws-sdk/client-apigatewayv2';
import type { OperationTable } from '../../cloud/operation.ts';
import { deployAutomatically } from './deployments.ts';
import { BadRequestException, ConflictException, MissingFeature } from './errors.ts';
import { ROUTES_AN_API, SCOPES_A_ROUTE } from './limits.ts';
import { pageOf } from './pages.ts';
import { addPart, changePart, findPart } from './parts.ts';
import { DEFAULT_ROUTE, parseRouteKey } from './route-key.ts';
import { type ApiState, findApi, onPath } from './state.ts';
import type { RouteRecord, Settings } from './store.ts';

/** The routes of an API. */
export const routeOperations: OperationTable<ApiGatewayV2, ApiState> = {
  CreateRoute: {
    permissions: (input: CreateRouteRequest, state) =>
      onPath(state, 'POST', 'apis', input.ApiId, 'routes'),
    run: (input: CreateRouteRequest, state) => createRoute(state, input),
  },
  GetRoute: {
    readOnly: true,
    permissions: (input: GetRouteRequest, state) =>
      onPath(state, 'GET', 'apis', input.ApiId, 'routes', input.RouteId),
    run: (input: GetRouteRequest, state) => describe(find(state, input)),
  },
  GetRoutes: {
    readOnly: true,
    permissions: (input: GetRoutesRequest, state) =>
      onPath(state, 'GET', 'apis', input.ApiId, 'routes'),
    run(input: GetRoutesRequest, state): GetRoutesResponse {
      const routes = state.store.routes.of(findApi(state, input.ApiId).id);
      return pageOf(routes.map(describe), ({ RouteId }) => RouteId ?? '', input);
    },
  },
  UpdateRoute: {
    permissions: (input: UpdateRouteRequest, state) =>
      onPath(state, 'PATCH', 'apis', input.ApiId, 'routes', input.RouteId),
    run: (input: UpdateRouteRequest, state) => updateRoute(state, input),
  },
  DeleteRoute: {
    permissions: (input: DeleteRouteRequest, state) =>
      onPath(state, 'DELETE', 'apis', input.ApiId, 'routes', input.RouteId),
    run(input: DeleteRouteRequest, state): void {
      const { apiId, id } = find(state, input);
      state.store.routes.delete(apiId, id);
      deployAutomatically(state, apiId);
    },
  },
};

/** @throws NotFoundException */
function find(state: ApiState, input: GetRouteRequest): RouteRecord {
  return findPart(state, state.store.routes, 'Route', { apiId: input.ApiId, id: input.RouteId });
}

function createRoute(state: ApiState, { ApiId: apiId, ...settings }: CreateRouteRequest): Route {
  checkRoute(state, apiId, settings);
  const route = addPart(state, state.store.routes, {
    apiId,
    id: undefined,
    most: ROUTES_AN_API,
    settings,
  });
  deployAutomatically(state, route.apiId);
  return describe(route);
}

function updateRoute(state: ApiState, input: UpdateRouteRequest): Route {
  const route = find(state, input);
  const { ApiId: _api, RouteId: _route, ...changes } = input;
  const settings = {
    ...route.settings,
    ...changes,
    RouteKey: changes.RouteKey ?? route.settings.RouteKey,
  };
  checkRoute(state, input.ApiId, settings, route.id);
  const changed = changePart(state, state.store.routes, route, settings);
  deployAutomatically(state, route.apiId);
  return describe(changed);
}

/** @throws BadRequestException, ConflictException, MissingFeature, NotFoundException */
function checkRoute(
  state: ApiState,
  apiId: string | undefined,
  settings: Settings<CreateRouteRequest>,
  ownId?: string,
): void {
  const {
    RouteKey: key = '',
    ApiKeyRequired: needsKey,
    RequestParameters,
    RequestModels,
  } = settings;
  const api = findApi(state, apiId);
  if (key !== DEFAULT_ROUTE) parseRouteKey(key);
  if (needsKey === true) throw new MissingFeature('API keys, as HTTP APIs on AWS have none');
  if (RequestParameters !== undefined || RequestModels !== undefined) {
    throw new MissingFeature(
      'RequestParameters and RequestModels of routes, which are for WebSocket APIs',
    );
  }
  const others = state.store.routes.of(api.id).filter(({ id }) => id !== ownId);
  if (others.some((other) => other.settings.RouteKey === key)) {
    throw new ConflictException(`Route with key ${key} already exists for this API`);
  }
  checkTarget(state, api.id, settings.Target);
  checkAuthorization(state, api.id, settings);
}

function checkTarget({ store }: ApiState, apiId: string, target: string | undefined): void {
  if (target === undefined) return;
  const [, id = ''] = /^integrations\/([\w-]+)$/.exec(target) ?? [];
  if (store.integrations.get(apiId, id) === undefined) {
    throw new BadRequestException(`Invalid target ${target}: the API has no such integration`);
  }
}

function checkAuthorization(
  { store }: ApiState,
  apiId: string,
  {
    AuthorizationType: type = 'NONE',
    AuthorizerId,
    AuthorizationScopes,
  }: Settings<CreateRouteRequest>,
): void {
  if (type === 'CUSTOM') throw new MissingFeature(`authorization type ${type}`);
  if ((AuthorizationScopes?.length ?? 0) > SCOPES_A_ROUTE) {
    throw new BadRequestException(
      `A route can have at most ${SCOPES_A_ROUTE} authorization scopes`,
    );
  }
  if (type !== 'JWT') return;
  if (store.authorizers.get(apiId, AuthorizerId ?? '') === undefined) {
    throw new BadRequestException('Invalid authorizer identifier specified');
  }
}

function describe({ id, settings }: RouteRecord): Route {
  return {
    ApiKeyRequired: false,
    AuthorizationType: 'NONE',
    ...settings,
    RouteId: id,
  };
}
