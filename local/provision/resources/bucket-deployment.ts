import type { Readable } from 'node:stream';
import { unzipSync } from 'fflate';
import { assumeRole, type Principal } from '../../cloud/principal.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { withoutTls } from '../local-addresses.ts';
import {
  accountOf,
  type Properties,
  type ResourceRequest,
  type ResourceType,
  withoutUndefined,
} from '../resource-type.ts';
import { contentTypeOf } from './content-types.ts';
import { replaceMarkers } from './deployment-markers.ts';

/**
 * The CDK's `BucketDeployment`: unpacks archives into a bucket. Its handler runs AWS CLI from `/opt/awscli`, a path
 * that only root can create, so the runtime does what the handler does, with the permissions of the handler's role.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3_deployment-readme.html
 */
export const bucketDeployment: ResourceType = {
  properties: 'any',
  async apply(request) {
    const { cloud, properties, previous } = request;
    const caller = await callerOf(request);
    const target = destinationOf(properties);
    const former = previous?.properties;
    if (former !== undefined && !isRetained(properties)) {
      const old = destinationOf(former);
      if (old.url !== target.url) await removeAll(caller, old);
    }
    await deploy(caller, properties);
    await invalidate(caller, properties, cloud.random.uuid());
    return {
      physicalId: previous?.physicalId ?? `aws.cdk.s3deployment.${cloud.random.uuid()}`,
      attributes: {
        DestinationBucketArn: properties['DestinationBucketArn'],
        SourceObjectKeys: flag(properties, 'OutputObjectKeys', true) ? sourceKeys(properties) : [],
      },
    };
  },
  async remove(request) {
    const properties = request.previous?.properties;
    if (properties === undefined || isRetained(properties)) return;
    const caller = await callerOf({ ...request, properties });
    const target = destinationOf(properties);
    if (!(await isOwned(caller, target))) await removeAll(caller, target);
  },
};

/** Calls a service as the role of the handler. */
type Call = <Output>(
  service: 's3' | 'cloudfront',
  operation: string,
  input: object,
) => Promise<Output>;

interface Caller {
  readonly call: Call;
  /** An address of this runtime in a text has no TLS. */
  readonly finish: (text: string) => string;
}

async function callerOf(request: ResourceRequest): Promise<Caller> {
  const { cloud } = request;
  const principal = await principalOf(request);
  return {
    call: (service, operation, input) =>
      cloud.handOn(principal, service, operation, withoutUndefined(input)),
    finish: (text) => withoutTls(text, cloud),
  };
}

async function principalOf({ cloud, logicalId, properties }: ResourceRequest): Promise<Principal> {
  const account = accountOf(cloud);
  const FunctionName = String(properties['ServiceToken']);
  try {
    const { Role } = await cloud.handOn<{ readonly Role: string }>(
      account,
      'lambda',
      'GetFunctionConfiguration',
      { FunctionName },
    );
    return await assumeRole(cloud, 'lambda.amazonaws.com', Role, logicalId);
  } catch (error) {
    // The function is not emulated, for example because of its architecture.
    if (error instanceof ServiceError && error.status !== 403) return account;
    throw error;
  }
}

interface Destination {
  readonly bucket: string;
  /** With a slash at its end, or empty. */
  readonly prefix: string;
  readonly url: string;
}

function destinationOf(properties: Properties): Destination {
  const bucket = String(properties['DestinationBucketName']);
  const { DestinationBucketKeyPrefix: named } = properties;
  const given = typeof named === 'string' && named !== '/' ? named : '';
  const prefix = given === '' || given.endsWith('/') ? given : `${given}/`;
  return { bucket, prefix, url: `s3://${bucket}/${prefix}` };
}

/** CloudFormation sends texts, so that a boolean of a template is one here. */
function flag(properties: Properties, name: string, byDefault: boolean): boolean {
  const value = properties[name];
  return value === undefined ? byDefault : value === true || value === 'true';
}

function isRetained(properties: Properties): boolean {
  return flag(properties, 'RetainOnDelete', true);
}

