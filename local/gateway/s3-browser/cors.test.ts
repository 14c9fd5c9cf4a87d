import {
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createS3Service } from '../../services/s3/index.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime([createS3Service]);
  const s3 = new S3Client(runtime.clientConfig);
  for (const Bucket of ['shared', 'closed', 'open']) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  }
  const rule = { AllowedMethods: ['GET', 'PUT'], MaxAgeSeconds: 3000 };
  const rules = [
    {
      ...rule,
      AllowedOrigins: ['http://localhost:4200', 'http://*.localhost'],
      AllowedHeaders: ['x-amz-*'],
      ExposeHeaders: ['ETag'],
    },
  ];
  const cors = (Bucket: string, CORSRules: typeof rules) =>
    s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  await cors('shared', rules);
  await cors('open', [{ ...rule, AllowedOrigins: ['*'], AllowedHeaders: [], ExposeHeaders: [] }]);
});
afterAll(() => runtime.stop());

async function ask(bucket: string, method: string, headers: Readonly<Record<string, string>>) {
  const answer = await fetch(`${runtime.endpoint}/${bucket}/k`, { method, headers });
  const body = await answer.text();
  const names = [...answer.headers.keys()].filter((name) => /^access-control|^vary$/.test(name));
  return {
    status: answer.status,
    headers: Object.fromEntries(names.map((name) => [name, answer.headers.get(name)])),
    code: /<Code>(.*)<\/Code>/.exec(body)?.[1],
    message: /<Message>(.*)<\/Message>/.exec(body)?.[1]?.replaceAll('&apos;', "'"),
    about: /<Method>(.*)<\/Method><ResourceType>(.*)<\/ResourceType>/.exec(body)?.slice(1),
  };
}

const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';
const ORIGIN = 'http://localhost:4200';
const GRANTED = {
  'access-control-allow-credentials': 'true',
  'access-control-allow-methods': 'GET, PUT',
  'access-control-allow-origin': ORIGIN,
  'access-control-expose-headers': 'ETag',
  'access-control-max-age': '3000',
  vary: VARY,
};

// Recorded on AWS: localstack tests/aws/services/s3/test_s3_cors.snapshot.json (2024-02-29).
it('answers a preflight with what the rule allows', async () => {
  const preflight = { origin: ORIGIN, 'access-control-request-method': 'PUT' };

  const answer = await ask('shared', 'OPTIONS', preflight);
  const withHeaders = await ask('shared', 'OPTIONS', {
    ...preflight,
    'access-control-request-headers': 'X-Amz-Date, x-amz-meta-a',
  });

  expect(answer).toMatchObject({ status: 200, headers: GRANTED });
  expect(answer.headers).toEqual(GRANTED);
  expect(withHeaders.headers).toEqual({
    ...GRANTED,
    'access-control-allow-headers': 'x-amz-date, x-amz-meta-a',
  });
});

it('adds the headers to an answer, and to an error', async () => {
  const got = await ask('shared', 'GET', { origin: ORIGIN });
  const missing = await fetch(`${runtime.endpoint}/shared/none`, { headers: { origin: ORIGIN } });

  expect(got).toMatchObject({ status: 200, headers: GRANTED });
  expect(missing.status).toBe(404);
  expect(missing.headers.get('access-control-allow-origin')).toBe(ORIGIN);
});

it('answers every origin with * and without credentials', async () => {
  const { headers } = await ask('open', 'GET', { origin: 'http://localhost:1' });

  expect(headers).toEqual({
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-origin': '*',
    'access-control-max-age': '3000',
    vary: VARY,
  });
});

it('repeats an origin that fits a pattern', async () => {
  const origin = 'http://test.localhost';

  const { headers } = await ask('shared', 'GET', { origin });

  expect(headers['access-control-allow-origin']).toBe(origin);
});

const NOT_ALLOWED =
  "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

it.each<[string, string, Readonly<Record<string, string>>, object]>([
  ['no origin', 'shared', {}, { status: 400, code: 'BadRequest' }],
  [
    'no method',
    'shared',
    { origin: ORIGIN },
    { status: 400, message: 'Invalid Access-Control-Request-Method: null' },
  ],
  [
    'another origin',
    'shared',
    { origin: 'http://localhost:1', 'access-control-request-method': 'PUT' },
    { status: 403, code: 'AccessForbidden', message: NOT_ALLOWED, about: ['PUT', 'OBJECT'] },
  ],
  [
    'another method',
    'shared',
    { origin: ORIGIN, 'access-control-request-method': 'DELETE' },
    { status: 403, message: NOT_ALLOWED, about: ['DELETE', 'OBJECT'] },
  ],
  [
    'another header',
    'shared',
    {
      origin: ORIGIN,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization',
    },
    { status: 403, message: NOT_ALLOWED },
  ],
  [
    'no rules',
    'closed',
    { origin: ORIGIN, 'access-control-request-method': 'PUT' },
    {
      status: 403,
      message: 'CORSResponse: CORS is not enabled for this bucket.',
      about: ['PUT', 'BUCKET'],
    },
  ],
])('refuses a preflight with %s', async (_, bucket, headers, expected) => {
  expect(await ask(bucket, 'OPTIONS', headers)).toMatchObject({ ...expected, headers: {} });
});

it('leaves answers as they are without an allowed origin', async () => {
  expect((await ask('shared', 'GET', { origin: 'http://localhost:1' })).headers).toEqual({});
  expect((await ask('shared', 'GET', {})).headers).toEqual({});
});
