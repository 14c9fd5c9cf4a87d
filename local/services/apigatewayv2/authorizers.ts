import type {
  ApiGatewayV2,
  Authorizer,
  CreateAuthorizerRequest,
  DeleteAuthorizerRequest,
  GetAuthorizerRequest,
  GetAuthorizersRequest,
  GetAuthorizersResponse,
  UpdateAuthorizerRequest,
} from '@aws-sdk/client-apigatewayv2';
import type { OperationTable } from '../../cloud/operation.ts';
import { deployAutomatically } from './deployments.ts';
import { BadRequestException, ConflictException, MissingFeature } from './errors.ts';
import { AUDIENCES_AN_AUTHORIZER, AUTHORIZERS_AN_API } from './limits.ts';
import { pageOf } from './pages.ts';
import { addPart, changePart, findPart } from './parts.ts';
import { type ApiState, findApi, onPath } from './state.ts';
import type { AuthorizerRecord, Settings } from './store.ts';

/** The JWT authorizers of an API. */
export const authorizerOperations: OperationTable<ApiGatewayV2, ApiState> = {
  CreateAuthorizer: {
    permissions: (input: CreateAuthorizerRequest, state) =>
      onPath(state, 'POST', 'apis', input.ApiId, 'authorizers'),
    run: (input: CreateAuthorizerRequest, state) => createAuthorizer(state, input),
  },
  GetAuthorizer: {
    readOnly: true,
    permissions: (input: GetAuthorizerRequest, state) =>
      onPath(state, 'GET', 'apis', input.ApiId, 'authorizers', input.AuthorizerId),
    run: (input: GetAuthorizerRequest, state) => describe(find(state, input)),
  },
  GetAuthorizers: {
    readOnly: true,
    permissions: (input: GetAuthorizersRequest, state) =>
      onPath(state, 'GET', 'apis', input.ApiId, 'authorizers'),
    run(input: GetAuthorizersRequest, state): GetAuthorizersResponse {
      const authorizers = state.store.authorizers.of(findApi(state, input.ApiId).id);
      return pageOf(authorizers.map(describe), ({ AuthorizerId }) => AuthorizerId ?? '', input);
    },
  },
  UpdateAuthorizer: {
    permissions: (input: UpdateAuthorizerRequest, state) =>
      onPath(state, 'PATCH', 'apis', input.ApiId, 'authorizers', input.AuthorizerId),
    run: (input: UpdateAuthorizerRequest, state) => updateAuthorizer(state, input),
  },
  DeleteAuthorizer: {
    permissions: (input: DeleteAuthorizerRequest, state) =>
      onPath(state, 'DELETE', 'apis', input.ApiId, 'authorizers', input.AuthorizerId),
    run: (input: DeleteAuthorizerRequest, state) => deleteAuthorizer(state, input),
  },
};

/** @throws NotFoundException */
function find(state: ApiState, { ApiId, AuthorizerId }: GetAuthorizerRequest): AuthorizerRecord {
  const name = { apiId: ApiId, id: AuthorizerId };
  return findPart(state, state.store.authorizers, 'Authorizer', name);
}

function createAuthorizer(
  state: ApiState,
  { ApiId: apiId, ...settings }: CreateAuthorizerRequest,
): Authorizer {
  checkAuthorizer(settings);
  const authorizer = addPart(state, state.store.authorizers, {
    apiId,
    id: undefined,
    most: AUTHORIZERS_AN_API,
    settings,
  });
  deployAutomatically(state, authorizer.apiId);
  return describe(authorizer);
}

function updateAuthorizer(state: ApiState, input: UpdateAuthorizerRequest): Authorizer {
  const authorizer = find(state, input);
  const { ApiId: _api, AuthorizerId: _authorizer, ...changes } = input;
  const settings = {
    ...authorizer.settings,
    ...(changes as Partial<AuthorizerRecord['settings']>),
  };
  checkAuthorizer(settings);
  const changed = changePart(state, state.store.authorizers, authorizer, settings);
  deployAutomatically(state, authorizer.apiId);
  return describe(changed);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources */
const IDENTITY_SOURCE = /^\$request\.(header|querystring)\.[\w.-]+$/;

/** @throws BadRequestException, MissingFeature */
function checkAuthorizer(settings: Settings<CreateAuthorizerRequest>): void {
  if (settings.AuthorizerType !== 'JWT') throw new MissingFeature('Lambda authorizers');
  const { Audience = [], Issuer = '' } = settings.JwtConfiguration ?? {};
  if (Audience.length === 0 || Audience.length > AUDIENCES_AN_AUTHORIZER) {
    throw new BadRequestException(
      `A JWT authorizer needs between 1 and ${AUDIENCES_AN_AUTHORIZER} audiences in JwtConfiguration.Audience`,
    );
  }
  if (!URL.canParse(Issuer)) {
    throw new BadRequestException(`Invalid issuer: ${Issuer}. Issuer must be a valid URL`);
  }
  const [source = '', ...more] = settings.IdentitySource ?? [];
  if (!IDENTITY_SOURCE.test(source) || more.length > 0) {
    throw new BadRequestException(
      'A JWT authorizer needs one identity source, for example $request.header.Authorization',
    );
  }
}

/** @throws ConflictException while a route uses it */
function deleteAuthorizer(state: ApiState, input: DeleteAuthorizerRequest): void {
  const { apiId, id } = find(state, input);
  if (state.store.routes.of(apiId).some(({ settings }) => settings.AuthorizerId === id)) {
    throw new ConflictException(
      'Cannot delete Authorizer because it is referenced by a Route of this API',
    );
  }
  state.store.authorizers.delete(apiId, id);
  deployAutomatically(state, apiId);
}

function describe({ id, settings }: AuthorizerRecord): Authorizer {
  return { ...settings, AuthorizerId: id };
}
