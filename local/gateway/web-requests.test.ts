import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../cloud/service.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { headerValues, type WebRequest, type WebResponse } from '../cloud/web.ts';
import { createVirtualClock } from '../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

/** A service that serves what is below `/_page/`, and shows what it got. */
const pages: Service = {
  name: 'ssm',
  operations: {},
  accessDenied: (message) => new ServiceError('AccessDenied', message),
  web: (request) => (request.path.startsWith('/_page/') ? show(request) : undefined),
};

async function show(request: WebRequest): Promise<WebResponse> {
  if (request.path === '/_page/broken') throw new TypeError('a mistake in the service');
  const body = Buffer.from(await request.collect(10)).toString('latin1');
  const { method, host, path, query } = request;
  return {
    status: 201,
    headers: [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ],
    body: JSON.stringify({ method, host, path, query, body, x: headerValues(request, 'x-y') }),
  };
}

const NOW = Date.parse('2031-01-01T12:00:00Z');

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime([() => pages], { clock: createVirtualClock(NOW) });
});

afterAll(() => runtime.stop());

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

async function send(path: string, { method = 'GET', headers = {}, body = '' }: Sent = {}) {
  const { hostname, port } = new URL(runtime.endpoint);
  const request = httpRequest({ hostname, port, method, path, headers: { ...headers } as never });
  request.end(body);
  const [response] = await once(request, 'response');
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  return { status: response.statusCode, headers: response.headers, body: text };
}

describe('an address that a service serves itself', () => {
  it('gets the request as it was sent', async () => {
    const headers = { host: 'Some.localhost:1', 'x-y': ['1', '2'], 'content-encoding': 'gzip' };

    const answer = await send('/_page/%41?b=%20&b', { method: 'PUT', headers, body: 'no gzip' });

    expect(answer.status).toBe(201);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(JSON.parse(answer.body)).toEqual({
      method: 'PUT',
      host: 'some.localhost:1',
      path: '/_page/%41',
      query: 'b=%20&b',
      body: 'no gzip',
      x: ['1', '2'],
    });
  });

  it('says the time by the clock of the runtime, which may run faster', async () => {
    const { headers } = await send('/_page/');

    expect(headers.date).toBe('Wed, 01 Jan 2031 12:00:00 GMT');
  });

  it('has a limit for its body', async () => {
    const answer = await send('/_page/', { method: 'POST', body: 'x'.repeat(11) });

    expect(answer.status).toBe(413);
  });

  it('reports an internal error by the id of the request only', async () => {
    const { status, body } = await send('/_page/broken');

    expect(status).toBe(500);
    expect(body).toMatch(/^\{"message":"The request failed because of an error inside stepmill/);
    expect(body).not.toContain('mistake');
  });

  it.each([
    { host: 'example.com' },
    { origin: 'https://example.com' },
    { 'sec-fetch-site': 'cross-site' },
  ])('is for this machine only: %j', async (headers) => {
    expect((await send('/_page/', { headers })).status).toBe(403);
  });

  it('takes nothing from the APIs of AWS', async () => {
    expect((await send('/_other/')).body).toContain('stepmill does not implement s3');
  });
});
