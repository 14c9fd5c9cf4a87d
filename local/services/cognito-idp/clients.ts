import type {
  CognitoIdentityProvider,
  CreateUserPoolClientRequest,
  CreateUserPoolClientResponse,
  DeleteUserPoolClientRequest,
  DescribeUserPoolClientRequest,
  DescribeUserPoolClientResponse,
  ListUserPoolClientsRequest,
  ListUserPoolClientsResponse,
  TimeUnitsType,
  UpdateUserPoolClientRequest,
  UpdateUserPoolClientResponse,
  UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { OperationTable } from '../../cloud/operation.ts';
import {
  InvalidOAuthFlowException,
  InvalidParameterException,
  LimitExceededException,
  MissingFeature,
  ScopeDoesNotExistException,
} from './errors.ts';
import {
  ACCESS_TOKEN_SECONDS,
  CLIENTS_A_POOL,
  LONGEST_REFRESH_SECONDS,
  LONGEST_TOKEN_SECONDS,
  REFRESH_TOKEN_SECONDS,
  SHORTEST_REFRESH_SECONDS,
  SHORTEST_TOKEN_SECONDS,
} from './limits.ts';
import { pageOf } from './pages.ts';
import { type CognitoState, findClient, findPool, idText, onPool } from './state.ts';
import type { ClientRecord } from './store.ts';

/** App clients. */
export const clientOperations: OperationTable<CognitoIdentityProvider, CognitoState> = {
  CreateUserPoolClient: {
    permissions: (input: CreateUserPoolClientRequest, state) =>
      onPool(state, 'CreateUserPoolClient', input.UserPoolId),
    run: (input: CreateUserPoolClientRequest, state): CreateUserPoolClientResponse => ({
      UserPoolClient: describeClient(createClient(state, input)),
    }),
  },
  DescribeUserPoolClient: {
    readOnly: true,
    permissions: (input: DescribeUserPoolClientRequest, state) =>
      onPool(state, 'DescribeUserPoolClient', input.UserPoolId),
    run: (input: DescribeUserPoolClientRequest, state): DescribeUserPoolClientResponse => ({
      UserPoolClient: describeClient(find(state, input)),
    }),
  },
  ListUserPoolClients: {
    readOnly: true,
    permissions: (input: ListUserPoolClientsRequest, state) =>
      onPool(state, 'ListUserPoolClients', input.UserPoolId),
    run: (input: ListUserPoolClientsRequest, state) => listClients(state, input),
  },
  UpdateUserPoolClient: {
    permissions: (input: UpdateUserPoolClientRequest, state) =>
      onPool(state, 'UpdateUserPoolClient', input.UserPoolId),
    run: (input: UpdateUserPoolClientRequest, state): UpdateUserPoolClientResponse => ({
      UserPoolClient: describeClient(updateClient(state, input)),
    }),
  },
  DeleteUserPoolClient: {
    permissions: (input: DeleteUserPoolClientRequest, state) =>
      onPool(state, 'DeleteUserPoolClient', input.UserPoolId),
    run(input: DeleteUserPoolClientRequest, state): void {
      state.store.clients.delete(find(state, input).id);
    },
  },
};

/** @throws ResourceNotFoundException */
function find(
  state: CognitoState,
  {
    UserPoolId,
    ClientId,
  }: { readonly UserPoolId?: string | undefined; readonly ClientId?: string | undefined },
): ClientRecord {
  return findClient(state, ClientId, findPool(state, UserPoolId).id);
}

const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 26;
const SECRET_DIGITS = 51;

function createClient(state: CognitoState, settings: CreateUserPoolClientRequest): ClientRecord {
  const { cloud, store } = state;
  const pool = findPool(state, settings.UserPoolId);
  checkClient(state, settings);
  if (store.belonging(store.clients, pool.id).length >= CLIENTS_A_POOL) {
    throw new LimitExceededException('The maximum number of app clients has been reached.');
  }
  const now = cloud.clock.now();
  const secret =
    settings.ClientSecret ?? (settings.GenerateSecret === true ? newSecret(state) : undefined);
  const client = {
    id: idText(cloud, ID_LENGTH, ID_CHARACTERS),
    poolId: pool.id,
    ...(secret !== undefined && { secret }),
    settings,
    createdAt: now,
    modifiedAt: now,
  };
  store.clients.put(client.id, client);
  return client;
}

function newSecret({ cloud }: CognitoState): string {
  return cloud.random.hex(SECRET_DIGITS);
}

function updateClient(state: CognitoState, input: UpdateUserPoolClientRequest): ClientRecord {
  const client = find(state, input);
  const { ClientId: _id, ...settings } = input;
  const changed = {
    ...client,
    settings: { ...settings, ClientName: settings.ClientName ?? client.settings.ClientName },
    modifiedAt: state.cloud.clock.now(),
  };
  checkClient(state, changed.settings);
  state.store.clients.put(client.id, changed);
  return changed;
}

type ClientSettings = Readonly<CreateUserPoolClientRequest>;

/** @throws InvalidParameterException, MissingFeature */
function checkClient(state: CognitoState, settings: ClientSettings): void {
  const providers = settings.SupportedIdentityProviders ?? [];
  const foreign = providers.find((provider) => provider !== 'COGNITO');
  if (foreign !== undefined) throw new MissingFeature(`identity provider ${foreign}`);
  checkScopes(state, settings);
  checkFlows(settings);
  const validity = validityOf(settings);
  if (isOutside(validity.accessSeconds))
    throw new InvalidParameterException(outside('accessTokenValidity'));
  if (isOutside(validity.idSeconds))
    throw new InvalidParameterException(outside('idTokenValidity'));
  const { refreshSeconds } = validity;
  if (refreshSeconds < SHORTEST_REFRESH_SECONDS || refreshSeconds > LONGEST_REFRESH_SECONDS) {
    throw new InvalidParameterException(outside('refreshTokenValidity'));
  }
}

function isOutside(seconds: number): boolean {
  return seconds < SHORTEST_TOKEN_SECONDS || seconds > LONGEST_TOKEN_SECONDS;
}

function outside(member: string): string {
  return `Invalid range for token validity: ${member} is outside of the valid range.`;
}

const STANDARD_SCOPES = ['aws.cognito.signin.user.admin', 'email', 'openid', 'phone', 'profile'];

function checkScopes(
  { store }: CognitoState,
  { UserPoolId, AllowedOAuthScopes = [] }: ClientSettings,
): void {
  const own = store
    .of(store.resourceServers, UserPoolId ?? '')
    .flatMap(({ identifier, settings }) =>
      (settings.Scopes ?? []).map(({ ScopeName }) => `${identifier}/${ScopeName}`),
    );
  const unknown = AllowedOAuthScopes.filter(
    (scope) => ![...STANDARD_SCOPES, ...own].includes(scope),
  );
  if (unknown.length === 0) return;
  throw new ScopeDoesNotExistException(unknown);
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
function checkFlows(settings: ClientSettings): void {
  for (const url of [...(settings.CallbackURLs ?? []), ...(settings.LogoutURLs ?? [])])
    checkUrl(url);
  const { AllowedOAuthFlows: flows = [], AllowedOAuthScopes: scopes = [] } = settings;
  const usesBrowser = flows.includes('code') || flows.includes('implicit');
  if (flows.includes('client_credentials')) {
    if (usesBrowser) {
      throw new InvalidOAuthFlowException(
        'client_credentials flow can not be selected along with code flow or implicit flow.',
      );
    }
    if (settings.GenerateSecret !== true && settings.ClientSecret === undefined) {
      throw new InvalidOAuthFlowException(
        'client_credentials flow can not be selected if client does not have a client secret.',
      );
    }
  }
  if (usesBrowser && (settings.CallbackURLs ?? []).length === 0) {
    throw new InvalidOAuthFlowException(
      'Callback URLs are required if code or implicit flow is selected.',
    );
  }
  if (flows.length > 0 && scopes.length === 0) {
    throw new InvalidOAuthFlowException(
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
    );
  }
}

/** Addresses of this machine may use HTTP: on AWS `localhost` may, here its numbers too. */
const MAY_USE_HTTP = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) && !url.includes('#') ? new URL(url) : undefined;
  if (parsed === undefined) throw new InvalidParameterException(`${url} is not a valid URL.`);
  if (parsed.protocol === 'http:' && !MAY_USE_HTTP.test(parsed.hostname)) {
    throw new InvalidParameterException(`${url} cannot use the HTTP protocol.`);
  }
}

