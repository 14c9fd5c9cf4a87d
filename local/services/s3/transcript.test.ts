import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createKmsService } from '../kms/index.ts';
import { createS3Service } from './index.ts';

const Bucket = 'my-bucket';
const BODY = Buffer.from('0123456789');
const put = (Key: string, more: object = {}, as?: string): Step => [
  'PutObject',
  { Bucket, Key, Body: BODY, ...more },
  as,
];
const get = (more: object = {}): Step => ['GetObject', { Bucket, Key: 'a', ...more }];
const head = (more: object = {}): Step => ['HeadObject', { Bucket, Key: 'a', ...more }];
const list = (more: object = {}, as?: string): Step => ['ListObjectsV2', { Bucket, ...more }, as];
const policy = (more: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
        ...more,
      },
    ],
  });
const tagSet = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));

const buckets: readonly Step[] = [
  ...[
    'ab',
    'a'.repeat(64),
    'A-bucket',
    'a_b',
    '-ab',
    'ab-',
    'a..b',
    '10.0.0.1',
    'xn--a',
    'a-s3alias',
  ].map((name): Step => ['CreateBucket', { Bucket: name }]),
  ['CreateBucket', { Bucket: 'abc' }],
  ['CreateBucket', { Bucket: 'a'.repeat(63) }],
  ['CreateBucket', { Bucket, ObjectOwnership: 'BucketOwnerPreferred' }],
  ['CreateBucket', { Bucket }],
  [
    'CreateBucket',
    { Bucket: 'elsewhere', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
  ],
  ['HeadBucket', { Bucket }],
  ['HeadBucket', { Bucket: 'missing' }],
  ['ListBuckets'],
  ['ListBuckets', { Prefix: 'my' }],
  ['ListBuckets', { MaxBuckets: 1 }, 'page'],
  [
    'ListBuckets',
    (answered) => ({ MaxBuckets: 1, ContinuationToken: answered('page.ContinuationToken') }),
  ],
  ['GetBucketLocation', { Bucket }],
  ['GetBucketAcl', { Bucket }],
  ['GetBucketVersioning', { Bucket }],
  ['PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Other' } }],
  ['PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Suspended' } }],
  ['GetBucketVersioning', { Bucket }],
  ['GetBucketPolicy', { Bucket }],
  ['PutBucketPolicy', { Bucket, Policy: '{' }],
  ['PutBucketPolicy', { Bucket, Policy: '{}' }],
  ['PutBucketPolicy', { Bucket, Policy: policy({ Effect: 'Maybe' }) }],
  ['PutBucketPolicy', { Bucket, Policy: policy({ Principal: { AWS: '111111111111' } }) }],
  ['GetBucketPolicy', { Bucket }],
  ['DeleteBucketPolicy', { Bucket }],
  ['GetBucketPolicy', { Bucket }],
  ['GetBucketEncryption', { Bucket }],
  [
    'PutBucketEncryption',
    {
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'k' },
            BucketKeyEnabled: true,
          },
        ],
      },
    },
  ],
  ['GetBucketEncryption', { Bucket }],
  ['DeleteBucketEncryption', { Bucket }],
  ['GetBucketEncryption', { Bucket }],
  ['GetPublicAccessBlock', { Bucket }],
  [
    'PutPublicAccessBlock',
    { Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: false, BlockPublicPolicy: true } },
  ],
  ['GetPublicAccessBlock', { Bucket }],
  ['PutBucketPolicy', { Bucket, Policy: policy({}) }],
  ['DeletePublicAccessBlock', { Bucket }],
  ['GetPublicAccessBlock', { Bucket }],
  ['PutBucketPolicy', { Bucket, Policy: policy({}) }],
  ['GetBucketOwnershipControls', { Bucket }],
  [
    'PutBucketOwnershipControls',
    { Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } },
  ],
  ['GetBucketOwnershipControls', { Bucket }],
  ['DeleteBucketOwnershipControls', { Bucket }],
  ['GetBucketOwnershipControls', { Bucket }],
  ['GetBucketTagging', { Bucket }],
  ['PutBucketTagging', { Bucket, Tagging: { TagSet: [{ Key: 'a', Value: '1' }] } }],
  ['PutBucketTagging', { Bucket, Tagging: { TagSet: tagSet(51) } }],
  [
    'PutBucketTagging',
    {
      Bucket,
      Tagging: {
        TagSet: [
          { Key: 'a', Value: '1' },
          { Key: 'a', Value: '2' },
        ],
      },
    },
  ],
  ['GetBucketTagging', { Bucket }],
  ['DeleteBucketTagging', { Bucket }],
  ['GetBucketTagging', { Bucket }],
  ['GetBucketLifecycleConfiguration', { Bucket }],
  ...[
    {},
    { Days: 0 },
    { Days: 1, ExpiredObjectDeleteMarker: true },
    { Days: 1 },
    { ExpiredObjectDeleteMarker: true },
  ].map(
    (Expiration): Step => [
      'PutBucketLifecycleConfiguration',
      {
        Bucket,
        LifecycleConfiguration: {
          Rules: [{ ID: 'r', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration }],
        },
      },
    ],
  ),
  [
    'PutBucketLifecycleConfiguration',
    {
      Bucket,
      LifecycleConfiguration: {
        Rules: [
          {
            Status: 'Enabled',
            Filter: { And: { Prefix: 'p', ObjectSizeGreaterThan: 1, Tags: tagSet(1) } },
            NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 },
            Transitions: [{ Days: 30, StorageClass: 'GLACIER' }],
          },
        ],
      },
    },
  ],
  ['GetBucketLifecycleConfiguration', { Bucket }],
  ['DeleteBucketLifecycle', { Bucket }],
  ['GetBucketLifecycleConfiguration', { Bucket }],
  ['GetBucketCors', { Bucket }],
  [
    'PutBucketCors',
    {
      Bucket,
      CORSConfiguration: {
        CORSRules: [
          { AllowedMethods: ['GET'], AllowedOrigins: ['https://*.example.com'], MaxAgeSeconds: 60 },
        ],
      },
    },
  ],
  ['GetBucketCors', { Bucket }],
  ['DeleteBucketCors', { Bucket }],
  ['GetBucketCors', { Bucket }],
  ['GetBucketNotificationConfiguration', { Bucket }],
  [
    'PutBucketNotificationConfiguration',
    { Bucket, NotificationConfiguration: { EventBridgeConfiguration: {} } },
  ],
  ['GetBucketNotificationConfiguration', { Bucket }],
  ['GetBucketLogging', { Bucket }],
  [
    'PutBucketLogging',
    {
      Bucket,
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'abc', TargetPrefix: 'l/' } },
    },
  ],
  ['GetBucketLogging', { Bucket }],
  put('a'),
  ['DeleteBucket', { Bucket }],
  ['DeleteObject', { Bucket, Key: 'a' }],
  ['DeleteBucket', { Bucket }],
  ['DeleteBucket', { Bucket: 'missing' }],
];

