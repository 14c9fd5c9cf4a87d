import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  ListPartsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../../cloud/cloud.ts';
import type { ServiceEvent } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createS3Service } from './index.ts';

const MiB = 1024 * 1024;

const events: ServiceEvent[] = [];

/** Writes down what is published, in the place of EventBridge. */
const listener: ServiceFactory = () => ({
  name: 'eventbridge',
  operations: {},
  accessDenied: (message) => new ServiceError('AccessDenied', message),
  onEvent: (event) => void events.push(event),
});

let runtime: TestRuntime;
let s3: S3Client;
let buckets = 0;

beforeAll(async () => {
  runtime = await startTestRuntime([createS3Service, listener]);
  s3 = new S3Client(runtime.clientConfig);
});

afterAll(() => runtime.stop());

async function newBucket(versioning?: 'Enabled' | 'Suspended'): Promise<string> {
  buckets += 1;
  const Bucket = `bucket-${buckets}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  if (versioning !== undefined) await setVersioning(Bucket, versioning);
  return Bucket;
}

async function setVersioning(Bucket: string, Status: 'Enabled' | 'Suspended'): Promise<void> {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

async function put(Bucket: string, Key: string, Body: string | Uint8Array = Key) {
  return await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
}

async function text(Bucket: string, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}

/** The error of a call that fails; a test that gets an answer instead fails. */
async function failure(call: Promise<unknown>): Promise<{ name: string; message: string }> {
  return await call.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error: { name: string; message: string }) => error,
  );
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A request as no SDK would make it. */
async function send({ method, path, headers = {}, body = '' }: Sent) {
  const url = new URL(runtime.endpoint);
  const request = httpRequest({ hostname: url.hostname, port: url.port, method, path, headers });
  request.end(body);
  const [response] = await once(request, 'response');
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return {
    status: response.statusCode as number,
    headers: response.headers as Record<string, string>,
    text: Buffer.concat(pieces).toString('utf8'),
  };
}

describe('buckets', () => {
  it('are created, listed, and deleted when they are empty', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'k');

    const refused = await failure(s3.send(new DeleteBucketCommand({ Bucket })));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await s3.send(new DeleteBucketCommand({ Bucket }));

    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(refused.name).toBe('BucketNotEmpty');
    expect(Buckets?.map((bucket) => bucket.Name)).not.toContain(Bucket);
  });

  it('can be created again by their owner in us-east-1', async () => {
    const Bucket = await newBucket();

    const again = await s3.send(new CreateBucketCommand({ Bucket }));

    expect(again.Location).toBe(`/${Bucket}`);
  });

  it.each(['ab', 'Has-Capitals', 'a..b', '127.0.0.1', '-begins'])(
    'refuse the name %s',
    async (name) => {
      const answer = await send({ method: 'PUT', path: `/${name}` });

      expect([answer.status, answer.text]).toEqual([
        400,
        expect.stringContaining('<Code>InvalidBucketName</Code>'),
      ]);
    },
  );

  it('return their configurations, or the AWS error if there is none', async () => {
    const Bucket = await newBucket();
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${Bucket}/*` },
      ],
    });

    const missing = await failure(s3.send(new GetBucketPolicyCommand({ Bucket })));
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const policy = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const location = await s3.send(new GetBucketLocationCommand({ Bucket }));
    const notification = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));

    expect(missing.name).toBe('NoSuchBucketPolicy');
    expect(policy.Policy).toBe(Policy);
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual([
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        BucketKeyEnabled: false,
      },
    ]);
    expect(location.LocationConstraint ?? '').toBe('');
    expect(notification.EventBridgeConfiguration).toBeUndefined();
  });

  it('refuse an invalid policy', async () => {
    const Bucket = await newBucket();

    const refused = await failure(
      s3.send(new PutBucketPolicyCommand({ Bucket, Policy: '{"Statement":[{}]}' })),
    );

    expect(refused.name).toBe('MalformedPolicy');
  });
});

