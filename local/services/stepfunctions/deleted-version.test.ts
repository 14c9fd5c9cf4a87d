import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  PublishStateMachineVersionCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { startTestRuntime } from '../../testing/cloud.testing.ts';
import { createStepFunctionsService } from './index.ts';

const failingWith = (Error: string) =>
  JSON.stringify({ StartAt: 'Fail', States: { Fail: { Type: 'Fail', Error } } });

const trust = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'states.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
};

// A redrive has the definition and the role of the first attempt; of a version that was deleted since, AWS says nothing more.
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
it('an execution is redriven with its definition after its version was deleted', async () => {
  const runtime = await startTestRuntime([createStepFunctionsService]);
  const sfn = new SFNClient(runtime.clientConfig);
  const { Role } = await new IAMClient(runtime.clientConfig).send(
    new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const { stateMachineArn = '' } = await sfn.send(
    new CreateStateMachineCommand({
      name: 'm',
      definition: failingWith('one'),
      roleArn: Role?.Arn,
    }),
  );
  const { stateMachineVersionArn } = await sfn.send(
    new PublishStateMachineVersionCommand({ stateMachineArn }),
  );
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: stateMachineVersionArn }),
  );
  const ended = async () => {
    for (;;) {
      const found = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (found.status !== 'RUNNING') return found;
    }
  };
  await ended();
  const definition = failingWith('two');
  await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
  await sfn.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn }));

  await sfn.send(new RedriveExecutionCommand({ executionArn }));

  const again = await ended();
  await runtime.stop();
  expect(again).toMatchObject({ error: 'one', redriveCount: 1, stateMachineVersionArn });
});
