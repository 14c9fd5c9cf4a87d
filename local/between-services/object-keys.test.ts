import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clouds } from '../cloud/clouds.ts';
import { type Principal, rolePrincipal } from '../cloud/principal.ts';
import type { ServiceName } from '../cloud/service-name.ts';
import { createKmsService } from '../services/kms/index.ts';
import { createS3Service } from '../services/s3/index.ts';
import { createTestClouds } from '../testing/cloud.testing.ts';

const [OWNER, READER] = ['111111111111', '222222222222'] as const;
const role = (account: string) => rolePrincipal(`arn:aws:iam::${account}:role/worker`, 's');
const root = (account: string) => `arn:aws:iam::${account}:root`;
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

let folder: string;
let clouds: Clouds;
let keyArn: string;

async function own<Output>(
  account: string,
  service: ServiceName,
  operation: string,
  input: object,
): Promise<Output> {
  const principal = { kind: 'account', arn: root(account) } as const;
  return (await clouds.find(account)?.call(principal, service, operation, input)) as Output;
}

/** The policies of the worker of an account. */
const allow = (account: string, ...statements: object[]) =>
  own(account, 'iam', 'PutRolePolicy', {
    RoleName: 'worker',
    PolicyName: 'work',
    PolicyDocument: document(...statements),
  });

const S3 = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const key = (Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: keyArn,
  ...more,
});

const admin = () => ({
  Effect: 'Allow',
  Principal: { AWS: root(OWNER) },
  Action: 'kms:*',
  Resource: '*',
});

/** The key's policy: the account, and what is added. */
const keyPolicy = (...statements: object[]) =>
  own(OWNER, 'kms', 'PutKeyPolicy', {
    KeyId: keyArn,
    Policy: document(admin(), ...statements),
  });

const letReaderIn = (more: object = {}) =>
  keyPolicy({
    Effect: 'Allow',
    Principal: { AWS: root(READER) },
    Action: 'kms:Decrypt',
    Resource: '*',
    ...more,
  });

function s3(principal: Principal, operation: string, input: object): Promise<object> {
  return clouds.home.call(principal, 's3', operation, { Bucket: 'data', Key: 'k', ...input });
}

const read = (account: string) => s3(role(account), 'GetObject', {});
const head = (more: object = {}) => s3(role(OWNER), 'HeadObject', more);
const conditions = (values: object) => ({ Condition: { StringEquals: values } });
const write = (account: string, more: object = {}) =>
  s3(role(account), 'PutObject', { Body: 'x', ...more });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'object-keys-'));
  clouds = createTestClouds([createKmsService, createS3Service], [OWNER, READER], {
    stateFolder: folder,
  });
  const { KeyMetadata } = await own<{ KeyMetadata: { Arn: string } }>(
    OWNER,
    'kms',
    'CreateKey',
    {},
  );
  keyArn = KeyMetadata.Arn;
  for (const account of [OWNER, READER]) {
    await own(account, 'iam', 'CreateRole', {
      RoleName: 'worker',
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { AWS: account },
        Action: 'sts:AssumeRole',
      }),
    });
    await allow(account, S3);
  }
  await own(OWNER, 's3', 'CreateBucket', { Bucket: 'data' });
  await own(OWNER, 's3', 'PutBucketEncryption', {
    Bucket: 'data',
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn },
          BucketKeyEnabled: true,
        },
      ],
    },
  });
  await own(OWNER, 's3', 'PutBucketPolicy', {
    Bucket: 'data',
    Policy: document({
      Effect: 'Allow',
      Principal: { AWS: root(READER) },
      Action: 's3:*',
      Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'],
    }),
  });
  await own(OWNER, 's3', 'PutObject', { Bucket: 'data', Key: 'k', Body: 'x' });
});

afterEach(() => rmSync(folder, { recursive: true }));

const worker = (account: string) => `User: arn:aws:sts::${account}:assumed-role/worker/s`;
const NO_IDENTITY = (action: string) =>
  `because no identity-based policy allows the ${action} action`;
const HIDDEN =
  'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';
const CIPHERTEXT = 'kms:Decrypt on the resource associated with this ciphertext';

