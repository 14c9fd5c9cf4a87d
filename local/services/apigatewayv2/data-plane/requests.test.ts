import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settle } from '../../../testing/cloud.testing.ts';
import {
  ApiBench,
  allow,
  FunctionFailure,
  header,
  RawPayload,
} from '../../../testing/http-api.testing.ts';

let bench: ApiBench;

beforeEach(() => {
  bench = new ApiBench();
});

afterEach(() => bench.cloud.stop());

const SOURCE = 'arn:aws:execute-api:us-east-1:000000000000';

/** The key of the route that answers, or the status without one. */
async function routeOf(method: string, path: string): Promise<unknown> {
  bench.answer = ({ routeKey, pathParameters }: Record<string, unknown>) => ({
    statusCode: 200,
    body: JSON.stringify(pathParameters === undefined ? [routeKey] : [routeKey, pathParameters]),
  });
  const { status, body } = await bench.send(path, { method });
  return status === 200 ? JSON.parse(body) : status;
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
describe('the route of a request', () => {
  it.each([
    ['GET', '/pets/dog/1', ['GET /pets/dog/1']],
    ['GET', '/pets/dog/2', ['GET /pets/dog/{id}', { id: '2' }]],
    ['GET', '/pets/cat/1', ['GET /pets/{proxy+}', { proxy: 'cat/1' }]],
    ['GET', '/pets/dog/1/x', ['GET /pets/{proxy+}', { proxy: 'dog/1/x' }]],
    ['POST', '/test/5', ['ANY /{proxy+}', { proxy: 'test/5' }]],
    ['GET', '/', ['$default']],
    ['GET', '/pets/dog/a%20b', ['GET /pets/dog/{id}', { id: 'a b' }]],
    // Decoded before it is matched: https://github.com/aws/aws-lambda-dotnet/pull/1901
    ['GET', '/pets/dog%2F1', ['GET /pets/dog/1']],
  ])('%s %s', async (method, path, expected) => {
    await bench.create([
      '$default',
      'ANY /{proxy+}',
      'GET /pets/{proxy+}',
      'GET /pets/dog/{id}',
      'GET /pets/dog/1',
    ]);

    expect(await routeOf(method, path)).toEqual(expected);
  });

  it.each([
    ['GET', '/runs', ['ANY /runs']],
    ['POST', '/runs', ['POST /runs']],
    ['GET', '/runs/', 404],
    ['GET', '/runs/1', ['GET /runs/{id}', { id: '1' }]],
    ['GET', '/runs/now', ['ANY /runs/now']],
    ['DELETE', '/runs/1', 404],
    ['GET', '/Runs', 404],
    ['GET', '/%zz', 400],
  ])('of other methods and paths: %s %s', async (method, path, expected) => {
    await bench.create(['ANY /runs', 'POST /runs', 'GET /runs/{id}', 'ANY /runs/now']);

    expect(await routeOf(method, path)).toEqual(expected);
  });

  it('is looked for behind the name of the stage, which the event keeps', async () => {
    await bench.create(['GET /x'], { stage: { StageName: 'dev', StageVariables: { v: '1' } } });

    expect((await bench.send('/x')).status).toBe(404);
    expect((await bench.send('/dev/x')).status).toBe(200);
    expect(bench.events[0]).toMatchObject({
      rawPath: '/dev/x',
      stageVariables: { v: '1' },
      requestContext: { stage: 'dev', http: { path: '/dev/x' } },
    });
  });

  it('is found by host and by path, and not of an API that is missing or switched off', async () => {
    await bench.create(['GET /x']);
    const byPath = { host: '127.0.0.1:1' };

    expect((await bench.send(`/_aws/execute-api/${bench.apiId}/x`, byPath)).status).toBe(200);
    expect((await bench.send('/_aws/execute-api/missing/x', byPath)).status).toBe(404);
    await bench.call('UpdateApi', { ApiId: bench.apiId, DisableExecuteApiEndpoint: true });
    expect((await bench.send('/x')).status).toBe(404);
  });
});

// Members: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
describe('the event', () => {
  it('has the members of payload format 2.0', async () => {
    await bench.create(['POST /runs/{id}']);

    await bench.send('/runs/a%2Bb?x=1&x=2&y=%20', {
      method: 'POST',
      headers: [
        ['host', 'api.localhost:1'],
        ['cookie', 'a=1; b=2'],
        ['x-two', '1'],
        ['x-two', '2'],
        ['content-type', 'application/json'],
        ['user-agent', 'test'],
        ['connection', 'keep-alive'],
      ],
      body: '{"n":1}',
    });

    const { headers, requestContext, ...event } = bench.events[0] as Record<string, object>;
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /runs/{id}',
      rawPath: '/runs/a+b',
      rawQueryString: 'x=1&x=2&y=%20',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { x: '1,2', y: ' ' },
      pathParameters: { id: 'a+b' },
      body: '{"n":1}',
      isBase64Encoded: false,
    });
    expect(headers).toEqual({
      host: 'api.localhost:1',
      'content-type': 'application/json',
      'user-agent': 'test',
      'x-two': '1,2',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]+-[0-9a-f]{24}$/),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    });
    expect(requestContext).toEqual({
      accountId: '000000000000',
      apiId: bench.apiId,
      domainName: `${bench.apiId}.execute-api.us-east-1.amazonaws.com`,
      domainPrefix: bench.apiId,
      http: {
        method: 'POST',
        path: '/runs/a+b',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'test',
      },
      requestId: expect.stringMatching(/^[\w+/-]{15}=$/),
      routeKey: 'POST /runs/{id}',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    });
  });

  it('lacks what the request lacks', async () => {
    await bench.create(['GET /']);

    await bench.send('/');

    expect(Object.keys(bench.events[0] as object)).toEqual(
      expect.not.arrayContaining(['cookies', 'queryStringParameters', 'pathParameters', 'body']),
    );
  });

  // https://github.com/floci-io/floci/issues/2011 and 2172, measured on AWS
  it.each([
    ['text/plain; charset=utf-8', false],
    ['text/plain; charset=iso-8859-1', true],
    ['application/json;charset=UTF-8', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['multipart/form-data; boundary=x', true],
    ['application/problem+json', true],
    ['', true],
  ])('has a body of type "%s" as base64: %j', async (type, isBase64Encoded) => {
    await bench.create(['POST /']);

    const headers = type === '' ? [] : [['content-type', type] as const];
    await bench.send('/', { method: 'POST', headers, body: 'é' });

    const body = isBase64Encoded ? Buffer.from('é').toString('base64') : 'é';
    expect(bench.events[0]).toMatchObject({ body, isBase64Encoded });
  });
});

