import { randomUUID } from 'node:crypto';
import {
  type CORSRule,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { errorOf, type RecordedCase } from '../../testing/recorded-answers.testing.ts';
import { createS3Service } from './index.ts';

// What AWS answered stands in the snapshots of LocalStack's tests (Apache-2.0), which are recorded against
// AWS: tests/aws/services/s3/*.snapshot.json, commit 8b9a79f0 (2026-03-23).

let runtime: TestRuntime;
let s3: S3Client;
let Bucket: string;

beforeAll(async () => {
  runtime = await startTestRuntime([createS3Service]);
  // The headers are as the test gives them; the SDK adds no checksum of its own.
  s3 = new S3Client({ ...runtime.clientConfig, requestChecksumCalculation: 'WHEN_REQUIRED' });
  Bucket = await newBucket();
});

afterAll(() => runtime.stop());

async function newBucket(versioning?: 'Enabled' | 'Suspended'): Promise<string> {
  const name = `recorded-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  if (versioning !== undefined) await setVersioning(name, versioning);
  return name;
}

async function setVersioning(name: string, Status: 'Enabled' | 'Suspended'): Promise<void> {
  const VersioningConfiguration = { Status };
  await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
}

function put(more: Partial<PutObjectCommandInput> = {}) {
  // Node's client sends headers as Latin-1 beside bytes, and as UTF-8 beside a text.
  const Body = Buffer.from('0123456789');
  return s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ...more }));
}

interface Upload {
  readonly UploadId: string;
  readonly part: { readonly PartNumber: number; readonly ETag: string | undefined };
  readonly checksums: object;
  complete(more?: Partial<CompleteMultipartUploadCommandInput>): Promise<unknown>;
}

async function upload(
  more: Partial<CreateMultipartUploadCommandInput> = {},
  partMore: object = {},
): Promise<Upload> {
  const target = { Bucket, Key: more.Key ?? 'upload' };
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ ...target, ...more }));
  const {
    ETag,
    $metadata: _,
    ServerSideEncryption: __,
    ...checksums
  } = await s3.send(
    new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'data', ...partMore }),
  );
  const part = { PartNumber: 1, ETag };
  return {
    UploadId,
    part,
    checksums,
    complete: (given = {}) =>
      s3.send(
        new CompleteMultipartUploadCommand({
          ...target,
          UploadId,
          MultipartUpload: { Parts: [{ ...part, ...checksums }] },
          ...given,
        }),
      ),
  };
}

const NOT_IMPLEMENTED = 'A header you provided implies functionality that is not implemented';
const MALFORMED =
  'The XML you provided was not well-formed or did not validate against our published schema';
const CONFLICT =
  'The conditional request cannot succeed due to a conflicting operation against this resource.';
const PRECONDITION = 'At least one of the pre-conditions you specified did not hold';
const TAG_HEADER =
  "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
const RANGE_FORM =
  'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy';

const queue = (rule: { Name?: string; Value?: string }) => () =>
  s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            QueueArn: 'arn:aws:sqs:us-east-1:000000000000:q',
            Events: ['s3:ObjectCreated:*'],
            Filter: { Key: { FilterRules: [rule as { Name: 'prefix' }] } },
          },
        ],
      },
    }),
  );

const encryption = (Rules: object[]) => () =>
  s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: { Rules },
    }),
  );

const bucketTags =
  (...TagSet: { Key: string; Value: string }[]) =>
  () =>
    s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));

const objectTags =
  (...TagSet: { Key: string; Value: string }[]) =>
  () =>
    s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }));

const copyRange = (CopySourceRange: string) => async () => {
  await put({ Key: 'ten' });
  const { UploadId } = await upload();
  return await s3.send(
    new UploadPartCopyCommand({
      Bucket,
      Key: 'upload',
      UploadId,
      PartNumber: 2,
      CopySource: `${Bucket}/ten`,
      CopySourceRange,
    }),
  );
};

const refusals: readonly RecordedCase[] = [
  ['a write with If-Match: *', () => put({ IfMatch: '*' }), 501, 'NotImplemented', NOT_IMPLEMENTED],
  [
    'a write with If-None-Match and an entity tag',
    () => put({ IfNoneMatch: '"abc"' }),
    501,
    'NotImplemented',
    NOT_IMPLEMENTED,
  ],
  [
    'a write with both conditions',
    () => put({ IfMatch: 'a', IfNoneMatch: '*' }),
    501,
    'NotImplemented',
    NOT_IMPLEMENTED,
  ],
  [
    'a write with If-Match over nothing',
    () => put({ Key: 'none', IfMatch: 'abcdef' }),
    404,
    'NoSuchKey',
    'The specified key does not exist.',
  ],
  [
    'a copy with If-None-Match and an entity tag',
    () =>
      s3.send(
        new CopyObjectCommand({ Bucket, Key: 'c', CopySource: `${Bucket}/k`, IfNoneMatch: '"a"' }),
      ),
    501,
    'NotImplemented',
    NOT_IMPLEMENTED,
  ],
  [
    'a deletion with the size of directory buckets',
    () => s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', IfMatchSize: 5 })),
    501,
    'NotImplemented',
    NOT_IMPLEMENTED,
  ],
  [
    'a checksum that is not base64',
    () => put({ ChecksumCRC32: 'zz' }),
    400,
    'InvalidRequest',
    'Value for x-amz-checksum-crc32 header is invalid.',
  ],
  [
    'a checksum of another length',
    () => put({ ChecksumSHA1: 'AAAAAA==' }),
    400,
    'InvalidRequest',
    'Value for x-amz-checksum-sha1 header is invalid.',
  ],
  [
    'a wrong checksum',
    () => put({ ChecksumCRC32C: 'AAAAAA==' }),
    400,
    'BadDigest',
    'The CRC32C you specified did not match the calculated checksum.',
  ],
  [
    'two checksums',
    () => put({ ChecksumCRC32: 'AAAAAA==', ChecksumCRC32C: 'AAAAAA==' }),
    400,
    'InvalidRequest',
    'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
  ],
  [
    'a wrong MD5',
    () => put({ ContentMD5: 'CYketZBSTjX8czcs3cXVlg==' }),
    400,
    'BadDigest',
    'The Content-MD5 you specified did not match what we received.',
  ],
  [
    'an MD5 that is none',
    () => put({ ContentMD5: 'MTIz' }),
    400,
    'InvalidDigest',
    'The Content-MD5 you specified was invalid.',
  ],
  [
    'an unknown storage class',
    () => put({ StorageClass: 'NOPE' as 'GLACIER' }),
    400,
    'InvalidStorageClass',
    'The storage class you specified is not valid',
  ],
  [
    'the storage class of Outposts',
    () => put({ StorageClass: 'OUTPOSTS' }),
    400,
    'InvalidStorageClass',
    'The storage class you specified is not valid',
  ],
  [
    'a repeated tag in the header',
    () => put({ Tagging: 'a=1&a=2' }),
    400,
    'InvalidArgument',
    TAG_HEADER,
  ],
  [
    'a tag header without ampersands',
    () => put({ Tagging: 'key1=val1,key2=val2' }),
    400,
    'InvalidArgument',
    TAG_HEADER,
  ],
  [
    'a repeated tag of a bucket',
    bucketTags({ Key: 'a', Value: '1' }, { Key: 'a', Value: '2' }),
    400,
    'InvalidTag',
    'Cannot provide multiple Tags with the same key',
  ],
  [
    'a comma in the key of a tag of a bucket',
    bucketTags({ Key: 'a,b', Value: '1' }),
    400,
    'InvalidTag',
    'The TagKey you have provided is invalid',
  ],
  [
    'a comma in the value of a tag of a bucket',
    bucketTags({ Key: 'a', Value: '1,2' }),
    400,
    'InvalidTag',
    'The TagValue you have provided is invalid',
  ],
  [
    'a system tag of a bucket',
    bucketTags({ Key: 'aws:x', Value: '1' }),
    400,
    'InvalidTag',
    'System tags cannot be added/updated by requester',
  ],
  [
    'a system tag of an object',
    objectTags({ Key: 'aws:x', Value: '1' }),
    400,
    'InvalidTag',
    'Your TagKey cannot be prefixed with aws:',
  ],
  [
    'a comma in the key of a tag of an object',
    objectTags({ Key: 'a,b', Value: '1' }),
    400,
    'InvalidTag',
    'The TagKey you have provided is invalid',
  ],
  [
    'versioning without a status',
    () => s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} })),
    400,
    'IllegalVersioningConfigurationException',
    'The Versioning element must be specified',
  ],
  [
    'versioning with an unknown status',
    () =>
      s3.send(
        new PutBucketVersioningCommand({
          Bucket,
          VersioningConfiguration: { Status: 'enabled' as 'Enabled' },
        }),
      ),
    400,
    'MalformedXML',
    MALFORMED,
  ],
  [
    'a KMS key for AES256',
    encryption([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256', KMSMasterKeyID: 'x' } },
    ]),
    400,
    'InvalidArgument',
    'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
  ],
  [
    'two rules of encryption',
    encryption([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      { BucketKeyEnabled: true },
    ]),
    400,
    'MalformedXML',
    MALFORMED,
  ],
  [
    'an unknown ownership for a new bucket',
    () =>
      s3.send(
        new CreateBucketCommand({
          Bucket: 'recorded-ownership',
          ObjectOwnership: 'RandomValue' as 'ObjectWriter',
        }),
      ),
    400,
    'InvalidArgument',
    'Invalid x-amz-object-ownership header: RandomValue',
  ],
  [
    'an unknown ownership',
    () =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership: 'RandomValue' as 'ObjectWriter' }] },
        }),
      ),
    400,
    'MalformedXML',
    MALFORMED,
  ],
  [
    'a location that is not a region',
    () =>
      s3.send(
        new CreateBucketCommand({
          Bucket: 'recorded-foo',
          CreateBucketConfiguration: { LocationConstraint: 'foo' as 'EU' },
        }),
      ),
    400,
    'InvalidLocationConstraint',
    'The specified location-constraint is not valid',
  ],
  [
    'a policy that is not JSON',
    () => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: 'xx' })),
    400,
    'MalformedPolicy',
    "Policies must be valid JSON and the first byte must be '{'",
  ],
  [
    'a region that is none',
    () => s3.send(new ListBucketsCommand({ BucketRegion: 'eu-east-1' })),
    400,
    'InvalidArgument',
    'Argument value eu-east-1 is not a valid AWS Region',
  ],
  [
    'an owner that is not an account',
    () => s3.send(new DeleteBucketPolicyCommand({ Bucket, ExpectedBucketOwner: 'invalid' })),
    400,
    'InvalidBucketOwnerAWSAccountID',
    'The value of the expected bucket owner parameter must be an AWS Account ID... [invalid]',
  ],
  [
    'another owner',
    () => s3.send(new DeleteBucketPolicyCommand({ Bucket, ExpectedBucketOwner: '111111111111' })),
    403,
    'AccessDenied',
    'Access Denied',
  ],
  [
    'a filter by neither prefix nor suffix',
    queue({ Name: 'INVALID', Value: 'x' }),
    400,
    'InvalidArgument',
    'filter rule name must be either prefix or suffix',
  ],
  ['a filter without a value', queue({ Name: 'prefix' }), 400, 'MalformedXML', MALFORMED],
  [
    'a copy source without a key',
    () => s3.send(new CopyObjectCommand({ Bucket, Key: 'z', CopySource: 'noslash' })),
    400,
    'InvalidArgument',
    'Invalid copy source object key',
  ],
  [
    'an upload with a type but no algorithm',
    () => upload({ ChecksumType: 'COMPOSITE' }),
    400,
    'InvalidRequest',
    'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
  ],
  [
    'a full-object SHA-1',
    () => upload({ ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' }),
    400,
    'InvalidRequest',
    'The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.',
  ],
  [
    'a composite CRC64NVME',
    () => upload({ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }),
    400,
    'InvalidRequest',
    'The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.',
  ],
  [
    'a completion without the checksums of its parts',
    async () => {
      const u = await upload({ ChecksumAlgorithm: 'SHA256' });
      return u.complete({ MultipartUpload: { Parts: [u.part] } });
    },
    400,
    'InvalidRequest',
    'The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.',
  ],
  [
    'a completion with the checksum of another algorithm',
    async () => {
      const u = await upload({ ChecksumAlgorithm: 'CRC32' });
      return u.complete({
        MultipartUpload: {
          Parts: [{ ...u.part, ChecksumSHA256: 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=' }],
        },
      });
    },
    400,
    'BadDigest',
    'The sha256 you specified for part 1 did not match what we received.',
  ],
  [
    'a completion of another type',
    async () =>
      (await upload({ ChecksumAlgorithm: 'SHA256' })).complete({ ChecksumType: 'FULL_OBJECT' }),
    400,
    'InvalidRequest',
    'The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum mode.',
  ],
  [
    'a completion of a type where there is none',
    async () => {
      const u = await upload();
      return u.complete({ ChecksumType: 'FULL_OBJECT', MultipartUpload: { Parts: [u.part] } });
    },
    400,
    'InvalidRequest',
    'The upload was created using the null checksum mode. The complete request must use the same checksum mode.',
  ],
  [
    'a completion with a wrong checksum',
    async () => {
      const u = await upload({ ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' });
      return u.complete({ ChecksumCRC32C: 'AAAAAA==', ChecksumType: 'FULL_OBJECT' });
    },
    400,
    'BadDigest',
    'The crc32c you specified did not match the calculated checksum.',
  ],
  [
    'a completion of another size',
    async () => {
      const u = await upload();
      return u.complete({ MpuObjectSize: 5, MultipartUpload: { Parts: [u.part] } });
    },
    400,
    'InvalidRequest',
    "The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4",
  ],
  [
    'a completion without parts',
    async () => (await upload()).complete({ MultipartUpload: { Parts: [] } }),
    400,
    'InvalidRequest',
    'You must specify at least one part',
  ],
  ['a part of a range without its unit', copyRange('0-8'), 400, 'InvalidArgument', RANGE_FORM],
  [
    'a part of a range that is turned round',
    copyRange('bytes=1-0'),
    400,
    'InvalidArgument',
    RANGE_FORM,
  ],
  ['a part of an open range', copyRange('bytes=1-'), 400, 'InvalidArgument', RANGE_FORM],
  [
    'a part of a range that ends outside',
    copyRange('bytes=0-100'),
    400,
    'InvalidArgument',
    'Range specified is not valid for source object of size: 10',
  ],
  [
    'a part of a range outside',
    copyRange('bytes=100-200'),
    400,
    'InvalidRequest',
    'The specified copy range is invalid for the source object size',
  ],
  [
    'a marker of a version without one of a key',
    () => s3.send(new ListObjectVersionsCommand({ Bucket, VersionIdMarker: 'x' })),
    400,
    'InvalidArgument',
    'A version-id marker cannot be specified without a key marker.',
  ],
  [
    'a version that no bucket ever had',
    () =>
      s3.send(
        new GetObjectCommand({ Bucket, Key: 'k', VersionId: 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD' }),
      ),
    400,
    'InvalidArgument',
    'Invalid version id specified',
  ],
  [
    'the deletion of a version that no bucket ever had',
    () =>
      s3.send(
        new DeleteObjectCommand({
          Bucket,
          Key: 'k',
          VersionId: 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD',
        }),
      ),
    400,
    'InvalidArgument',
    'Invalid version id specified',
  ],
  [
    'an object in an archive',
    async () => {
      await put({ Key: 'cold', StorageClass: 'GLACIER' });
      return s3.send(new GetObjectCommand({ Bucket, Key: 'cold' }));
    },
    403,
    'InvalidObjectState',
    "The operation is not valid for the object's storage class",
  ],
  // From the user guide and the users of AWS who quote it: how-to-page-redirect.html.
  [
    'a redirect to elsewhere than a page or a site',
    () => put({ WebsiteRedirectLocation: 'ftp://example.com' }),
    400,
    'InvalidRedirectLocation',
    "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
  ],
  [
    'a redirect of more than 2 KB',
    () => put({ WebsiteRedirectLocation: `/${'a'.repeat(2_048)}` }),
    400,
    'InvalidRedirectLocation',
    'The length of website redirect location cannot exceed 2,048 characters.',
  ],
  [
    'a public access block that was deleted',
    async () => {
      await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      return s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    },
    404,
    'NoSuchPublicAccessBlockConfiguration',
    'The public access block configuration was not found',
  ],
];

describe('S3 refuses as AWS was recorded', () => {
  beforeAll(async () => {
    await put();
    await put({ Key: 'tagged' });
  });

  it.each(refusals)('%s', async (_what, call, status, code, message) => {
    expect(await errorOf(call())).toEqual({ status, code, message });
  });
});

describe('the end of a multipart upload', () => {
  it('is refused with If-None-Match once the key was deleted since it began', async () => {
    await put({ Key: 'race' });
    const first = await upload({ Key: 'race' });
    const complete = () =>
      first.complete({ IfNoneMatch: '*', MultipartUpload: { Parts: [first.part] } });

    expect(await errorOf(complete())).toMatchObject({ status: 412, message: PRECONDITION });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'race' }));

    expect(await errorOf(complete())).toEqual({
      status: 409,
      code: 'ConditionalRequestConflict',
      message: CONFLICT,
    });
    const again = await upload({ Key: 'race' });
    const parts = { MultipartUpload: { Parts: [again.part] } };
    expect(await errorOf(again.complete({ IfNoneMatch: '*', ...parts }))).toBe('succeeded');
  });

  it('is refused with If-Match once the key was written since it began', async () => {
    const before = await put({ Key: 'written', Body: 'test' });
    const { part, ...begun } = await upload({ Key: 'written' });
    const during = await put({ Key: 'written', Body: 'test2' });
    const end = (IfMatch: string | undefined) =>
      begun.complete({
        ...(IfMatch !== undefined && { IfMatch }),
        MultipartUpload: { Parts: [part] },
      });

    expect(await errorOf(end(before.ETag))).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
    });
    expect(await errorOf(end(during.ETag))).toEqual({
      status: 409,
      code: 'ConditionalRequestConflict',
      message: CONFLICT,
    });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html, and S3 tools that poll by date miss objects for it:
  // https://github.com/confluentinc/kafka-connect-storage-cloud/issues/681
  it('dates the object from when the upload began', async () => {
    const { part, ...begun } = await upload({ Key: 'dated' });
    const { Uploads = [] } = await s3.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: 'dated' }),
    );
    await put({ Key: 'between' });
    await begun.complete({ MultipartUpload: { Parts: [part] } });

    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'dated' }));
    expect(Contents[0]?.LastModified).toEqual(Uploads[0]?.Initiated);
  });

  it('has the CRC64NVME of the whole object if no algorithm was requested', async () => {
    const { part, ...begun } = await upload({ Key: 'plain' }, { Body: 'aaa' });

    expect(await begun.complete({ MultipartUpload: { Parts: [part] } })).toMatchObject({
      ChecksumType: 'FULL_OBJECT',
    });

    const { Checksum } = await s3.send(
      new GetObjectAttributesCommand({ Bucket, Key: 'plain', ObjectAttributes: ['Checksum'] }),
    );
    expect(Checksum).toMatchObject({
      ChecksumCRC64NVME: expect.any(String),
      ChecksumType: 'FULL_OBJECT',
    });
  });
});

describe('versions', () => {
  it('prevent the deletion of their bucket', async () => {
    const versioned = await newBucket('Enabled');
    await put({ Bucket: versioned });
    await s3.send(new DeleteObjectCommand({ Bucket: versioned, Key: 'k' }));

    expect(await errorOf(s3.send(new DeleteBucketCommand({ Bucket: versioned })))).toEqual({
      status: 409,
      code: 'BucketNotEmpty',
      message:
        'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    });
  });

  it('are `null` for objects written before versioning and while it is suspended', async () => {
    const name = await newBucket();
    await put({ Bucket: name });
    await setVersioning(name, 'Enabled');
    const before = await s3.send(new HeadObjectCommand({ Bucket: name, Key: 'k' }));
    await setVersioning(name, 'Suspended');
    const answer = await put({ Bucket: name });
    const during = await s3.send(
      new HeadObjectCommand({ Bucket: name, Key: 'k', VersionId: 'null' }),
    );

    expect([before.VersionId, answer.VersionId, during.VersionId]).toEqual([
      'null',
      undefined,
      'null',
    ]);
  });

  it('that were deleted no longer exist, and can be deleted again', async () => {
    const name = await newBucket('Enabled');
    const { VersionId } = await put({ Bucket: name });
    const version = { Bucket: name, Key: 'k', VersionId };
    await s3.send(new DeleteObjectCommand(version));

    expect(await errorOf(s3.send(new GetObjectCommand(version)))).toMatchObject({
      status: 404,
      code: 'NoSuchVersion',
    });
    expect(await errorOf(s3.send(new DeleteObjectCommand(version)))).toBe('succeeded');
  });

  it('that are delete markers cannot have tags', async () => {
    const name = await newBucket('Enabled');
    await put({ Bucket: name });
    await s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'k' }));

    expect(
      await errorOf(s3.send(new GetObjectTaggingCommand({ Bucket: name, Key: 'k' }))),
    ).toMatchObject({
      status: 405,
      code: 'MethodNotAllowed',
    });
  });
});

describe('listings with a delimiter', () => {
  const keys = [
    'folder/aSubfolder/subFile1',
    'folder/aSubfolder/subFile2',
    'folder/file1',
    'folder/file2',
  ];
  const asked = { Prefix: 'folder/', Delimiter: '/' } as const;

  it('page through versions', async () => {
    const name = await newBucket('Enabled');
    for (const Key of keys) await put({ Bucket: name, Key });
    const pages: unknown[] = [];
    let marker: object | undefined = {};
    while (marker !== undefined) {
      const page = await list(marker);
      const { CommonPrefixes = [], Versions = [], NextKeyMarker: KeyMarker } = page;
      const names = [...CommonPrefixes.map((p) => p.Prefix), ...Versions.map((v) => v.Key)];
      pages.push([...names, KeyMarker, page.NextVersionIdMarker !== undefined]);
      const VersionIdMarker = page.NextVersionIdMarker;
      marker = page.IsTruncated === true ? { KeyMarker, VersionIdMarker } : undefined;
    }
    function list(given: object) {
      return s3.send(
        new ListObjectVersionsCommand({ Bucket: name, ...asked, MaxKeys: 1, ...given }),
      );
    }

    expect(pages).toEqual([
      ['folder/aSubfolder/', 'folder/aSubfolder/', false],
      ['folder/file1', 'folder/file1', true],
      ['folder/file2', undefined, false],
    ]);
  });

  it('skip a common prefix whose key is the marker', async () => {
    const name = await newBucket('Enabled');
    for (const Key of keys) await put({ Bucket: name, Key });
    const { CommonPrefixes, Versions } = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: name,
        ...asked,
        MaxKeys: 1,
        KeyMarker: 'folder/aSubfolder/subFile1',
      }),
    );

    expect([CommonPrefixes, Versions?.map(({ Key }) => Key)]).toEqual([
      undefined,
      ['folder/file1'],
    ]);
  });

  it('page through multipart uploads', async () => {
    const name = await newBucket();
    for (const Key of keys) await s3.send(new CreateMultipartUploadCommand({ Bucket: name, Key }));
    const found: (string | undefined)[] = [];
    let next: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined =
      {};
    while (next !== undefined) {
      const page: Awaited<ReturnType<typeof list>> = await list(next);
      found.push(
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
        ...(page.Uploads ?? []).map(({ Key }) => Key),
      );
      next =
        page.IsTruncated === true
          ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
          : undefined;
    }
    function list(marker: object) {
      return s3.send(
        new ListMultipartUploadsCommand({ Bucket: name, ...asked, MaxUploads: 1, ...marker }),
      );
    }

    expect(found).toEqual(['folder/aSubfolder/', 'folder/file1', 'folder/file2']);
  });
});

describe('conditions by date', () => {
  it('ignore a date in the future', async () => {
    await put({ Key: 'dated' });
    const IfModifiedSince = new Date(Date.now() + 3_600_000);

    expect(
      await errorOf(s3.send(new GetObjectCommand({ Bucket, Key: 'dated', IfModifiedSince }))),
    ).toBe('succeeded');
  });
});

async function readAs(query: string) {
  const response = await fetch(`${runtime.endpoint}/${Bucket}/named?${query}`);
  return [
    response.status,
    response.headers.get('content-disposition'),
    response.ok ? '' : await response.text(),
  ];
}

describe('headers', () => {
  it('of an object are returned byte for byte', async () => {
    // As clients do that send UTF-8 in headers; one character is one byte here.
    const sent = Buffer.from('attachment; filename="a—b.txt"', 'utf8').toString('latin1');
    const url = `${runtime.endpoint}/${Bucket}/named`;
    const headers = { 'content-disposition': sent, 'cache-control': sent };
    await fetch(url, { method: 'PUT', body: 'x', headers });
    const answers = [await fetch(url, { method: 'HEAD' }), await fetch(url)];

    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-disposition')).toBe(sent);
      expect(answer.headers.get('cache-control')).toBe(sent);
    }
  });

  it('that the request overrides are ISO-8859-1', async () => {
    await put({ Key: 'named' });

    expect(await readAs('response-content-disposition=%C3%A9')).toEqual([200, 'é', '']);
    expect(await readAs('response-content-disposition=a%0D%0Ab%7F')).toEqual([200, 'a  b ', '']);
    const [status, , body] = await readAs('response-cache-control=a%E2%80%94b');
    expect(status).toBe(400);
    expect(body).toContain(
      '<Code>InvalidArgument</Code><Message>Header value cannot be represented using ISO-8859-1.</Message>',
    );
  });

  it('of metadata beyond ASCII are encoded words', async () => {
    const sent = Buffer.from('non-ascii-%E2%80%94_—_é_', 'utf8').toString('latin1');
    await put({ Key: 'meta', Metadata: { foo: sent } });
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'meta' }));

    expect(Metadata).toEqual({ foo: '=?UTF-8?Q?non-ascii-%E2%80%94=5F=E2=80=94=5F=C3=A9=5F?=' });
  });
});

describe('answers in XML', () => {
  it('name each namespace once', async () => {
    const LoggingEnabled = {
      TargetBucket: Bucket,
      TargetPrefix: 'x',
      TargetGrants: [
        {
          Grantee: { Type: 'CanonicalUser' as const, ID: '1'.repeat(64) },
          Permission: 'READ' as const,
        },
      ],
    };
    await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));

    for (const query of ['acl', 'logging']) {
      const text = await (await fetch(`${runtime.endpoint}/${Bucket}?${query}`)).text();
      for (const [tag] of text.matchAll(/<[^>]+>/g)) {
        const names = [...tag.matchAll(/ ([\w:]+)=/g)].map(([, name]) => name);
        expect(names).toEqual([...new Set(names)]);
      }
    }
    expect((await s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toEqual(
      LoggingEnabled,
    );
    expect((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toHaveLength(1);
  });
});

async function putCors(...CORSRules: readonly CORSRule[]): Promise<void> {
  const CORSConfiguration = { CORSRules: [...CORSRules] };
  await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration }));
}

describe('a CORS configuration', () => {
  const AllowedOrigins = ['https://*.example.com', '*', ''];
  const AllowedMethods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];
  const valid: CORSRule = {
    AllowedOrigins,
    AllowedMethods,
    AllowedHeaders: ['x-amz-*'],
    ExposeHeaders: ['ETag'],
    ID: 'i'.repeat(255),
  };

  it('is taken with all methods, one wildcard, and a hundred rules', async () => {
    const rules = Array.from({ length: 100 }, () => valid);
    await putCors(...rules);

    expect((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(rules);
  });

  it.each<[string, readonly CORSRule[], string, string]>([
    // test_s3_cors.snapshot.json, test_put_cors_invalid_rules
    [
      'another method',
      [{ AllowedOrigins, AllowedMethods: ['GET', 'PATCH'] }],
      'InvalidRequest',
      'Found unsupported HTTP method in CORS config. Unsupported method is PATCH',
    ],
    [
      'a method in lower case',
      [{ AllowedOrigins, AllowedMethods: ['get'] }],
      'InvalidRequest',
      'Found unsupported HTTP method in CORS config. Unsupported method is get',
    ],
    [
      'no rule',
      [],
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    ],
    // The rest: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html (one wildcard, 100 rules),
    // in the words of https://github.com/scality/cloudserver (bucketCors.js) and of users.
    [
      'two wildcards in an origin',
      [{ AllowedMethods, AllowedOrigins: ['https://*.*.com'] }],
      'InvalidRequest',
      'AllowedOrigin "https://*.*.com" can not have more than one wildcard.',
    ],
    [
      'two wildcards in a header',
      [{ ...valid, AllowedHeaders: ['*-*'] }],
      'InvalidRequest',
      'AllowedHeader "*-*" can not have more than one wildcard.',
    ],
    [
      'a wildcard in an exposed header',
      [{ ...valid, ExposeHeaders: ['x-amz-meta-*'] }],
      'InvalidRequest',
      'ExposeHeader "x-amz-meta-*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
    ],
    [
      'more than a hundred rules',
      Array.from({ length: 101 }, () => valid),
      'InvalidRequest',
      'The number of CORS rules should not exceed allowed limit of 100 rules.',
    ],
    [
      'an ID that is too long',
      [{ ...valid, ID: 'i'.repeat(256) }],
      'InvalidArgument',
      'ID length should not exceed allowed limit of 255',
    ],
  ])('is refused with %s', async (_what, rules, name, message) => {
    await expect(putCors(...rules)).rejects.toMatchObject({ name, message });
  });
});

describe('new buckets', () => {
  it('are private and owned by their owner', async () => {
    const name = await newBucket();

    expect(
      (await s3.send(new GetBucketOwnershipControlsCommand({ Bucket: name }))).OwnershipControls,
    ).toEqual({
      Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }],
    });
    expect(
      (await s3.send(new GetPublicAccessBlockCommand({ Bucket: name })))
        .PublicAccessBlockConfiguration,
    ).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
describe('a bucket with ACLs disabled', () => {
  const refused = {
    status: 400,
    code: 'AccessControlListNotSupported',
    message: 'The bucket does not allow ACLs',
  };

  it.each([
    ['a canned ACL', { ACL: 'public-read' as const }],
    ['the private ACL', { ACL: 'private' as const }],
    ['a grant', { GrantRead: 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' }],
  ])('refuses %s on every way to write', async (_what, acl) => {
    const name = await newBucket();
    const target = { Bucket: name, Key: 'k' };
    await s3.send(new PutObjectCommand({ ...target, Body: 'x' }));

    const answers = await Promise.all([
      errorOf(s3.send(new PutObjectCommand({ ...target, ...acl, Body: 'y' }))),
      errorOf(
        s3.send(new CopyObjectCommand({ ...target, Key: 'c', CopySource: `${name}/k`, ...acl })),
      ),
      errorOf(s3.send(new CreateMultipartUploadCommand({ ...target, ...acl }))),
    ]);

    expect(answers).toEqual([refused, refused, refused]);
  });

  it('accepts only the ACL of the bucket owner; a bucket with ACLs accepts others', async () => {
    const target = { Bucket: await newBucket(), Key: 'k', Body: 'x' };
    const put = (ACL: 'private' | 'bucket-owner-full-control') =>
      s3.send(new PutObjectCommand({ ...target, ACL }));

    expect(await errorOf(put('bucket-owner-full-control'))).toBe('succeeded');
    await s3.send(
      new PutBucketOwnershipControlsCommand({
        Bucket: target.Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
      }),
    );
    expect(await errorOf(put('private'))).toBe('succeeded');
  });
});

const copyPage = (Key: string, more: object = {}) =>
  s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/page`, ...more }));

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
describe('a website redirect', () => {
  it('is returned, and not copied with the object', async () => {
    await put({ Key: 'page', WebsiteRedirectLocation: '/other', CacheControl: 'no-store' });
    await copyPage('plain');
    await copyPage('given', { WebsiteRedirectLocation: 'https://example.com/' });

    const shown = [];
    for (const Key of ['page', 'plain', 'given']) {
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
      shown.push([head.WebsiteRedirectLocation, head.CacheControl]);
    }
    expect(shown).toEqual([
      ['/other', 'no-store'],
      [undefined, 'no-store'],
      ['https://example.com/', 'no-store'],
    ]);
  });
});
