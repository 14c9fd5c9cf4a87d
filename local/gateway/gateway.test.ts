import { once } from 'node:events';
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { gzipSync } from 'node:zlib';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { cbor } from '@smithy/core/cbor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../cloud/cloud.ts';
import type { Call, Service } from '../cloud/service.ts';
import { ServiceError } from '../cloud/service-error.ts';
import type { ServiceName } from '../cloud/service-name.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

type Answer = (input: Record<string, unknown>, call: Call) => unknown;

/** The last input each operation got. */
const seen = new Map<string, Record<string, unknown>>();

/** A service whose operations do what the test says; the gateway is what is under test. */
function probe(name: ServiceName, answers: Readonly<Record<string, Answer>>): ServiceFactory {
  const operations = Object.fromEntries(
    Object.entries(answers).map(([operation, answer]) => [
      operation,
      {
        permissions: () => [],
        run: (input: never, call: Call) => {
          seen.set(operation, input);
          return answer(input, call);
        },
      },
    ]),
  );
  return (): Service => ({
    name,
    operations,
    accessDenied: (message) => new ServiceError('AccessDenied', message),
  });
}

/** More than any service takes. */
const LARGE_BYTES = 30 * 1024 * 1024;

let aborted: Promise<unknown> | undefined;

const factories = [
  probe('sqs', {
    SendMessage: () => ({ MessageId: 'm-1', MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' }),
    GetQueueUrl: () => {
      throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    },
    ReceiveMessage: (_input, { signal }) => {
      if (signal === undefined) throw new Error('no signal');
      aborted = once(signal, 'abort');
      return aborted.then(() => ({}));
    },
  }),
  probe('sns', {
    Publish: () => ({ MessageId: 'm-2' }),
    ListTopics: () => {
      throw new Error('a bug with a secret in its stack');
    },
  }),
  probe('cloudwatch', { PutMetricData: () => undefined }),
  probe('stepfunctions', {
    GetExecutionHistory: () => ({
      events: [{ id: 1, type: 'ExecutionStarted', timestamp: new Date(1_700_000_000_123) }],
    }),
  }),
  probe('lambda', {
    Invoke: () => ({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: Buffer.from('{"errorType":"Error"}'),
    }),
  }),
  probe('sagemaker', {
    InvokeEndpoint: (input) => ({
      Body: input['Body'],
      ContentType: 'text/csv',
      InvokedProductionVariant: 'AllTraffic',
    }),
  }),
];

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime(factories);
});

afterAll(() => runtime.stop());

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A request as no SDK would make it. */
/** A request whose body is still to come. */
function begin(headers: OutgoingHttpHeaders, method = 'POST', path = '/'): ClientRequest {
  const { hostname, port } = new URL(runtime.endpoint);
  return httpRequest({ hostname, port, method, path, headers });
}

async function send({ method = 'POST', path = '/', headers = {}, body = '' }: Sent) {
  const request = begin(headers, method, path);
  request.end(body);
  const [response] = await once(request, 'response');
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return {
    status: response.statusCode as number,
    headers: response.headers as Record<string, string>,
    bytes: Buffer.concat(pieces),
    text: Buffer.concat(pieces).toString('utf8'),
  };
}

const sqsTarget = {
  'x-amz-target': 'AmazonSQS.SendMessage',
  'content-type': 'application/x-amz-json-1.0',
};

