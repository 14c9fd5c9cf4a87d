import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createSeededRandom } from '../../engine/testing/seeded-random.ts';

/** A runtime in its own process, on a real disk, which is killed repeatedly during an execution. */
let folder: string;
let runtime: ChildProcess | undefined;

/** The maximum time until a runtime is killed. */
const longestLifeMs = 700;
const rounds = 8;
const random = createSeededRandom(11);

beforeAll(() => {
  execFileSync(process.execPath, ['build.mjs']);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-killed-'));
});

afterEach(async () => {
  await kill();
  rmSync(folder, { recursive: true });
});

interface Clients {
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  readonly iam: IAMClient;
}

async function start(): Promise<Clients> {
  const program = join(import.meta.dirname, 'durable-runtime.mjs');
  runtime = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (runtime.stdout === null) throw new Error('The runtime has no standard output.');
  const [endpoint] = await once(createInterface(runtime.stdout), 'line');
  const config = {
    endpoint: String(endpoint),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  return { sfn: new SFNClient(config), sqs: new SQSClient(config), iam: new IAMClient(config) };
}

async function kill(): Promise<void> {
  if (runtime === undefined || runtime.exitCode !== null || runtime.signalCode !== null) return;
  const exit = once(runtime, 'exit');
  runtime.kill('SIGKILL');
  await exit;
}

const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } });

async function createRole(iam: IAMClient): Promise<string> {
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'any',
      AssumeRolePolicyDocument: policy({
        Principal: { Service: 'states.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'any',
      PolicyName: 'all',
      PolicyDocument: policy({ Action: '*', Resource: '*' }),
    }),
  );
  return Role?.Arn ?? '';
}

/** Works with every port of the runtime, because queues are identified by their names. */
const queueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/sent';

const send = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage',
  Arguments: { QueueUrl: queueUrl, MessageBody: "{% $string($round) & '.' & $states.input %}" },
  Output: '{% $states.input %}',
  // A request that was running when the runtime ended may have been completed: the client sees a lost connection.
  Retry: [
    {
      ErrorEquals: ['SQS.SdkClientException'],
      IntervalSeconds: 1,
      MaxAttempts: 50,
      BackoffRate: 1,
    },
  ],
  Next: 'Pause',
};
const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  States: {
    Begin: { Type: 'Pass', Assign: { round: 1, total: 0 }, Next: 'Each' },
    Each: {
      Type: 'Map',
      Items: [1, 2, 3, 4],
      MaxConcurrency: 2,
      ItemProcessor: {
        StartAt: 'Send',
        States: { Send: send, Pause: { Type: 'Wait', Seconds: 1, End: true } },
      },
      Assign: { round: '{% $round + 1 %}', total: '{% $total + $sum($states.result) %}' },
      Next: 'Again?',
    },
    'Again?': {
      Type: 'Choice',
      Choices: [{ Condition: `{% $round <= ${rounds} %}`, Next: 'Each' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed', Output: '{% $total %}' },
  },
};

async function historyOf(sfn: SFNClient, executionArn: string): Promise<readonly HistoryEvent[]> {
  const request = new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000 });
  const { events = [] } = await sfn.send(request);
  return events;
}

it('an execution survives every kill of its runtime and does not repeat a completed task', async () => {
  let clients = await start();
  const roleArn = await createRole(clients.iam);
  await clients.sqs.send(new CreateQueueCommand({ QueueName: 'sent' }));
  const { stateMachineArn } = await clients.sfn.send(
    new CreateStateMachineCommand({
      name: 'long',
      roleArn,
      definition: JSON.stringify(definition),
    }),
  );
  const { executionArn = '' } = await clients.sfn.send(
    new StartExecutionCommand({ stateMachineArn }),
  );

  let kills = 0;
  let described = await clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
  while (described.status === 'RUNNING') {
    const life = random.next() * longestLifeMs;
    await new Promise((resolve) => {
      setTimeout(resolve, life);
    });
    await kill();
    kills += 1;
    clients = await start();
    described = await clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
  }
  const history = await historyOf(clients.sfn, executionArn);

  const { status, output, error, cause } = described;
  expect({ status, output, error, cause }).toEqual({
    status: 'SUCCEEDED',
    output: String(rounds * 10),
  });
  expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
  const count = (wanted: string) => history.filter(({ type }) => type === wanted).length;
  expect(count('TaskSucceeded')).toBe(rounds * 4);
  expect(count('TaskScheduled') - count('TaskFailed')).toBe(rounds * 4);
  expect(count('TaskFailed')).toBeLessThanOrEqual(2 * kills);
  expect(kills).toBeGreaterThan(10);
}, 180_000);
