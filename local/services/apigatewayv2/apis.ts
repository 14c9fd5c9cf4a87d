import type {
  Api,
  ApiGatewayV2,
  CreateApiRequest,
  DeleteApiRequest,
  DeleteCorsConfigurationRequest,
  GetApiRequest,
  GetApisRequest,
  GetApisResponse,
  UpdateApiRequest,
} from '@aws-sdk/client-apigatewayv2';
import type { OperationTable } from '../../cloud/operation.ts';
import { BadRequestException, MissingFeature } from './errors.ts';
import { pageOf } from './pages.ts';
import { type ApiState, endpointOfApi, findApi, newId, onPath } from './state.ts';
import type { ApiRecord } from './store.ts';

const API_ID_LENGTH = 10;

/** The APIs themselves. */
export const apiOperations: OperationTable<ApiGatewayV2, ApiState> = {
  CreateApi: {
    permissions: (_input: CreateApiRequest, state) => onPath(state, 'POST', 'apis'),
    run: (input: CreateApiRequest, state) => createApi(state, input),
  },
  GetApi: {
    readOnly: true,
    permissions: (input: GetApiRequest, state) => onPath(state, 'GET', 'apis', input.ApiId),
    run: (input: GetApiRequest, state) => describe(state, findApi(state, input.ApiId)),
  },
  GetApis: {
    readOnly: true,
    permissions: (_input: GetApisRequest, state) => onPath(state, 'GET', 'apis'),
    run: (input: GetApisRequest, state): GetApisResponse =>
      pageOf(
        Array.from(state.store.apis.entries(), ([, api]) => describe(state, api)),
        ({ ApiId }) => ApiId ?? '',
        input,
      ),
  },
  UpdateApi: {
    permissions: (input: UpdateApiRequest, state) => onPath(state, 'PATCH', 'apis', input.ApiId),
    run: (input: UpdateApiRequest, state) => updateApi(state, input),
  },
  DeleteApi: {
    permissions: (input: DeleteApiRequest, state) => onPath(state, 'DELETE', 'apis', input.ApiId),
    run(input: DeleteApiRequest, state): void {
      state.store.deleteApi(findApi(state, input.ApiId).id);
    },
  },
  DeleteCorsConfiguration: {
    permissions: (input: DeleteCorsConfigurationRequest, state) =>
      onPath(state, 'DELETE', 'apis', input.ApiId, 'cors'),
    run(input: DeleteCorsConfigurationRequest, state): void {
      const api = findApi(state, input.ApiId);
      const { CorsConfiguration: _cors, ...settings } = api.settings;
      state.store.apis.put(api.id, { ...api, settings });
    },
  },
};

function createApi(state: ApiState, input: CreateApiRequest): Api {
  const { cloud, store } = state;
  if (input.ProtocolType !== 'HTTP') throw new MissingFeature('WebSocket APIs');
  refuseQuickCreate(input);
  checkCors(input);
  const api = { id: newId(cloud, API_ID_LENGTH), settings: input, createdAt: cloud.clock.now() };
  store.apis.put(api.id, api);
  return describe(state, api);
}

/** @throws MissingFeature */
function refuseQuickCreate(input: CreateApiRequest | UpdateApiRequest): void {
  const isQuick = [input.Target, input.RouteKey, input.CredentialsArn].some(Boolean);
  if (isQuick) throw new MissingFeature('quick create (Target, RouteKey, CredentialsArn)');
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
function checkCors({ CorsConfiguration: cors }: CreateApiRequest | UpdateApiRequest): void {
  const allowsAll = cors?.AllowOrigins?.includes('*') === true;
  if (allowsAll && cors?.AllowCredentials === true) {
    throw new BadRequestException(
      'allow credentials is not supported for wildcard origin. Use explicit origins.',
    );
  }
}

function updateApi(state: ApiState, input: UpdateApiRequest): Api {
  const api = findApi(state, input.ApiId);
  const { ApiId: _id, ...changes } = input;
  refuseQuickCreate(input);
  checkCors(input);
  const settings = { ...api.settings, ...changes, Name: changes.Name ?? api.settings.Name };
  const changed: ApiRecord = { ...api, settings };
  state.store.apis.put(api.id, changed);
  return describe(state, changed);
}

function describe({ cloud }: ApiState, { id, settings, createdAt }: ApiRecord): Api {
  return {
    ApiKeySelectionExpression: '$request.header.x-api-key',
    DisableExecuteApiEndpoint: false,
    IpAddressType: 'ipv4',
    RouteSelectionExpression: '$request.method $request.path',
    Tags: {},
    ...settings,
    ApiEndpoint: endpointOfApi(cloud, id),
    ApiId: id,
    CreatedDate: new Date(createdAt),
  };
}