describe('objects', () => {
  it('keep bytes, headers and metadata', async () => {
    const Bucket = await newBucket();
    const Body = randomBytes(300_000);

    const stored = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'k',
        Body,
        ContentType: 'text/csv',
        CacheControl: 'no-cache',
        Metadata: { origin: 'día 1', Other: 'x' },
      }),
    );
    const read = await s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));

    const etag = `"${createHash('md5').update(Body).digest('hex')}"`;
    expect(stored.ETag).toBe(etag);
    expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
    expect(head).toMatchObject({
      ETag: etag,
      ContentLength: 300_000,
      ContentType: 'text/csv',
      CacheControl: 'no-cache',
      ServerSideEncryption: 'AES256',
      // S3 answers what is beyond ASCII as RFC 2047 has it.
      Metadata: { origin: '=?UTF-8?Q?d=C3=ADa_1?=', other: 'x' },
    });
  });

  it.each([
    'with space',
    'a+b',
    '50%',
    'semi;colon',
    'ünïcödé/日本語/😀',
    'quote\'"<>&amp;',
    '/leading//double/',
    '../up/./here',
    'question?mark#hash',
    'line\nbreak\r',
    'x'.repeat(1_024),
    'é'.repeat(512),
  ])('have the key %j', async (Key) => {
    const Bucket = await newBucket();

    await put(Bucket, Key, 'content');

    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    const encoded = await s3.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
    expect(await text(Bucket, Key)).toBe('content');
    expect(Contents?.map((item) => item.Key)).toEqual([Key]);
    expect(decodeURIComponent(encoded.Contents?.[0]?.Key ?? '')).toBe(Key);
  });

  it('refuse keys over 1,024 bytes', async () => {
    const Bucket = await newBucket();

    const refused = await failure(put(Bucket, 'é'.repeat(513)));

    expect(refused.name).toBe('KeyTooLongError');
  });

  it('are read in ranges', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'k', '0123456789');
    const range = async (Range: string) => {
      const { Body, ContentRange } = await s3.send(
        new GetObjectCommand({ Bucket, Key: 'k', Range }),
      );
      return [await Body?.transformToString(), ContentRange];
    };

    expect(await range('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await range('bytes=7-')).toEqual(['789', 'bytes 7-9/10']);
    expect(await range('bytes=-2')).toEqual(['89', 'bytes 8-9/10']);
    expect(await range('bytes=5-100')).toEqual(['56789', 'bytes 5-9/10']);
    expect(await range('lines=1-2')).toEqual(['0123456789', undefined]);
    expect((await failure(range('bytes=10-'))).name).toBe('InvalidRange');
  });

  it('answer with the AWS error if the bucket or key does not exist', async () => {
    const Bucket = await newBucket();

    const noKey = await failure(s3.send(new GetObjectCommand({ Bucket, Key: 'none' })));
    const noHead = await failure(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' })));
    const noBucket = await failure(s3.send(new ListObjectsV2Command({ Bucket: 'no-such-bucket' })));

    expect([noKey.name, noHead.name, noBucket.name]).toEqual([
      'NoSuchKey',
      'NotFound',
      'NoSuchBucket',
    ]);
  });

  it('are written once under If-None-Match, by the first writer', async () => {
    const Bucket = await newBucket();
    const claim = (Body: string) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'claim', Body, IfNoneMatch: '*' }));

    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map(claim));

    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(4);
    expect(new Set(refused.map((outcome) => (outcome.reason as Error).name))).toEqual(
      new Set(['PreconditionFailed']),
    );
  });

  it('are replaced under If-Match only with their entity tag', async () => {
    const Bucket = await newBucket();
    const { ETag } = await put(Bucket, 'k', 'one');
    const replace = (IfMatch: string, Key = 'k') =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body: 'two', IfMatch }));

    const wrong = await failure(replace('"0123"'));
    const missing = await failure(replace('"0123"', 'other'));
    await replace(ETag ?? '');

    expect(wrong.name).toBe('PreconditionFailed');
    expect(missing.name).toBe('NoSuchKey');
    expect(await text(Bucket, 'k')).toBe('two');
  });

  it('are read under conditions', async () => {
    const Bucket = await newBucket();
    const { ETag } = await put(Bucket, 'k');

    const unchanged = await send({
      method: 'GET',
      path: `/${Bucket}/k`,
      headers: { 'if-none-match': ETag ?? '' },
    });
    const other = await send({
      method: 'GET',
      path: `/${Bucket}/k`,
      headers: { 'if-match': '"x"' },
    });

    expect([unchanged.status, unchanged.text, unchanged.headers['etag']]).toEqual([304, '', ETag]);
    expect(other.status).toBe(412);
  });

  it('are deleted many at a time, also those that do not exist', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'a & b');

    const { Deleted, Errors } = await s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'a & b' }, { Key: 'none' }] },
      }),
    );

    expect(Deleted).toEqual([{ Key: 'a & b' }, { Key: 'none' }]);
    expect(Errors ?? []).toEqual([]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  it('carry tags', async () => {
    const Bucket = await newBucket();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '', Tagging: 'a=1&b=x%20y' }));
    const given = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }));
    const TagSet = [{ Key: 'c', Value: '3' }];

    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging: { TagSet } }));

    expect(given.TagSet).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'x y' },
    ]);
    expect((await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))).TagSet).toEqual(
      TagSet,
    );
  });

  it('are copied with their metadata, or with new metadata', async () => {
    const Bucket = await newBucket();
    const Key = 'from ü+50%';
    await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: 'x', ContentType: 'a/b', Metadata: { m: '1' } }),
    );
    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;

    const copied = await s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'changed',
        CopySource: `${Bucket}/${Key}`,
        MetadataDirective: 'REPLACE',
        Metadata: { m: '2' },
      }),
    );
    const ontoItself = await failure(
      s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/to` })),
    );

    const to = await s3.send(new HeadObjectCommand({ Bucket, Key: 'to' }));
    const changed = await s3.send(new HeadObjectCommand({ Bucket, Key: 'changed' }));
    expect(copied.CopyObjectResult?.ETag).toBe('"9dd4e461268c8034f5c8564e155c67a6"');
    expect([to.ContentType, to.Metadata]).toEqual(['a/b', { m: '1' }]);
    expect([changed.ContentType, changed.Metadata]).toEqual(['binary/octet-stream', { m: '2' }]);
    expect(ontoItself.name).toBe('InvalidRequest');
  });
});

describe('checksums', () => {
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'of %s come with buffers and after streams, and are given back',
    async (ChecksumAlgorithm) => {
      const Bucket = await newBucket();
      const bytes = randomBytes(200_000);

      const buffered = await s3.send(
        new PutObjectCommand({ Bucket, Key: 'buffer', Body: bytes, ChecksumAlgorithm }),
      );
      const streamed = await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: 'stream',
          Body: Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]),
          ContentLength: bytes.length,
          ChecksumAlgorithm,
        }),
      );
      const read = await s3.send(
        new GetObjectCommand({ Bucket, Key: 'stream', ChecksumMode: 'ENABLED' }),
      );

      const member = `Checksum${ChecksumAlgorithm}` as const;
      expect(buffered[member]).toBeTruthy();
      expect([streamed[member], read[member]]).toEqual([buffered[member], buffered[member]]);
      // The SDK compares the bytes with the checksum while they are read.
      expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
      expect(read.ContentEncoding).toBeUndefined();
    },
  );

  it.each([
    ['content-md5', Buffer.alloc(16, 1).toString('base64')],
    ['x-amz-checksum-crc32', 'AAAAAA=='],
    ['x-amz-checksum-sha256', Buffer.alloc(32, 1).toString('base64')],
  ])('that do not fit in %s are refused, and nothing is stored', async (header, value) => {
    const Bucket = await newBucket();

    const answer = await send({
      method: 'PUT',
      path: `/${Bucket}/k`,
      headers: { [header]: value },
      body: 'hello world',
    });

    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<Code>BadDigest</Code>');
    expect(KeyCount).toBe(0);
  });

  it('that do not match in the trailer are refused', async () => {
    const Bucket = await newBucket();
    const chunked = (checksum: string) =>
      send({
        method: 'PUT',
        path: `/${Bucket}/k`,
        headers: {
          'content-encoding': 'aws-chunked',
          'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
          'x-amz-decoded-content-length': '11',
          'x-amz-trailer': 'x-amz-checksum-crc32',
        },
        body: `b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:${checksum}\r\n\r\n`,
      });

    const wrong = await chunked('AAAAAA==');
    const right = await chunked('DUoRhQ==');

    expect([wrong.status, right.status]).toEqual([400, 200]);
    expect(await text(Bucket, 'k')).toBe('hello world');
  });

  it.each([
    ['a body that ends early', 'b\r\nhello'],
    ['a missing last chunk', 'b\r\nhello world\r\n'],
    ['a chunk without size', 'hello world\r\n0\r\n\r\n'],
    ['a chunk longer than its size', '3\r\nhello world\r\n0\r\n\r\n'],
    ['fewer bytes than promised', '5\r\nhello\r\n0\r\n\r\n'],
  ])('framing with %s is IncompleteBody', async (_what, body) => {
    const Bucket = await newBucket();

    const answer = await send({
      method: 'PUT',
      path: `/${Bucket}/k`,
      headers: {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '11',
      },
      body,
    });

    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringContaining('<Code>IncompleteBody</Code>'),
    ]);
  });

  it('of the signed payload must match', async () => {
    const Bucket = await newBucket();

    const answer = await send({
      method: 'PUT',
      path: `/${Bucket}/k`,
      headers: { 'x-amz-content-sha256': '0'.repeat(64) },
      body: 'hello',
    });

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<Code>XAmzContentSHA256Mismatch</Code>');
  });

  it('are computed as CRC64NVME for objects uploaded without one', async () => {
    const Bucket = await newBucket();
    await send({ method: 'PUT', path: `/${Bucket}/k`, body: '123456789' });

    const { Checksum, ObjectSize } = await s3.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: 'k',
        ObjectAttributes: ['Checksum', 'ObjectSize'],
      }),
    );

    expect(Checksum?.ChecksumCRC64NVME).toBe(
      Buffer.from('ae8b14860a799888', 'hex').toString('base64'),
    );
    expect(ObjectSize).toBe(9);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html: the header is required.
  // S3's sentences as versitygw (Apache-2.0), which compares itself with S3, has them.
  it.each([
    ['no header', {}, 'InvalidRequest'],
    ['an empty header', { 'x-amz-object-attributes': '' }, 'InvalidRequest'],
    ['an unknown name', { 'x-amz-object-attributes': 'ETag,Color' }, 'InvalidArgument'],
  ])('are not read with %s', async (_what, headers, code) => {
    const Bucket = await newBucket();
    await send({ method: 'PUT', path: `/${Bucket}/k`, body: '1' });

    const answer = await send({ method: 'GET', path: `/${Bucket}/k?attributes`, headers });

    expect([answer.status, /<Code>(\w+)/.exec(answer.text)?.[1]]).toEqual([400, code]);
  });
});

describe('multipart uploads', () => {
  const first = randomBytes(5 * MiB);
  const second = randomBytes(1_000);

  async function upload(
    Bucket: string,
    ChecksumAlgorithm?: ChecksumAlgorithm,
    ChecksumType?: 'FULL_OBJECT' | 'COMPOSITE',
  ) {
    const target = { Bucket, Key: 'big' };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({
        ...target,
        ...(ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm }),
        ...(ChecksumType === undefined ? {} : { ChecksumType }),
      }),
    );
    const parts = await Promise.all(
      [first, second].map((Body, index) =>
        s3.send(
          new UploadPartCommand({
            ...target,
            UploadId,
            PartNumber: index + 1,
            Body,
            ...(ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm }),
          }),
        ),
      ),
    );
    // A composite upload ends with the checksum of each part.
    const Parts = parts.map((part, index) => ({
      ETag: part.ETag,
      PartNumber: index + 1,
      ...(ChecksumAlgorithm !== undefined && {
        [`Checksum${ChecksumAlgorithm}`]: part[`Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32'],
      }),
    }));
    return { ...target, UploadId, Parts };
  }

  it('become one object with the entity tag that AWS gives', async () => {
    const Bucket = await newBucket();
    const { Parts, ...target } = await upload(Bucket);
    const listed = await s3.send(new ListPartsCommand(target));

    const done = await s3.send(
      new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }),
    );

    const md5s = [first, second].map((part) => createHash('md5').update(part).digest());
    const tag = createHash('md5').update(Buffer.concat(md5s)).digest('hex');
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'big' }));
    const across = await s3.send(
      new GetObjectCommand({ Bucket, Key: 'big', Range: `bytes=${5 * MiB - 2}-${5 * MiB + 1}` }),
    );
    const part = await s3.send(new HeadObjectCommand({ Bucket, Key: 'big', PartNumber: 2 }));
    expect(listed.Parts?.map((item) => item.Size)).toEqual([5 * MiB, 1_000]);
    expect(done.ETag).toBe(`"${tag}-2"`);
    expect(
      Buffer.concat([first, second]).equals(
        Buffer.from((await Body?.transformToByteArray()) ?? []),
      ),
    ).toBe(true);
    expect(Buffer.from((await across.Body?.transformToByteArray()) ?? [])).toEqual(
      Buffer.concat([first.subarray(-2), second.subarray(0, 2)]),
    );
    expect([part.ContentLength, part.PartsCount]).toEqual([1_000, 2]);
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    'have the %s of the whole object without reading it again',
    async (algorithm) => {
      const Bucket = await newBucket();
      const { Parts, ...target } = await upload(Bucket, algorithm, 'FULL_OBJECT');
      const whole = await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: 'whole',
          Body: Buffer.concat([first, second]),
          ChecksumAlgorithm: algorithm,
        }),
      );

      const done = await s3.send(
        new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }),
      );

      expect(done[`Checksum${algorithm}`]).toBe(whole[`Checksum${algorithm}`]);
      expect(done.ChecksumType).toBe('FULL_OBJECT');
    },
  );

  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    'have a composite %s by default',
    async (algorithm) => {
      const Bucket = await newBucket();
      const { Parts, ...target } = await upload(Bucket, algorithm);

      const done = await s3.send(
        new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }),
      );

      expect(done[`Checksum${algorithm}`]).toMatch(/^[A-Za-z0-9+/]+=*-2$/);
      expect(done.ChecksumType).toBe('COMPOSITE');
    },
  );

  it('refuse a part with another checksum algorithm', async () => {
    const Bucket = await newBucket();
    const target = { Bucket, Key: 'big' };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'SHA256' }),
    );

    const refused = await failure(
      s3.send(
        new UploadPartCommand({
          ...target,
          UploadId,
          PartNumber: 1,
          Body: 'x',
          ChecksumAlgorithm: 'CRC32',
        }),
      ),
    );

    expect(refused.message).toContain(
      'expected checksum Type: sha256, actual checksum Type: crc32',
    );
  });

  it('refuse parts that are unknown, out of order or too small', async () => {
    const Bucket = await newBucket();
    const { Parts, ...target } = await upload(Bucket);
    const [one, two] = Parts;
    const complete = (parts: readonly { PartNumber: number; ETag?: string | undefined }[]) =>
      failure(
        s3.send(
          new CompleteMultipartUploadCommand({
            ...target,
            MultipartUpload: { Parts: parts.map((part) => ({ ...part })) },
          }),
        ),
      );
    const small = await s3.send(new UploadPartCommand({ ...target, PartNumber: 3, Body: second }));

    const unknown = await complete([{ PartNumber: 9, ETag: '"x"' }]);
    const disorder = await complete([
      { PartNumber: 2, ETag: two?.ETag },
      { PartNumber: 1, ETag: one?.ETag },
    ]);
    const tooSmall = await complete([
      { PartNumber: 2, ETag: two?.ETag },
      { PartNumber: 3, ETag: small.ETag },
    ]);

    expect([unknown.name, disorder.name, tooSmall.name]).toEqual([
      'InvalidPart',
      'InvalidPartOrder',
      'EntityTooSmall',
    ]);
  });

  it('leave nothing when they are aborted', async () => {
    const Bucket = await newBucket();
    const { Parts, ...target } = await upload(Bucket);

    await s3.send(new AbortMultipartUploadCommand(target));

    const gone = await failure(
      s3.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } })),
    );
    expect(gone.name).toBe('NoSuchUpload');
  });

  it('accept parts from other objects', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'source', '0123456789');
    const target = { Bucket, Key: 'big' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));

    const { CopyPartResult } = await s3.send(
      new UploadPartCopyCommand({
        ...target,
        UploadId,
        PartNumber: 1,
        CopySource: `${Bucket}/source`,
        CopySourceRange: 'bytes=2-5',
      }),
    );
    const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }];
    await s3.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
    );

    expect(await text(Bucket, 'big')).toBe('2345');
  });
});