describe('the protocols, spoken by the official SDK', () => {
  it('speaks AWS JSON 1.0', async () => {
    const sqs = new SQSClient(runtime.clientConfig);

    const output = await sqs.send(
      new SendMessageCommand({ QueueUrl: 'http://q', MessageBody: 'hello', DelaySeconds: 3 }),
    );

    expect(output.MessageId).toBe('m-1');
    expect(seen.get('SendMessage')).toEqual({
      QueueUrl: 'http://q',
      MessageBody: 'hello',
      DelaySeconds: 3,
    });
  });

  it('keeps the milliseconds of timestamps', async () => {
    const sfn = new SFNClient(runtime.clientConfig);

    const output = await sfn.send(new GetExecutionHistoryCommand({ executionArn: 'arn:x' }));

    expect(output.events?.[0]?.timestamp).toEqual(new Date(1_700_000_000_123));
  });

  it('speaks AWS Query, nested lists and maps included', async () => {
    const sns = new SNSClient(runtime.clientConfig);

    const output = await sns.send(
      new PublishCommand({
        TopicArn: 'arn:t',
        Message: 'a & b <c>',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
      }),
    );

    expect(output.MessageId).toBe('m-2');
    expect(seen.get('Publish')).toEqual({
      TopicArn: 'arn:t',
      Message: 'a & b <c>',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    });
  });

  it('inflates the compressed bodies that SDKs send for large metrics', async () => {
    const cloudwatch = new CloudWatchClient(runtime.clientConfig);
    const MetricData = Array.from({ length: 300 }, (_, index) => ({
      MetricName: `metric-with-a-long-name-${index}`,
      Value: index,
      Timestamp: new Date(1_700_000_000_000),
    }));

    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'N', MetricData }));

    expect(seen.get('PutMetricData')).toMatchObject({ Namespace: 'N', MetricData });
  });

  it('speaks REST-JSON with labels, headers and raw payloads', async () => {
    const lambda = new LambdaClient(runtime.clientConfig);

    const output = await lambda.send(
      new InvokeCommand({ FunctionName: 'arn:aws:lambda:x:y:function:f', Payload: '{"a":1}' }),
    );

    expect(output.FunctionError).toBe('Unhandled');
    expect(Buffer.from(output.Payload ?? []).toString()).toBe('{"errorType":"Error"}');
    expect(seen.get('Invoke')).toMatchObject({
      FunctionName: 'arn:aws:lambda:x:y:function:f',
      Payload: Buffer.from('{"a":1}'),
    });
  });

  it('distinguishes the runtime API of SageMaker from its control API by the path', async () => {
    const sagemaker = new SageMakerRuntimeClient(runtime.clientConfig);

    const output = await sagemaker.send(
      new InvokeEndpointCommand({ EndpointName: 'e', Body: 'M,0.4', ContentType: 'text/csv' }),
    );

    expect(Buffer.from(output.Body).toString()).toBe('M,0.4');
    expect(output.InvokedProductionVariant).toBe('AllTraffic');
  });

  it('speaks RPC v2 CBOR', async () => {
    const body = cbor.serialize({
      Namespace: 'N',
      MetricData: [{ MetricName: 'm', Value: 1.5, Timestamp: 1_700_000_000.5 }],
    });

    const answer = await send({
      path: '/service/GraniteServiceVersion20100801/operation/PutMetricData',
      headers: { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
      body,
    });

    expect(answer.status).toBe(200);
    expect(seen.get('PutMetricData')).toEqual({
      Namespace: 'N',
      MetricData: [{ MetricName: 'm', Value: 1.5, Timestamp: new Date(1_700_000_000_500) }],
    });
  });

  it('gives query-compatible errors both names', async () => {
    const sqs = new SQSClient(runtime.clientConfig);

    const failure = await sqs
      .send(new GetQueueUrlCommand({ QueueName: 'none' }))
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
      message: 'The specified queue does not exist.',
    });
  });
});

