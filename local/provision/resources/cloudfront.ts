import {
  call,
  ignoreMissing,
  nameOf,
  type Properties,
  type ResourceRequest,
  type ResourceType,
  withoutUndefined,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html */
const MAX_FUNCTION_NAME_LENGTH = 64;

const distribution: ResourceType = {
  properties: ['DistributionConfig', 'Tags'],
  hasAddress: true,
  withoutEffect: withoutEffectHere,
  async apply(request) {
    const { previous, properties } = request;
    const reference = { CallerReference: `${request.stackName}-${request.logicalId}` };
    const config = {
      ...distributionConfig(properties['DistributionConfig'] as Properties),
      ...reference,
    };
    const Tags = { Items: (properties['Tags'] ?? []) as readonly object[] };
    if (previous !== undefined) await update(request, 'Distribution', config);
    const { Id, DomainName } =
      previous === undefined
        ? await create(request, config, Tags)
        : (await get(request, 'Distribution', previous.physicalId)).resource;
    return { physicalId: String(Id), attributes: { Id, DomainName } };
  },
  async remove(request) {
    await ignoreMissing(async () => {
      const Id = request.previous?.physicalId ?? '';
      const { ETag, resource } = await get(request, 'Distribution', Id);
      const config = { ...(resource['DistributionConfig'] as Properties), Enabled: false };
      const disabled = await call<Versioned>(request, 'cloudfront', 'UpdateDistribution', {
        Id,
        IfMatch: ETag,
        DistributionConfig: config,
      });
      const IfMatch = disabled.ETag;
      await call(request, 'cloudfront', 'DeleteDistribution', { Id, IfMatch });
    });
  },
};

interface Versioned {
  readonly ETag: string;
}

async function create(
  request: ResourceRequest,
  DistributionConfig: Properties,
  Tags: object,
): Promise<Properties> {
  const { Distribution } = await call<{ readonly Distribution: Properties }>(
    request,
    'cloudfront',
    'CreateDistributionWithTags',
    { DistributionConfigWithTags: { DistributionConfig, Tags } },
  );
  return Distribution;
}

async function get(request: ResourceRequest, member: string, Id: string) {
  const answer = await call<Versioned & { readonly [member: string]: unknown }>(
    request,
    'cloudfront',
    `Get${member}`,
    { Id },
  );
  return { ETag: answer.ETag, resource: (answer[member] ?? {}) as Properties };
}

async function update(request: ResourceRequest, member: string, config: Properties) {
  const Id = request.previous?.physicalId ?? '';
  const { ETag } = await get(request, member, Id);
  const input = { Id, IfMatch: ETag, [`${member}Config`]: config };
  await call(request, 'cloudfront', `Update${member}`, input);
}

function withoutEffectHere(properties: Properties): string | undefined {
  const config = (properties['DistributionConfig'] ?? {}) as Properties;
  const named = ['Aliases', 'Logging', 'ViewerCertificate', 'WebACLId'].filter(
    (name) => config[name] !== undefined,
  );
  return named.length === 0 ? undefined : `${named.join(', ')} has no effect here`;
}

/** The members whose names differ between CloudFormation and the API. */
const RENAMED: Readonly<Record<string, string>> = {
  AcmCertificateArn: 'ACMCertificateArn',
  IPV6Enabled: 'IsIPV6Enabled',
  IamCertificateId: 'IAMCertificateId',
  OriginCustomHeaders: 'CustomHeaders',
  OriginSSLProtocols: 'OriginSslProtocols',
  SslSupportMethod: 'SSLSupportMethod',
};

/** CloudFormation's lists are the API's `{ Quantity, Items }`. */
function toApi(value: unknown): unknown {
  if (Array.isArray(value)) return { Quantity: value.length, Items: value.map(toApi) };
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => {
    // The API has this number as a text.
    const given: unknown = name === 'ResponseCode' ? String(item) : item;
    const defaults = name === 'CustomOriginConfig' ? { HTTPPort: 80, HTTPSPort: 443 } : undefined;
    const complete = defaults === undefined ? given : { ...defaults, ...Object(given) };
    return [RENAMED[name] ?? name, complete] as const;
  });
  const listed = entries.find(([name, item]) => name === 'Items' && Array.isArray(item));
  if (listed !== undefined) {
    const items = listed[1] as readonly unknown[];
    const others = entries.filter(([name]) => name !== 'Items');
    return { ...Object.fromEntries(others), Quantity: items.length, Items: items.map(toApi) };
  }
  return Object.fromEntries(entries.map(([name, item]) => [name, toApi(item)]));
}

