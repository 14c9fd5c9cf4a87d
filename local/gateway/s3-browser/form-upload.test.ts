import { createHmac } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceEvent } from '../../cloud/service.ts';
import { createS3Service } from '../../services/s3/index.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';

const events: ServiceEvent[] = [];
let runtime: TestRuntime;
let s3: S3Client;
/** A client with the session of a role, whose signatures are verified. */
let session: S3Client;

beforeAll(async () => {
  runtime = await startTestRuntime([
    createS3Service,
    () => ({
      name: 'eventbridge',
      operations: {},
      accessDenied: () => new Error() as never,
      onEvent: (event) => void events.push(event),
    }),
  ]);
  s3 = new S3Client(runtime.clientConfig);
  await s3.send(new CreateBucketCommand({ Bucket: 'uploads' }));
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: 'uploads',
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  session = new S3Client({ ...runtime.clientConfig, credentials: await sessionOf('uploader') });
});
afterAll(() => runtime.stop());

const statement = (members: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...members } });

/** The credentials of a role that may write below `incoming/`. */
async function sessionOf(RoleName: string) {
  const root = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
  const call = <Output>(service: 'iam' | 'sts', operation: string, input: object) =>
    runtime.cloud.call<Output>(root, service, operation, input);
  await call('iam', 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: statement({ Principal: { AWS: root.arn }, Action: 'sts:AssumeRole' }),
  });
  await call('iam', 'PutRolePolicy', {
    RoleName,
    PolicyName: 'p',
    PolicyDocument: statement({
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::uploads/incoming/*',
    }),
  });
  const { Credentials } = await call<{
    readonly Credentials: {
      readonly AccessKeyId: string;
      readonly SecretAccessKey: string;
      readonly SessionToken: string;
    };
  }>('sts', 'AssumeRole', {
    RoleArn: `arn:aws:iam::000000000000:role/${RoleName}`,
    RoleSessionName: 'form',
  });
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
}

type Fields = Readonly<Record<string, string>>;

async function send(url: string, fields: Fields, file: Blob | string = 'content') {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', typeof file === 'string' ? new Blob([file]) : file, 'my data.csv');
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
  const body = await answer.text();
  const tag = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(body)?.[1];
  return {
    status: answer.status,
    code: tag('Code'),
    message: tag('Message')?.replaceAll('&quot;', '"').replaceAll('&apos;', "'"),
    headers: answer.headers,
    tag,
  };
}

/** A form as a client without an SDK makes it. */
function form(policy: object | string, others: Fields = {}): Fields {
  const text = typeof policy === 'string' ? policy : JSON.stringify(policy);
  return {
    key: 'k',
    policy: Buffer.from(text).toString('base64'),
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'test/20261129/us-east-1/s3/aws4_request',
    'X-Amz-Date': '20261129T000000Z',
    'X-Amz-Signature': 'not verified for the account',
    ...others,
  };
}

const LATER = '2099-01-01T00:00:00.000Z';
const SIGNED = [
  ['starts-with', '$x-amz-algorithm', ''],
  ['starts-with', '$x-amz-credential', ''],
  ['starts-with', '$x-amz-date', ''],
];
const policyOf = (...conditions: readonly unknown[]) => ({
  expiration: LATER,
  conditions: [...SIGNED, ...conditions],
});
const url = () => `${runtime.endpoint}/uploads`;

const condition = (text: string) => `Invalid according to Policy: Policy Condition failed: ${text}`;
const missing = (name: string) =>
  `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`;

/** A form whose policy allows these fields. */
const allowed = (others: Fields) =>
  form(
    policyOf({ key: 'k' }, ...Object.keys(others).map((name) => ['starts-with', `$${name}`, ''])),
    others,
  );

describe("a form of the SDK's createPresignedPost", () => {
  it('stores the file with its type, metadata and tags, and publishes an event', async () => {
    const { url, fields } = await createPresignedPost(session, {
      Bucket: 'uploads',
      Key: 'incoming/abalone/${filename}',
      Conditions: [
        ['content-length-range', 1, 100],
        ['eq', '$Content-Type', 'text/csv'],
      ],
      Fields: { 'Content-Type': 'text/csv', 'x-amz-meta-who': 'me' },
    });
    events.length = 0;

    const answer = await send(url, fields);

    expect(answer.status).toBe(204);
    expect(answer.headers.get('etag')).toBe('"9a0364b9e99bb480dd25e1f0284c8555"');
    const Key = 'incoming/abalone/my data.csv';
    const object = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key }));
    expect(await object.Body?.transformToString()).toBe('content');
    expect(object).toMatchObject({ ContentType: 'text/csv', Metadata: { who: 'me' } });
    // The reason: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    expect(events).toMatchObject([
      { 'detail-type': 'Object Created', detail: { reason: 'POST Object', object: { key: Key } } },
    ]);
  });

  it('is refused where the role may not write', async () => {
    const { url, fields } = await createPresignedPost(session, { Bucket: 'uploads', Key: 'other' });

    expect(await send(url, fields)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it.each<[string, (fields: Fields) => Fields, number, string]>([
    [
      'with another policy',
      (fields) => ({ ...fields, Policy: form(policyOf())['policy'] ?? '' }),
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'with another token',
      (fields) => ({ ...fields, 'X-Amz-Security-Token': 'x' }),
      403,
      'AccessDenied',
    ],
  ])('is refused %s', async (_, change, status, code) => {
    const { url, fields } = await createPresignedPost(session, {
      Bucket: 'uploads',
      Key: 'incoming/x',
    });

    expect(await send(url, change(fields))).toMatchObject({ status, code });
  });

  it('streams a file of many chunks', async () => {
    const { url, fields } = await createPresignedPost(session, {
      Bucket: 'uploads',
      Key: 'incoming/large',
    });
    // Each row holds what looks like the beginning of a boundary.
    const file = new Blob(['\r\n------formdata-undici-0'.repeat(200_000)]);

    expect((await send(url, fields, file)).status).toBe(204);

    const head = await s3.send(new HeadObjectCommand({ Bucket: 'uploads', Key: 'incoming/large' }));
    expect(head.ContentLength).toBe(file.size);
  });
});

// boto3 uses the older signature in us-east-1: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
it('verifies the older signature of a session', async () => {
  const { accessKeyId, secretAccessKey, sessionToken } = await session.config.credentials();
  const policy = Buffer.from(
    JSON.stringify({
      expiration: LATER,
      conditions: [{ key: 'incoming/v2' }, { 'x-amz-security-token': sessionToken }],
    }),
  ).toString('base64');
  const signature = createHmac('sha1', secretAccessKey).update(policy).digest('base64');
  const fields = {
    key: 'incoming/v2',
    AWSAccessKeyId: accessKeyId,
    'x-amz-security-token': sessionToken ?? '',
    policy,
  };

  expect(await send(url(), { ...fields, signature })).toMatchObject({ status: 204 });
  expect(await send(url(), { ...fields, signature: 'x' })).toMatchObject({
    status: 403,
    code: 'SignatureDoesNotMatch',
  });
});

// Recorded on AWS: localstack tests/aws/services/s3/test_s3.snapshot.json, TestS3PresignedPost (2026-02-21).
describe('refuses, as recorded,', () => {
  it.each<[string, Fields, number, string, string]>([
    [
      'an expired policy',
      form({ expiration: '2020-01-01T00:00:00Z', conditions: [] }),
      403,
      'AccessDenied',
      'Invalid according to Policy: Policy expired.',
    ],
    [
      'a condition',
      form(policyOf(['eq', '$key', 'a'])),
      403,
      'AccessDenied',
      condition('["eq", "$key", "a"]'),
    ],
    [
      'a condition of one member',
      form(policyOf({ key: 'a' })),
      403,
      'AccessDenied',
      condition('["eq", "$key", "a"]'),
    ],
    [
      'a beginning',
      form(policyOf(['starts-with', '$key', 'incoming/'])),
      403,
      'AccessDenied',
      condition('["starts-with", "$key", "incoming/"]'),
    ],
    [
      'another bucket',
      form(policyOf({ bucket: 'other' }, { key: 'k' })),
      403,
      'AccessDenied',
      condition('["eq", "$bucket", "other"]'),
    ],
    [
      'a field without $',
      form(policyOf(['eq', 'key', 'k'])),
      403,
      'AccessDenied',
      condition('["eq", "key", "k"]'),
    ],
    [
      'a range that is not numeric',
      form(policyOf({ key: 'k' }, ['content-length-range', 'a', 2])),
      403,
      'AccessDenied',
      condition('["content-length-range", "a", 2]'),
    ],
    [
      'an object with two keys',
      form(policyOf({ key: 'k', acl: 'private' })),
      400,
      'InvalidPolicyDocument',
      'Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    ],
    [
      'a field without condition',
      form(policyOf({ key: 'k' }), { 'x-amz-meta-a': '1' }),
      403,
      'AccessDenied',
      'Invalid according to Policy: Extra input fields: x-amz-meta-a',
    ],
    ['no policy and no signature', { key: 'k' }, 403, 'AccessDenied', 'Access Denied'],
    ['no key', { ...form(policyOf()), key: '' }, 400, 'InvalidArgument', missing('key')],
    ...['X-Amz-Signature', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'policy'].map(
      (name): [string, Fields, number, string, string] => {
        const { [name]: _, ...fields } = form(policyOf({ key: 'k' }));
        return [`no ${name}`, fields, 400, 'InvalidArgument', missing(name)];
      },
    ),
    [
      'a policy that is no JSON',
      form('{'),
      400,
      'InvalidPolicyDocument',
      'Invalid Policy: Invalid JSON.',
    ],
  ])('%s', async (_, fields, status, code, message) => {
    expect(await send(url(), fields)).toMatchObject({ status, code, message });
  });

  it.each<[string, number, number | string, object]>([
    ['EntityTooLarge', 0, 6, { ProposedSize: '7', MaxSizeAllowed: '6' }],
    ['EntityTooSmall', 8, '10', { ProposedSize: '7', MinSizeAllowed: '8' }],
  ])('a size: %s', async (code, minimum, maximum, members) => {
    const policy = policyOf({ key: 'sized' }, ['content-length-range', minimum, maximum]);

    const answer = await send(url(), form(policy, { key: 'sized' }));

    expect(answer).toMatchObject({ status: 400, code });
    for (const [name, value] of Object.entries(members)) expect(answer.tag(name)).toBe(value);
    await expect(
      s3.send(new HeadObjectCommand({ Bucket: 'uploads', Key: 'sized' })),
    ).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('what is not multipart', async () => {
    const answer = await fetch(url(), { method: 'POST', body: 'key=k' });

    expect(answer.status).toBe(412);
    expect(await answer.text()).toContain(
      '<Condition>Bucket POST must be of the enclosure-type multipart/form-data</Condition>',
    );
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
describe('the form', () => {
  it('answers with the status and the document that it asks for', async () => {
    const answer = await send(url(), allowed({ success_action_status: '201' }));

    expect(answer.status).toBe(201);
    expect(['Location', 'Bucket', 'Key', 'ETag'].map(answer.tag)).toEqual([
      `${runtime.endpoint}/uploads/k`,
      'uploads',
      'k',
      '&quot;9a0364b9e99bb480dd25e1f0284c8555&quot;',
    ]);
    expect((await send(url(), allowed({ success_action_status: '200' }))).status).toBe(200);
    expect((await send(url(), allowed({ success_action_status: '302' }))).status).toBe(204);
  });

  it('leads to its address with bucket, key and entity tag', async () => {
    const address = 'http://127.0.0.1:1/done?a=1';

    const answer = await send(url(), allowed({ success_action_redirect: address }));

    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(
      `${address}&bucket=uploads&key=k&etag=%229a0364b9e99bb480dd25e1f0284c8555%22`,
    );
  });

  it('sets tags', async () => {
    const tagging =
      '<Tagging><TagSet><Tag><Key>team</Key><Value>a b</Value></Tag></TagSet></Tagging>';

    expect((await send(url(), allowed({ tagging }))).status).toBe(204);

    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: 'uploads', Key: 'k' }));
    expect(TagSet).toEqual([{ Key: 'team', Value: 'a b' }]);
  });

  it.each<[string, string, string]>([
    [
      'no file',
      '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--b--\r\n',
      'InvalidArgument',
    ],
    [
      'no end',
      '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nk',
      'MalformedPOSTRequest',
    ],
    ['no name', '--b\r\nContent-Type: text/plain\r\n\r\nk\r\n--b--\r\n', 'MalformedPOSTRequest'],
    ['nothing', '', 'MalformedPOSTRequest'],
    [
      'too many bytes of fields',
      `--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n${'k'.repeat(30_000)}\r\n--b--\r\n`,
      'MaxPostPreDataLengthExceeded',
    ],
  ])('with %s is refused', async (_, body, code) => {
    const answer = await fetch(url(), {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body,
    });

    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
  });
});