describe('versions', () => {
  it('stay when an object is replaced or deleted', async () => {
    const Bucket = await newBucket('Enabled');
    const one = await put(Bucket, 'k', 'one');
    const two = await put(Bucket, 'k', 'two');

    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));

    const gone = await send({ method: 'GET', path: `/${Bucket}/k` });
    const old = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: one.VersionId }));
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect([gone.status, gone.headers['x-amz-delete-marker']]).toEqual([404, 'true']);
    expect(await old.Body?.transformToString()).toBe('one');
    expect(listed.Versions?.map((item) => [item.VersionId, item.IsLatest])).toEqual([
      [two.VersionId, false],
      [one.VersionId, false],
    ]);
    expect(listed.DeleteMarkers?.map((item) => [item.VersionId, item.IsLatest])).toEqual([
      [marker.VersionId, true],
    ]);
    expect(marker.DeleteMarker).toBe(true);
  });

  it('reappear when the delete marker is removed', async () => {
    const Bucket = await newBucket('Enabled');
    await put(Bucket, 'k', 'one');
    const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));

    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));

    expect(await text(Bucket, 'k')).toBe('one');
  });

  it('named null are replaced while versioning is suspended', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'k', 'before');
    await setVersioning(Bucket, 'Enabled');
    await put(Bucket, 'k', 'versioned');
    await setVersioning(Bucket, 'Suspended');

    await put(Bucket, 'k', 'suspended');

    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions?.map((item) => [item.VersionId === 'null', item.IsLatest])).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(await text(Bucket, 'k')).toBe('suspended');
  });

  it('that are delete markers cannot be read', async () => {
    const Bucket = await newBucket('Enabled');
    const { VersionId } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));

    const refused = await failure(s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId })));

    expect(refused.name).toBe('MethodNotAllowed');
  });
});

