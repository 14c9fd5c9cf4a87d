import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceFactories } from '../services/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

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
    readonly path?: string | undefined;
    readonly method?: string | undefined;
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

describe('a request with very many parts', () => {
  it('is refused for its number of form parameters', async () => {
    const tags = Array.from({ length: 20_001 }, (_, at) => [`Tags.member.${at}.Key`, 'k'] as const);

    const answer = await query('sns', '2010-03-31', 'CreateTopic', Object.fromEntries(tags));

    expect(answer).toEqual({ status: 400, text: expect.stringContaining('more than 20000') });
  });

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

/** Request bodies, one of each protocol. */
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

/** Documents in members, with the service's own error for an invalid one. */
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
    (definition) => states('CreateStateMachine', { name: 'm', definition, roleArn: ROLE }),
  ],
  [
    'Step Functions: definition of an update',
    'InvalidDefinition',
    (definition) => states('UpdateStateMachine', { stateMachineArn: MACHINE, definition }),
  ],
  [
    'Step Functions: definition to be validated',
    '"result":"FAIL"',
    (definition) => states('ValidateStateMachineDefinition', { definition }),
  ],
  [
    'Step Functions: definition of a test',
    'InvalidDefinition',
    (definition) => states('TestState', { definition, roleArn: ROLE }),
  ],
  [
    'Step Functions: input of a test',
    /InvalidExecutionInput|ValidationException/,
    (input) => states('TestState', { definition: PASS, roleArn: ROLE, input }),
  ],
  [
    'Step Functions: input of an execution',
    /InvalidExecutionInput|ValidationException/,
    (input) => states('StartExecution', { stateMachineArn: MACHINE, input }),
  ],
  [
    'Step Functions: output of a task',
    /InvalidOutput|InvalidToken|ValidationException/,
    (output) => states('SendTaskSuccess', { taskToken: 't', output }),
  ],
  [
    'Step Functions: token of a page',
    /InvalidToken|ValidationException/,
    (token) => states('ListActivities', { nextToken: Buffer.from(token).toString('base64url') }),
  ],
  [
    'Step Functions: a document that an expression reads',
    /States.QueryEvaluationError|ValidationException/,
    (document) =>
      states('TestState', {
        definition: JSON.stringify({
          Type: 'Pass',
          QueryLanguage: 'JSONata',
          Output: '{% $parse($states.input.evaluation) %}',
          End: true,
        }),
        roleArn: ROLE,
        input: JSON.stringify({ evaluation: document }),
      }),
  ],
  [
    'Step Functions: a document that an intrinsic function reads',
    /States\.|ValidationException/,
    (document) =>
      states('TestState', {
        definition: JSON.stringify({
          Type: 'Pass',
          Parameters: { 'read.$': 'States.StringToJson($.evaluation)' },
          End: true,
        }),
        roleArn: ROLE,
        input: JSON.stringify({ evaluation: document }),
      }),
  ],
  [
    'Lambda: payload',
    'InvalidRequestContentException',
    (body) =>
      send('lambda', {
        path: '/2015-03-31/functions/deep/invocations',
        type: 'application/json',
        body,
      }),
  ],
  [
    'SNS: redrive policy',
    'InvalidParameter',
    (policy) => subscribe('RedrivePolicy', `{"deadLetterTargetArn":${policy}}`),
  ],
  ['SNS: delivery policy', 'InvalidParameter', (policy) => subscribe('DeliveryPolicy', policy)],
  [
    'DynamoDB: resource policy',
    'ValidationException',
    (policy) =>
      json('dynamodb', 'DynamoDB_20120810.PutResourcePolicy', {
        ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/deep',
        Policy: `{"Statement":${policy}}`,
      }),
  ],
  [
    'EventBridge: input of a target',
    /ValidationException|"FailedEntryCount":1/,
    (Input) => putTarget({ Input }),
  ],
  [
    'EventBridge: template of a target',
    /ValidationException|"FailedEntryCount":1/,
    (InputTemplate) => putTarget({ InputTransformer: { InputTemplate } }),
  ],
  [
    'EventBridge: pattern of a test',
    /InvalidEventPatternException|ValidationException/,
    (EventPattern) => json('events', 'AWSEvents.TestEventPattern', { EventPattern, Event: '{}' }),
  ],
  [
    'IAM: inline policy of a role',
    /MalformedPolicyDocument|ValidationError|RequestEntityTooLargeException/,
    (PolicyDocument) =>
      query('iam', '2010-05-08', 'PutRolePolicy', {
        RoleName: 'deep',
        PolicyName: 'p',
        PolicyDocument,
      }),
  ],
  [
    'SageMaker: policy of a group',
    'ValidationException',
    (ResourcePolicy) =>
      json('sagemaker', 'SageMaker.PutModelPackageGroupPolicy', {
        ModelPackageGroupName: 'deep',
        ResourcePolicy,
      }),
  ],
  [
    'SQS: policies of a queue that is there',
    'InvalidAttributeValue',
    (RedriveAllowPolicy) =>
      json('sqs', 'AmazonSQS.SetQueueAttributes', {
        QueueUrl: 'http://localhost/000000000000/deep',
        Attributes: { RedriveAllowPolicy },
      }),
  ],
  [
    'CloudWatch: rule of a composite alarm',
    /ValidationError|ValidationException/,
    (document) =>
      json('monitoring', 'GraniteServiceVersion20100801.PutCompositeAlarm', {
        AlarmName: 'deep',
        AlarmRule: document.replaceAll('[', '(').replaceAll(']', ')'),
      }),
  ],
  [
    'CloudWatch: metric math',
    /ValidationError|ValidationException/,
    (document) =>
      json('monitoring', 'GraniteServiceVersion20100801.GetMetricData', {
        StartTime: 0,
        EndTime: 3_600,
        MetricDataQueries: [
          { Id: 'e', Expression: document.replaceAll('[', '(').replaceAll(']', ')') },
        ],
      }),
  ],
];

