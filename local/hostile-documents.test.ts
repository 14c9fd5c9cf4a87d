import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceFactories } from './services/index.ts';
import { startTestRuntime, type TestRuntime } from './testing.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime(serviceFactories);
});

afterAll(async () => {
  await runtime.stop();
});

const DEPTHS = [1_001, 5_000, 100_000] as const;

const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function send(
  service: string,
  options: {
    readonly path?: string;
    readonly method?: string;
    readonly target?: string;
    readonly type?: string;
    readonly body: string | Uint8Array;
  },
): Promise<Answer> {
  const answer = await fetch(`${runtime.endpoint}${options.path ?? '/'}`, {
    method: options.method ?? 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
      'content-type': options.type ?? 'application/x-amz-json-1.1',
      ...(options.target !== undefined && { 'x-amz-target': options.target }),
    },
    body: options.body,
  });
  const type = answer.headers.get('x-amzn-errortype') ?? '';
  return { status: answer.status, text: `${type} ${await answer.text()}` };
}

const json = (service: string, target: string, input: object) =>
  send(service, { target, body: JSON.stringify(input) });

function query(service: string, version: string, action: string, input: Record<string, string>) {
  return send(service, {
    type: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({ Action: action, Version: version, ...input }).toString(),
  });
}

describe('a request of very many parts', () => {
  it.each<[string, string, string]>([
    ['members', `{${'"a" : 1,'.repeat(100_001)}"b":1}`, 'more than 100000 members'],
    ['items', `{"maxResults":[${'0,'.repeat(500_001)}0]}`, 'more than 500000 items'],
  ])('is refused for its %s', async (_, body, message) => {
    const answer = await send('states', { target: 'AWSStepFunctions.ListStateMachines', body });

    expect(answer).toEqual({ status: 400, text: expect.stringContaining(message) });
  });

  it.each([
    ['within texts', `{"nextToken":"${':,'.repeat(600_000)}"}`],
    ['behind escaped quotes', `{"nextToken":"${'\\\",:'.repeat(200_000)}"}`],
  ])('is not refused for colons and commas %s', async (_, body) => {
    const answer = await send('states', { target: 'AWSStepFunctions.ListStateMachines', body });

    expect(answer.text).not.toContain('more than');
    expect(answer.text).toContain('nextToken');
  });
});

describe('half of a surrogate pair', () => {
  it.each([
    ['a text', '{"nextToken":"\\ud800"}'],
    ['a name', '{"\\udfff":1}'],
  ])(
    'is refused as %s of a JSON request: two keys that differ in it would be one',
    async (_, body) => {
      const answer = await send('states', { target: 'AWSStepFunctions.ListStateMachines', body });

      expect(answer).toEqual({
        status: 400,
        text: expect.stringContaining('half of a surrogate pair'),
      });
    },
  );
});

/** Bodies as such: one of each protocol. */
const BODIES: readonly (readonly [string, string, (body: string) => Promise<Answer>])[] = [
  [
    'awsJson 1.0',
    'SerializationException',
    (body) =>
      send('states', {
        target: 'AWSStepFunctions.ListStateMachines',
        type: 'application/x-amz-json-1.0',
        body,
      }),
  ],
  [
    'awsJson 1.1',
    'SerializationException',
    (body) => send('ssm', { target: 'AmazonSSM.GetParameter', body }),
  ],
  [
    'restJson',
    'SerializationException',
    (body) => send('lambda', { path: '/2015-03-31/functions', type: 'application/json', body }),
  ],
];