const objects: readonly Step[] = [
  ['CreateBucket', { Bucket }],
  get(),
  head(),
  put('k'.repeat(1_025)),
  put(''),
  put('a', { ContentMD5: 'wrong' }),
  put('a', { ContentMD5: Buffer.alloc(16).toString('base64') }),
  put('a', { ContentLength: 9 }),
  put('a', { ChecksumSHA256: Buffer.alloc(32).toString('base64') }),
  put('a', { ChecksumAlgorithm: 'CRC32' }),
  put('a', { ChecksumAlgorithm: 'CRC64NVME' }),
  put('a', { Metadata: { m: 'x'.repeat(2_049) } }),
  put('a', { StorageClass: 'OTHER' }),
  put('a', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'k' }),
  put('a', { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true }),
  put('a', { Tagging: 'a=1&b=2' }),
  put('a', { Tagging: 'a=1&a=2' }),
  put('a', {
    ContentType: 'text/plain',
    CacheControl: 'no-store',
    ContentDisposition: 'inline',
    ContentEncoding: 'identity',
    ContentLanguage: 'en',
    Expires: new Date('2027-01-01T00:00:00Z'),
    Metadata: { owner: 'me' },
    StorageClass: 'STANDARD_IA',
    ChecksumAlgorithm: 'SHA256',
    Tagging: 'team=ml',
    WebsiteRedirectLocation: '/b',
  }),
  get(),
  head({ ChecksumMode: 'ENABLED' }),
  ...[
    'bytes=0-0',
    'bytes=2-4',
    'bytes=5-',
    'bytes=-3',
    'bytes=-0',
    'bytes=-99',
    'bytes=9-99',
    'bytes=10-',
    'bytes=4-2',
    'bytes=0-1,3-4',
    'items=0-1',
    'bytes=x',
  ].map((Range) => get({ Range })),
  head({ Range: 'bytes=1-2' }),
  head({ Range: 'bytes=10-' }),
  get({ PartNumber: 1 }),
  get({ PartNumber: 2 }),
  get({
    ResponseContentType: 'text/html',
    ResponseCacheControl: 'max-age=1',
    ResponseContentDisposition: 'attachment',
    ResponseContentEncoding: 'gzip',
    ResponseContentLanguage: 'de',
    ResponseExpires: new Date('2028-01-01T00:00:00Z'),
  }),
  ...['"781e5e245d69b566979b86e28d23f2c7"', '"other"', '*'].flatMap((etag) => [
    get({ IfMatch: etag }),
    get({ IfNoneMatch: etag }),
  ]),
  ...['2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'].flatMap((time) => [
    head({ IfModifiedSince: new Date(time) }),
    head({ IfUnmodifiedSince: new Date(time) }),
  ]),
  put('a', { IfNoneMatch: '*' }),
  put('a', { IfMatch: '"other"' }),
  put('new', { IfNoneMatch: '*' }),
  put('missing', { IfMatch: '"other"' }),
  [
    'GetObjectAttributes',
    {
      Bucket,
      Key: 'a',
      ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'],
    },
  ],
  ['GetObjectTagging', { Bucket, Key: 'a' }],
  ['PutObjectTagging', { Bucket, Key: 'a', Tagging: { TagSet: tagSet(10) } }],
  ['PutObjectTagging', { Bucket, Key: 'a', Tagging: { TagSet: tagSet(11) } }],
  ['PutObjectTagging', { Bucket, Key: 'a', Tagging: { TagSet: [{ Key: 'aws:x', Value: '' }] } }],
  ['GetObjectTagging', { Bucket, Key: 'a' }],
  head(),
  ['DeleteObjectTagging', { Bucket, Key: 'a' }],
  ['GetObjectTagging', { Bucket, Key: 'a' }],
  ['GetObjectTagging', { Bucket, Key: 'missing' }],
  { advanceSeconds: 10 },
  ['CopyObject', { Bucket, Key: 'a', CopySource: `${Bucket}/a` }],
  ['CopyObject', { Bucket, Key: 'b', CopySource: `${Bucket}/a` }],
  ['CopyObject', { Bucket, Key: 'b', CopySource: `/${Bucket}/missing` }],
  ['CopyObject', { Bucket, Key: 'b', CopySource: 'missing/a' }],
  ['CopyObject', { Bucket, Key: 'b', CopySource: 'nothing' }],
  [
    'CopyObject',
    {
      Bucket,
      Key: 'c',
      CopySource: `${Bucket}/a`,
      MetadataDirective: 'REPLACE',
      TaggingDirective: 'REPLACE',
      Metadata: { fresh: 'yes' },
      Tagging: 't=1',
      ContentType: 'application/json',
      StorageClass: 'STANDARD',
    },
  ],
  ['HeadObject', { Bucket, Key: 'b' }],
  ['HeadObject', { Bucket, Key: 'c' }],
  ['GetObjectTagging', { Bucket, Key: 'c' }],
  ['CopyObject', { Bucket, Key: 'd', CopySource: `${Bucket}/a`, CopySourceIfMatch: '"other"' }],
  [
    'CopyObject',
    {
      Bucket,
      Key: 'd',
      CopySource: `${Bucket}/a`,
      CopySourceIfNoneMatch: '"781e5e245d69b566979b86e28d23f2c7"',
    },
  ],
  ['DeleteObjects', { Bucket, Delete: { Objects: [] } }],
  ['DeleteObjects', { Bucket, Delete: { Objects: [{ Key: 'b' }, { Key: 'missing' }] } }],
  ['DeleteObjects', { Bucket, Delete: { Quiet: true, Objects: [{ Key: 'c' }] } }],
  ['DeleteObject', { Bucket, Key: 'missing' }],
  ['DeleteObject', { Bucket, Key: 'a', IfMatch: '"other"' }],
  ['DeleteObject', { Bucket, Key: 'a' }],
  get(),
];