describe('within an account, where the key’s policy leaves the decision to the account', () => {
  it('a writer needs kms:GenerateDataKey, a reader kms:Decrypt, which S3 says in the words of KMS', async () => {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html; the words are quoted in public issues.
    const refusal = await read(OWNER).catch((error: unknown) => error);
    const written = await write(OWNER).catch((error: unknown) => error);

    expect(refusal).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: `${worker(OWNER)} is not authorized to perform: ${CIPHERTEXT} ${NO_IDENTITY('kms:Decrypt')}`,
    });
    expect(written).toMatchObject({
      code: 'AccessDenied',
      message: `${worker(OWNER)} is not authorized to perform: kms:GenerateDataKey on resource: ${keyArn} ${NO_IDENTITY('kms:GenerateDataKey')}`,
    });
    await allow(OWNER, S3, key('kms:GenerateDataKey'));
    expect(await write(OWNER)).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
      BucketKeyEnabled: true,
    });
    await expect(read(OWNER)).rejects.toThrow('kms:Decrypt');
    await allow(OWNER, S3, key('kms:Decrypt'));
    expect(await read(OWNER)).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
    });
  });

  it('a copy needs both, and parts of an upload both as well', async () => {
    const copy = () => s3(role(OWNER), 'CopyObject', { CopySource: 'data/k', Key: 'copy' });
    const begin = () =>
      s3(role(OWNER), 'CreateMultipartUpload', {}) as Promise<{ UploadId: string }>;
    await allow(OWNER, S3, key('kms:Decrypt'));
    await expect(copy()).rejects.toThrow('kms:GenerateDataKey');
    await expect(begin()).rejects.toThrow('kms:GenerateDataKey');
    await allow(OWNER, S3, key('kms:GenerateDataKey'));
    await expect(copy()).rejects.toThrow('kms:Decrypt');
    const { UploadId } = await begin();
    const part = () => s3(role(OWNER), 'UploadPart', { UploadId, PartNumber: 1, Body: 'x' });
    await expect(part()).rejects.toThrow('kms:Decrypt');
    await allow(OWNER, S3, key(['kms:GenerateDataKey', 'kms:Decrypt']));

    expect(await copy()).toMatchObject({ SSEKMSKeyId: keyArn });
    expect(await part()).toMatchObject({ SSEKMSKeyId: keyArn });
  });

  it('an upload is completed with kms:Decrypt where it has a checksum', async () => {
    await allow(OWNER, S3, key(['kms:GenerateDataKey', 'kms:Decrypt']));
    const begun = async (ChecksumAlgorithm?: string) => {
      const { UploadId } = (await s3(role(OWNER), 'CreateMultipartUpload', {
        ChecksumAlgorithm,
      })) as { UploadId: string };
      const part = { UploadId, PartNumber: 1, Body: 'x', ChecksumAlgorithm };
      const { ChecksumCRC32, ETag } = (await s3(role(OWNER), 'UploadPart', part)) as {
        ChecksumCRC32?: string;
        ETag: string;
      };
      return { UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ChecksumCRC32, ETag }] } };
    };
    const [plain, checked] = [await begun(), await begun('CRC32')];
    await allow(OWNER, S3);
    const complete = (upload: object) => s3(role(OWNER), 'CompleteMultipartUpload', upload);

    await expect(complete(checked)).rejects.toThrow('kms:Decrypt');
    expect(await complete(plain)).toMatchObject({ SSEKMSKeyId: keyArn });
  });

  it('metadata need no key, but their checksum does', async () => {
    expect(await head()).toMatchObject({ SSEKMSKeyId: keyArn });
    await expect(head({ ChecksumMode: 'ENABLED' })).rejects.toThrow('kms:Decrypt');
  });

  it('conditions see S3, the caller’s account and the context, which a bucket key makes the bucket’s', async () => {
    const matching = {
      'kms:ViaService': 's3.us-east-1.amazonaws.com',
      'kms:CallerAccount': OWNER,
      'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::data',
    };
    await allow(OWNER, S3, key('kms:Decrypt', conditions(matching)));
    expect(await read(OWNER)).toMatchObject({ SSEKMSKeyId: keyArn });

    for (const name of Object.keys(matching)) {
      await allow(OWNER, S3, key('kms:Decrypt', conditions({ ...matching, [name]: 'another' })));
      await expect(read(OWNER)).rejects.toThrow('kms:Decrypt');
    }
    await allow(OWNER, S3, key('kms:*', conditions(matching)));
    const direct = { KeyId: keyArn, KeySpec: 'AES_256' };
    await expect(clouds.home.call(role(OWNER), 'kms', 'GenerateDataKey', direct)).rejects.toThrow(
      NO_IDENTITY('kms:GenerateDataKey'),
    );
    const byObject = { Key: 'alone', BucketKeyEnabled: false };
    await expect(write(OWNER, byObject)).rejects.toThrow('kms:GenerateDataKey');
  });

  it('a key that does not name the account is for nobody of it, not even its user', async () => {
    await allow(OWNER, S3, key('kms:*'));
    await own(OWNER, 'kms', 'PutKeyPolicy', {
      KeyId: keyArn,
      Policy: document({ ...admin(), Principal: { AWS: root(READER) } }),
    });

    await expect(read(OWNER)).rejects.toThrow(
      'because no resource-based policy allows the kms:Decrypt action',
    );
    await expect(own(OWNER, 'kms', 'DescribeKey', { KeyId: keyArn })).rejects.toThrow(
      `User: ${root(OWNER)} is not authorized to perform: kms:DescribeKey on resource: ${keyArn} because no resource-based policy allows the kms:DescribeKey action`,
    );
  });

  it.each([
    ['DisableKey', {}, 'KMS.DisabledException', 'is disabled.'],
    ['ScheduleKeyDeletion', {}, 'KMS.KMSInvalidStateException', 'is pending deletion.'],
  ])('after %s an object is not read, nor written', async (operation, input, code, words) => {
    await allow(OWNER, S3, key('kms:*'));
    await own(OWNER, 'kms', operation, { KeyId: keyArn, ...input });

    const expected = { code, status: 400, message: `${keyArn} ${words}` };
    await expect(read(OWNER)).rejects.toMatchObject(expected);
    await expect(write(OWNER)).rejects.toMatchObject(expected);
  });

  it('without a key of the customer’s it is that of S3, which allows it to all who may use S3', async () => {
    await own(OWNER, 's3', 'CreateBucket', { Bucket: 'plain' });
    const plain = { Bucket: 'plain', ServerSideEncryption: 'aws:kms' };

    const written = await write(OWNER, plain);

    expect(written).toMatchObject({ SSEKMSKeyId: expect.stringContaining(`:${OWNER}:key/`) });
    expect(await s3(role(OWNER), 'GetObject', { Bucket: 'plain' })).toMatchObject(written);
    const direct = { KeyId: 'alias/aws/s3', KeySpec: 'AES_256' };
    await expect(own(OWNER, 'kms', 'GenerateDataKey', direct)).rejects.toThrow(
      'no resource-based policy',
    );
  });
});

