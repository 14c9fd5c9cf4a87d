import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../host/logger.ts';
import { startRuntime } from '../runtime.ts';
import { createIamService } from '../services/iam/index.ts';
import { createSqsService } from '../services/sqs/index.ts';
import { createStepFunctionsService } from '../services/stepfunctions/index.ts';
import { createStsService } from '../services/sts/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

const HOUR_MS = 3_600_000;
const TRUST = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
    { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' },
  ],
};

beforeEach(() => {
  // Only the system clock changes; timers and `performance` continue, as when a user sets the time.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
});

afterEach(() => {
  vi.useRealTimers();
});

function setWall(byMs: number): void {
  vi.setSystemTime(Date.now() + byMs);
}

describe('When the system clock is set', () => {
  it.each([
    ['forward by an hour', HOUR_MS],
    ['back by an hour', -HOUR_MS],
  ])('%s, timers fire once and at the right time', async (_name, byMs) => {
    const runtime: TestRuntime = await startTestRuntime([
      createSqsService,
      createStepFunctionsService,
    ]);
    try {
      const iam = new IAMClient(runtime.clientConfig);
      const states = new SFNClient(runtime.clientConfig);
      const sqs = new SQSClient(runtime.clientConfig);
      const sts = new STSClient(runtime.clientConfig);
      const { Role } = await iam.send(
        new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(TRUST) }),
      );
      const { stateMachineArn } = await states.send(
        new CreateStateMachineCommand({
          name: 'waits',
          roleArn: Role?.Arn ?? '',
          definition: JSON.stringify({
            StartAt: 'Wait',
            States: { Wait: { Type: 'Wait', Seconds: 2, End: true } },
          }),
        }),
      );
      const createQueue = async (QueueName: string) =>
        (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl;
      const soon = await createQueue('soon');
      const late = await createQueue('late');
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: Role?.Arn,
          RoleSessionName: 'session',
          DurationSeconds: 900,
        }),
      );
      const from = performance.now();
      const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn }));
      await sqs.send(new SendMessageCommand({ QueueUrl: soon, MessageBody: 'm', DelaySeconds: 1 }));
      // Less than the change of the system clock, and more than any machine takes for this test.
      await sqs.send(
        new SendMessageCommand({ QueueUrl: late, MessageBody: 'm', DelaySeconds: 900 }),
      );

      setWall(byMs);

      const one = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: soon, WaitTimeSeconds: 20 }),
      );
      const none = await sqs.send(new ReceiveMessageCommand({ QueueUrl: late }));
      const status = await ended(states, executionArn);
      const waitedMs = performance.now() - from;
      const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn }));
      const identity = await new STSClient({
        ...runtime.clientConfig,
        credentials: {
          accessKeyId: Credentials?.AccessKeyId ?? '',
          secretAccessKey: Credentials?.SecretAccessKey ?? '',
          sessionToken: Credentials?.SessionToken ?? '',
        },
      }).send(new GetCallerIdentityCommand({}));

      expect(none.Messages ?? []).toEqual([]);
      expect(one.Messages).toHaveLength(1);
      expect(status).toBe('SUCCEEDED');
      expect(waitedMs).toBeGreaterThan(1_900);
      expect(events.filter(({ type }) => type === 'WaitStateExited')).toHaveLength(1);
      const times = events.map(({ timestamp }) => timestamp?.getTime() ?? 0);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(identity.Arn).toContain('assumed-role/r/session');
    } finally {
      await runtime.stop();
    }
  });

  it('back while no runtime runs, the time of the next one does not go backwards', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'stepmill-wall-'));
    const start = () =>
      startRuntime({
        stateFolder,
        port: 0,
        logger: silentLogger,
        factories: [createIamService, createStsService],
      });
    try {
      const first = await start();
      const before = first.cloud.clock.now();
      await first.stop();
      setWall(-HOUR_MS);

      const second = await start();
      const after = second.cloud.clock.now();
      await second.stop();

      expect(after).toBeGreaterThanOrEqual(before);
      expect(after).toBeLessThan(before + HOUR_MS);
    } finally {
      rmSync(stateFolder, { recursive: true });
    }
  });
});

async function ended(states: SFNClient, executionArn: string | undefined): Promise<string> {
  for (;;) {
    const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== undefined && status !== 'RUNNING') return status;
  }
}