const KEYS = ['a/1', 'a/2', 'a/b/3', 'b', 'c d', 'ü', 'z/1'];

const listing: readonly Step[] = [
  ['CreateBucket', { Bucket }],
  ...KEYS.map((key) => put(key)),
  list(),
  list({ FetchOwner: true, MaxKeys: 1 }),
  list({ Prefix: 'a/' }),
  list({ Delimiter: '/' }),
  list({ Prefix: 'a/', Delimiter: '/' }),
  list({ Delimiter: '/', MaxKeys: 1 }, 'page'),
  [
    'ListObjectsV2',
    (answered) => ({
      Bucket,
      Delimiter: '/',
      MaxKeys: 2,
      ContinuationToken: answered('page.NextContinuationToken'),
    }),
  ],
  list({ MaxKeys: 2 }, 'page'),
  [
    'ListObjectsV2',
    (answered) => ({ Bucket, ContinuationToken: answered('page.NextContinuationToken') }),
  ],
  list({ MaxKeys: 0 }),
  list({ MaxKeys: 7 }),
  list({ MaxKeys: -1 }),
  list({ StartAfter: 'a/2' }),
  list({ StartAfter: 'a/', Delimiter: '/' }),
  list({ EncodingType: 'url', Prefix: 'c ' }),
  list({ EncodingType: 'url', StartAfter: 'c d', MaxKeys: 1 }),
  list({ ContinuationToken: 'wrong' }),
  list({ Prefix: 'none' }),
  ['ListObjects', { Bucket, MaxKeys: 2 }],
  ['ListObjects', { Bucket, Marker: 'a/2', Delimiter: '/', MaxKeys: 1 }],
  ['ListObjects', { Bucket, Marker: 'b', Delimiter: '/', EncodingType: 'url' }],
  ['ListObjects', { Bucket: 'missing' }],
  ['PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } }],
  put('b', {}, 'version'),
  ['DeleteObject', { Bucket, Key: 'b' }, 'marker'],
  put('c d', { ChecksumAlgorithm: 'CRC32' }),
  ['ListObjectVersions', { Bucket }],
  ['ListObjectVersions', { Bucket, MaxKeys: 3 }],
  ['ListObjectVersions', { Bucket, Prefix: 'b', KeyMarker: 'b' }],
  [
    'ListObjectVersions',
    (answered) => ({ Bucket, KeyMarker: 'b', VersionIdMarker: answered('marker.VersionId') }),
  ],
  ['ListObjectVersions', { Bucket, VersionIdMarker: 'x' }],
  ['ListObjectVersions', { Bucket, Delimiter: '/', EncodingType: 'url' }],
  ['GetObject', { Bucket, Key: 'b' }],
  ['GetObject', (answered) => ({ Bucket, Key: 'b', VersionId: answered('version.VersionId') })],
  ['GetObject', (answered) => ({ Bucket, Key: 'b', VersionId: answered('marker.VersionId') })],
  ['HeadObject', (answered) => ({ Bucket, Key: 'b', VersionId: answered('marker.VersionId') })],
  ['GetObject', { Bucket, Key: 'b', VersionId: 'null' }],
  ['GetObject', { Bucket, Key: 'b', VersionId: 'wrong' }],
  [
    'CopyObject',
    (answered) => ({
      Bucket,
      Key: 'copied',
      CopySource: `${Bucket}/b?versionId=${String(answered('version.VersionId'))}`,
    }),
  ],
  ['DeleteObject', (answered) => ({ Bucket, Key: 'b', VersionId: answered('marker.VersionId') })],
  ['DeleteObject', { Bucket, Key: 'b', VersionId: 'null' }],
  ['DeleteObject', { Bucket, Key: 'never' }],
  ['ListObjectVersions', { Bucket, Prefix: 'b' }],
  ['PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Suspended' } }],
  put('b'),
  ['DeleteObject', { Bucket, Key: 'b' }],
  ['ListObjectVersions', { Bucket, Prefix: 'b' }],
  ['DeleteBucket', { Bucket }],
];