describe('listings', () => {
  const keys = ['a/1', 'a/2', 'b', 'b/1', 'c/d/1', 'c/d/2', 'e', '\u{FFFD}', '\u{1F600}'];

  async function filledBucket(): Promise<string> {
    const Bucket = await newBucket('Enabled');
    for (const key of [...keys].reverse()) await put(Bucket, key);
    await put(Bucket, 'gone');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    return Bucket;
  }

  it('are in the order of UTF-8 bytes', async () => {
    const Bucket = await filledBucket();

    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));

    expect(Contents?.map((item) => item.Key)).toEqual(keys);
  });

  it.each([1, 2, 3, 1_000])('list common prefixes in pages of %i', async (MaxKeys) => {
    const Bucket = await filledBucket();
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;

    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys, ContinuationToken }),
      );
      expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
      seen.push(...(page.CommonPrefixes ?? []).map((item) => item.Prefix));
      seen.push(...(page.Contents ?? []).map((item) => item.Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);

    expect(new Set(seen)).toEqual(new Set(['a/', 'b/', 'c/', 'b', 'e', '\u{FFFD}', '\u{1F600}']));
    expect(seen).toHaveLength(7);
  });

  it('begin after a key, and below a prefix', async () => {
    const Bucket = await filledBucket();

    const after = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'c/d/1' }));
    const below = await s3.send(new ListObjectsCommand({ Bucket, Prefix: 'c/', Delimiter: '/' }));

    expect(after.Contents?.map((item) => item.Key)).toEqual(keys.slice(5));
    expect(below.CommonPrefixes).toEqual([{ Prefix: 'c/d/' }]);
  });

  it('of versions continue from page to page', async () => {
    const Bucket = await newBucket('Enabled');
    for (const key of ['a', 'a', 'a', 'b', 'b']) await put(Bucket, key);
    const seen: (string | undefined)[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};

    while (markers !== undefined) {
      const page: ListObjectVersionsCommandOutput = await s3.send(
        new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...markers }),
      );
      seen.push(...(page.Versions ?? []).map((item) => item.Key));
      markers =
        page.IsTruncated === true
          ? {
              KeyMarker: page.NextKeyMarker ?? '',
              VersionIdMarker: page.NextVersionIdMarker ?? '',
            }
          : undefined;
    }

    expect(seen).toEqual(['a', 'a', 'a', 'b', 'b']);
  });

  it('refuse a token of another listing', async () => {
    const Bucket = await newBucket();

    const refused = await failure(
      s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'nonsense' })),
    );

    expect(refused.name).toBe('InvalidArgument');
  });
});