function sourceKeys(properties: Properties): readonly string[] {
  return list(properties['SourceObjectKeys']).map(String);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

async function deploy(caller: Caller, properties: Properties): Promise<void> {
  const { bucket, prefix } = destinationOf(properties);
  const isWanted = filterOf(properties);
  const files = await filesOf(caller, properties);
  const metadata = metadataOf(properties);
  for (const [name, content] of files) {
    if (!isWanted(name)) continue;
    await caller.call('s3', 'PutObject', {
      Bucket: bucket,
      Key: `${prefix}${name}`,
      Body: content,
      ContentLength: content.byteLength,
      ContentType: contentTypeOf(name),
      ...metadata,
    });
  }
  if (!flag(properties, 'Prune', true)) return;
  await removeWhere(caller, { bucket, prefix }, (name) => isWanted(name) && !files.has(name));
}

/** The files of all sources, later ones in place of earlier ones of the same name. */
async function filesOf(
  caller: Caller,
  properties: Properties,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const buckets = list(properties['SourceBucketNames']);
  const markers = list(properties['SourceMarkers']);
  const configs = list(properties['SourceMarkersConfig']);
  for (const [index, Key] of sourceKeys(properties).entries()) {
    const { Body } = await caller.call<{ readonly Body: Readable | Uint8Array }>(
      's3',
      'GetObject',
      {
        Bucket: buckets[index],
        Key,
      },
    );
    const archive = await bytesOf(Body);
    if (!flag(properties, 'Extract', true)) {
      files.set(Key.slice(Key.lastIndexOf('/') + 1), archive);
      continue;
    }
    const values = (markers[index] ?? {}) as Properties;
    const config = (configs[index] ?? {}) as Properties;
    for (const [name, content] of Object.entries(unzipSync(archive))) {
      if (!name.endsWith('/'))
        files.set(name, replaceMarkers(content, values, config, caller.finish));
    }
  }
  return files;
}

async function bytesOf(body: Readable | Uint8Array): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** AWS CLI's filters: everything, except what is excluded, except what is included after all. */
function filterOf(properties: Properties): (name: string) => boolean {
  const excluded = list(properties['Exclude']).map((pattern) => wildcard(String(pattern)));
  const included = list(properties['Include']).map((pattern) => wildcard(String(pattern)));
  return (name) =>
    included.some((pattern) => pattern.test(name)) ||
    !excluded.some((pattern) => pattern.test(name));
}

/** `*`, `?`, `[set]` and `[!set]`: https://docs.aws.amazon.com/cli/latest/reference/s3/#use-of-exclude-and-include-filters */
function wildcard(pattern: string): RegExp {
  const source = pattern.replaceAll(/\[(!?)([^\]]+)\]|[*?]|[^*?[]+|\[/g, (part, not, set) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replaceAll('\\', '\\\\')}]`;
    return part.replaceAll(/[\\^$.|+(){}[\]]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

/** AWS CLI's arguments for metadata, and the members of PutObject. */
const SYSTEM_METADATA: Readonly<Record<string, string>> = {
  acl: 'ACL',
  'cache-control': 'CacheControl',
  'content-disposition': 'ContentDisposition',
  'content-encoding': 'ContentEncoding',
  'content-language': 'ContentLanguage',
  'content-type': 'ContentType',
  expires: 'Expires',
  sse: 'ServerSideEncryption',
  'sse-kms-key-id': 'SSEKMSKeyId',
  'storage-class': 'StorageClass',
  'website-redirect': 'WebsiteRedirectLocation',
};

function metadataOf(properties: Properties): Properties {
  const user = Object.entries((properties['UserMetadata'] ?? {}) as Properties);
  const system = Object.entries((properties['SystemMetadata'] ?? {}) as Properties);
  const members = system.map(([name, value]) => {
    const member = SYSTEM_METADATA[name.toLowerCase()];
    if (member === undefined) throw new Error(`Unknown options: --${name.toLowerCase()}`);
    return [member, member === 'Expires' ? new Date(String(value)) : value] as const;
  });
  const metadata = Object.fromEntries(user.map(([name, value]) => [name.toLowerCase(), value]));
  return { ...Object.fromEntries(members), ...(user.length > 0 && { Metadata: metadata }) };
}

type Place = Pick<Destination, 'bucket' | 'prefix'>;

function removeAll(caller: Caller, place: Place): Promise<void> {
  return removeWhere(caller, place, () => true);
}

/** Removes the objects below a prefix whose names, without the prefix, are unwanted. */
async function removeWhere(
  caller: Caller,
  { bucket, prefix }: Place,
  isUnwanted: (name: string) => boolean,
): Promise<void> {
  let ContinuationToken: string | undefined;
  do {
    const page = await caller.call<{
      readonly Contents?: readonly { readonly Key: string }[];
      readonly NextContinuationToken?: string;
    }>('s3', 'ListObjectsV2', { Bucket: bucket, Prefix: prefix, ContinuationToken });
    for (const { Key } of page.Contents ?? []) {
      const isMarked = isUnwanted(Key.slice(prefix.length));
      if (isMarked) await caller.call('s3', 'DeleteObject', { Bucket: bucket, Key });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

/** Another deployment to the same place tags the bucket, so that the objects stay. */
async function isOwned(caller: Caller, { bucket, prefix }: Place): Promise<boolean> {
  const tag = `aws-cdk:cr-owned${prefix === '' ? '' : `:${prefix.slice(0, -1)}`}`;
  try {
    const { TagSet } = await caller.call<{ readonly TagSet: readonly { readonly Key: string }[] }>(
      's3',
      'GetBucketTagging',
      { Bucket: bucket },
    );
    return TagSet.some(({ Key }) => Key.startsWith(tag));
  } catch {
    // As the handler does: a bucket without tags, or one that it cannot read.
    return false;
  }
}

async function invalidate(
  caller: Caller,
  properties: Properties,
  reference: string,
): Promise<void> {
  const { DistributionId } = properties;
  if (typeof DistributionId !== 'string' || DistributionId === '') return;
  const { prefix } = destinationOf(properties);
  const Items = list(properties['DistributionPaths'] ?? [`/${prefix}*`.replace('//', '/')]);
  await caller.call('cloudfront', 'CreateInvalidation', {
    DistributionId,
    InvalidationBatch: {
      Paths: { Quantity: Items.length, Items },
      CallerReference: reference,
    },
  });
}
