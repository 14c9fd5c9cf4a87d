import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventBridgeService } from '../services/eventbridge/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { createStepFunctionsService } from '../services/stepfunctions/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

/**
 * AWS does not detect these loops, so they run until a user stops them, here too. Other clients must still get their
 * answers, and a loop must have only one round in memory. The tests count turns of the event loop, because the
 * number of rounds per turn depends on the machine.
 */
const ANSWERS = 30;
/** A request and its answer take two turns if nothing else runs. */
const MOST_TURNS_AN_ANSWER = 10;

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const ROLE = 'arn:aws:iam::000000000000:role/loop';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:loop';

let runtime: TestRuntime;

beforeEach(async () => {
  runtime = await startTestRuntime([
    createSqsService,
    createEventBridgeService,
    createStepFunctionsService,
  ]);
  await call('iam', 'CreateRole', {
    RoleName: 'loop',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: ['states.amazonaws.com', 'events.amazonaws.com'] },
        Action: 'sts:AssumeRole',
      },
    }),
  });
  await call('iam', 'PutRolePolicy', {
    RoleName: 'loop',
    PolicyName: 'all',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: ['states:*', 'events:*'], Resource: '*' },
    }),
  });
});

afterEach(() => runtime.stop());

function call<Output>(
  service: 'eventbridge' | 'iam' | 'sqs' | 'stepfunctions',
  operation: string,
  input: object,
): Promise<Output> {
  return runtime.cloud.call<Output>(ACCOUNT, service, operation, input);
}

/** Another client sends requests over HTTP, one after the other. */
async function answers(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) {
    const answer = await fetch(runtime.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.ListQueues',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=x',
      },
      body: '{}',
    });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  }
}

/** The number of turns of the event loop during some work. */
async function turnsDuring(work: () => Promise<void>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isOver = true;
  return turns;
}

async function createMachine(task: object): Promise<void> {
  await call('stepfunctions', 'CreateStateMachine', {
    name: 'loop',
    roleArn: ROLE,
    definition: JSON.stringify({ StartAt: 'Again', States: { Again: { ...task, End: true } } }),
  });
}

/** The number of executions that were started so far. */
async function rounds(): Promise<number> {
  let started = 0;
  let nextToken: string | undefined;
  do {
    const page: { readonly executions: readonly object[]; readonly nextToken?: string } =
      await call('stepfunctions', 'ListExecutions', {
        stateMachineArn: MACHINE,
        maxResults: 1_000,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
    started += page.executions.length;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return started;
}

async function running(): Promise<number> {
  const { executions } = await call<{ readonly executions: readonly object[] }>(
    'stepfunctions',
    'ListExecutions',
    { stateMachineArn: MACHINE, statusFilter: 'RUNNING' },
  );
  return executions.length;
}

describe('other clients are answered while', () => {
  it('a rule starts the machine that puts the event again', async () => {
    await createMachine({
      Type: 'Task',
      Resource: 'arn:aws:states:::events:putEvents',
      Parameters: { Entries: [{ Source: 'loop', DetailType: 'again', Detail: {} }] },
    });
    await call('eventbridge', 'PutRule', { Name: 'r', EventPattern: '{"source":["loop"]}' });
    await call('eventbridge', 'PutTargets', {
      Rule: 'r',
      Targets: [{ Id: 'm', Arn: MACHINE, RoleArn: ROLE }],
    });
    await call('eventbridge', 'PutEvents', {
      Entries: [{ Source: 'loop', DetailType: 'again', Detail: '{}' }],
    });

    await answers(ANSWERS);
    const before = await rounds();
    const turns = await turnsDuring(() => answers(ANSWERS));
    const during = (await rounds()) - before;

    expect(during).toBeGreaterThan(0);
    expect(turns).toBeLessThan(ANSWERS * MOST_TURNS_AN_ANSWER);
    const { store } = runtime.cloud;
    expect([...store.table('eventbridge.deliveries').entries()].length).toBeLessThan(5);
    expect(await running()).toBeLessThan(5);

    await call('eventbridge', 'DisableRule', { Name: 'r' });
    await answers(ANSWERS);
    const ended = await rounds();
    await answers(ANSWERS);
    expect(await rounds()).toBe(ended);
  });

  it('a machine starts itself', async () => {
    await createMachine({
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution',
      Parameters: { StateMachineArn: MACHINE },
    });
    await call('stepfunctions', 'StartExecution', { stateMachineArn: MACHINE });

    await answers(ANSWERS);
    const before = await rounds();
    const turns = await turnsDuring(() => answers(ANSWERS));
    const during = (await rounds()) - before;

    expect(during).toBeGreaterThan(0);
    expect(turns).toBeLessThan(ANSWERS * MOST_TURNS_AN_ANSWER);
    expect(await running()).toBeLessThan(5);
  });
});

it('two queues that are each other’s dead-letter queue hold a message once', async () => {
  const urls: string[] = [];
  for (const QueueName of ['a', 'b']) {
    const { QueueUrl } = await call<{ readonly QueueUrl: string }>('sqs', 'CreateQueue', {
      QueueName,
      Attributes: { VisibilityTimeout: '0' },
    });
    urls.push(QueueUrl);
  }
  for (const [index, QueueUrl] of urls.entries()) {
    await call('sqs', 'SetQueueAttributes', {
      QueueUrl,
      Attributes: {
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${index === 0 ? 'b' : 'a'}`,
          maxReceiveCount: 1,
        }),
      },
    });
  }
  await call('sqs', 'SendMessage', { QueueUrl: urls[0], MessageBody: 'x' });

  let received = 0;
  for (let turn = 0; turn < 40; turn += 1) {
    const { Messages = [] } = await call<{ readonly Messages?: readonly object[] }>(
      'sqs',
      'ReceiveMessage',
      { QueueUrl: urls[turn % 2] },
    );
    expect(Messages.length).toBeLessThan(2);
    received += Messages.length;
  }

  expect(received).toBeGreaterThan(0);
  let held = 0;
  for (const QueueUrl of urls) {
    const { Attributes } = await call<{ readonly Attributes: Readonly<Record<string, string>> }>(
      'sqs',
      'GetQueueAttributes',
      { QueueUrl, AttributeNames: ['All'] },
    );
    held += Number(Attributes['ApproximateNumberOfMessages']);
    held += Number(Attributes['ApproximateNumberOfMessagesNotVisible']);
  }
  expect(held).toBe(1);
});
