import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../cloud/cloud.ts';
import { createApiGatewayV2Service } from '../services/apigatewayv2/index.ts';
import { createLambdaService } from '../services/lambda/index.ts';
import { createS3Service } from '../services/s3/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { modelOf } from './service-model.ts';
import { WIRE_SERVICES } from './wire-services.ts';

// The services with REST protocols: their operations are called with what their paths need and nothing else, which no
// SDK sends. Each must answer with a client error, not with an internal one.
const REST: readonly (readonly [string, ServiceFactory])[] = [
  ['apigatewayv2', createApiGatewayV2Service],
  ['s3', createS3Service],
  ['lambda', createLambdaService],
];

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime(REST.map(([, factory]) => factory));
});

afterAll(() => runtime.stop());

async function send(method: string, path: string, version: string): Promise<[number, string]> {
  const { hostname, port } = new URL(runtime.endpoint);
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20261129/us-east-1/${version}/aws4_request, SignedHeaders=host, Signature=0`;
  const request = httpRequest({ hostname, port, method, path, headers: { authorization } });
  request.end();
  const [response] = await once(request, 'response');
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return [response.statusCode as number, Buffer.concat(pieces).toString('utf8')];
}

describe('a request with only its path', () => {
  it.each(REST)('does not cause an internal error of %s', async (name) => {
    const wires = WIRE_SERVICES.filter((wire) => wire.name === name);
    const failures: string[] = [];
    let asked = 0;

    await send('PUT', '/bare-bucket', 's3');
    await send('PUT', '/bare-bucket/bare-key', 's3');
    for (const wire of wires) {
      for (const { name: operation, http } of (await modelOf(wire)).operations.values()) {
        if (http === undefined || operation.startsWith('Delete')) continue;
        const path = http[1]
          .replace('{Bucket}', 'bare-bucket')
          .replace('{Key+}', 'bare-key')
          .replaceAll(/\{\w+\+?\}/g, 'bare');
        const address = name === 's3' && !http[1].includes('Bucket') ? `/bare-bucket${path}` : path;
        const [status, text] = await send(http[0], address, wire.signingName);
        asked += 1;
        if (status === 500 || text.includes('InternalFailure')) {
          failures.push(`${operation}: ${status} ${text.slice(0, 200)}`);
        }
      }
    }

    expect(failures).toEqual([]);
    expect(asked).toBeGreaterThan(40);
  });
});