const part = (PartNumber: number, size: number, as: string): Step => [
  'UploadPart',
  (answered) => ({
    Bucket,
    Key: 'm',
    UploadId: answered('upload.UploadId'),
    PartNumber,
    Body: Buffer.alloc(size, 'x'),
  }),
  as,
];
const complete = (parts: readonly (readonly [number, string])[]): Step => [
  'CompleteMultipartUpload',
  (answered) => ({
    Bucket,
    Key: 'm',
    UploadId: answered('upload.UploadId'),
    MultipartUpload: {
      Parts: parts.map(([PartNumber, name]) => ({
        PartNumber,
        ETag: answered(`${name}.ETag`) ?? '"wrong"',
      })),
    },
  }),
];
const MIB_5 = 5 * 1_024 * 1_024;

const multipart: readonly Step[] = [
  ['CreateBucket', { Bucket }],
  put('a'),
  ['CreateMultipartUpload', { Bucket, Key: 'm', Metadata: { m: '1' }, Tagging: 't=1' }, 'upload'],
  ['CreateMultipartUpload', { Bucket, Key: 'n', StorageClass: 'STANDARD_IA' }, 'second'],
  part(0, 1, 'none'),
  part(10_001, 1, 'none'),
  part(1, MIB_5, 'one'),
  part(2, 10, 'two'),
  part(3, 10, 'three'),
  [
    'UploadPartCopy',
    (answered) => ({
      Bucket,
      Key: 'm',
      UploadId: answered('upload.UploadId'),
      PartNumber: 4,
      CopySource: `${Bucket}/a`,
      CopySourceRange: 'bytes=1-3',
    }),
    'four',
  ],
  [
    'UploadPartCopy',
    (answered) => ({
      Bucket,
      Key: 'm',
      UploadId: answered('upload.UploadId'),
      PartNumber: 4,
      CopySource: `${Bucket}/a`,
      CopySourceRange: 'bytes=1-99',
    }),
  ],
  ['UploadPart', { Bucket, Key: 'm', UploadId: 'wrong', PartNumber: 1, Body: BODY }],
  ['ListParts', (answered) => ({ Bucket, Key: 'm', UploadId: answered('upload.UploadId') })],
  [
    'ListParts',
    (answered) => ({ Bucket, Key: 'm', UploadId: answered('upload.UploadId'), MaxParts: 2 }),
  ],
  [
    'ListParts',
    (answered) => ({
      Bucket,
      Key: 'm',
      UploadId: answered('upload.UploadId'),
      PartNumberMarker: '2',
    }),
  ],
  ['ListParts', { Bucket, Key: 'm', UploadId: 'wrong' }],
  ['ListMultipartUploads', { Bucket }],
  ['ListMultipartUploads', { Bucket, MaxUploads: 1 }],
  ['ListMultipartUploads', { Bucket, KeyMarker: 'm' }],
  ['ListMultipartUploads', { Bucket, Prefix: 'n' }],
  complete([]),
  complete([[1, 'missing']]),
  complete([
    [2, 'two'],
    [1, 'one'],
  ]),
  complete([
    [2, 'two'],
    [3, 'three'],
  ]),
  complete([
    [1, 'one'],
    [4, 'four.CopyPartResult'],
  ]),
  ['HeadObject', { Bucket, Key: 'm' }],
  ['HeadObject', { Bucket, Key: 'm', PartNumber: 2 }],
  ['GetObject', { Bucket, Key: 'm', PartNumber: 2 }],
  ['GetObject', { Bucket, Key: 'm', PartNumber: 3 }],
  [
    'GetObjectAttributes',
    { Bucket, Key: 'm', ObjectAttributes: ['ETag', 'ObjectParts', 'ObjectSize'] },
  ],
  ['GetObjectTagging', { Bucket, Key: 'm' }],
  complete([[1, 'one']]),
  [
    'AbortMultipartUpload',
    (answered) => ({ Bucket, Key: 'n', UploadId: answered('second.UploadId') }),
  ],
  [
    'AbortMultipartUpload',
    (answered) => ({ Bucket, Key: 'n', UploadId: answered('second.UploadId') }),
  ],
  ['ListMultipartUploads', { Bucket }],
];