/** Documents in members, with the service's own error for one that it cannot read. */
const DOCUMENTS: readonly (readonly [
  string,
  string | RegExp,
  (document: string) => Promise<Answer>,
])[] = [
  [
    'EventBridge: Detail',
    'MalformedDetail',
    (Detail) =>
      json('events', 'AWSEvents.PutEvents', {
        Entries: [{ Source: 'a', DetailType: 'b', Detail }],
      }),
  ],
  [
    'EventBridge: bus policy',
    'ValidationException',
    (Policy) => json('events', 'AWSEvents.PutPermission', { Policy }),
  ],
  [
    'EventBridge: event of a test',
    'ValidationException',
    (Event) => json('events', 'AWSEvents.TestEventPattern', { EventPattern: '{"a":["b"]}', Event }),
  ],
  [
    'IAM: policy',
    /MalformedPolicyDocument|ValidationError|RequestEntityTooLargeException/,
    (PolicyDocument) =>
      query('iam', '2010-05-08', 'CreatePolicy', { PolicyName: 'p', PolicyDocument }),
  ],
  [
    'IAM: trust policy',
    /MalformedPolicyDocument|ValidationError|RequestEntityTooLargeException/,
    (AssumeRolePolicyDocument) =>
      query('iam', '2010-05-08', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument }),
  ],
  [
    'SQS: queue policy',
    'InvalidAttributeValue',
    (Policy) => json('sqs', 'AmazonSQS.CreateQueue', { QueueName: 'q', Attributes: { Policy } }),
  ],
  [
    'SQS: redrive policy',
    'InvalidAttributeValue',
    (RedrivePolicy) =>
      json('sqs', 'AmazonSQS.CreateQueue', { QueueName: 'q', Attributes: { RedrivePolicy } }),
  ],
  [
    'SNS: topic policy',
    'InvalidParameter',
    (Policy) =>
      query('sns', '2010-03-31', 'CreateTopic', {
        Name: 't',
        'Attributes.entry.1.key': 'Policy',
        'Attributes.entry.1.value': Policy,
      }),
  ],
  [
    'SNS: message by protocol',
    'InvalidParameter',
    (Message) =>
      query('sns', '2010-03-31', 'Publish', {
        TopicArn: 'arn:aws:sns:us-east-1:000000000000:deep',
        MessageStructure: 'json',
        Message,
      }),
  ],
  [
    'SNS: filter policy',
    'InvalidParameter',
    (FilterPolicy) =>
      query('sns', '2010-03-31', 'Subscribe', {
        TopicArn: 'arn:aws:sns:us-east-1:000000000000:deep',
        Protocol: 'sqs',
        Endpoint: 'arn:aws:sqs:us-east-1:000000000000:q',
        'Attributes.entry.1.key': 'FilterPolicy',
        'Attributes.entry.1.value': FilterPolicy,
      }),
  ],
  [
    'EventBridge: pattern of a rule',
    /InvalidEventPatternException|ValidationException/,
    (EventPattern) => json('events', 'AWSEvents.PutRule', { Name: 'r', EventPattern }),
  ],
  [
    'Logs: filter pattern',
    'InvalidParameterException',
    (filterPattern) =>
      json('logs', 'Logs_20140328.FilterLogEvents', { logGroupName: 'deep', filterPattern }),
  ],
  [
    'S3: bucket policy',
    'MalformedPolicy',
    (body) => send('s3', { method: 'PUT', path: '/deep?policy', type: 'application/json', body }),
  ],
  [
    'CloudWatch: dashboard',
    'Invalid',
    (DashboardBody) =>
      json('monitoring', 'GraniteServiceVersion20100801.PutDashboard', {
        DashboardName: 'd',
        DashboardBody,
      }),
  ],
  [
    'Logs: resource policy',
    'InvalidParameterException',
    (policyDocument) =>
      json('logs', 'Logs_20140328.PutResourcePolicy', { policyName: 'p', policyDocument }),
  ],
  [
    'Step Functions: definition',
    'InvalidDefinition',
    (definition) =>
      json('states', 'AWSStepFunctions.CreateStateMachine', {
        name: 'm',
        definition,
        roleArn: 'arn:aws:iam::000000000000:role/r',
      }),
  ],
];

beforeAll(async () => {
  await send('s3', { method: 'PUT', path: '/deep', type: 'application/xml', body: '' });
  await query('sns', '2010-03-31', 'CreateTopic', { Name: 'deep' });
  await json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName: 'deep' });
});

describe.each(DEPTHS)('a document of %d levels', (depth) => {
  it.each(BODIES)('is refused as a body: %s', async (_, code, call) => {
    for (const body of [lists(depth), objects(depth), '['.repeat(depth)]) {
      const { status, text } = await call(body);

      expect(text).toContain(code);
      expect(status).toBe(400);
    }
  });

  it.each(DOCUMENTS)('is refused in a member: %s', async (_, code, call) => {
    for (const document of [lists(depth), objects(depth)]) {
      const { status, text } = await call(document);

      expect(text).toMatch(code);
      expect(status).toBeLessThan(500);
    }
  });

  it('is refused as XML', async () => {
    const body = `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;

    const { status, text } = await send('s3', {
      method: 'PUT',
      path: '/deep?tagging',
      type: 'application/xml',
      body,
    });

    expect([status, text]).toEqual([400, expect.stringContaining('<Code>MalformedXML</Code>')]);
  });

  it.each([
    ['lists', 0x81],
    ['tags', 0xc1],
    ['open-ended lists', 0x9f],
  ])('is refused as CBOR: %s', async (_, byte) => {
    const body = new Uint8Array(depth + 1).fill(byte);
    body[depth] = 0x01;

    const { status, text } = await send('monitoring', {
      path: '/service/GraniteServiceVersion20100801/operation/ListMetrics',
      type: 'application/cbor',
      body,
    });

    expect(text).toContain('SerializationException');
    expect(text).toContain('nested deeper than 128 levels');
    expect(status).toBe(400);
  });
});

describe('as deep as the length of the field allows', () => {
  it('a pattern of a rule is refused by name', async () => {
    const EventPattern = `${'['.repeat(2_048)}${']'.repeat(2_048)}`;

    const { status, text } = await json('events', 'AWSEvents.PutRule', { Name: 'r', EventPattern });

    expect(text).toContain('InvalidEventPatternException');
    expect(status).toBe(400);
  });

  it.each([
    ['closed', `{ ${'('.repeat(480)}$.a = 1${')'.repeat(480)} }`],
    ['left open', `{ ${'('.repeat(1_000)}$.a = 1 }`],
  ])('parentheses of a filter pattern, %s, are refused by name', async (_, filterPattern) => {
    const input = { logGroupName: 'deep', filterPattern };

    const { text } = await json('logs', 'Logs_20140328.FilterLogEvents', input);

    expect(text).toContain('does not understand the filter pattern');
  });

  it('a query of thousands of levels and numbers is refused by name', async () => {
    const name = `Attributes.entry${'.1.a'.repeat(5_000)}`;
    for (const key of [name, `Tags.member.${'9'.repeat(300)}.Key`, 'Tags.member.4294967296.Key']) {
      const { status, text } = await query('sns', '2010-03-31', 'CreateTopic', {
        Name: 'other',
        [key]: 'x',
      });

      expect(text).toMatch(/<Code>\w+<\/Code>/);
      expect(status).toBe(400);
    }
  });
});
