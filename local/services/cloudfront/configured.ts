import type { CloudFront } from '@aws-sdk/client-cloudfront';
import type { OperationTable, ServiceOperation } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import type { Table } from '../../store/index.ts';
import { Exists, InUse, Missing } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';
import {
  MANAGED_CACHE_POLICIES,
  MANAGED_ORIGIN_REQUEST_POLICIES,
  MANAGED_RESPONSE_HEADERS_POLICIES,
} from './managed-policies.ts';
import { type CloudFrontState, checkVersion } from './state.ts';
import type { CloudFrontStore, ConfiguredRecord } from './store.ts';

/** A kind of resource that is a configuration with a name. */
interface Kind {
  /** The member of requests and responses, for example `CachePolicy`. */
  readonly member: string;
  /** In ARNs. */
  readonly resource: string;
  /** In AWS's sentences. */
  readonly what: string;
  /** An id as AWS makes it. */
  readonly newId: (state: CloudFrontState) => string;
  readonly table: (store: CloudFrontStore) => Table<ConfiguredRecord>;
  /** What every account has. */
  readonly managed: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const uuid = (state: CloudFrontState) => state.cloud.random.uuid();

const ACCESS_CONTROL: Kind = {
  member: 'OriginAccessControl',
  resource: 'origin-access-control',
  what: 'origin access control',
  newId: (state) => state.newId(),
  table: (store) => store.accessControls,
  managed: {},
};
const CACHE_POLICY: Kind = {
  member: 'CachePolicy',
  resource: 'cache-policy',
  what: 'cache policy',
  newId: uuid,
  table: (store) => store.cachePolicies,
  managed: MANAGED_CACHE_POLICIES,
};
const ORIGIN_REQUEST_POLICY: Kind = {
  member: 'OriginRequestPolicy',
  resource: 'origin-request-policy',
  what: 'origin request policy',
  newId: uuid,
  table: (store) => store.originRequestPolicies,
  managed: MANAGED_ORIGIN_REQUEST_POLICIES,
};
const RESPONSE_HEADERS_POLICY: Kind = {
  member: 'ResponseHeadersPolicy',
  resource: 'response-headers-policy',
  what: 'response headers policy',
  newId: uuid,
  table: (store) => store.responseHeadersPolicies,
  managed: MANAGED_RESPONSE_HEADERS_POLICIES,
};

/** Origin access controls and policies. */
export const configuredOperations: OperationTable<CloudFront, CloudFrontState> = {
  CreateOriginAccessControl: create(ACCESS_CONTROL),
  GetOriginAccessControl: get(ACCESS_CONTROL),
  UpdateOriginAccessControl: update(ACCESS_CONTROL),
  DeleteOriginAccessControl: remove(ACCESS_CONTROL),
  ListOriginAccessControls: list(ACCESS_CONTROL, 'ListOriginAccessControls'),
  CreateCachePolicy: create(CACHE_POLICY),
  GetCachePolicy: get(CACHE_POLICY),
  UpdateCachePolicy: update(CACHE_POLICY),
  DeleteCachePolicy: remove(CACHE_POLICY),
  ListCachePolicies: list(CACHE_POLICY, 'ListCachePolicies'),
  CreateOriginRequestPolicy: create(ORIGIN_REQUEST_POLICY),
  GetOriginRequestPolicy: get(ORIGIN_REQUEST_POLICY),
  UpdateOriginRequestPolicy: update(ORIGIN_REQUEST_POLICY),
  DeleteOriginRequestPolicy: remove(ORIGIN_REQUEST_POLICY),
  ListOriginRequestPolicies: list(ORIGIN_REQUEST_POLICY, 'ListOriginRequestPolicies'),
  CreateResponseHeadersPolicy: create(RESPONSE_HEADERS_POLICY),
  GetResponseHeadersPolicy: get(RESPONSE_HEADERS_POLICY),
  UpdateResponseHeadersPolicy: update(RESPONSE_HEADERS_POLICY),
  DeleteResponseHeadersPolicy: remove(RESPONSE_HEADERS_POLICY),
  ListResponseHeadersPolicies: list(RESPONSE_HEADERS_POLICY, 'ListResponseHeadersPolicies'),
};

/** The members that these operations share. */
interface ConfiguredInput extends Readonly<Record<string, unknown>> {
  readonly Id?: string;
  readonly IfMatch?: string;
  readonly Type?: string;
  readonly Marker?: string;
  readonly MaxItems?: number;
}

type Operation = ServiceOperation<CloudFrontState, ConfiguredInput>;

function on({ resource }: Kind, action: string) {
  return ({ Id = '*' }: ConfiguredInput, state: CloudFrontState) => ({
    action: `cloudfront:${action}`,
    resource: state.arn(`${resource}/${Id}`),
  });
}

function create(kind: Kind): ServiceOperation<CloudFrontState> {
  const operation: Operation = {
    permissions: on(kind, `Create${kind.member}`),
    run(input, state) {
      const config = configIn(kind, input);
      refuseName(kind, state, config.Name);
      const record = { id: kind.newId(state), ...written(state, config) };
      kind.table(state.store).put(record.id, record);
      const Location = `https://cloudfront.amazonaws.com/2020-05-31/${kind.resource}/${record.id}`;
      return { ...shown(kind, record), Location };
    },
  };
  return operation;
}

function get(kind: Kind): ServiceOperation<CloudFrontState> {
  const operation: Operation = {
    readOnly: true,
    permissions: on(kind, `Get${kind.member}`),
    run: ({ Id = '' }, state) => shown(kind, find(kind, state, Id)),
  };
  return operation;
}

function update(kind: Kind): ServiceOperation<CloudFrontState> {
  const operation: Operation = {
    permissions: on(kind, `Update${kind.member}`),
    run(input, state) {
      const former = findOwn(kind, state, input.Id);
      checkVersion(input.IfMatch, former.etag);
      const config = configIn(kind, input);
      if (config.Name !== former.config.Name) refuseName(kind, state, config.Name);
      const record = { ...former, ...written(state, config) };
      kind.table(state.store).put(record.id, record);
      return shown(kind, record);
    },
  };
  return operation;
}

function remove(kind: Kind): ServiceOperation<CloudFrontState> {
  const operation: Operation = {
    permissions: on(kind, `Delete${kind.member}`),
    run(input, state) {
      const { id, etag } = findOwn(kind, state, input.Id);
      checkVersion(input.IfMatch, etag);
      refuseUsed(kind, state, id);
      kind.table(state.store).delete(id);
      return {};
    },
  };
  return operation;
}

function list(kind: Kind, action: string): ServiceOperation<CloudFrontState> {
  const operation: Operation = {
    readOnly: true,
    permissions: () => ({ action: `cloudfront:${action}`, resource: '*' }),
    run: (input, state) => ({ [`${kind.member}List`]: listed(kind, input, state) }),
  };
  return operation;
}

function listed(kind: Kind, { Type, Marker, MaxItems }: ConfiguredInput, state: CloudFrontState) {
  const own = [...kind.table(state.store).entries()].map(([, record]) => record);
  const managed = Object.keys(kind.managed).map((id) => find(kind, state, id));
  const all = [...(Type === 'custom' ? [] : managed), ...(Type === 'managed' ? [] : own)];
  const limit = MaxItems ?? PAGE_SIZE;
  const { items, next } = pageByName(all, ({ id }) => id, { limit, token: Marker });
  return {
    Marker: Marker ?? '',
    MaxItems: limit,
    IsTruncated: next !== undefined,
    ...(next !== undefined && { NextMarker: next }),
    Quantity: items.length,
    Items: items.map((record) => summary(kind, record)),
  };
}

function summary(kind: Kind, record: ConfiguredRecord): object {
  if (kind === ACCESS_CONTROL) return { Description: '', ...record.config, Id: record.id };
  const Type = Object.hasOwn(kind.managed, record.id) ? 'managed' : 'custom';
  return { Type, [kind.member]: described(kind, record) };
}

function configIn(kind: Kind, input: ConfiguredInput): ConfiguredRecord['config'] {
  return input[`${kind.member}Config`] as ConfiguredRecord['config'];
}

function written(state: CloudFrontState, config: ConfiguredRecord['config']) {
  return { config, etag: state.newId(), modifiedAt: state.cloud.clock.now() };
}

/** @throws Exists */
function refuseName(kind: Kind, state: CloudFrontState, name: string): void {
  for (const [, { config }] of kind.table(state.store).entries()) {
    if (config.Name === name) throw new Exists(`${kind.member}AlreadyExists`, `A ${kind.what}`);
  }
}

/** @throws InUse */
function refuseUsed(kind: Kind, { store }: CloudFrontState, id: string): void {
  const member = `${kind.member}Id`;
  for (const [, { config }] of store.distributions.entries()) {
    const users: readonly (object | undefined)[] = [
      config.DefaultCacheBehavior,
      ...(config.CacheBehaviors?.Items ?? []),
      ...(config.Origins?.Items ?? []),
    ];
    if (users.some((user) => user !== undefined && Reflect.get(user, member) === id)) {
      throw new InUse(`${kind.member}InUse`, kind.what);
    }
  }
}

/** @throws Missing */
function find(kind: Kind, state: CloudFrontState, id: string): ConfiguredRecord {
  const config = Object.hasOwn(kind.managed, id) ? kind.managed[id] : undefined;
  if (config === undefined) return findOwn(kind, state, id);
  return { id, config: config as ConfiguredRecord['config'], etag: 'EMANAGED', modifiedAt: 0 };
}

/** @throws Missing */
function findOwn(kind: Kind, state: CloudFrontState, id = ''): ConfiguredRecord {
  const record = kind.table(state.store).get(id);
  if (record === undefined) throw new Missing(`NoSuch${kind.member}`, kind.what);
  return record;
}

function shown(kind: Kind, record: ConfiguredRecord): object {
  return { [kind.member]: described(kind, record), ETag: record.etag };
}

function described(kind: Kind, { id, config, modifiedAt }: ConfiguredRecord): object {
  return {
    Id: id,
    [`${kind.member}Config`]: config,
    ...(kind !== ACCESS_CONTROL && { LastModifiedTime: new Date(modifiedAt) }),
  };
}

type Found = Readonly<Record<string, unknown>> | undefined;

/** The configuration of a policy, managed or own; undefined for none, or for one that was deleted. */
export function findPolicy(
  state: CloudFrontState,
  kind: 'cache' | 'originRequest' | 'responseHeaders',
  id: string | undefined,
): Found {
  if (id === undefined || id === '') return undefined;
  const of = {
    cache: CACHE_POLICY,
    originRequest: ORIGIN_REQUEST_POLICY,
    responseHeaders: RESPONSE_HEADERS_POLICY,
  }[kind];
  if (Object.hasOwn(of.managed, id)) return of.managed[id];
  return of.table(state.store).get(id)?.config;
}