/** Documents that the service stores as texts and parses only on demand. */
const TEXTS: readonly (readonly [string, (document: string) => Promise<Answer>])[] = [
  [
    'Logs: a message, read by a filter',
    async (message) => {
      await logs('PutLogEvents', {
        logGroupName: 'deep',
        logStreamName: 's',
        logEvents: [
          { timestamp: Date.now(), message: message.slice(0, 200_000) },
          {
            timestamp: Date.now(),
            message: `{"_aws":${message.slice(0, 200_000)},"deep":1}`,
          },
        ],
      });
      return logs('FilterLogEvents', { logGroupName: 'deep', filterPattern: '{ $.a.a = 1 }' });
    },
  ],
  [
    'SQS: a message',
    (MessageBody) =>
      json('sqs', 'AmazonSQS.SendMessage', {
        QueueUrl: 'http://localhost/000000000000/deep',
        MessageBody,
      }),
  ],
  [
    'SNS: a message, read by a filter',
    (Message) =>
      query('sns', '2010-03-31', 'Publish', {
        TopicArn: 'arn:aws:sns:us-east-1:000000000000:filtered',
        Message: Message.slice(0, 200_000),
      }),
  ],
  [
    'S3: an object',
    (body) => send('s3', { method: 'PUT', path: '/deep/key', type: 'application/json', body }),
  ],
  [
    'SSM: a parameter',
    (text) =>
      json('ssm', 'AmazonSSM.PutParameter', {
        Name: 'deep',
        Type: 'String',
        Overwrite: true,
        Value: text.slice(0, 4_000),
      }),
  ],
];

const ROLE = 'arn:aws:iam::000000000000:role/deep';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:deep';
const PASS = '{"Type":"Pass","End":true}';
const PASSING = `{"StartAt":"A","States":{"A":${PASS}}}`;
const TRUST =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":["states.amazonaws.com","lambda.amazonaws.com"]},"Action":"sts:AssumeRole"}}';

const states = (operation: string, input: object) =>
  json('states', `AWSStepFunctions.${operation}`, input);
const logs = (operation: string, input: object) =>
  json('logs', `Logs_20140328.${operation}`, input);

const subscribe = (name: string, value: string) =>
  query('sns', '2010-03-31', 'Subscribe', {
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:deep',
    Protocol: 'sqs',
    Endpoint: 'arn:aws:sqs:us-east-1:000000000000:q',
    'Attributes.entry.1.key': name,
    'Attributes.entry.1.value': value,
  });

const putTarget = (target: object) =>
  json('events', 'AWSEvents.PutTargets', {
    Rule: 'deep',
    Targets: [{ Id: 't', Arn: 'arn:aws:sqs:us-east-1:000000000000:deep', ...target }],
  });

/** XML bodies of S3, which have one parser, but different paths to it. */
const XML_BODIES = [
  'PUT /deep?tagging',
  'PUT /deep?lifecycle',
  'PUT /deep?cors',
  'PUT /deep?versioning',
  'PUT /deep?notification',
  'PUT /deep?encryption',
  'POST /deep?delete',
  'POST /deep/key?uploadId=x',
  'PUT /deep-too',
] as const;

