import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { Origin } from '@aws-sdk/client-cloudfront';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Cloud } from '../../../cloud/cloud.ts';
import { createTestCloud } from '../../../testing/cloud.testing.ts';
import { type Sent, webRequest } from '../../../testing/web.testing.ts';
import { createCloudFrontService } from '../index.ts';

/** A server of this machine, such as one that a user develops, as the origin of a distribution. */

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER = '216adef6-5c7f-47e4-b989-5492eafa07d3';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let port: number;
let received: Received[];
let answer: RequestListener;
let cloud: Cloud;

beforeAll(async () => {
  server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { headers, method, url } = request;
      received.push({ method, url, headers, body: body.toString() });
      answer(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  cloud = createTestCloud([createCloudFrontService]);
  await cloud.start();
});

beforeEach(() => {
  received = [];
  answer = (_, response) => response.end('hello');
});

afterAll(async () => {
  await cloud.stop();
  server.closeAllConnections();
  server.close();
});

let count = 0;

/** A distribution in front of one origin; its host. */
async function distribute(origin: Partial<Origin>): Promise<string> {
  count += 1;
  const { Distribution } = await cloud.call<{ readonly Distribution: { readonly Id: string } }>(
    ACCOUNT,
    'cloudfront',
    'CreateDistribution',
    {
      DistributionConfig: {
        CallerReference: String(count),
        Comment: '',
        Enabled: true,
        Origins: { Quantity: 1, Items: [{ Id: 'o', ...origin }] },
        DefaultCacheBehavior: {
          TargetOriginId: 'o',
          ViewerProtocolPolicy: 'allow-all',
          CachePolicyId: CACHING_DISABLED,
          OriginRequestPolicyId: ALL_VIEWER,
          AllowedMethods: {
            Quantity: 7,
            Items: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS', 'DELETE'],
          },
        },
      },
    },
  );
  return `${Distribution.Id.toLowerCase()}.cloudfront.localhost`;
}

const here = (more: Partial<Origin> = {}): Partial<Origin> => ({
  DomainName: `127.0.0.1:${port}`,
  ...more,
});

async function send(host: string, path: string, more: Partial<Sent> = {}) {
  const response = await cloud.web(webRequest({ url: `${host}${path}`, ...more }));
  const content = response?.stream ?? response?.body ?? '';
  const body = content instanceof Readable ? await text(content) : Buffer.from(content).toString();
  const headers = new Headers((response?.headers ?? []) as [string, string][]);
  return { status: response?.status, headers, body };
}

it('gets the method, path, query, headers and body of the viewer, and its own headers', async () => {
  const host = await distribute(
    here({
      OriginPath: '/v1',
      CustomHeaders: { Quantity: 1, Items: [{ HeaderName: 'X-Secret', HeaderValue: 's' }] },
    }),
  );

  const answered = await send(host, '/a/b?q=1&r=2', {
    method: 'POST',
    headers: [['x-mine', 'm']],
    body: 'sent',
  });

  expect(answered).toMatchObject({ status: 200, body: 'hello' });
  expect(received).toMatchObject([
    {
      method: 'POST',
      url: '/v1/a/b?q=1&r=2',
      headers: { 'x-mine': 'm', 'x-secret': 's' },
      body: 'sent',
    },
  ]);
});

it('gets a path without a query as it is', async () => {
  const host = await distribute(here());

  await send(host, '/plain');

  expect(received[0]?.url).toBe('/plain');
});

it('answers with its status and headers, without those of its connection', async () => {
  answer = (_, response) =>
    response
      .writeHead(201, { 'set-cookie': ['a=1', 'b=2'], 'x-own': 'o', 'keep-alive': 'timeout=5' })
      .end('made');
  const host = await distribute(here());

  const { headers, ...answered } = await send(host, '/');

  expect(answered).toEqual({ status: 201, body: 'made' });
  expect([headers.get('x-own'), headers.getSetCookie()]).toEqual(['o', ['a=1', 'b=2']]);
  expect(headers.get('keep-alive')).toBeNull();
  expect(headers.get('connection')).toBeNull();
  expect(headers.get('transfer-encoding')).toBeNull();
});

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-function-states.html
it.each([
  [200, 'Miss from cloudfront'],
  [399, 'Miss from cloudfront'],
  [400, 'Error from cloudfront'],
  [500, 'Error from cloudfront'],
])('a status %i is a %s', async (status, mark) => {
  answer = (_, response) => response.writeHead(status).end();
  const host = await distribute(here());

  const answered = await send(host, '/');

  expect([answered.status, answered.headers.get('x-cache')]).toEqual([status, mark]);
});

it('that does not answer in its time is answered for with 504', async () => {
  answer = () => undefined;
  const host = await distribute(
    here({
      CustomOriginConfig: {
        HTTPPort: 80,
        HTTPSPort: 443,
        OriginProtocolPolicy: 'http-only',
        OriginReadTimeout: 1,
      },
    }),
  );

  const { body, status } = await send(host, '/');

  expect(status).toBe(504);
  expect(body).toContain('did not respond in time');
});

it('on a port where nothing listens is answered for with 502', async () => {
  const CustomOriginConfig = {
    HTTPPort: 1,
    HTTPSPort: 443,
    OriginProtocolPolicy: 'http-only' as const,
  };
  const host = await distribute({ DomainName: 'localhost', CustomOriginConfig });

  const { body, status } = await send(host, '/');

  expect(status).toBe(502);
  expect(body).toContain('able to connect to the origin');
});

it('on another machine gets no request', async () => {
  const host = await distribute({ DomainName: `127.0.0.1.example.com:${port}` });

  const { body, status } = await send(host, '/');

  expect(status).toBe(502);
  expect(body).toContain('is not on this machine');
});

it('sends what is compressed already on as it is', async () => {
  answer = (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
  const host = await distribute(here());

  const answered = await send(host, '/');

  expect(answered.headers.get('content-encoding')).toBe('gzip');
});
