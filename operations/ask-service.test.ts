import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, expect, it } from 'vitest';
import { askLiveModel } from './ask-live-model.ts';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** An API whose name is below `localhost`, as those of the local runtime are. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://a1.execute-api.eu-central-1.localhost:${(server.address() as AddressInfo).port}`;
}

function ask(address: string, inferenceId?: string) {
  const lambda = new LambdaClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' },
  });
  closers.push(() => lambda.destroy());
  return askLiveModel(
    { lambda, sagemakerRuntime: undefined as never },
    {
      endpointName: 'abalone',
      serving: {
        type: 'container',
        clusterName: 'c',
        serviceName: 'abalone',
        loadBalancer: 'app/l/1',
        address,
      },
    },
    {
      body: 'M,0.5\n',
      contentType: 'text/csv',
      ...(inferenceId === undefined ? {} : { inferenceId }),
    },
  );
}

it('signs the request to the API that reaches the containers', async () => {
  const asked: { request: IncomingMessage; body: string }[] = [];
  const address = await serve(async (request, response) => {
    asked.push({ request, body: await text(request) });
    response.end('9.5\n');
  });

  expect(await ask(address, 'id-1')).toEqual({ text: '9.5\n', variant: undefined });

  const [{ request, body } = { request: undefined, body: '' }] = asked;
  expect({ method: request?.method, path: request?.url, body }).toEqual({
    method: 'POST',
    path: '/invocations',
    body: 'M,0.5\n',
  });
  expect(request?.headers).toMatchObject({
    host: new URL(address).host,
    'content-type': 'text/csv',
    'x-amzn-sagemaker-inference-id': 'id-1',
    'x-amz-security-token': 'token',
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=\S*host\S*,/,
    ),
  });
});

it.each([
  [400, 'ModelError', 'Received error (400) from the model: no such column'],
  [500, 'ModelError', 'Received error (500) from the model: no such column'],
  [503, 'NoLiveModel', 'abalone not found: no model is live.'],
])('says what an answer with the status %i means', async (status, name, message) => {
  const address = await serve((_request, response) => {
    response.writeHead(status).end('no such column');
  });

  await expect(ask(address)).rejects.toMatchObject({ name, message });
});

// https://github.com/serverless/serverless/issues/11222
it('tells an answer that comes too late for API Gateway from containers without a task', async () => {
  const address = await serve((_request, response) => {
    response.writeHead(503).end('{"message":"Service Unavailable"}');
  });

  await expect(ask(address)).rejects.toMatchObject({
    name: 'ModelError',
    message: 'Received error (503) from the model: no answer within the 30 seconds of API Gateway',
  });
});

it('asks again when a connection that was kept has ended', async () => {
  let attempts = 0;
  const address = await serve((request, response) => {
    attempts += 1;
    if (attempts === 1) request.socket.destroy();
    else response.end('9.5\n');
  });

  await expect(ask(address)).resolves.toMatchObject({ text: '9.5\n' });
});

it('gives up when no connection lasts until the answer', async () => {
  const address = await serve((request) => request.socket.destroy());

  await expect(ask(address)).rejects.toMatchObject({ code: 'ECONNRESET' });
});
