import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebHeader } from '../../../cloud/web.ts';
import { ApiBench, type Received } from '../../../testing/http-api.testing.ts';

let bench: ApiBench;

beforeEach(() => {
  bench = new ApiBench();
});

afterEach(() => bench.cloud.stop());

const ORIGIN = 'http://localhost:3000';
const CORS = {
  AllowOrigins: [ORIGIN, 'https://*'],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['authorization'],
  ExposeHeaders: ['etag'],
  MaxAge: 300,
  AllowCredentials: true,
};

function corsOf({ headers }: Received): readonly WebHeader[] {
  return headers.filter(([name]) => name.startsWith('access-control-'));
}

function preflight(origin: string): Promise<Received> {
  const headers = [
    ['origin', origin],
    ['access-control-request-method', 'POST'],
  ] as const;
  return bench.send('/x', { method: 'OPTIONS', headers });
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
describe('an API with CORS', () => {
  it('answers preflights itself', async () => {
    await bench.create(['GET /x'], { api: { CorsConfiguration: CORS } });

    const answer = await preflight(ORIGIN);

    expect(answer.status).toBe(204);
    expect(corsOf(answer)).toEqual([
      ['access-control-allow-origin', ORIGIN],
      ['access-control-allow-credentials', 'true'],
      ['access-control-allow-methods', 'GET,POST'],
      ['access-control-allow-headers', 'authorization'],
      ['access-control-max-age', '300'],
    ]);
    expect(corsOf(await preflight('https://any.example'))).toContainEqual([
      'access-control-allow-origin',
      'https://any.example',
    ]);
    expect(corsOf(await preflight('http://other.example'))).toEqual([]);
    expect(bench.events).toEqual([]);
  });

  it("drops the function's own headers, and says nothing without an origin", async () => {
    await bench.create(['GET /x'], { api: { CorsConfiguration: CORS } });
    bench.answer = () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } });

    expect(corsOf(await bench.send('/x'))).toEqual([]);
    expect(corsOf(await bench.send('/x', { headers: [['origin', ORIGIN]] }))).toEqual([
      ['access-control-allow-origin', ORIGIN],
      ['access-control-allow-credentials', 'true'],
      ['access-control-expose-headers', 'etag'],
    ]);
  });

  it('adds its headers to the errors of the gateway', async () => {
    await bench.create(['GET /x'], { api: { CorsConfiguration: { AllowOrigins: ['*'] } } });

    const answer = await bench.send('/missing', { headers: [['origin', ORIGIN]] });

    expect(answer.status).toBe(404);
    expect(corsOf(answer)).toEqual([['access-control-allow-origin', '*']]);
  });
});

describe('an API without CORS', () => {
  it('leaves preflights and headers to the function', async () => {
    await bench.create(['OPTIONS /x']);
    bench.answer = () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'own' } });

    expect(corsOf(await preflight(ORIGIN))).toEqual([['access-control-allow-origin', 'own']]);
    expect(bench.events).toHaveLength(1);
  });
});