describe("the function's answer", () => {
  it('becomes the response', async () => {
    await bench.create(['GET /']);
    bench.answer = () => ({
      statusCode: 201,
      headers: { 'X-A': 'b', 'x-number': 1, 'content-length': 99 },
      cookies: ['a=1; Path=/', 'b=2'],
      body: Buffer.from('bytes').toString('base64'),
      isBase64Encoded: true,
    });

    const { status, headers, body } = await bench.send('/');

    expect({ status, body }).toEqual({ status: 201, body: 'bytes' });
    expect(headers).toEqual([
      ['x-a', 'b'],
      ['x-number', '1'],
      ['set-cookie', 'a=1; Path=/'],
      ['set-cookie', 'b=2'],
      ['content-type', 'text/plain;charset=UTF-8'],
      ['apigw-requestid', expect.any(String)],
    ]);
  });

  it.each([
    [{ message: 'no status' }, '{"message":"no status"}'],
    ['a text', 'a text'],
    [[1], '[1]'],
  ])('without a status is the body of a 200: %j', async (answer, body) => {
    await bench.create(['GET /']);
    bench.answer = () => answer;

    const received = await bench.send('/');

    expect(received).toMatchObject({ status: 200, body });
    expect(header(received, 'content-type')).toBe('application/json');
  });

  it.each<readonly [string, unknown]>([
    ['an error', new FunctionFailure()],
    ['no JSON', new RawPayload('{')],
    ['a status that is none', { statusCode: 'ok' }],
    ['an informational status', { statusCode: 100 }],
    ['a body that is not a text', { statusCode: 200, body: {} }],
    ['a header that breaks the line', { statusCode: 200, headers: { a: 'b\r\nset-cookie: c' } }],
    ['headers that are a list', { statusCode: 200, headers: [] }],
    ['cookies that are not a list', { statusCode: 200, cookies: 'a=1' }],
  ])('cannot be %s', async (_what, answer) => {
    await bench.create(['GET /']);
    bench.answer = () => answer;

    const received = await bench.send('/');

    expect(received).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  });
});