describe('mistakes, in hand-made requests', () => {
  it.each([
    ['{"QueueUrl":', 'not valid JSON'],
    // Measured on AWS's JSON services (Athena) in September 2026, but for the blob.
    ['[]', 'Start of list found where not expected'],
    ['{"QueueUrl":5}', 'NUMBER_VALUE can not be converted to a String'],
    ['{"QueueUrl":true}', 'TRUE_VALUE can not be converted to a String'],
    ['{"QueueUrl":["x"]}', 'Start of list found where not expected'],
    ['{"QueueUrl":{"a":1}}', 'Start of structure or map found where not expected.'],
    ['{"DelaySeconds":"x"}', 'STRING_VALUE can not be converted to an Integer'],
    ['{"DelaySeconds":true}', 'TRUE_VALUE can not be converted to an Integer'],
    ['{"DelaySeconds":[1]}', 'Start of list found where not expected'],
    ['{"MessageAttributes":"x"}', 'Expected map or null'],
    ['{"MessageAttributes":{"a":"x"}}', 'Expected null'],
    ['{"MessageAttributes":{"a":{"StringListValues":"x"}}}', 'Expected list or null'],
    [
      '{"MessageAttributes":{"a":{"BinaryValue":"%%"}}}',
      'STRING_VALUE can not be converted to a Blob',
    ],
  ])('refuses %s as SerializationException', async (body, message) => {
    const answer = await send({ headers: sqsTarget, body });

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({
      __type: 'com.amazonaws.sqs#SerializationException',
      message: expect.stringContaining(message),
    });
  });

  it('survives JSON that is nested a hundred thousand levels deep', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    const answer = await send({ headers: sqsTarget, body: `{"QueueUrl":${deep}}` });

    expect(answer.status).toBe(400);
  });

  it('refuses a body that inflates to more than the service takes', async () => {
    const answer = await send({
      headers: { ...sqsTarget, 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(64 * 1024 * 1024)),
    });

    expect(answer.status).toBe(413);
    expect(answer.text).toContain('RequestEntityTooLargeException');
  });

  // Node's client takes a connection for free that it still writes on, and then has no listener for
  // its errors ("Between here and emitFreeNT the socket has no 'error' handler", _http_client.js).
  it('answers a refused body when it has all been sent', async () => {
    const request = begin({ ...sqsTarget, 'content-length': LARGE_BYTES });
    request.end(Buffer.alloc(LARGE_BYTES));

    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();

    expect(response.statusCode).toBe(413);
    expect(request.writableFinished).toBe(true);
  });

  it('answers a refused body that never ends', async () => {
    const request = begin({ ...sqsTarget, 'content-length': LARGE_BYTES });
    request.on('error', () => {});
    request.write('{');

    const [response] = (await once(request, 'response')) as [IncomingMessage];
    request.destroy();

    expect(response.statusCode).toBe(413);
  });

  it('refuses a body that says it is gzip and is not', async () => {
    const answer = await send({
      headers: { ...sqsTarget, 'content-encoding': 'gzip' },
      body: 'plain',
    });

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('SerializationException');
  });

  it('names the operation that is in the model but not here', async () => {
    const answer = await send({
      headers: { ...sqsTarget, 'x-amz-target': 'AmazonSQS.ListMessageMoveTasks' },
      body: '{}',
    });

    expect(answer.status).toBe(501);
    expect(answer.text).toContain('stepmill does not implement sqs:ListMessageMoveTasks');
  });

  it('names the operation that no model has', async () => {
    const answer = await send({
      headers: { ...sqsTarget, 'x-amz-target': 'AmazonSQS.Nonsense' },
      body: '{}',
    });

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('sqs has no operation Nonsense');
  });

  it('answers a bug with 500 and keeps its details to the log', async () => {
    const answer = await send({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      path: '/?Action=ListTopics&Version=2010-03-31',
    });

    expect(answer.status).toBe(500);
    expect(answer.text).toContain('<Code>InternalFailure</Code>');
    expect(answer.text).not.toContain('secret');
  });

  it('answers a form with an unknown action as InvalidAction', async () => {
    const answer = await send({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      path: '/?Version=2010-03-31',
      body: 'Message=x',
    });

    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<Code>InvalidAction</Code>');
  });

  // Parsed so by botocore's and the SDKs' readers of query answers: an ErrorResponse with an Error in it.
  it.each([
    [
      'in a body',
      {
        headers: {
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
          authorization: 'AWS4-HMAC-SHA256 Credential=a/20231101/us-east-1/sqs/aws4_request',
        },
        path: '/000000000000/queue',
        body: 'Action=SendMessage&Version=2012-11-05&MessageBody=m',
      },
    ],
    ['in a URL', { headers: {}, path: '/?Action=ListQueues&Version=2012-11-05' }],
  ])("refuses SQS's retired query protocol %s in XML, by name", async (_where, request) => {
    const answer = await send(request);

    expect(answer.status).toBe(501);
    expect(answer.headers['content-type']).toBe('text/xml');
    expect(answer.text).toContain(
      '<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>NotImplemented</Code><Message>stepmill does not speak the query protocol of sqs',
    );
  });

  it('aborts the call when the client hangs up', async () => {
    const request = begin({ ...sqsTarget, 'x-amz-target': 'AmazonSQS.ReceiveMessage' });
    request.on('error', () => {});
    request.end('{}');
    await expect.poll(() => seen.has('ReceiveMessage')).toBe(true);
    request.destroy();

    await expect(aborted).resolves.toBeDefined();
  });
});

describe('who may reach it', () => {
  it.each([
    [{ host: 'evil.example' }],
    [{ host: 'localhost.evil.example:4566' }],
    [{ host: '127.0.0.1.nip.example' }],
    [{ host: 'localhost', origin: 'https://evil.example' }],
    [{ host: 'localhost', origin: 'null' }],
    [{ host: 'localhost', 'sec-fetch-site': 'cross-site' }],
  ])('refuses %j', async (headers) => {
    const answer = await send({ headers: { ...sqsTarget, ...headers }, body: '{}' });

    expect(answer.status).toBe(403);
  });

  it.each([
    [{ host: 'localhost:4566' }],
    [{ host: '[::1]:4566' }],
    [{ host: 'sync-localhost:4566' }],
    [{ host: '127.0.0.1', origin: 'http://localhost:5173' }],
  ])('serves %j', async (headers) => {
    const answer = await send({ headers: { ...sqsTarget, ...headers }, body: '{}' });

    expect(answer.status).toBe(200);
  });

  it('does not listen on an address that others reach', async () => {
    const { startGateway } = await import('./gateway.ts');
    const starting = startGateway({
      clouds: runtime.cloud.directory,
      host: '0.0.0.0',
      port: 0,
      logger: runtime.cloud.logger,
    });

    await expect(starting).rejects.toThrow('not a loopback address');
  });

  it('says which port is taken and what to do', async () => {
    const { startGateway } = await import('./gateway.ts');
    const { port } = new URL(runtime.endpoint);
    const starting = startGateway({
      clouds: runtime.cloud.directory,
      host: '127.0.0.1',
      port: Number(port),
      logger: runtime.cloud.logger,
    });

    await expect(starting).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`);
  });
});