async function observedBucket(versioning?: 'Enabled'): Promise<string> {
  const Bucket = await newBucket(versioning);
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  events.length = 0;
  return Bucket;
}

describe('events', () => {
  it('report new objects as on AWS', async () => {
    const Bucket = await observedBucket('Enabled');

    const { VersionId } = await put(Bucket, 'incoming/day 1/a+b.csv', 'hello');

    expect(events).toEqual([
      {
        source: 'aws.s3',
        'detail-type': 'Object Created',
        resources: [`arn:aws:s3:::${Bucket}`],
        detail: {
          version: '0',
          bucket: { name: Bucket },
          object: {
            key: 'incoming/day 1/a+b.csv',
            size: 5,
            etag: '5d41402abc4b2a76b9719d911017c592',
            'version-id': VersionId,
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
          },
          'request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
          requester: '000000000000',
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
    ]);
  });

  it('report deletions by marker and permanent ones', async () => {
    const Bucket = await observedBucket('Enabled');
    const { VersionId } = await put(Bucket, 'k');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));

    expect(events.map((event) => [event['detail-type'], event.detail])).toEqual([
      ['Object Created', expect.anything()],
      ['Object Deleted', expect.objectContaining({ 'deletion-type': 'Delete Marker Created' })],
      [
        'Object Deleted',
        expect.objectContaining({
          reason: 'DeleteObject',
          'deletion-type': 'Permanently Deleted',
          object: expect.objectContaining({ 'version-id': VersionId }),
        }),
      ],
    ]);
  });

  it('are not sent if EventBridge is not enabled, nor for refused writes', async () => {
    const silent = await newBucket();
    const observed = await observedBucket();

    await put(silent, 'k');
    await send({
      method: 'PUT',
      path: `/${observed}/k`,
      headers: { 'x-amz-checksum-crc32': 'AAAAAA==' },
      body: 'x',
    });

    expect(events).toEqual([]);
  });
});