const put5MiB: Step = put('large', { Body: Buffer.alloc(MIB_5) });
const bucketPolicy = (Policy: string): Step => ['PutBucketPolicy', { Bucket, Policy }];
const lifecycle = (...Rules: readonly object[]): Step => [
  'PutBucketLifecycleConfiguration',
  {
    Bucket,
    LifecycleConfiguration: {
      Rules: Rules.map((rule) => ({ Status: 'Enabled', Filter: {}, ...rule })),
    },
  },
];
const EXPIRES = { Expiration: { Days: 1 } };
const cors = (...CORSRules: readonly object[]): Step => [
  'PutBucketCors',
  { Bucket, CORSConfiguration: { CORSRules } },
];
const CORS = { AllowedMethods: ['GET'], AllowedOrigins: ['*'] };
const bucketTags = (TagSet: readonly object[]): Step => [
  'PutBucketTagging',
  { Bucket, Tagging: { TagSet } },
];
const notify = (more: object): Step => [
  'PutBucketNotificationConfiguration',
  { Bucket, NotificationConfiguration: more },
];
const encrypt = (byDefault: object | undefined): Step => [
  'PutBucketEncryption',
  {
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }],
    },
  },
];
const copy = (more: object): Step => [
  'CopyObject',
  { Bucket, Key: 'copied', CopySource: `${Bucket}/a`, ...more },
];
const padded = (bytes: number) => {
  const text = policy({});
  return `${text}${' '.repeat(bytes - text.length)}`;
};