const UNIT_SECONDS: Readonly<Record<TimeUnitsType, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
};

/** How long the tokens of a client are valid. Without units, refresh tokens are given in days and the others in hours. */
export function validityOf(settings: ClientSettings) {
  const { TokenValidityUnits: units = {} } = settings;
  return {
    accessSeconds: secondsOf(
      settings.AccessTokenValidity,
      units.AccessToken ?? 'hours',
      ACCESS_TOKEN_SECONDS,
    ),
    idSeconds: secondsOf(settings.IdTokenValidity, units.IdToken ?? 'hours', ACCESS_TOKEN_SECONDS),
    refreshSeconds: secondsOf(
      settings.RefreshTokenValidity,
      units.RefreshToken ?? 'days',
      REFRESH_TOKEN_SECONDS,
    ),
  };
}

function secondsOf(count: number | undefined, unit: TimeUnitsType, seconds: number): number {
  return count === undefined || count === 0 ? seconds : count * UNIT_SECONDS[unit];
}

function listClients(
  state: CognitoState,
  { UserPoolId, MaxResults, NextToken }: ListUserPoolClientsRequest,
): ListUserPoolClientsResponse {
  const clients = state.store.belonging(state.store.clients, findPool(state, UserPoolId).id);
  const { items, next } = pageOf(clients, ({ id }) => id, { limit: MaxResults, token: NextToken });
  return {
    UserPoolClients: items.map(({ id, poolId, settings }) => ({
      ClientId: id,
      ClientName: settings.ClientName,
      UserPoolId: poolId,
    })),
    ...(next !== undefined && { NextToken: next }),
  };
}

const DEFAULT_REFRESH_DAYS = 30;

function describeClient({
  id,
  secret,
  settings,
  createdAt,
  modifiedAt,
}: ClientRecord): UserPoolClientType {
  const { GenerateSecret: _generate, ClientSecret: _secret, ...shown } = settings;
  return {
    AllowedOAuthFlowsUserPoolClient: false,
    EnableTokenRevocation: true,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 3,
    ...shown,
    // AWS documents that it overrides 0 with the default.
    RefreshTokenValidity: settings.RefreshTokenValidity || DEFAULT_REFRESH_DAYS,
    ClientId: id,
    ...(secret !== undefined && { ClientSecret: secret }),
    CreationDate: new Date(createdAt),
    LastModifiedDate: new Date(modifiedAt),
  };
}
