import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, expect, it } from 'vitest';
import type { ServingPlace } from '../events/index.ts';
import { askLiveModel } from './ask-live-model.ts';

const BODY = 'x'.repeat(20 * 1024 * 1024);

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A service that reads what it is sent, and refuses it. */
async function refuse(
  status: number,
  headers: Readonly<Record<string, string>>,
  answer: string,
): Promise<string> {
  const listener: RequestListener = (request, response) => {
    request.resume().on('end', () => response.writeHead(status, headers).end(answer));
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function ask(endpoint: string, serving?: ServingPlace, body = BODY) {
  const config = {
    endpoint,
    maxAttempts: 1,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  };
  const clients = {
    lambda: new LambdaClient(config),
    sagemakerRuntime: new SageMakerRuntimeClient(config),
  };
  closers.push(() => Object.values(clients).forEach((client) => client.destroy()));
  const request = { body, contentType: 'text/csv' };
  return askLiveModel(clients, { endpointName: 'abalone', serving }, request);
}

const describe = (place: string, sizeBytes: number, said: string) => ({
  name: 'RequestTooLarge',
  kind: 'request-too-large',
  message: `${place} takes no request of ${sizeBytes} bytes (${said}); the model was not asked. Send fewer rows in one request, or score a file as a whole: stepmill score.`,
});

// What SageMaker answers: https://github.com/aws/sagemaker-python-sdk/issues/171 and, of serverless endpoints, issues/4271
it.each([
  ['instances', 413, '413', 'HTTP content length exceeded 26214400 bytes.'],
  ['serverless', 400, 'ValidationError', 'Request 1-2 has oversize body.'],
])('of 20 MB is refused by SageMaker by name: %s', async (_, status, type, message) => {
  const headers = { 'x-amzn-errortype': type, 'content-type': 'application/json' };
  const endpoint = await refuse(status, headers, JSON.stringify({ message }));

  await expect(ask(endpoint)).rejects.toMatchObject(
    describe('abalone', BODY.length, message.slice(0, -1)),
  );
});

it('of 20 MB is refused by Lambda by name', async () => {
  const message = 'Request must be smaller than 6291556 bytes for the InvokeFunction operation';
  const headers = { 'x-amzn-errortype': 'RequestTooLargeException' };
  const endpoint = await refuse(413, headers, JSON.stringify({ message, Type: 'User' }));

  const asked = ask(endpoint, { type: 'lambda', functionName: 'f', alias: 'live' });

  const sizeBytes = BODY.length + '{"body":"","contentType":"text/csv"}'.length;
  await expect(asked).rejects.toMatchObject(describe('f:live', sizeBytes, message));
});

it('of 20 MB is refused by the API before containers by name', async () => {
  const address = await refuse(413, {}, '{"message":"Request Entity Too Large"}');

  const asked = ask(address, {
    type: 'container',
    clusterName: 'c',
    serviceName: 'abalone',
    loadBalancer: 'app/l/1',
    address,
  });

  await expect(asked).rejects.toMatchObject(
    describe('abalone', BODY.length, 'API Gateway takes at most 10485760 bytes'),
  );
});

it.each([
  [
    'Lambda',
    429,
    'TooManyRequestsException',
    { type: 'lambda', functionName: 'f', alias: 'live' } as const,
    'f:live has no room for another request (Rate Exceeded); the model was not asked. Try again later, or give it more with serving.reservedConcurrency or serving.provisionedConcurrency, or a larger quota of concurrent executions.',
  ],
  [
    'a serverless endpoint',
    400,
    'ThrottlingException',
    undefined,
    'abalone has no room for another request (Rate Exceeded); the model was not asked. Try again later, or give it more with serving.maxConcurrency.',
  ],
])('of a burst is refused by %s by name', async (_, status, type, serving, message) => {
  const headers = { 'x-amzn-errortype': type, 'content-type': 'application/json' };
  const endpoint = await refuse(status, headers, '{"message":"Rate Exceeded."}');

  await expect(ask(endpoint, serving, 'M,0.5\n')).rejects.toMatchObject({
    name: 'ModelBusy',
    kind: 'model-busy',
    message,
  });
});
