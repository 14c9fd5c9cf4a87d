import { Agent, request as httpRequest } from 'node:http';

/** A request whose cost is measured. */
export interface Sample {
  readonly name: string;
  readonly method: string;
  /** @param index differs for each request of a run */
  readonly path: (index: number) => string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: (index: number) => Buffer;
}

const OBJECT = Buffer.alloc(1_024, 'x');
const none = Buffer.alloc(0);

/** A large share of their cost is the door: none of them does more than one write. */
export const samples: readonly Sample[] = [
  { name: 'GetObject 1 KB', method: 'GET', path: () => '/bench/0', headers: {}, body: () => none },
  {
    name: 'PutObject 1 KB',
    method: 'PUT',
    path: (index) => `/bench/${index}`,
    headers: {},
    body: () => OBJECT,
  },
  {
    name: 'GetCallerIdentity',
    method: 'POST',
    path: () => '/',
    headers: { ...signedFor('sts'), 'content-type': 'application/x-www-form-urlencoded' },
    body: () => Buffer.from('Action=GetCallerIdentity&Version=2011-06-15'),
  },
  json('sqs', 'AmazonSQS.SendMessage', '1.0', (index) => ({
    QueueUrl: 'http://127.0.0.1/000000000000/bench',
    MessageBody: `message ${index}`,
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'bench' } },
  })),
  json('dynamodb', 'DynamoDB_20120810.PutItem', '1.0', (index) => ({
    TableName: 'bench',
    Item: { id: { S: `item-${index % 1_000}` }, size: { N: '12.5' }, tags: { SS: ['a', 'b'] } },
    ConditionExpression: 'attribute_not_exists(#other)',
    ExpressionAttributeNames: { '#other': 'other' },
  })),
];

/** What the samples need, in order. */
export const preparations: readonly Sample[] = [
  { name: 'bucket', method: 'PUT', path: () => '/bench', headers: {}, body: () => none },
  { name: 'object', method: 'PUT', path: () => '/bench/0', headers: {}, body: () => OBJECT },
  json('sqs', 'AmazonSQS.CreateQueue', '1.0', () => ({ QueueName: 'bench' })),
  json('dynamodb', 'DynamoDB_20120810.CreateTable', '1.0', () => ({
    TableName: 'bench',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })),
];

function json(
  service: string,
  target: string,
  version: string,
  input: (index: number) => object,
): Sample {
  return {
    name: target.slice(target.indexOf('.') + 1),
    method: 'POST',
    path: () => '/',
    headers: {
      ...signedFor(service),
      'content-type': `application/x-amz-json-${version}`,
      'x-amz-target': target,
    },
    body: (index) => Buffer.from(JSON.stringify(input(index))),
  };
}

function signedFor(service: string): Readonly<Record<string, string>> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=a/20261120/us-east-1/${service}/aws4_request`,
  };
}

/** Sends `count` requests, `clients` at a time, each client on its own connection. */
export async function sendMany(
  endpoint: string,
  sample: Sample,
  count: number,
  clients: number,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  let index = 0;
  async function client(): Promise<void> {
    while (index < count) await send(endpoint, sample, (index += 1), agent);
  }
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    agent.destroy();
  }
}

function send(endpoint: string, sample: Sample, index: number, agent: Agent): Promise<void> {
  const { method, name } = sample;
  const body = sample.body(index);
  const headers = { ...sample.headers, 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${endpoint}${sample.path(index)}`, { method, agent, headers });
    request.on('error', reject);
    request.on('response', (response) => {
      const status = response.statusCode ?? 500;
      if (status >= 300) reject(new Error(`${name} was answered with ${status}`));
      response.resume();
      response.on('end', resolve);
      response.on('error', reject);
    });
    request.end(body);
  });
}