/** Configurations at AWS's bounds: https://docs.aws.amazon.com/AmazonS3/latest/API/ */
const configurations: readonly Step[] = [
  ['CreateBucket', { Bucket }],
  ['DeletePublicAccessBlock', { Bucket }],
  bucketPolicy(padded(20_480)),
  bucketPolicy(padded(20_481)),
  bucketPolicy(policy({ Resource: '*' })),
  bucketPolicy(policy({ Resource: 'arn:aws:s3:::other/*' })),
  bucketPolicy(policy({ Resource: `arn:aws:s3:::${Bucket}` })),
  bucketPolicy(policy({ Resource: [`arn:aws:s3:::${Bucket}/a`, 'arn:aws:s3:::other/b'] })),
  bucketPolicy(policy({ Resource: `arn:aws:s3:::${Bucket}x/*` })),
  bucketPolicy(policy({ Resource: 'arn:aws:s3:::my-*/*' })),
  bucketPolicy(policy({ Resource: undefined })),
  bucketPolicy(policy({ Action: 'no-colon' })),
  bucketPolicy(policy({ Principal: undefined })),
  bucketPolicy('{"Version":"2012-10-17","Statement":[]}'),
  encrypt(undefined),
  encrypt({ SSEAlgorithm: 'other' }),
  encrypt({ SSEAlgorithm: 'AES256', KMSMasterKeyID: 'k' }),
  encrypt({ SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: 'alias/aws/s3' }),
  put('encrypted'),
  ['HeadObject', { Bucket, Key: 'encrypted' }],
  ['PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules: [] } }],
  [
    'PutBucketOwnershipControls',
    { Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'Other' }] } },
  ],
  bucketTags(tagSet(50)),
  bucketTags([{ Key: 'k'.repeat(128), Value: 'v'.repeat(256) }]),
  bucketTags([{ Key: 'k'.repeat(129), Value: '' }]),
  bucketTags([{ Key: 'k', Value: 'v'.repeat(257) }]),
  bucketTags([{ Key: '', Value: '' }]),
  bucketTags([{ Key: 'k' }]),
  bucketTags([]),
  ['GetBucketTagging', { Bucket }],
  cors(),
  cors(...Array.from({ length: 100 }, () => CORS)),
  cors(...Array.from({ length: 101 }, () => CORS)),
  cors({ ...CORS, AllowedMethods: ['PATCH'] }),
  cors({ ...CORS, AllowedMethods: [] }),
  cors({ ...CORS, AllowedOrigins: [] }),
  cors({ ...CORS, AllowedOrigins: ['https://*.*'] }),
  cors({ ...CORS, AllowedHeaders: ['*-*'] }),
  cors({ ...CORS, ExposeHeaders: ['x-*'] }),
  cors({ ...CORS, ID: 'i'.repeat(255) }),
  cors({ ...CORS, ID: 'i'.repeat(256) }),
  lifecycle(),
  lifecycle({}),
  lifecycle({ ...EXPIRES, ID: 'i'.repeat(255) }),
  lifecycle({ ...EXPIRES, ID: 'i'.repeat(256) }),
  lifecycle({ ...EXPIRES, ID: 'i' }, { ...EXPIRES, ID: 'i' }),
  lifecycle({ ...EXPIRES, Prefix: '' }),
  lifecycle({ ...EXPIRES, Filter: { Prefix: 'a', ObjectSizeGreaterThan: 1 } }),
  lifecycle({ ...EXPIRES, Filter: { And: { Tags: [...tagSet(1), ...tagSet(1)] } } }),
  lifecycle({ Expiration: { Date: new Date('2026-02-01T00:00:00Z') } }),
  lifecycle({ Expiration: { Date: new Date('2026-02-01T00:00:01Z') } }),
  ...[{ Days: -1 }, { Days: 0 }, { Days: 1, Date: new Date(0) }, {}].map((when) =>
    lifecycle({ Transitions: [{ ...when, StorageClass: 'GLACIER' }] }),
  ),
  ...[29, 30].map((Days) => lifecycle({ Transitions: [{ Days, StorageClass: 'STANDARD_IA' }] })),
  lifecycle({ Transitions: [{ Days: 1 }] }),
  ...[0, 1, undefined].flatMap((NoncurrentDays) => [
    lifecycle({ NoncurrentVersionExpiration: { NoncurrentDays } }),
    lifecycle({
      NoncurrentVersionTransitions: [{ NoncurrentDays, StorageClass: 'GLACIER' }],
    }),
  ]),
  ...[0, 1, undefined].map((DaysAfterInitiation) =>
    lifecycle({ AbortIncompleteMultipartUpload: { DaysAfterInitiation } }),
  ),
  lifecycle({
    Filter: { Tag: { Key: 'a', Value: 'b' } },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  }),
  notify({ QueueConfigurations: [{ QueueArn: 'no arn', Events: ['s3:ObjectCreated:*'] }] }),
  notify({
    TopicConfigurations: [
      {
        TopicArn: 'arn:aws:sns:us-east-1:000000000000:t',
        Events: ['s3:ObjectCreated:*'],
        Filter: { Key: { FilterRules: [{ Name: 'middle', Value: 'x' }] } },
      },
    ],
  }),
  notify({
    LambdaFunctionConfigurations: [
      {
        LambdaFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        Events: ['s3:ObjectCreated:*'],
        Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: 'x' }] } },
      },
    ],
  }),
  ['ListBuckets', { MaxBuckets: 0 }],
  ['ListBuckets', { MaxBuckets: 10_001 }],
  ['ListBuckets', { BucketRegion: 'us-east-1' }],
  ['ListBuckets', { BucketRegion: 'eu-west-1' }],
];

