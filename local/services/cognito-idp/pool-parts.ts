import type {
  CognitoIdentityProvider,
  CreateManagedLoginBrandingRequest,
  CreateManagedLoginBrandingResponse,
  CreateResourceServerRequest,
  CreateResourceServerResponse,
  CreateUserPoolDomainRequest,
  CreateUserPoolDomainResponse,
  DeleteManagedLoginBrandingRequest,
  DeleteResourceServerRequest,
  DeleteUserPoolDomainRequest,
  DescribeManagedLoginBrandingByClientRequest,
  DescribeManagedLoginBrandingRequest,
  DescribeManagedLoginBrandingResponse,
  DescribeResourceServerRequest,
  DescribeResourceServerResponse,
  DescribeUserPoolDomainRequest,
  DescribeUserPoolDomainResponse,
  ListResourceServersRequest,
  ListResourceServersResponse,
  ManagedLoginBrandingType,
  ResourceServerType,
  UpdateManagedLoginBrandingRequest,
  UpdateResourceServerRequest,
  UpdateUserPoolDomainRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import {
  InvalidParameterException,
  LimitExceededException,
  ManagedLoginBrandingExistsException,
  MissingFeature,
  ResourceNotFoundException,
} from './errors.ts';
import { RESOURCE_SERVERS_A_POOL } from './limits.ts';
import { pageOf } from './pages.ts';
import { domainOf } from './pools.ts';
import { type CognitoState, findClient, findPool, onAny, onPool } from './state.ts';
import type { BrandingRecord, ResourceServerRecord } from './store.ts';

/** The domains of user pools. */
export const domainOperations: OperationTable<CognitoIdentityProvider, CognitoState> = {
  CreateUserPoolDomain: {
    permissions: (input: CreateUserPoolDomainRequest, state) =>
      onPool(state, 'CreateUserPoolDomain', input.UserPoolId),
    run: (input: Checked<CreateUserPoolDomainRequest>, state) => createDomain(state, input),
  },
  DescribeUserPoolDomain: {
    readOnly: true,
    permissions: () => onAny('DescribeUserPoolDomain'),
    run: (input: DescribeUserPoolDomainRequest, state) => describeDomain(state, input),
  },
  UpdateUserPoolDomain: {
    permissions: (input: UpdateUserPoolDomainRequest, state) =>
      onPool(state, 'UpdateUserPoolDomain', input.UserPoolId),
    run: (input: Checked<UpdateUserPoolDomainRequest>, state) => updateDomain(state, input),
  },
  DeleteUserPoolDomain: {
    permissions: (input: DeleteUserPoolDomainRequest, state) =>
      onPool(state, 'DeleteUserPoolDomain', input.UserPoolId),
    run(input: DeleteUserPoolDomainRequest, state): object {
      state.store.domains.delete(findDomain(state, input));
      return {};
    },
  },
};

function createDomain(
  state: CognitoState,
  input: Checked<CreateUserPoolDomainRequest>,
): CreateUserPoolDomainResponse {
  const { Domain: name, ManagedLoginVersion: version = 1, CustomDomainConfig } = input;
  const pool = findPool(state, input.UserPoolId);
  if (CustomDomainConfig !== undefined) throw new MissingFeature('custom domains');
  if (state.store.domains.has(name)) {
    throw new InvalidParameterException(`Domain already associated with another user pool.`);
  }
  if (/aws|amazon|cognito/.test(name)) {
    throw new InvalidParameterException(
      'Domain cannot contain reserved word: cognito, aws or amazon.',
    );
  }
  if (domainOf(state, pool.id) !== undefined) {
    throw new InvalidParameterException('User pool already has a domain configured.');
  }
  state.store.domains.put(name, { name, poolId: pool.id, managedLoginVersion: version });
  return { ManagedLoginVersion: version };
}

/** A missing domain is described as nothing, as on AWS. */
function describeDomain(
  { cloud, store }: CognitoState,
  { Domain = '' }: DescribeUserPoolDomainRequest,
): DescribeUserPoolDomainResponse {
  const domain = store.domains.get(Domain);
  if (domain === undefined) return { DomainDescription: {} };
  return {
    DomainDescription: {
      UserPoolId: domain.poolId,
      AWSAccountId: cloud.accountId,
      Domain,
      Status: 'ACTIVE',
      ManagedLoginVersion: domain.managedLoginVersion,
    },
  };
}

/** @throws ResourceNotFoundException */
function findDomain(
  state: CognitoState,
  {
    Domain = '',
    UserPoolId,
  }: { readonly Domain?: string | undefined; readonly UserPoolId?: string | undefined },
): string {
  if (state.store.domains.get(Domain)?.poolId === findPool(state, UserPoolId).id) return Domain;
  throw new ResourceNotFoundException('No such domain or user pool exists.');
}

function updateDomain(
  state: CognitoState,
  input: Checked<UpdateUserPoolDomainRequest>,
): CreateUserPoolDomainResponse {
  const name = findDomain(state, input);
  if (input.CustomDomainConfig !== undefined) throw new MissingFeature('custom domains');
  const version = input.ManagedLoginVersion ?? 1;
  const poolId = input.UserPoolId;
  state.store.domains.put(name, { name, poolId, managedLoginVersion: version });
  return { ManagedLoginVersion: version };
}

/** Resource servers, which define scopes. */
export const resourceServerOperations: OperationTable<CognitoIdentityProvider, CognitoState> = {
  CreateResourceServer: {
    permissions: (input: CreateResourceServerRequest, state) =>
      onPool(state, 'CreateResourceServer', input.UserPoolId),
    run: (input: CreateResourceServerRequest, state) => createResourceServer(state, input),
  },
  DescribeResourceServer: {
    readOnly: true,
    permissions: (input: DescribeResourceServerRequest, state) =>
      onPool(state, 'DescribeResourceServer', input.UserPoolId),
    run: (input: DescribeResourceServerRequest, state): DescribeResourceServerResponse => ({
      ResourceServer: describeResourceServer(findResourceServer(state, input)),
    }),
  },
  ListResourceServers: {
    readOnly: true,
    permissions: (input: ListResourceServersRequest, state) =>
      onPool(state, 'ListResourceServers', input.UserPoolId),
    run: (input: ListResourceServersRequest, state) => listResourceServers(state, input),
  },
  UpdateResourceServer: {
    permissions: (input: UpdateResourceServerRequest, state) =>
      onPool(state, 'UpdateResourceServer', input.UserPoolId),
    run(input: UpdateResourceServerRequest, state): CreateResourceServerResponse {
      const server = { ...findResourceServer(state, input), settings: input };
      state.store.resourceServers.put(resourceServerKey(server), server);
      return { ResourceServer: describeResourceServer(server) };
    },
  },
  DeleteResourceServer: {
    permissions: (input: DeleteResourceServerRequest, state) =>
      onPool(state, 'DeleteResourceServer', input.UserPoolId),
    run(input: DeleteResourceServerRequest, state): void {
      state.store.resourceServers.delete(resourceServerKey(findResourceServer(state, input)));
    },
  },
};

function resourceServerKey({
  poolId,
  identifier,
}: Pick<ResourceServerRecord, 'identifier' | 'poolId'>): string {
  return `${poolId}/${identifier}`;
}

function createResourceServer(
  state: CognitoState,
  settings: CreateResourceServerRequest,
): CreateResourceServerResponse {
  const { store } = state;
  const poolId = findPool(state, settings.UserPoolId).id;
  const server = { poolId, identifier: settings.Identifier ?? '', settings };
  if (store.resourceServers.has(resourceServerKey(server))) {
    throw new InvalidParameterException(
      `${server.identifier} already exists in user pool ${poolId}.`,
    );
  }
  if (store.of(store.resourceServers, poolId).length >= RESOURCE_SERVERS_A_POOL) {
    throw new LimitExceededException('The maximum number of resource servers has been reached.');
  }
  store.resourceServers.put(resourceServerKey(server), server);
  return { ResourceServer: describeResourceServer(server) };
}

/** @throws ResourceNotFoundException */
function findResourceServer(
  state: CognitoState,
  { UserPoolId, Identifier = '' }: DescribeResourceServerRequest,
): ResourceServerRecord {
  const poolId = findPool(state, UserPoolId).id;
  const server = state.store.resourceServers.get(
    resourceServerKey({ poolId, identifier: Identifier }),
  );
  if (server === undefined) {
    throw new ResourceNotFoundException(`Resource server ${Identifier} does not exist.`);
  }
  return server;
}

function listResourceServers(
  state: CognitoState,
  { UserPoolId, MaxResults, NextToken }: ListResourceServersRequest,
): ListResourceServersResponse {
  const servers = state.store.of(state.store.resourceServers, findPool(state, UserPoolId).id);
  const page = pageOf(servers, ({ identifier }) => identifier, {
    limit: MaxResults,
    token: NextToken,
  });
  return {
    ResourceServers: page.items.map(describeResourceServer),
    ...(page.next !== undefined && { NextToken: page.next }),
  };
}

function describeResourceServer({
  poolId,
  identifier,
  settings,
}: ResourceServerRecord): ResourceServerType {
  return {
    UserPoolId: poolId,
    Identifier: identifier,
    Name: settings.Name,
    Scopes: settings.Scopes ?? [],
  };
}

/** The looks of managed login; here only their existence has an effect. */
export const brandingOperations: OperationTable<CognitoIdentityProvider, CognitoState> = {
  CreateManagedLoginBranding: {
    permissions: (input: CreateManagedLoginBrandingRequest, state) =>
      onPool(state, 'CreateManagedLoginBranding', input.UserPoolId),
    run: (input: CreateManagedLoginBrandingRequest, state): CreateManagedLoginBrandingResponse => ({
      ManagedLoginBranding: describeBranding(createBranding(state, input)),
    }),
  },
  DescribeManagedLoginBranding: {
    readOnly: true,
    permissions: (input: DescribeManagedLoginBrandingRequest, state) =>
      onPool(state, 'DescribeManagedLoginBranding', input.UserPoolId),
    run: (
      input: DescribeManagedLoginBrandingRequest,
      state,
    ): DescribeManagedLoginBrandingResponse => ({
      ManagedLoginBranding: describeBranding(findBranding(state, input)),
    }),
  },
  DescribeManagedLoginBrandingByClient: {
    readOnly: true,
    permissions: (input: DescribeManagedLoginBrandingByClientRequest, state) =>
      onPool(state, 'DescribeManagedLoginBrandingByClient', input.UserPoolId),
    run(
      input: DescribeManagedLoginBrandingByClientRequest,
      state,
    ): DescribeManagedLoginBrandingResponse {
      const branding = brandingOfClient(state, input.ClientId);
      if (branding === undefined || branding.poolId !== input.UserPoolId) throw noBranding();
      return { ManagedLoginBranding: describeBranding(branding) };
    },
  },
  UpdateManagedLoginBranding: {
    permissions: (input: UpdateManagedLoginBrandingRequest, state) =>
      onPool(state, 'UpdateManagedLoginBranding', input.UserPoolId),
    run: (input: UpdateManagedLoginBrandingRequest, state) => updateBranding(state, input),
  },
  DeleteManagedLoginBranding: {
    permissions: (input: DeleteManagedLoginBrandingRequest, state) =>
      onPool(state, 'DeleteManagedLoginBranding', input.UserPoolId),
    run(input: DeleteManagedLoginBrandingRequest, state): void {
      state.store.brandings.delete(findBranding(state, input).id);
    },
  },
};

/** The branding of a client: managed login has no pages without one. */
export function brandingOfClient(
  { store }: CognitoState,
  clientId: string | undefined,
): BrandingRecord | undefined {
  for (const [, branding] of store.brandings.entries()) {
    if (branding.settings.ClientId === clientId) return branding;
  }
  return undefined;
}

function createBranding(
  state: CognitoState,
  settings: CreateManagedLoginBrandingRequest,
): BrandingRecord {
  const client = findClient(state, settings.ClientId, findPool(state, settings.UserPoolId).id);
  if (brandingOfClient(state, client.id) !== undefined)
    throw new ManagedLoginBrandingExistsException();
  const now = state.cloud.clock.now();
  const id = state.cloud.random.uuid();
  const branding = { id, poolId: client.poolId, settings, createdAt: now, modifiedAt: now };
  state.store.brandings.put(id, branding);
  return branding;
}

const noBranding = () => new ResourceNotFoundException('Managed login branding does not exist.');

/** @throws ResourceNotFoundException */
function findBranding(
  { store }: CognitoState,
  input: {
    readonly ManagedLoginBrandingId?: string | undefined;
    readonly UserPoolId?: string | undefined;
  },
): BrandingRecord {
  const branding = store.brandings.get(input.ManagedLoginBrandingId ?? '');
  if (branding === undefined || branding.poolId !== input.UserPoolId) throw noBranding();
  return branding;
}

function updateBranding(
  state: CognitoState,
  input: UpdateManagedLoginBrandingRequest,
): CreateManagedLoginBrandingResponse {
  const branding = findBranding(state, input);
  const { UserPoolId: _pool, ManagedLoginBrandingId: _id, ...changes } = input;
  const settings = { ...branding.settings, ...changes };
  const changed = { ...branding, settings, modifiedAt: state.cloud.clock.now() };
  state.store.brandings.put(branding.id, changed);
  return { ManagedLoginBranding: describeBranding(changed) };
}

function describeBranding({
  id,
  poolId,
  settings,
  ...dates
}: BrandingRecord): ManagedLoginBrandingType {
  const { Assets, Settings, UseCognitoProvidedValues = false } = settings;
  return {
    ManagedLoginBrandingId: id,
    UserPoolId: poolId,
    UseCognitoProvidedValues,
    ...(Settings !== undefined && { Settings }),
    ...(Assets !== undefined && { Assets }),
    CreationDate: new Date(dates.createdAt),
    LastModifiedDate: new Date(dates.modifiedAt),
  };
}
