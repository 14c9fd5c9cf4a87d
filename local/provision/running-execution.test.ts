import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createVirtualClock } from '../host/clock.ts';
import { createStepFunctionsService } from '../services/stepfunctions/index.ts';
import { settle, startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { provision } from './provision.ts';

const clock = createVirtualClock();
const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
let runtime: TestRuntime;
let client: SFNClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createStepFunctionsService], { clock });
  client = new SFNClient(runtime.clientConfig);
});

afterAll(async () => {
  client.destroy();
  await runtime.stop();
});

async function provisionMachine(answer: string): Promise<void> {
  const Properties = {
    StateMachineName: 'machine',
    RoleArn: 'arn:aws:iam::000000000000:role/any',
    DefinitionString: JSON.stringify({
      StartAt: 'Wait',
      States: {
        Wait: { Type: 'Wait', Seconds: 60, Next: 'Answer' },
        Answer: { Type: 'Pass', Result: answer, End: true },
      },
    }),
  };
  const template = {
    Resources: { Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties } },
  };
  const stack = { name: 'stack', template, assets: [], dependencies: [] };
  await provision(runtime.cloud, { folder: '', stacks: [stack] });
}

async function begin(): Promise<string | undefined> {
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
  await settle();
  return executionArn;
}

async function outputOf(executionArn: string | undefined): Promise<string | undefined> {
  return (await client.send(new DescribeExecutionCommand({ executionArn }))).output;
}

it('finishes on the definition that it began with; a new one gets the new definition', async () => {
  await provisionMachine('former');
  const running = await begin();
  await provisionMachine('current');
  const started = await begin();

  clock.advance(60_000);
  await settle();

  expect([await outputOf(running), await outputOf(started)]).toEqual(['"former"', '"current"']);
});
