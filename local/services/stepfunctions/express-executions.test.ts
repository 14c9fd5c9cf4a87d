import { expect, it } from 'vitest';
import { ServiceError } from '../../cloud/service-error.ts';
import { createVirtualClock } from '../../host/clock.ts';
import { createTestCloud, settle, storeBehind } from '../../testing/cloud.testing.ts';
import { createStepFunctionsService } from './index.ts';

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const roleArn = 'arn:aws:iam::000000000000:role/any';

const definition = JSON.stringify({
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', Seconds: 60, Next: 'Send' },
    Send: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: {
        QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/q',
        'MessageBody.$': '$.word',
      },
      End: true,
    },
  },
});

/** At least once: https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html */
it('begins an Express execution again that ran when the runtime ended, until it has ended', async () => {
  const sent: string[] = [];
  const clock = createVirtualClock();
  const queue = () => ({
    name: 'sqs' as const,
    operations: {
      SendMessage: {
        permissions: () => [],
        run: ({ MessageBody }: { readonly MessageBody: string }) => {
          sent.push(MessageBody);
          return {};
        },
      },
    },
    accessDenied: (message: string) => new ServiceError('AccessDenied', message),
  });
  const factories = [createStepFunctionsService, queue];
  const first = createTestCloud(factories, { clock });
  await first.start();
  const { stateMachineArn } = await first.call<{ readonly stateMachineArn: string }>(
    ROOT,
    'stepfunctions',
    'CreateStateMachine',
    { name: 'e', type: 'EXPRESS', roleArn, definition },
  );
  const input = '{"word":"hello"}';
  await first.call(ROOT, 'stepfunctions', 'StartExecution', { stateMachineArn, input });
  await settle();

  const next = async (seed: number) => {
    const later = createVirtualClock(clock.now());
    const cloud = createTestCloud(factories, { clock: later, store: storeBehind(first), seed });
    await cloud.start();
    await settle();
    later.advance(60_000);
    await settle();
    await cloud.stop();
  };
  await next(2);
  expect(sent).toEqual(['hello']);

  await next(3);
  expect(sent).toEqual(['hello']);
});

it('creates a machine with a log group where there is no CloudWatch Logs', async () => {
  const cloud = createTestCloud([createStepFunctionsService]);
  const logGroupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:g:*';

  const created = cloud.call(ROOT, 'stepfunctions', 'CreateStateMachine', {
    name: 'logged',
    roleArn,
    definition,
    loggingConfiguration: {
      level: 'ALL',
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
    },
  });

  await expect(created).resolves.toMatchObject({
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:logged',
  });
});
