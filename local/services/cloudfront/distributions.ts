import type {
  CloudFront,
  CreateDistributionRequest,
  CreateDistributionResult,
  CreateDistributionWithTagsRequest,
  DeleteDistributionRequest,
  Distribution,
  DistributionConfig,
  GetDistributionConfigRequest,
  GetDistributionRequest,
  ListDistributionsRequest,
  ListDistributionsResult,
  UpdateDistributionRequest,
} from '@aws-sdk/client-cloudfront';
import type { OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import { findPolicy } from './configured.ts';
import { DistributionNotDisabled, Exists, InvalidOrigin, Missing, Unsupported } from './errors.ts';
import { PAGE_SIZE } from './limits.ts';
import { type CloudFrontState, checkVersion, siteOf } from './state.ts';
import type { DistributionRecord } from './store.ts';

/** Distributions. */
export const distributionOperations: OperationTable<CloudFront, CloudFrontState> = {
  CreateDistribution: {
    permissions: (_input: CreateDistributionRequest, state) => on(state, 'CreateDistribution', '*'),
    run: (input: CreateDistributionRequest, state) => create(state, input.DistributionConfig),
  },
  CreateDistributionWithTags: {
    permissions: (_input: CreateDistributionWithTagsRequest, state) => [
      on(state, 'CreateDistribution', '*'),
      on(state, 'TagResource', '*'),
    ],
    run({ DistributionConfigWithTags: given }: CreateDistributionWithTagsRequest, state) {
      const tags = given?.Tags?.Items ?? [];
      return create(
        state,
        given?.DistributionConfig,
        Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      );
    },
  },
  GetDistribution: {
    readOnly: true,
    permissions: (input: GetDistributionRequest, state) => on(state, 'GetDistribution', input.Id),
    run(input: GetDistributionRequest, state) {
      const record = findDistribution(state, input.Id);
      return { Distribution: describe(state, record), ETag: record.etag };
    },
  },
  GetDistributionConfig: {
    readOnly: true,
    permissions: (input: GetDistributionConfigRequest, state) =>
      on(state, 'GetDistributionConfig', input.Id),
    run(input: GetDistributionConfigRequest, state) {
      const record = findDistribution(state, input.Id);
      return { DistributionConfig: record.config, ETag: record.etag };
    },
  },
  UpdateDistribution: {
    permissions: (input: UpdateDistributionRequest, state) =>
      on(state, 'UpdateDistribution', input.Id),
    run: (input: UpdateDistributionRequest, state) => update(state, input),
  },
  DeleteDistribution: {
    permissions: (input: DeleteDistributionRequest, state) =>
      on(state, 'DeleteDistribution', input.Id),
    run: (input: DeleteDistributionRequest, state) => remove(state, input),
  },
  ListDistributions: {
    readOnly: true,
    permissions: () => ({ action: 'cloudfront:ListDistributions', resource: '*' }),
    run: (input: ListDistributionsRequest, state) => list(state, input),
  },
};

function on(state: CloudFrontState, action: string, id = '') {
  return { action: `cloudfront:${action}`, resource: distributionArn(state, id) };
}

export function distributionArn(state: CloudFrontState, id: string): string {
  return state.arn(`distribution/${id}`);
}

/** @throws Missing */
export function findDistribution(state: CloudFrontState, id = ''): DistributionRecord {
  const record = state.store.distributions.get(id);
  if (record === undefined) throw new Missing('NoSuchDistribution', 'distribution');
  return record;
}

async function create(
  state: CloudFrontState,
  config: DistributionConfig | undefined,
  tags: Readonly<Record<string, string>> = {},
): Promise<CreateDistributionResult> {
  checkConfig(state, config);
  for (const [, { config: other }] of state.store.distributions.entries()) {
    if (other.CallerReference === config.CallerReference) {
      throw new Exists('DistributionAlreadyExists', 'A distribution');
    }
  }
  const now = state.cloud.clock.now();
  const id = state.newId();
  const record = { id, config, etag: state.newId(), createdAt: now, modifiedAt: now, tags };
  state.store.distributions.put(id, record);
  await state.cloud.sites?.open(siteOf(id));
  return {
    Distribution: describe(state, record),
    Location: `https://cloudfront.amazonaws.com/2020-05-31/distribution/${id}`,
    ETag: record.etag,
  };
}

function update(state: CloudFrontState, input: UpdateDistributionRequest) {
  const former = findDistribution(state, input.Id);
  checkVersion(input.IfMatch, former.etag);
  const { DistributionConfig: config } = input;
  checkConfig(state, config);
  const modifiedAt = state.cloud.clock.now();
  const record = { ...former, config, etag: state.newId(), modifiedAt };
  state.store.distributions.put(record.id, record);
  return { Distribution: describe(state, record), ETag: record.etag };
}

async function remove(state: CloudFrontState, input: DeleteDistributionRequest): Promise<object> {
  const { id, config, etag } = findDistribution(state, input.Id);
  checkVersion(input.IfMatch, etag);
  if (config.Enabled === true) throw new DistributionNotDisabled();
  state.store.distributions.delete(id);
  for (const [key] of [...state.store.invalidations.entries({ prefix: `${id}|` })]) {
    state.store.invalidations.delete(key);
  }
  await state.cloud.sites?.close(siteOf(id));
  return {};
}

/** @throws InvalidOrigin, Missing, Unsupported */
function checkConfig(
  state: CloudFrontState,
  config: DistributionConfig | undefined,
): asserts config is DistributionConfig {
  const origins = new Set(config?.Origins?.Items?.map(({ Id }) => Id));
  if ((config?.OriginGroups?.Items?.length ?? 0) > 0) throw new Unsupported('origin groups');
  const behaviors = [config?.DefaultCacheBehavior, ...(config?.CacheBehaviors?.Items ?? [])];
  for (const behavior of behaviors) {
    if (behavior === undefined) continue;
    if (!origins.has(behavior.TargetOriginId)) {
      throw new InvalidOrigin(
        `One or more of your origins or origin groups do not exist: ${behavior.TargetOriginId}.`,
      );
    }
    if ((behavior.LambdaFunctionAssociations?.Items?.length ?? 0) > 0) {
      throw new Unsupported('Lambda@Edge (LambdaFunctionAssociations)');
    }
    checkPolicy(state, 'cache', behavior.CachePolicyId, 'CachePolicy');
    checkPolicy(state, 'originRequest', behavior.OriginRequestPolicyId, 'OriginRequestPolicy');
    checkPolicy(
      state,
      'responseHeaders',
      behavior.ResponseHeadersPolicyId,
      'ResponseHeadersPolicy',
    );
  }
}

/** @throws Missing */
function checkPolicy(
  state: CloudFrontState,
  kind: Parameters<typeof findPolicy>[1],
  id: string | undefined,
  member: string,
): void {
  if (id === undefined || id === '' || findPolicy(state, kind, id) !== undefined) return;
  throw new Missing(`NoSuch${member}`, member.replaceAll(/\B([A-Z])/g, ' $1').toLowerCase());
}

function describe(state: CloudFrontState, record: DistributionRecord): Distribution {
  return {
    Id: record.id,
    ARN: distributionArn(state, record.id),
    Status: 'Deployed',
    LastModifiedTime: new Date(record.modifiedAt),
    InProgressInvalidationBatches: 0,
    DomainName: state.domainOf(record.id),
    ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
    ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
    DistributionConfig: record.config,
  };
}

function list(state: CloudFrontState, input: ListDistributionsRequest): ListDistributionsResult {
  const all = [...state.store.distributions.entries()].map(([, record]) => record);
  const limit = input.MaxItems ?? PAGE_SIZE;
  const { items, next } = pageByName(all, ({ id }) => id, { limit, token: input.Marker });
  return {
    DistributionList: {
      Marker: input.Marker ?? '',
      MaxItems: limit,
      IsTruncated: next !== undefined,
      ...(next !== undefined && { NextMarker: next }),
      Quantity: items.length,
      Items: items.map((record) => summarize(state, record)),
    },
  };
}

function summarize(state: CloudFrontState, record: DistributionRecord) {
  const { config } = record;
  const none = { Quantity: 0 };
  return {
    Id: record.id,
    ARN: distributionArn(state, record.id),
    ETag: record.etag,
    Status: 'Deployed',
    LastModifiedTime: new Date(record.modifiedAt),
    DomainName: state.domainOf(record.id),
    Aliases: config.Aliases ?? none,
    Origins: config.Origins,
    DefaultCacheBehavior: config.DefaultCacheBehavior,
    CacheBehaviors: config.CacheBehaviors ?? none,
    CustomErrorResponses: config.CustomErrorResponses ?? none,
    Comment: config.Comment,
    PriceClass: config.PriceClass ?? 'PriceClass_All',
    Enabled: config.Enabled,
    ViewerCertificate: config.ViewerCertificate ?? { CloudFrontDefaultCertificate: true },
    Restrictions: config.Restrictions ?? {
      GeoRestriction: { RestrictionType: 'none' as const, Quantity: 0 },
    },
    WebACLId: config.WebACLId ?? '',
    HttpVersion: config.HttpVersion ?? 'http2',
    IsIPV6Enabled: config.IsIPV6Enabled ?? false,
    Staging: false,
  };
}