describe('between accounts', () => {
  it.each([
    ['both allow it', () => letReaderIn(), true, undefined],
    ['only the caller allows it', () => keyPolicy(), true, HIDDEN],
    ['only the key allows it', () => letReaderIn(), false, NO_IDENTITY('kms:Decrypt')],
    ['neither allows it', () => keyPolicy(), false, HIDDEN],
    ['the key denies it', () => letReaderIn({ Effect: 'Deny' }), true, HIDDEN],
  ] as const)('where %s', async (_name, setKey, isAllowed, words) => {
    await setKey();
    await allow(READER, S3, ...(isAllowed ? [key('kms:Decrypt')] : []));

    const answer = await read(READER).catch((error: unknown) => error);

    expect(answer).toMatchObject(
      words === undefined
        ? { SSEKMSKeyId: keyArn }
        : {
            code: 'AccessDenied',
            message: `${worker(READER)} is not authorized to perform: ${CIPHERTEXT} ${words}`,
          },
    );
  });

  it('a key without an account is one of the writer’s, whose objects the bucket’s owner cannot read', async () => {
    // "KMS resolves the key within the requester’s account": https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
    const written = await write(READER, {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'alias/aws/s3',
    });

    expect(written).toMatchObject({ SSEKMSKeyId: expect.stringContaining(`:${READER}:key/`) });
    await allow(OWNER, S3, { ...key('kms:*'), Resource: '*' });
    await expect(read(OWNER)).rejects.toThrow(`${CIPHERTEXT} ${HIDDEN}`);
  });

  it('a writer whom the key does not name is not told whether it exists', async () => {
    await allow(READER, S3, key('kms:*'));

    await expect(write(READER)).rejects.toThrow(
      `${worker(READER)} is not authorized to perform: kms:GenerateDataKey on this resource ${HIDDEN}`,
    );
  });
});