beforeAll(async () => {
  await send('s3', { method: 'PUT', path: '/deep', type: 'application/xml', body: '' });
  await query('sns', '2010-03-31', 'CreateTopic', { Name: 'deep' });
  await logs('CreateLogGroup', { logGroupName: 'deep' });
  await logs('CreateLogStream', { logGroupName: 'deep', logStreamName: 's' });
  await query('iam', '2010-05-08', 'CreateRole', {
    RoleName: 'deep',
    AssumeRolePolicyDocument: TRUST,
  });
  await states('CreateStateMachine', { name: 'deep', definition: PASSING, roleArn: ROLE });
  await json('sqs', 'AmazonSQS.CreateQueue', { QueueName: 'deep' });
  await json('events', 'AWSEvents.PutRule', { Name: 'deep', EventPattern: '{"source":["a"]}' });
  await json('sagemaker', 'SageMaker.CreateModelPackageGroup', { ModelPackageGroupName: 'deep' });
  await query('sns', '2010-03-31', 'CreateTopic', { Name: 'filtered' });
  await query('sns', '2010-03-31', 'Subscribe', {
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:filtered',
    Protocol: 'sqs',
    Endpoint: 'arn:aws:sqs:us-east-1:000000000000:deep',
    'Attributes.entry.1.key': 'FilterPolicyScope',
    'Attributes.entry.1.value': 'MessageBody',
    'Attributes.entry.2.key': 'FilterPolicy',
    'Attributes.entry.2.value': '{"a":{"a":[1]}}',
  });
  await json('dynamodb', 'DynamoDB_20120810.CreateTable', {
    TableName: 'deep',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const code = zipSync({ 'index.mjs': Buffer.from('export const handler = () => 1;') });
  const created = await send('lambda', {
    path: '/2015-03-31/functions',
    type: 'application/json',
    body: JSON.stringify({
      FunctionName: 'deep',
      Role: ROLE,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: Buffer.from(code).toString('base64') },
    }),
  });
  expect(created).toEqual({ status: 201, text: expect.any(String) });
});

/** Most of these requests are valid; none may cause an internal error. */
describe.each([1, 2, 32, 100, 127, 128, 129, 512, 999, 1_000])(
  'a document of %d levels',
  (depth) => {
    it('is answered at every place', async () => {
      const calls = [...BODIES, ...DOCUMENTS].map(([name, , call]) => ({ name, call }));
      const faults: string[] = [];
      for (const { name, call } of [
        ...calls,
        ...TEXTS.map(([text, of]) => ({ name: text, call: of })),
      ]) {
        for (const document of [lists(depth), objects(depth)]) {
          const { status, text } = await call(document);
          // 501 is the answer for an operation that is not implemented.
          if (status >= 500 && status !== 501)
            faults.push(`${name}: ${status} ${text.slice(0, 200)}`);
        }
      }

      expect(faults).toEqual([]);
    });
  },
);

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

  it.each(TEXTS)('is accepted as a text: %s', async (_, call) => {
    for (const document of [lists(depth), objects(depth)]) {
      const { status, text } = await call(document);

      expect([status, text]).toEqual([200, expect.any(String)]);
    }
  });

  it.each(XML_BODIES)('is refused as XML: %s', async (place) => {
    const [method, path] = place.split(' ');
    const body = `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;

    const { status, text } = await send('s3', { method, path, type: 'application/xml', body });

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
  it('a pattern of a rule is refused with the service’s own error', async () => {
    const EventPattern = `${'['.repeat(2_048)}${']'.repeat(2_048)}`;

    const { status, text } = await json('events', 'AWSEvents.PutRule', { Name: 'r', EventPattern });

    expect(text).toContain('InvalidEventPatternException');
    expect(status).toBe(400);
  });

  it.each([
    ['closed', `{ ${'('.repeat(480)}$.a = 1${')'.repeat(480)} }`],
    ['left open', `{ ${'('.repeat(1_000)}$.a = 1 }`],
  ])(
    'parentheses of a filter pattern, %s, are refused with the service’s own error',
    async (_, filterPattern) => {
      const input = { logGroupName: 'deep', filterPattern };

      const { text } = await json('logs', 'Logs_20140328.FilterLogEvents', input);

      expect(text).toContain('does not understand the filter pattern');
    },
  );

  it('a query of thousands of levels and numbers is refused with the service’s own error', async () => {
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