const stamp = (at: number) => new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');

describe('presigned URLs', () => {
  it('of version 4 work until they expire', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'k', 'hello');
    const url = (date: string) =>
      `/${Bucket}/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20261120%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=${date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=x&x-id=GetObject`;

    const fresh = await send({ method: 'GET', path: url(stamp(Date.now())) });
    const old = await send({ method: 'GET', path: url(stamp(Date.now() - 61_000)) });

    expect([fresh.status, fresh.text]).toEqual([200, 'hello']);
    expect(old.status).toBe(403);
    expect(old.text).toContain('<Message>Request has expired</Message>');
  });

  it('of version 4 for uploads do not compare the checksum of the empty body', async () => {
    const Bucket = await newBucket();
    const date = stamp(Date.now());

    const answer = await send({
      method: 'PUT',
      path: `/${Bucket}/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20261120%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=${date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=x&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32&x-amz-meta-a=b&x-id=PutObject`,
      body: 'hello',
    });

    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(answer.status).toBe(200);
    expect([head.ContentLength, head.Metadata]).toEqual([5, { a: 'b' }]);
  });

  it('of version 2 expire too', async () => {
    const Bucket = await newBucket();
    await put(Bucket, 'k', 'hello');
    const url = (expires: number) =>
      `/${Bucket}/k?AWSAccessKeyId=a&Signature=x&Expires=${Math.floor(expires / 1000)}`;

    const fresh = await send({ method: 'GET', path: url(Date.now() + 60_000) });
    const old = await send({ method: 'GET', path: url(Date.now() - 60_000) });

    expect([fresh.status, old.status]).toEqual([200, 403]);
  });
});

