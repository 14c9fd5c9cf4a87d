import { createTemplateBucket } from '../asset-bucket.ts';
import {
  call,
  ignoreMissing,
  nameOf,
  type Properties,
  pick,
  type ResourceRequest,
  type ResourceType,
  withoutUndefined,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const MAX_BUCKET_NAME_LENGTH = 63;

const bucket: ResourceType = {
  properties: [
    'BucketName',
    'VersioningConfiguration',
    'BucketEncryption',
    'PublicAccessBlockConfiguration',
    'NotificationConfiguration',
    'LifecycleConfiguration',
    'CorsConfiguration',
    'OwnershipControls',
    'Tags',
  ],
  withoutEffect: ({ NotificationConfiguration }) => {
    const others = Object.keys(Object(NotificationConfiguration)).filter(
      (kind) => kind !== 'EventBridgeConfiguration',
    );
    return others.length === 0
      ? undefined
      : `${others.join(', ')} of NotificationConfiguration has no effect here: buckets notify through EventBridge only`;
  },
  async apply(request) {
    const { cloud } = request;
    const Bucket = nameOf(request, 'BucketName', MAX_BUCKET_NAME_LENGTH).toLowerCase();
    const isNew = request.previous === undefined && (await createTemplateBucket(cloud, Bucket));
    try {
      await configureAll(request, Bucket);
    } catch (error) {
      // A stack knows nothing of a resource that could not be created.
      if (isNew) await call(request, 's3', 'DeleteBucket', { Bucket });
      throw error;
    }
    return {
      physicalId: Bucket,
      attributes: {
        Arn: `arn:${cloud.partition}:s3:::${Bucket}`,
        DomainName: `${Bucket}.s3.amazonaws.com`,
        RegionalDomainName: `${Bucket}.s3.${cloud.region}.amazonaws.com`,
      },
    };
  },
  async remove(request) {
    // A bucket with objects is kept, as in CloudFormation (DELETE_FAILED).
    await ignoreMissing(() =>
      call(request, 's3', 'DeleteBucket', { Bucket: request.previous?.physicalId }),
    );
  },
};

async function configureAll(request: ResourceRequest, bucketName: string): Promise<void> {
  for (const [property, configure] of Object.entries(configurations)) {
    const value = request.properties[property];
    if (value !== undefined) await configure(request, bucketName, value as Properties);
    else if (request.previous?.properties?.[property] !== undefined) {
      await unconfigure(request, bucketName, property);
    }
  }
}

type Configure = (request: ResourceRequest, bucket: string, value: Properties) => Promise<unknown>;

const configurations: Readonly<Record<string, Configure>> = {
  VersioningConfiguration: (request, Bucket, value) =>
    call(request, 's3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: value }),
  BucketEncryption: (request, Bucket, value) =>
    call(request, 's3', 'PutBucketEncryption', {
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: list(value['ServerSideEncryptionConfiguration']).map((rule) => ({
          ApplyServerSideEncryptionByDefault: rule['ServerSideEncryptionByDefault'],
          BucketKeyEnabled: rule['BucketKeyEnabled'],
        })),
      },
    }),
  PublicAccessBlockConfiguration: (request, Bucket, value) =>
    call(request, 's3', 'PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration: value }),
  NotificationConfiguration: (request, Bucket, value) => {
    const eventBridge = value['EventBridgeConfiguration'] as Properties | undefined;
    const enabled = eventBridge !== undefined && eventBridge['EventBridgeEnabled'] !== false;
    return call(request, 's3', 'PutBucketNotificationConfiguration', {
      Bucket,
      NotificationConfiguration: enabled ? { EventBridgeConfiguration: {} } : {},
    });
  },
  LifecycleConfiguration: (request, Bucket, value) =>
    call(request, 's3', 'PutBucketLifecycleConfiguration', {
      Bucket,
      LifecycleConfiguration: { Rules: list(value['Rules']).map(lifecycleRule) },
    }),
  CorsConfiguration: (request, Bucket, value) =>
    call(request, 's3', 'PutBucketCors', {
      Bucket,
      CORSConfiguration: {
        CORSRules: list(value['CorsRules']).map((rule) => withoutUndefined(corsRule(rule))),
      },
    }),
  OwnershipControls: (request, Bucket, value) =>
    call(request, 's3', 'PutBucketOwnershipControls', { Bucket, OwnershipControls: value }),
  Tags: (request, Bucket, value) =>
    call(request, 's3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: value } }),
};

/** The operations that remove what a template no longer has. */
const REMOVALS: Readonly<Record<string, string>> = {
  BucketEncryption: 'DeleteBucketEncryption',
  PublicAccessBlockConfiguration: 'DeletePublicAccessBlock',
  LifecycleConfiguration: 'DeleteBucketLifecycle',
  CorsConfiguration: 'DeleteBucketCors',
  OwnershipControls: 'DeleteBucketOwnershipControls',
  Tags: 'DeleteBucketTagging',
};

async function unconfigure(request: ResourceRequest, Bucket: string, property: string) {
  const removal = REMOVALS[property];
  if (removal !== undefined) await call(request, 's3', removal, { Bucket });
  // Versioning can only be suspended, and notifications are replaced by none.
  if (property === 'VersioningConfiguration') {
    await configurations[property]?.(request, Bucket, { Status: 'Suspended' });
  }
  if (property === 'NotificationConfiguration')
    await configurations[property]?.(request, Bucket, {});
}

function corsRule(rule: Properties): Properties {
  return {
    ID: rule['Id'],
    AllowedHeaders: rule['AllowedHeaders'],
    AllowedMethods: rule['AllowedMethods'],
    AllowedOrigins: rule['AllowedOrigins'],
    ExposeHeaders: rule['ExposedHeaders'],
    MaxAgeSeconds: rule['MaxAge'],
  };
}

function lifecycleRule(rule: Properties): Properties {
  const conditions = [
    ...Object.entries(pick(rule, ['Prefix', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'])),
    ...list(rule['TagFilters']).map((tag) => ['Tag', tag] as const),
  ];
  const expiration = {
    ...(rule['ExpirationInDays'] !== undefined && { Days: rule['ExpirationInDays'] }),
    ...(rule['ExpirationDate'] !== undefined && { Date: dateOf(rule['ExpirationDate']) }),
    // S3 takes it only without days; the CDK writes false beside them.
    ...((rule['ExpiredObjectDeleteMarker'] === true ||
      rule['ExpiredObjectDeleteMarker'] === 'true') && {
      ExpiredObjectDeleteMarker: rule['ExpiredObjectDeleteMarker'],
    }),
  };
  const Transitions = [...list(rule['Transitions']), rule['Transition']].flatMap(transitionOf);
  const later = [
    ...list(rule['NoncurrentVersionTransitions']),
    rule['NoncurrentVersionTransition'],
  ].flatMap(noncurrentTransitionOf);
  const noncurrentDays = rule['NoncurrentVersionExpirationInDays'];
  return {
    ID: rule['Id'],
    Status: rule['Status'],
    Filter: filterOf(conditions),
    ...(Object.keys(expiration).length > 0 && { Expiration: expiration }),
    ...(noncurrentDays !== undefined && {
      NoncurrentVersionExpiration: { NoncurrentDays: noncurrentDays },
    }),
    ...(rule['NoncurrentVersionExpiration'] === undefined
      ? {}
      : { NoncurrentVersionExpiration: rule['NoncurrentVersionExpiration'] }),
    ...(rule['AbortIncompleteMultipartUpload'] === undefined
      ? {}
      : { AbortIncompleteMultipartUpload: rule['AbortIncompleteMultipartUpload'] }),
    ...(Transitions.length > 0 && { Transitions }),
    ...(later.length > 0 && { NoncurrentVersionTransitions: later }),
  };
}

/** A single condition is given directly, several in `And`. */
function filterOf(conditions: readonly (readonly [string, unknown])[]): Properties {
  if (conditions.length === 0) return { Prefix: '' };
  if (conditions.length === 1) return Object.fromEntries(conditions);
  const tags = conditions.flatMap(([name, value]) => (name === 'Tag' ? [value] : []));
  const others = conditions.filter(([name]) => name !== 'Tag');
  return { And: { ...Object.fromEntries(others), ...(tags.length > 0 && { Tags: tags }) } };
}

/** A date in a template is a string, `2027-01-01` or longer. */
function dateOf(value: unknown): Date {
  return new Date(value as string);
}

function transitionOf(value: unknown): readonly Properties[] {
  if (value === undefined) return [];
  const {
    TransitionInDays: Days,
    TransitionDate: date,
    StorageClass,
  } = value as Readonly<Record<string, unknown>>;
  return [
    {
      ...(Days !== undefined && { Days }),
      ...(date !== undefined && { Date: dateOf(date) }),
      StorageClass,
    },
  ];
}

function noncurrentTransitionOf(value: unknown): readonly Properties[] {
  if (value === undefined) return [];
  const {
    TransitionInDays: NoncurrentDays,
    NewerNoncurrentVersions: kept,
    StorageClass,
  } = value as Readonly<Record<string, unknown>>;
  return [
    {
      NoncurrentDays,
      ...(kept !== undefined && { NewerNoncurrentVersions: kept }),
      StorageClass,
    },
  ];
}

function list(value: unknown): readonly Properties[] {
  return Array.isArray(value) ? (value as readonly Properties[]) : [];
}

const bucketPolicy: ResourceType = {
  properties: ['Bucket', 'PolicyDocument'],
  async apply(request) {
    const { Bucket, PolicyDocument } = request.properties;
    await call(request, 's3', 'PutBucketPolicy', {
      Bucket,
      Policy: JSON.stringify(PolicyDocument),
    });
    return { physicalId: String(Bucket), attributes: {} };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, 's3', 'DeleteBucketPolicy', { Bucket: request.previous?.physicalId }),
    );
  },
};

export const s3ResourceTypes = {
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
};
