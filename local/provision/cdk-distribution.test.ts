import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../cloud/cloud.ts';
import type { WebRequest } from '../cloud/web.ts';
import { serviceFactories } from '../services/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { provision, readAssembly, stackTable } from './index.ts';

let runtime: TestRuntime;
let folder: string;
let server: Server;
let site: string;
const asked: WebRequest[] = [];

/** Stands for an HTTP API of this runtime. */
const api: ServiceFactory = () => ({
  name: 'apigatewayv2',
  operations: {},
  accessDenied: () => new Error() as never,
  web(request) {
    if (!request.host.startsWith('api1.execute-api.')) return undefined;
    asked.push(request);
    const isMissing = request.path.endsWith('/none');
    return Promise.resolve({
      status: isMissing ? 404 : 200,
      headers: [
        ['content-type', 'application/json'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
      body: JSON.stringify({ path: request.path }),
    });
  },
});

/** What single page applications need: paths without an extension are the page. */
const ROUTES = `function handler(event) {
  var request = event.request;
  if (request.uri === '/loop') { while (true) {} }
  if (request.uri === '/throw') { throw new Error('no'); }
  if (request.uri === '/wrong') { return { nothing: true }; }
  if (request.uri === '/escape') {
    return { statusCode: 200, body: typeof process + typeof fetch + typeof setTimeout };
  }
  if (request.uri === '/moved') {
    return {
      statusCode: 302,
      headers: { location: { value: '/?from=' + event.viewer.ip } },
      cookies: { seen: { value: request.cookies.who.value, attributes: 'Path=/' } },
    };
  }
  if (!request.uri.includes('.')) request.uri = '/index.html';
  return request;
}`;

const ADDED = `async function handler(event) {
  event.response.headers['x-status'] = { value: String(event.response.statusCode) };
  return event.response;
}`;

const LARGE = `/* ${'large '.repeat(2_000)} */`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-distribution-'));
  server = createServer((request, response) => {
    response.setHeader(
      'x-seen',
      JSON.stringify([request.method, request.url, request.headers.host]),
    );
    request.pipe(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const others = serviceFactories.filter(({ name }) => name !== 'createApiGatewayV2Service');
  runtime = await startTestRuntime([...others, api]);
  app(`127.0.0.1:${(server.address() as AddressInfo).port}`).synth();
  await provision(runtime.cloud, readAssembly(join(folder, 'cdk.out')));
  site = runtime.sites()[0]?.address ?? '';
});

afterAll(async () => {
  await runtime.stop();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function app(server: string): App {
  const made = new App({ outdir: join(folder, 'cdk.out'), analyticsReporting: false });
  const stack = new Stack(made, 'front');
  const bucket = new Bucket(stack, 'Site', { removalPolicy: RemovalPolicy.DESTROY }) as IBucket;
  const uploads = new Bucket(stack, 'Uploads');
  const functionOf = (id: string, code: string) =>
    new EdgeFunction(stack, id, {
      code: FunctionCode.fromInline(code),
      runtime: FunctionRuntime.JS_2_0,
    });
  const origin = S3BucketOrigin.withOriginAccessControl(bucket);
  const distribution = new Distribution(stack, 'Distribution', {
    defaultRootObject: 'index.html',
    defaultBehavior: {
      origin,
      compress: true,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      functionAssociations: [
        { function: functionOf('Routes', ROUTES), eventType: FunctionEventType.VIEWER_REQUEST },
        { function: functionOf('Added', ADDED), eventType: FunctionEventType.VIEWER_RESPONSE },
      ],
      responseHeadersPolicy: new ResponseHeadersPolicy(stack, 'Headers', {
        securityHeadersBehavior: {
          contentSecurityPolicy: {
            contentSecurityPolicy: `default-src 'self'; connect-src 'self' https://${uploads.bucketRegionalDomainName}`,
            override: true,
          },
          frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
          contentTypeOptions: { override: true },
          strictTransportSecurity: {
            accessControlMaxAge: Duration.days(365),
            includeSubdomains: true,
            override: true,
          },
        },
        customHeadersBehavior: {
          customHeaders: [
            { header: 'Permissions-Policy', value: 'camera=()', override: true },
            { header: 'Content-Type', value: 'never/used', override: false },
          ],
        },
        removeHeaders: ['x-amz-server-side-encryption'],
      }),
    },
    additionalBehaviors: {
      'api/*': {
        origin: new HttpOrigin(`api1.execute-api.${stack.region}.${stack.urlSuffix}`),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      },
      'server/*': { origin: new HttpOrigin(server), allowedMethods: AllowedMethods.ALLOW_ALL },
      'elsewhere/*': { origin: new HttpOrigin('example.org') },
      'plain/?.txt': { origin },
    },
    errorResponses: [{ httpStatus: 502, responseHttpStatus: 503, responsePagePath: '/down.html' }],
  });
  new BucketDeployment(stack, 'Files', {
    destinationBucket: bucket,
    distribution,
    sources: [
      Source.data('index.html', '<p>home</p>'),
      Source.data('down.html', '<p>down</p>'),
      Source.data('large.css', LARGE),
      Source.data('plain/a.txt', 'a'),
      Source.jsonData('config.json', { site: `https://${distribution.distributionDomainName}/` }),
    ],
  });
  new CfnOutput(stack, 'Address', {
    value: Fn.join('', ['https://', distribution.distributionDomainName, '/callback']),
  });
  return made;
}

async function get(path: string, options: RequestInit = {}) {
  const answer = await fetch(`${site}${path}`, { redirect: 'manual', ...options });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

const accept = (encoding: string) => ({ headers: { 'accept-encoding': encoding } });

async function statusWith(headers: Record<string, string>): Promise<number> {
  return (await get('/api/x', { method: 'POST', headers })).status;
}

it('is listed with its stack', () => {
  expect(runtime.sites()).toEqual([{ address: site, stackName: 'front' }]);
});

it('has a port of its own, which its domain name says', async () => {
  const output = stackTable(runtime.cloud).get('front')?.outputs[0]?.value;

  expect(site).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(site).not.toBe(runtime.endpoint);
  expect(output).toBe(`${site}/callback`);
  expect(JSON.parse((await get('/config.json')).body)).toEqual({ site: `${site}/` });
});

// The facts: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/
describe('a bucket behind an origin access control', () => {
  it('serves its root object and what the function makes of other paths', async () => {
    expect(await get('/')).toMatchObject({ status: 200, body: '<p>home</p>' });
    expect(await get('/runs/1')).toMatchObject({ status: 200, body: '<p>home</p>' });
  });

  it('answers 403 for what it lacks, as a policy without s3:ListBucket has it', async () => {
    const answer = await get('/none.js');

    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-cache')).toBe('Error from cloudfront');
    expect(answer.body).toContain('<Code>AccessDenied</Code>');
  });

  it('has the headers of its policy, with the address of this runtime for those of AWS', async () => {
    const { headers } = await get('/');

    expect(headers.get('content-security-policy')).toBe(
      `default-src 'self'; connect-src 'self' ${runtime.endpoint}`,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'permissions-policy': 'camera=()',
      'content-type': 'text/html',
      'x-status': '200',
      'x-cache': 'Miss from cloudfront',
      server: 'AmazonS3',
    });
    expect(headers.get('x-amz-server-side-encryption')).toBeNull();
  });

  it('answers conditions, ranges and HEAD', async () => {
    const { headers } = await get('/plain/a.txt');
    const etag = headers.get('etag') ?? '';

    expect(
      (await get('/', { headers: { 'if-none-match': (await get('/')).headers.get('etag') ?? '' } }))
        .status,
    ).toBe(304);
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await get('/', { headers: { range: 'bytes=1-1' } })).toMatchObject({
      status: 206,
      body: 'p',
    });
    const head = await get('/', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers.get('content-length')).toBe('11');
  });

  it('compresses what is large enough', async () => {
    const raw = await fetch(`${site}/large.css`, accept('gzip'));

    expect(raw.headers.get('content-encoding')).toBe('gzip');
    expect(raw.headers.get('etag')).toMatch(/^W\//);
    expect(await raw.text()).toBe(LARGE);
    expect((await get('/large.css', accept('br, gzip'))).headers.get('content-encoding')).toBe(
      'br',
    );
    expect(
      (await get('/large.css', accept('identity'))).headers.get('content-encoding'),
    ).toBeNull();
    expect((await get('/', accept('gzip'))).headers.get('content-encoding')).toBeNull();
  });

  it('takes no other methods than its behavior allows', async () => {
    const answer = await get('/', { method: 'POST' });

    expect(answer.status).toBe(403);
    expect(answer.body).toContain('not configured to allow the HTTP request method');
  });
});

describe('a function for viewer requests', () => {
  it('can answer by itself', async () => {
    const answer = await get('/moved', { headers: { cookie: 'who=me' } });

    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('/?from=127.0.0.1');
    expect(answer.headers.get('set-cookie')).toBe('seen=me; Path=/');
    expect(answer.headers.get('x-cache')).toBe('FunctionGeneratedResponse from cloudfront');
  });

  it('has no process, network or timers', async () => {
    expect((await get('/escape')).body).toBe('undefinedundefinedundefined');
  });

  it.each([
    ['/loop', 'FunctionExecutionError'],
    ['/throw', 'FunctionExecutionError'],
    ['/wrong', 'FunctionValidationError'],
  ])('that fails is answered with 503: %s', async (path, mark) => {
    const answer = await get(path);

    expect(answer.status).toBe(503);
    expect(answer.headers.get('x-cache')).toBe(`${mark} from cloudfront`);
    expect((await get('/')).status).toBe(200);
  });
});

describe('a behavior of a path', () => {
  it('sends requests to an HTTP API of this runtime, whole and with its own host', async () => {
    asked.length = 0;

    const answer = await get('/api/v1/runs?a=1&b=%2F', {
      method: 'POST',
      headers: { authorization: 'Bearer t', cookie: 'c=1', 'content-type': 'application/json' },
      body: '{"x":1}',
    });

    expect(answer).toMatchObject({ status: 200, body: '{"path":"/api/v1/runs"}' });
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    const [request] = asked;
    expect(request).toMatchObject({ method: 'POST', path: '/api/v1/runs', query: 'a=1&b=%2F' });
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      authorization: 'Bearer t',
      cookie: 'c=1',
      'content-type': 'application/json',
      host: 'api1.execute-api.us-east-1.amazonaws.com',
    });
  });

  it("keeps the API's errors, and has none of the default behavior's headers", async () => {
    const answer = await get('/api/none');

    expect(answer).toMatchObject({ status: 404, body: '{"path":"/api/none"}' });
    expect(answer.headers.get('x-frame-options')).toBeNull();
  });

  it('sends requests to a server of this machine, without what no policy forwards', async () => {
    const answer = await get('/server/x?a=1', {
      method: 'PUT',
      body: 'sent',
      headers: { authorization: 'a' },
    });

    expect(answer).toMatchObject({ status: 200, body: 'sent' });
    const [method, url, host] = JSON.parse(answer.headers.get('x-seen') ?? '[]');
    expect([method, url]).toEqual(['PUT', '/server/x']);
    expect(host).toMatch(/^127\.0\.0\.1:/);
  });

  it('fits its pattern only', async () => {
    expect((await get('/plain/a.txt')).headers.get('x-frame-options')).toBeNull();
    expect((await get('/Plain/a.txt')).headers.get('x-frame-options')).toBe('DENY');
  });

  it('answers an origin of another machine with the page for its error', async () => {
    expect(await get('/elsewhere/x')).toMatchObject({ status: 503, body: '<p>down</p>' });
  });
});

describe('the port', () => {
  it('refuses other hosts, origins and writes of pages elsewhere', async () => {
    expect(await statusWith({ origin: 'https://evil.example' })).toBe(403);
    expect(await statusWith({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await statusWith({ origin: site, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });
});