describe('mistakes', () => {
  it.each([
    ['no XML', 'hello'],
    ['a broken document', '<Delete><Object>'],
    ['another document', '<Other/>'],
    ['entities that expand', '<!DOCTYPE d [<!ENTITY a "aa">]><Delete>&a;</Delete>'],
    ['nothing', ''],
  ])('in DeleteObjects: %s is MalformedXML', async (_what, body) => {
    const Bucket = await newBucket();

    const answer = await send({ method: 'POST', path: `/${Bucket}?delete`, body });

    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringContaining('<Code>MalformedXML</Code>'),
    ]);
  });

  it('in a key marker, a number and an encoding are named', async () => {
    const Bucket = await newBucket();

    const number = await send({ method: 'GET', path: `/${Bucket}?list-type=2&max-keys=abc` });
    const escape = await send({ method: 'GET', path: `/${Bucket}/%zz` });

    expect([number.status, number.text]).toEqual([
      400,
      expect.stringContaining('<Code>InvalidArgument</Code>'),
    ]);
    expect([escape.status, escape.text]).toEqual([
      400,
      expect.stringContaining('<Code>InvalidURI</Code>'),
    ]);
  });

  it('leave no bytes of an upload whose client disconnects', async () => {
    const Bucket = await newBucket();
    const url = new URL(runtime.endpoint);
    const request = httpRequest({
      hostname: url.hostname,
      port: url.port,
      method: 'PUT',
      path: `/${Bucket}/k`,
      headers: { 'content-length': String(10 * MiB) },
    });
    request.on('error', () => {});
    request.write(randomBytes(MiB));
    await once(request, 'socket');
    request.destroy();

    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(KeyCount).toBe(0);
  });

  it('with a missing operation name it', async () => {
    const Bucket = await newBucket();

    const answer = await send({ method: 'GET', path: `/${Bucket}?replication` });

    expect([answer.status, answer.text]).toEqual([
      501,
      expect.stringContaining('stepmill does not implement s3:GetBucketReplication'),
    ]);
  });
});