describe('the permission of the function', () => {
  it.each([
    [`${SOURCE}:*/*/*/runs/{id}`, 200],
    [`${SOURCE}:*/$default/GET/runs/{id}`, 200],
    [`${SOURCE}:*/*/POST/runs/{id}`, 500],
    [`${SOURCE}:other/*/*/runs/{id}`, 500],
  ])('for the source %s answers %i', async (sourceArn, status) => {
    await bench.create(['GET /runs/{id}']);
    bench.policy = allow(sourceArn);

    expect((await bench.send('/runs/1')).status).toBe(status);
  });
});

describe('the limits', () => {
  it('answer 503 when the function is slower than the timeout', async () => {
    await bench.create(['GET /'], { timeoutMs: 5_000 });
    let end: ((answer: object) => void) | undefined;
    bench.answer = () => new Promise((resolve) => void (end = resolve));

    const sending = bench.send('/');
    await settle();
    bench.clock.advance(5_000);

    expect(await sending).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
    end?.({});
  });

  it('answer 413 above 10 MB and 431 above 10,240 bytes of headers', async () => {
    await bench.create(['POST /']);
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);

    expect((await bench.send('/', { method: 'POST', body })).status).toBe(413);
    const headers = [['x-long', 'x'.repeat(10_240)]] as const;
    expect((await bench.send('/', { method: 'POST', headers })).status).toBe(431);
    expect(bench.events).toEqual([]);
  });

  it('throttle each route by its own settings or those of the stage', async () => {
    await bench.create(['GET /a', 'GET /b'], {
      stage: { DefaultRouteSettings: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 } },
    });
    await bench.call('UpdateStage', {
      ApiId: bench.apiId,
      StageName: '$default',
      RouteSettings: { 'GET /b': { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } },
    });
    const statusOf = async (path: string) => (await bench.send(path)).status;

    expect([await statusOf('/a'), await statusOf('/a'), await statusOf('/b')]).toEqual([
      200, 200, 200,
    ]);
    expect(await bench.send('/a')).toMatchObject({
      status: 429,
      body: '{"message":"Too Many Requests"}',
    });
    expect(await statusOf('/b')).toBe(429);
    bench.clock.advance(1_000);
    expect([await statusOf('/a'), await statusOf('/a')]).toEqual([200, 429]);
  });
});

describe('a stage without automatic deployment', () => {
  it('serves its deployment', async () => {
    await bench.create(['GET /a'], { stage: { AutoDeploy: false } });
    const ApiId = bench.apiId;

    expect((await bench.send('/a')).status).toBe(404);
    await bench.call('CreateDeployment', { ApiId, StageName: '$default' });
    expect((await bench.send('/a')).status).toBe(200);
    await bench.call('CreateRoute', { ApiId, RouteKey: 'GET /b' });
    expect((await bench.send('/b')).status).toBe(404);
  });
});