function distributionConfig(config: Properties): Properties {
  const { DefaultCacheBehavior, CacheBehaviors, Restrictions, Logging, ...others } = config;
  const behaviors = ((CacheBehaviors ?? []) as readonly Properties[]).map(behavior);
  return {
    ...(toApi(others) as Properties),
    Comment: others['Comment'] ?? '',
    DefaultCacheBehavior: behavior(DefaultCacheBehavior as Properties),
    CacheBehaviors: { Quantity: behaviors.length, Items: behaviors },
    ...(Restrictions === undefined
      ? {}
      : { Restrictions: restrictions(Restrictions as Properties) }),
    ...(Logging === undefined ? {} : { Logging: logging(Logging as Properties) }),
  };
}

/** In the API the cached methods are within the allowed ones. */
function behavior(given: Properties): Properties {
  const { AllowedMethods = ['HEAD', 'GET'], CachedMethods = ['HEAD', 'GET'], ...others } = given;
  const allowed = toApi(AllowedMethods) as Properties;
  return {
    ...(toApi(others) as Properties),
    AllowedMethods: { ...allowed, CachedMethods: toApi(CachedMethods) },
    // Lists of their own, with a member `Enabled`.
    ...signers('TrustedKeyGroups', others['TrustedKeyGroups']),
    ...signers('TrustedSigners', others['TrustedSigners']),
  };
}

function signers(name: string, value: unknown): Properties {
  if (!Array.isArray(value)) return {};
  return { [name]: { Enabled: value.length > 0, Quantity: value.length, Items: value } };
}

function restrictions({ GeoRestriction }: Properties): Properties {
  const { Locations = [], RestrictionType } = (GeoRestriction ?? {}) as Properties;
  return { GeoRestriction: { RestrictionType, ...(toApi(Locations) as Properties) } };
}

function logging(given: Properties): Properties {
  return { Enabled: true, IncludeCookies: false, Prefix: '', ...given };
}

/** A type that is a configuration with a name. */
function configured(member: string): ResourceType {
  const property = `${member}Config`;
  return {
    properties: [property],
    async apply(request) {
      const config = toApi(request.properties[property]) as Properties;
      if (request.previous !== undefined) {
        await update(request, member, config);
        return { physicalId: request.previous.physicalId, attributes: request.previous.attributes };
      }
      const answer = await call<Readonly<Record<string, Properties>>>(
        request,
        'cloudfront',
        `Create${member}`,
        { [property]: config },
      );
      const id = String(answer[member]?.['Id']);
      return { physicalId: id, attributes: { Id: id } };
    },
    async remove(request) {
      await ignoreMissing(async () => {
        const Id = request.previous?.physicalId ?? '';
        const { ETag } = await get(request, member, Id);
        await call(request, 'cloudfront', `Delete${member}`, { Id, IfMatch: ETag });
      });
    },
  };
}

const edgeFunction: ResourceType = {
  properties: ['Name', 'AutoPublish', 'FunctionCode', 'FunctionConfig'],
  async apply(request) {
    const { cloud, previous, properties } = request;
    const Name = nameOf(request, 'Name', MAX_FUNCTION_NAME_LENGTH);
    const FunctionConfig = toApi(properties['FunctionConfig']) as Properties;
    const content = {
      Name,
      FunctionCode: Buffer.from(String(properties['FunctionCode'])),
      FunctionConfig,
    };
    const isSame = previous?.attributes['Name'] === Name;
    const { ETag } = isSame
      ? await call<Versioned>(request, 'cloudfront', 'UpdateFunction', {
          ...content,
          IfMatch: await versionOf(request, Name),
        })
      : await call<Versioned>(request, 'cloudfront', 'CreateFunction', content);
    if (properties['AutoPublish'] === true || properties['AutoPublish'] === 'true') {
      await call(request, 'cloudfront', 'PublishFunction', { Name, IfMatch: ETag });
    }
    const FunctionARN = `arn:${cloud.partition}:cloudfront::${cloud.accountId}:function/${Name}`;
    const attributes = { FunctionARN, 'FunctionMetadata.FunctionARN': FunctionARN, Name };
    return { physicalId: FunctionARN, attributes: { ...attributes, Stage: 'LIVE' } };
  },
  async remove(request) {
    await ignoreMissing(async () => {
      const Name = String(request.previous?.attributes['Name']);
      const IfMatch = await versionOf(request, Name);
      await call(request, 'cloudfront', 'DeleteFunction', { Name, IfMatch });
    });
  },
};

async function versionOf(request: ResourceRequest, Name: string): Promise<string> {
  const input = withoutUndefined({ Name });
  return (await call<Versioned>(request, 'cloudfront', 'DescribeFunction', input)).ETag;
}

export const cloudfrontResourceTypes = {
  'AWS::CloudFront::CachePolicy': configured('CachePolicy'),
  'AWS::CloudFront::Distribution': distribution,
  'AWS::CloudFront::Function': edgeFunction,
  'AWS::CloudFront::OriginAccessControl': configured('OriginAccessControl'),
  'AWS::CloudFront::OriginRequestPolicy': configured('OriginRequestPolicy'),
  'AWS::CloudFront::ResponseHeadersPolicy': configured('ResponseHeadersPolicy'),
};
