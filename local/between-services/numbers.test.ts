import { afterEach, expect, it } from 'vitest';
import type { Cloud, ServiceFactory } from '../cloud/cloud.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { createEventBridgeService } from '../services/eventbridge/index.ts';
import { createIamService } from '../services/iam/index.ts';
import { createSnsService } from '../services/sns/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { createStsService } from '../services/sts/index.ts';
import { createTestCloud, settle } from '../testing/cloud.testing.ts';

/** Numbers that `JSON.parse` changes to …67000, null and 1. */
const GIVEN = '{"n":12345678901234567890,"x":1e400,"y":1.0}';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:q';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:f';

let cloud: Cloud;
let invoked: string[];

afterEach(() => cloud.stop());

async function createWorld(): Promise<string> {
  invoked = [];
  const functions: ServiceFactory = () => ({
    name: 'lambda',
    operations: {
      Invoke: {
        permissions: () => [],
        run: ({ Payload }: { readonly Payload: Uint8Array }) => {
          invoked.push(Buffer.from(Payload).toString());
          return {};
        },
      },
    },
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
  });
  cloud = createTestCloud([
    createIamService,
    createStsService,
    createSqsService,
    createSnsService,
    createEventBridgeService,
    functions,
  ]);
  await cloud.start();
  const { QueueUrl } = await call<{ readonly QueueUrl: string }>('sqs', 'CreateQueue', {
    QueueName: 'q',
    Attributes: {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' },
      }),
    },
  });
  return QueueUrl;
}

function call<Output>(
  service: 'eventbridge' | 'sns' | 'sqs',
  operation: string,
  input: object,
): Promise<Output> {
  return cloud.call<Output>(ACCOUNT, service, operation, input);
}

async function received(QueueUrl: string): Promise<string> {
  await settle();
  const { Messages } = await call<{ readonly Messages: readonly { readonly Body: string }[] }>(
    'sqs',
    'ReceiveMessage',
    { QueueUrl },
  );
  return Messages[0]?.Body ?? '';
}

it.each<[string, object, (body: string) => void]>([
  ['whole', {}, (body) => expect(body).toContain(`"detail":${GIVEN}`)],
  ['in part', { InputPath: '$.detail' }, (body) => expect(body).toBe(GIVEN)],
  [
    'through a template',
    { InputTransformer: { InputPathsMap: { d: '$.detail' }, InputTemplate: '{"d": <d>}' } },
    (body) => expect(body).toBe(`{"d": ${GIVEN}}`),
  ],
])('an event reaches a queue and a function %s with unchanged numbers', async (_, more, check) => {
  const QueueUrl = await createWorld();
  await call('eventbridge', 'PutRule', { Name: 'r', EventPattern: '{"source":["mine"]}' });
  await call('eventbridge', 'PutTargets', {
    Rule: 'r',
    Targets: [
      { Id: 'q', Arn: QUEUE_ARN, ...more },
      { Id: 'f', Arn: FUNCTION_ARN, ...more },
    ],
  });

  await call('eventbridge', 'PutEvents', {
    Entries: [{ Source: 'mine', DetailType: 'd', Detail: GIVEN }],
  });

  check(await received(QueueUrl));
  expect(invoked).toHaveLength(1);
  check(invoked[0] ?? '');
});

it.each<[string, string, (body: string) => unknown]>([
  ['raw', 'true', (body) => body],
  ['in an envelope', 'false', (body) => (JSON.parse(body) as { readonly Message: string }).Message],
])(
  'a message of a topic reaches a queue %s unchanged',
  async (_, RawMessageDelivery, messageOf) => {
    const QueueUrl = await createWorld();
    const { TopicArn } = await call<{ readonly TopicArn: string }>('sns', 'CreateTopic', {
      Name: 't',
    });
    await call('sns', 'Subscribe', {
      TopicArn,
      Protocol: 'sqs',
      Endpoint: QUEUE_ARN,
      Attributes: { RawMessageDelivery },
    });

    await call('sns', 'Publish', { TopicArn, Message: GIVEN });

    expect(messageOf(await received(QueueUrl))).toBe(GIVEN);
  },
);