const CLAIMED = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

/** Requests for objects at AWS's bounds. */
const bounds: readonly Step[] = [
  ['CreateBucket', { Bucket }],
  put('k'.repeat(1_024)),
  put('ü'.repeat(512)),
  put(`${'ü'.repeat(512)}x`),
  put('a', { Metadata: { M: 'x'.repeat(2_047) } }),
  put('a', { WebsiteRedirectLocation: 'b' }),
  put('a', { WebsiteRedirectLocation: `/${'x'.repeat(2_047)}` }),
  put('a', { WebsiteRedirectLocation: `/${'x'.repeat(2_048)}` }),
  put('a', { SSECustomerAlgorithm: 'AES256' }),
  put('a', { ChecksumAlgorithm: 'MD5' }),
  put('a', { ChecksumAlgorithm: 'sha1' }),
  ...Object.entries(CLAIMED).flatMap(([name, bytes]) =>
    [bytes - 1, bytes].map((length) =>
      put('a', { [`Checksum${name}`]: Buffer.alloc(length).toString('base64') }),
    ),
  ),
  put('a', { ChecksumSHA1: 'no base64' }),
  put('a', { ChecksumSHA1: 'AA==', ChecksumSHA256: 'AA==' }),
  put('a', { Tagging: '&a' }),
  put('a', { Tagging: 'a=%zz' }),
  put('a', { Tagging: Array.from({ length: 10 }, (_, index) => `k${index}=v`).join('&') }),
  put('a', { Tagging: Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&') }),
  put('a'),
  get({ PartNumber: 0 }),
  get({ PartNumber: 1, Range: 'bytes=0-1' }),
  get({ Range: 'bytes=-' }),
  get({ Range: 'bytes=9-8' }),
  get({ Range: ' bytes=0-0 ' }),
  head({ IfModifiedSince: new Date('2030-01-01T00:00:00Z') }),
  ...[
    { CopySourceIfMatch: '"781e5e245d69b566979b86e28d23f2c7"' },
    { CopySourceIfUnmodifiedSince: new Date('2025-01-01T00:00:00Z') },
    { CopySourceIfUnmodifiedSince: new Date('2026-01-01T00:00:00Z') },
    { CopySourceIfModifiedSince: new Date('2026-01-01T00:00:00Z') },
    { CopySourceIfModifiedSince: new Date('2025-01-01T00:00:00Z') },
    { CopySourceIfNoneMatch: '"other"' },
    { IfNoneMatch: '*' },
    { IfMatch: '"other"' },
    { Key: 'new', IfMatch: '"other"' },
    { Key: 'new', IfNoneMatch: '*' },
    { ChecksumAlgorithm: 'SHA256' },
    { MetadataDirective: 'OTHER' },
    { TaggingDirective: 'OTHER' },
    { Key: 'a', StorageClass: 'STANDARD_IA' },
    { Key: 'a', MetadataDirective: 'REPLACE' },
  ].map((more) => copy(more)),
  put('cold', { StorageClass: 'GLACIER' }),
  copy({ CopySource: `${Bucket}/cold` }),
  ['GetObject', { Bucket, Key: 'cold' }],
  ['DeleteObject', { Bucket, Key: 'a', IfMatchSize: 10 }],
  ['DeleteObject', { Bucket, Key: 'a', IfMatchLastModifiedTime: new Date(0) }],
  ['DeleteObject', { Bucket, Key: 'a', VersionId: '' }],
  [
    'DeleteObjects',
    { Bucket, Delete: { Objects: Array.from({ length: 1_001 }, () => ({ Key: 'a' })) } },
  ],
  [
    'DeleteObjects',
    {
      Bucket,
      Delete: {
        Objects: [
          { Key: 'cold', ETag: '"other"' },
          { Key: 'cold', VersionId: 'wrong' },
        ],
      },
    },
  ],
  ['PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } }],
  ['DeleteObjects', { Bucket, Delete: { Objects: [{ Key: 'cold' }] } }, 'deleted'],
  [
    'DeleteObjects',
    (answered) => ({
      Bucket,
      Delete: {
        Objects: [{ Key: 'cold', VersionId: answered('deleted.Deleted.0.DeleteMarkerVersionId') }],
      },
    }),
  ],
  ['GetObjectTagging', { Bucket, Key: 'missing' }],
  list({ EncodingType: 'other' }),
  list({ MaxKeys: 1_001 }),
  ['ListObjectVersions', { Bucket, MaxKeys: 0 }],
  ['CreateMultipartUpload', { Bucket, Key: 'm', ChecksumType: 'FULL_OBJECT' }],
  ...['COMPOSITE', 'FULL_OBJECT', 'OTHER'].flatMap((ChecksumType) =>
    ['CRC32', 'CRC64NVME', 'SHA256'].map(
      (ChecksumAlgorithm): Step => [
        'CreateMultipartUpload',
        { Bucket, Key: 'm', ChecksumAlgorithm, ChecksumType },
      ],
    ),
  ),
  put5MiB,
  ['CreateMultipartUpload', { Bucket, Key: 'm', ChecksumAlgorithm: 'CRC32' }, 'upload'],
  part(10_000, 1, 'last'),
  ['ListMultipartUploads', { Bucket, MaxUploads: 0 }],
  ['DeleteObject', { Bucket, Key: 'a' }],
  ['DeleteBucket', { Bucket }],
];

const copied = (CopySourceRange?: string): Step => [
  'UploadPartCopy',
  (answered) => ({
    Bucket,
    Key: 'm',
    UploadId: answered('upload.UploadId'),
    PartNumber: 3,
    CopySource: `${Bucket}/ten`,
    CopySourceRange,
  }),
];
const completed = (...parts: readonly (readonly [number: number, as: string])[]): Step => [
  'CompleteMultipartUpload',
  (answered) => ({
    Bucket,
    Key: 'm',
    UploadId: answered('upload.UploadId'),
    MultipartUpload: {
      Parts: parts.map(([PartNumber, as]) => ({ PartNumber, ETag: answered(`${as}.ETag`) })),
    },
  }),
];
const TEN = '0123456789';

/** Both sides of ranges and limits. */
const ranges: readonly Step[] = [
  ['CreateBucket', { Bucket }],
  put('ten', { Body: TEN }),
  put('empty', { Body: '' }),
  ...[
    '0-0',
    '0-9',
    '0-10',
    '9-',
    '10-',
    '9-9',
    '5-4',
    '-0',
    '-1',
    '-10',
    '-11',
    '0-1,3-4',
    'x',
  ].map((range): Step => ['GetObject', { Bucket, Key: 'ten', Range: `bytes=${range}` }]),
  ...['0-', '-1'].map(
    (range): Step => ['GetObject', { Bucket, Key: 'empty', Range: `bytes=${range}` }],
  ),
  ...['ten', 'empty'].flatMap((Key) =>
    [0, 1, 2, 10_000].map((PartNumber): Step => ['GetObject', { Bucket, Key, PartNumber }]),
  ),
  ...[-1, 0, 1, 2_147_483_647, 2_147_483_648, 1.5].map((MaxKeys) => list({ MaxKeys })),
  ['CreateMultipartUpload', { Bucket, Key: 'm' }, 'upload'],
  ...['0-0', '9-9', '5-4', '0-9', '0-10', '10-10', '9', 'x'].map((range) =>
    copied(`bytes=${range}`),
  ),
  copied(),
  part(1, MIB_5, 'one'),
  part(2, 1, 'two'),
  completed(),
  completed([1, 'one'], [1, 'one']),
  completed([2, 'two'], [1, 'one']),
  completed([2, 'two'], [3, 'two']),
  completed([1, 'two']),
  completed([4, 'one']),
  [
    'ListParts',
    (answered) => ({ Bucket, Key: 'm', UploadId: answered('upload.UploadId'), MaxParts: 2 }),
  ],
  completed([1, 'one'], [2, 'two']),
  completed([1, 'one'], [2, 'two']),
  ...[1, 2, 3].map((PartNumber): Step => ['HeadObject', { Bucket, Key: 'm', PartNumber }]),
  [
    'GetObjectAttributes',
    { Bucket, Key: 'm', ObjectAttributes: ['ObjectParts', 'ObjectSize'], PartNumberMarker: '1' },
  ],
  ...[1_000, 1_001].map(
    (length): Step => [
      'DeleteObjects',
      { Bucket, Delete: { Quiet: true, Objects: Array.from({ length }, () => ({ Key: 'none' })) } },
    ],
  ),
];

describe('S3 answers', () => {
  it.each(Object.entries({ buckets, objects, listing, multipart, configurations, bounds, ranges }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const transcript = await transcriptOf('s3', [createKmsService, createS3Service], steps);

      await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
    },
  );
});
