import { request } from 'node:http';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Service } from '../services/s3/index.ts';
import { createStepFunctionsService } from '../services/stepfunctions/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

let runtime: TestRuntime;
let session: { readonly key: string; readonly token: string };

beforeAll(async () => {
  runtime = await startTestRuntime([createS3Service, createStepFunctionsService]);
  const s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
  await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'k', Body: 'secret' }));
  session = await newSession(900);
});

afterAll(() => runtime.stop());

/** Of a role that may do nothing. */
async function newSession(DurationSeconds: number) {
  const RoleName = `nothing-${DurationSeconds}`;
  const { Role } = await new IAMClient(runtime.clientConfig).send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: '000000000000' },
          Action: 'sts:AssumeRole',
        },
      }),
    }),
  );
  const { Credentials } = await new STSClient(runtime.clientConfig).send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'tester', DurationSeconds }),
  );
  return { key: Credentials?.AccessKeyId ?? '', token: Credentials?.SessionToken ?? '' };
}

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Headers are sent as they are, which `fetch` does not do. */
function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${runtime.endpoint}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          code: /<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? text,
          message: /<Message>(.*?)<\/Message>/s.exec(text)?.[1] ?? '',
        });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const stamp = (at: number) => new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');

function v4(changes: Record<string, string | undefined> = {}): string {
  const parameters: Record<string, string | undefined> = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${session.key}/20261120/us-east-1/s3/aws4_request`,
    'X-Amz-Date': stamp(Date.now()),
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': 'x',
    'X-Amz-Security-Token': session.token,
    ...changes,
  };
  return pathOf(parameters);
}

function v2(changes: Record<string, string | undefined> = {}): string {
  return pathOf({
    AWSAccessKeyId: session.key,
    Signature: 'x',
    Expires: String(Math.floor(Date.now() / 1_000) + 60),
    'x-amz-security-token': session.token,
    ...changes,
  });
}

function pathOf(parameters: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, value);
  }
  return `/data/k?${query.toString()}`;
}

const credential = (key: string) => `${key}/20261120/us-east-1/s3/aws4_request`;
const signed = (key: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${credential(key)}, SignedHeaders=host, Signature=x`,
});

