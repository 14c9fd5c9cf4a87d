import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rolePrincipal } from '../../cloud/principal.ts';
import { type Answered, type Step, transcriptOf, USER } from '../../testing/transcript.testing.ts';
import { createIamService } from '../iam/index.ts';
import { createKmsService } from '../kms/index.ts';
import { createS3Service } from './index.ts';

const Bucket = 'my-bucket';
const ROLE = 'arn:aws:iam::000000000000:role/reader';
const put = (Key: string, more: object = {}, as?: string): Step => [
  'PutObject',
  { Bucket, Key, Body: '0123456789', ...more },
  as,
];
const statement = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (...Action: readonly string[]): Step => [
  'iam:PutRolePolicy',
  {
    RoleName: 'reader',
    PolicyName: 'p',
    PolicyDocument: statement({ Effect: 'Allow', Action, Resource: '*' }),
  },
];
const asRole = (...steps: readonly Step[]): readonly Step[] => [
  { caller: rolePrincipal(ROLE, 'session') },
  ...steps,
  { caller: USER },
];
const missing: readonly Step[] = [
  ['GetObject', { Bucket, Key: 'missing' }],
  ['HeadObject', { Bucket, Key: 'missing' }],
  ['GetObject', { Bucket, Key: 'deleted' }],
];
const trusts = (more: object): Step => [
  'PutBucketPolicy',
  {
    Bucket,
    Policy: statement({
      Effect: 'Allow',
      Principal: { AWS: ROLE },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${Bucket}/*`,
      ...more,
    }),
  },
];

/** "If you don't have s3:ListBucket, S3 returns 403": https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
const access: readonly Step[] = [
  ['CreateBucket', { Bucket }],
  ['PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } }],
  put('there'),
  put('deleted'),
  ['DeleteObject', { Bucket, Key: 'deleted' }],
  [
    'iam:CreateRole',
    {
      RoleName: 'reader',
      AssumeRolePolicyDocument: statement({
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    },
  ],
  allow('s3:GetObject'),
  ...asRole(['GetObject', { Bucket, Key: 'there' }], ...missing, put('mine')),
  allow('s3:GetObject', 's3:ListBucket'),
  ...asRole(...missing, ['GetObject', { Bucket: 'elsewhere', Key: 'k' }]),
  // Within one account, a policy of the bucket suffices.
  trusts({}),
  ...asRole(put('mine'), ['DeleteObject', { Bucket, Key: 'mine' }]),
  trusts({ Effect: 'Deny', Action: 's3:GetObject' }),
  ...asRole(['GetObject', { Bucket, Key: 'there' }], put('mine')),
  ['DeleteBucketPolicy', { Bucket }],
  ...asRole(['GetObject', { Bucket, Key: 'there' }]),
];

const create = (more: object): Step => [
  'CreateMultipartUpload',
  { Bucket, Key: 'm', ...more },
  'upload',
];
const PART = Buffer.alloc(5 * 1_024 * 1_024);
const LAST = Buffer.from('last');
const part = (PartNumber: number, Body: Buffer, as: string, more: object = {}): Step => [
  'UploadPart',
  (answered) => ({
    Bucket,
    Key: 'm',
    UploadId: answered('upload.UploadId'),
    PartNumber,
    Body,
    ...more,
  }),
  as,
];
const complete = (member: string, more: object = {}, claimed: object = {}): Step => [
  'CompleteMultipartUpload',
  (answered: Answered) => ({
    Bucket,
    Key: 'm',
    UploadId: answered('upload.UploadId'),
    MultipartUpload: {
      Parts: ['one', 'two'].map((as, index) => ({
        PartNumber: index + 1,
        ETag: answered(`${as}.ETag`),
        ...(member !== '' && { [member]: answered(`${as}.${member}`) }),
        ...claimed,
      })),
    },
    ...more,
  }),
];
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
const crc = Buffer.alloc(4);
crc.writeUInt32BE(crc32(Buffer.concat([PART, LAST])));
const CRC32 = crc.toString('base64');
const SHA1 = Buffer.alloc(20).toString('base64');
const COMPOSITE = sha256(Buffer.concat([PART, LAST].map(sha256))).toString('base64');
const attributes: readonly Step[] = [
  [
    'GetObjectAttributes',
    { Bucket, Key: 'm', ObjectAttributes: ['Checksum', 'ObjectParts', 'ObjectSize'] },
  ],
  ['HeadObject', { Bucket, Key: 'm', ChecksumMode: 'ENABLED' }],
];
const parts = (more: object = {}) => [part(1, PART, 'one', more), part(2, LAST, 'two', more)];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
const checksums: readonly Step[] = [
  ['CreateBucket', { Bucket }],
  create({ ChecksumAlgorithm: 'SHA256' }),
  ...parts({ ChecksumAlgorithm: 'SHA256' }),
  complete('', { ChecksumSHA256: COMPOSITE }),
  complete('ChecksumSHA256', {}, { ChecksumSHA256: sha256(LAST).toString('base64') }),
  complete('ChecksumSHA256', {}, { ChecksumCRC32: 'AAAAAA==' }),
  complete('ChecksumSHA256', { ChecksumSHA256: `${sha256(LAST).toString('base64')}-2` }),
  complete('ChecksumSHA256', { ChecksumSHA256: `${COMPOSITE}-3` }),
  complete('ChecksumSHA256', { ChecksumCRC32: 'AAAAAA==' }),
  complete('ChecksumSHA256', { ChecksumSHA256: `${COMPOSITE}-2` }),
  ...attributes,
  // A copy has one part, and a checksum of the whole object.
  ['CopyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/m` }],
  ['HeadObject', { Bucket, Key: 'copy', ChecksumMode: 'ENABLED' }],
  ['CopyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/m`, ChecksumAlgorithm: 'SHA1' }],
  create({ ChecksumAlgorithm: 'SHA256' }),
  ...parts({ ChecksumAlgorithm: 'SHA256' }),
  complete('ChecksumSHA256', { ChecksumSHA256: COMPOSITE }),
  ...[
    { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' },
    { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' },
    { ChecksumType: 'COMPOSITE' },
  ].map(create),
  create({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }),
  ...parts({ ChecksumAlgorithm: 'CRC32' }),
  part(2, LAST, 'other', { ChecksumAlgorithm: 'SHA1' }),
  ['ListParts', (answered) => ({ Bucket, Key: 'm', UploadId: answered('upload.UploadId') })],
  complete('ChecksumCRC32', { ChecksumCRC32: 'AAAAAA==', ChecksumType: 'FULL_OBJECT' }),
  // Without its type, a checksum counts as composite.
  complete('ChecksumCRC32', { ChecksumCRC32: CRC32 }),
  complete('ChecksumCRC32', { ChecksumCRC32: CRC32, ChecksumType: 'FULL_OBJECT' }),
  ...attributes,
  create({}),
  ...parts(),
  complete('', {}, { ChecksumSHA1: SHA1 }),
  complete('', { ChecksumSHA1: SHA1 }),
  ...attributes,
];

const GIB_5 = 5 * 1_024 ** 3;
const encryption = (byDefault: object): Step => [
  'PutBucketEncryption',
  {
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }],
    },
  },
];
const ownership = (ObjectOwnership: string): Step => [
  'PutBucketOwnershipControls',
  { Bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } },
];
const tagged = (...Tags: readonly object[]): Step => [
  'CreateBucket',
  { Bucket: 'tagged', CreateBucketConfiguration: { Tags } },
];
const uploads = (more: object): Step => ['ListMultipartUploads', { Bucket, ...more }];

const mistakes: readonly Step[] = [
  ['CreateBucket', { Bucket }],
  ['PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } }],
  tagged({ Key: 'aws:a', Value: '1' }),
  tagged({ Key: 'a' }),
  tagged({ Key: 'a', Value: '1' }),
  ['GetBucketTagging', { Bucket: 'tagged' }],
  // As in us-east-1, where a repeated request succeeds.
  ['CreateBucket', { Bucket: 'tagged' }],
  tagged({ Key: 'a', Value: '1' }),
  encryption({}),
  encryption({ SSEAlgorithm: 'AES256', KMSMasterKeyID: 'k' }),
  encryption({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'k' }),
  put('kms'),
  ['kms:CreateKey', {}, 'key'],
  [
    'kms:CreateAlias',
    (answered) => ({ AliasName: 'alias/own', TargetKeyId: answered('key.KeyMetadata.KeyId') }),
  ],
  encryption({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/own' }),
  put('kms'),
  put('plain', { ServerSideEncryption: 'AES256' }),
  put('other', {
    ServerSideEncryption: 'aws:kms:dsse',
    SSEKMSKeyId: 'alias/own',
    BucketKeyEnabled: false,
  }),
  put('odd', { ServerSideEncryption: 'ROT13' }),
  put('odd', { SSEKMSKeyId: 'alias/own' }),
  put('odd', { ServerSideEncryption: 'AES256', SSEKMSKeyId: 'alias/own' }),
  ['CopyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/plain` }],
  ...['Other', 'BucketOwnerPreferred'].map(ownership),
  ...[GIB_5, GIB_5 + 1, 9, 11].map((ContentLength) => put('large', { ContentLength })),
  put('key', { ContentMD5: 'AAAA' }),
  put('nul\0nul'),
  ['DeleteObject', { Bucket, Key: 'plain' }, 'marker'],
  [
    'CopyObject',
    (answered) => ({
      Bucket,
      Key: 'copy',
      CopySource: `${Bucket}/plain?versionId=${String(answered('marker.VersionId'))}`,
    }),
  ],
  ['CopyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/plain` }],
  ...['GetObjectTagging', 'DeleteObjectTagging'].map(
    (operation): Step => [
      operation,
      (answered) => ({ Bucket, Key: 'plain', VersionId: answered('marker.VersionId') }),
    ],
  ),
  ['GetObjectTagging', { Bucket, Key: 'plain' }],
  ['PutObjectTagging', { Bucket, Key: 'kms', Tagging: { TagSet: [{ Key: 'a' }] } }],
  ['ListObjectsV2', { Bucket, EncodingType: 'url', Prefix: 'o', Delimiter: 't' }],
  create({}),
  ['CreateMultipartUpload', { Bucket, Key: 'n o' }, 'other'],
  uploads({ EncodingType: 'url', KeyMarker: 'a b' }),
  uploads({ KeyMarker: 'm', UploadIdMarker: 'none' }),
  [
    'ListMultipartUploads',
    (answered) => ({ Bucket, KeyMarker: 'm', UploadIdMarker: answered('other.UploadId') }),
  ],
  [
    'ListMultipartUploads',
    (answered) => ({ Bucket, KeyMarker: 'm', UploadIdMarker: answered('upload.UploadId') }),
  ],
  uploads({ KeyMarker: 'm', UploadIdMarker: 'f'.repeat(64) }),
  [
    'PutBucketLifecycleConfiguration',
    {
      Bucket,
      TransitionDefaultMinimumObjectSize: 'none',
      LifecycleConfiguration: { Rules: [] },
    },
  ],
  // A bucket whose uploads are not complete is empty.
  ['CreateBucket', { Bucket: 'begun' }],
  ['CreateMultipartUpload', { Bucket: 'begun', Key: 'm' }, 'begun'],
  [
    'UploadPart',
    (answered) => ({
      Bucket: 'begun',
      Key: 'm',
      UploadId: answered('begun.UploadId'),
      PartNumber: 1,
      Body: LAST,
    }),
  ],
  ['DeleteBucket', { Bucket: 'begun' }],
  ['CreateBucket', { Bucket: 'begun' }],
  ['ListMultipartUploads', { Bucket: 'begun' }],
];

describe('S3 answers at the edges', () => {
  it.each(Object.entries({ access, checksums, mistakes }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const factories = [createS3Service, createIamService, createKmsService];

      const transcript = await transcriptOf('s3', factories, steps);

      await expect(transcript).toMatchFileSnapshot(`transcripts/edges-of-${name}.txt`);
    },
  );
});