describe('the session of a role that may do nothing', () => {
  it.each([
    ['in a URL of version 4', () => get(v4())],
    [
      'in a URL of version 4, spelled small',
      () => get(v4({ 'X-Amz-Security-Token': undefined, 'x-amz-security-token': session.token })),
    ],
    ['in a URL of version 2', () => get(v2())],
    [
      'in a URL of version 2, spelled as in version 4',
      () => get(v2({ 'x-amz-security-token': undefined, 'X-Amz-Security-Token': session.token })),
    ],
    [
      'in headers of version 4',
      () => get('/data/k', { ...signed(session.key), 'x-amz-security-token': session.token }),
    ],
    [
      'in headers of version 2',
      () =>
        get('/data/k', {
          authorization: `AWS ${session.key}:x`,
          'X-Amz-Security-Token': session.token,
        }),
    ],
    [
      'in headers, its token in the query',
      () => get(`/data/k?X-Amz-Security-Token=${session.token}`, signed(session.key)),
    ],
  ])('is that session %s', async (_, send) => {
    expect(await send()).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  it.each([
    [
      'without its token',
      () => get(v4({ 'X-Amz-Security-Token': undefined })),
      'InvalidAccessKeyId',
    ],
    ['with an empty token', () => get(v2({ 'x-amz-security-token': '' })), 'InvalidAccessKeyId'],
    [
      'with another token',
      () => get(v4({ 'X-Amz-Security-Token': 'IQoJb3JpZ2lu' })),
      'InvalidToken',
    ],
    [
      'with a broken token',
      () => get(v4({ 'X-Amz-Security-Token': `${session.token.slice(0, -3)}abc` })),
      'InvalidToken',
    ],
    [
      'with its token twice',
      () =>
        get('/data/k', {
          ...signed(session.key),
          'x-amz-security-token': `${session.token}, ${session.token}`,
        }),
      'InvalidToken',
    ],
    [
      'with its token and another access key',
      () => get('/data/k', { ...signed('test'), 'x-amz-security-token': session.token }),
      'InvalidToken',
    ],
    [
      'with its token and no access key',
      () => get('/data/k', { 'x-amz-security-token': session.token }),
      'InvalidToken',
    ],
    [
      'unknown, without a token',
      () => get('/data/k', signed('ASIAIOSFODNN7EXAMPLE')),
      'InvalidAccessKeyId',
    ],
  ])('is never the account: %s', async (_, send, code) => {
    expect(await send()).toMatchObject({ code });
  });

  it('is refused in the words of JSON services', async () => {
    const answer = await fetch(runtime.endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${session.key}/20261120/us-east-1/states/aws4_request, SignedHeaders=host, Signature=x`,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AWSStepFunctions.ListStateMachines',
      },
      body: '{}',
    });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      __type: expect.stringContaining('UnrecognizedClientException'),
      message: 'The security token included in the request is invalid.',
    });
  });

  it('is the account with a token of another STS', async () => {
    const answer = await get('/data/k', {
      ...signed('ASIAIOSFODNN7EXAMPLE'),
      'x-amz-security-token': 'IQoJb3JpZ2lu',
    });

    expect([answer.status, answer.code]).toEqual([200, 'secret']);
  });
});

const own = { 'X-Amz-Credential': credential('test'), 'X-Amz-Security-Token': undefined };

describe('a URL of version 4', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  it.each([
    [
      '9999999999',
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    ],
    [
      '604801',
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    ],
    ['-1', 'X-Amz-Expires must be non-negative'],
    ['1e3', 'X-Amz-Expires should be a number'],
    ['', 'X-Amz-Expires should be a number'],
    ['60.5', 'X-Amz-Expires should be a number'],
  ])('is refused for %s seconds', async (expires, message) => {
    expect(await get(v4({ ...own, 'X-Amz-Expires': expires }))).toEqual({
      status: 400,
      code: 'AuthorizationQueryParametersError',
      message,
    });
  });

  it.each(['2026-11-20T00:00:00Z', '20261320T000000Z', 'yesterday', ''])(
    'is refused for the date %s',
    async (date) => {
      expect(await get(v4({ ...own, 'X-Amz-Date': date }))).toMatchObject({
        status: 400,
        code: 'AuthorizationQueryParametersError',
        message: expect.stringContaining('ISO8601 Long Format'),
      });
    },
  );

  it.each([
    'X-Amz-Expires',
    'X-Amz-Date',
    'X-Amz-Credential',
    'X-Amz-Algorithm',
    'X-Amz-Signature',
  ])('is refused without %s', async (name) => {
    expect(await get(v4({ ...own, [name]: undefined }))).toMatchObject({
      status: 400,
      code: 'AuthorizationQueryParametersError',
      message: expect.stringContaining('Query-string authentication version 4 requires'),
    });
  });

  it('is refused before its time, and beside a header', async () => {
    const early = await get(v4({ ...own, 'X-Amz-Date': stamp(Date.now() + 3_600_000) }));
    const both = await get(v4(own), signed('test'));

    expect(early).toMatchObject({ status: 403, message: 'Request is not valid yet' });
    expect(both).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });

  it('is good for a week', async () => {
    expect(await get(v4({ ...own, 'X-Amz-Expires': '604800' }))).toMatchObject({ status: 200 });
  });
});

describe('a URL of version 2', () => {
  const mine = { AWSAccessKeyId: 'test', 'x-amz-security-token': undefined };

  it.each([
    ['tomorrow', 'Invalid date (should be seconds since epoch): tomorrow'],
    ['9'.repeat(20), `Invalid date (should be seconds since epoch): ${'9'.repeat(20)}`],
    ['1000', 'Request has expired'],
  ])('is refused with Expires=%s', async (Expires, message) => {
    expect(await get(v2({ ...mine, Expires }))).toMatchObject({ status: 403, message });
  });

  it('is refused without its parameters', async () => {
    expect(await get(v2({ ...mine, Expires: undefined }))).toMatchObject({
      status: 403,
      message: expect.stringContaining('requires the Signature, Expires and AWSAccessKeyId'),
    });
  });
});
