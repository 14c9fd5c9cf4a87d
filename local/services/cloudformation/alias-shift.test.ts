import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeStateMachineAliasCommand,
  SFNClient,
  UpdateStateMachineAliasCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createStepFunctionsService } from '../stepfunctions/index.ts';
import { createCloudFormationService } from './index.ts';

// https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-stepfunctions/tree/3df87f8/statemachinealias

const clock = createVirtualClock(Date.UTC(2026, 10, 30));
const MINUTE = 60_000;
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';

let runtime: TestRuntime;
let cloudformation: CloudFormationClient;
let states: SFNClient;
let stack = '';
let machine = '';

beforeAll(async () => {
  runtime = await startTestRuntime(
    [createCloudFormationService, createCloudWatchService, createStepFunctionsService],
    { clock },
  );
  cloudformation = new CloudFormationClient(runtime.clientConfig);
  states = new SFNClient(runtime.clientConfig);
});

afterAll(() => runtime.stop());

let stacks = 0;
beforeEach(async () => {
  stacks += 1;
  stack = `s${stacks}`;
  machine = `${MACHINE}${stacks}`;
  await deploy(1, 'CREATE', { Type: 'ALL_AT_ONCE' });
  expect(await ended()).toBe('CREATE_COMPLETE');
});

/** As `infra/releases/workflow-release.ts` writes it. */
function templateOf(definition: number, preference: object): string {
  return JSON.stringify({
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: stack,
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'states.amazonaws.com' },
                Action: 'sts:AssumeRole',
              },
            ],
          },
        },
      },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: `m${stacks}`,
          RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Definition: {
            Comment: String(definition),
            StartAt: 'A',
            States: { A: { Type: 'Succeed' } },
          },
        },
      },
      Version: {
        Type: 'AWS::StepFunctions::StateMachineVersion',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          StateMachineArn: { Ref: 'Machine' },
          StateMachineRevisionId: { 'Fn::GetAtt': ['Machine', 'StateMachineRevisionId'] },
        },
      },
      Failed: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: `${stack}-failed`,
          Namespace: 'AWS/States',
          MetricName: 'ExecutionsFailed',
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          // There are no executions: it stays as a test sets it.
          TreatMissingData: 'ignore',
        },
      },
      Alias: {
        Type: 'AWS::StepFunctions::StateMachineAlias',
        Properties: {
          Name: 'live',
          DeploymentPreference: { StateMachineVersionArn: { Ref: 'Version' }, ...preference },
        },
      },
    },
  });
}

async function deploy(definition: number, type: 'CREATE' | 'UPDATE', preference: object) {
  const named = { StackName: stack, ChangeSetName: 'change' };
  await cloudformation.send(
    new CreateChangeSetCommand({
      ...named,
      ChangeSetType: type,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      TemplateBody: templateOf(definition, preference),
    }),
  );
  await cloudformation.send(new ExecuteChangeSetCommand(named));
}

const shift = (type: string, more: object = {}) => ({
  Type: type,
  Percentage: 40,
  Interval: 2,
  Alarms: [{ Ref: 'Failed' }],
  ...more,
});

async function statusNow(): Promise<string> {
  const { Stacks = [] } = await cloudformation.send(
    new DescribeStacksCommand({ StackName: stack }),
  );
  return Stacks[0]?.StackStatus ?? '';
}

/** Of work that waits for no clock. */
async function until<Value>(read: () => Promise<Value>, isThere: (value: Value) => boolean) {
  for (let look = 0; look < 1_000; look += 1) {
    const value = await read();
    if (isThere(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`It did not come: ${JSON.stringify(await read())}`);
}

const ended = () => until(statusNow, (status) => !status.endsWith('_IN_PROGRESS'));

/** The weights by the numbers of versions. */
async function weights(): Promise<Record<string, number>> {
  const { routingConfiguration = [] } = await states.send(
    new DescribeStateMachineAliasCommand({ stateMachineAliasArn: `${machine}:live` }),
  );
  return Object.fromEntries(
    routingConfiguration.map(({ stateMachineVersionArn = '', weight = 0 }) => [
      stateMachineVersionArn.split(':').at(-1),
      weight,
    ]),
  );
}

const weigh = (expected: Record<string, number>) =>
  until(weights, (found) => JSON.stringify(found) === JSON.stringify(expected));

/** The handler looks once a minute; what it does then takes no time of the clock. Returns the minutes that have passed. */
async function passUntil<Value>(read: () => Promise<Value>, isThere: (value: Value) => boolean) {
  const before = clock.now();
  await until(async () => {
    const value = await read();
    if (!isThere(value)) clock.advance(MINUTE);
    return value;
  }, isThere);
  return (clock.now() - before) / MINUTE;
}

const endOf = async () => {
  await passUntil(statusNow, (status) => !status.endsWith('_IN_PROGRESS'));
  return statusNow();
};

async function reasonOf(logicalId: string): Promise<string | undefined> {
  const { StackEvents = [] } = await cloudformation.send(
    new DescribeStackEventsCommand({ StackName: stack }),
  );
  return StackEvents.find(
    (event) => event.LogicalResourceId === logicalId && event.ResourceStatus === 'UPDATE_FAILED',
  )?.ResourceStatusReason;
}

describe('an alias that CloudFormation shifts', () => {
  it('gets the same share more after each interval', async () => {
    await deploy(2, 'UPDATE', shift('LINEAR'));
    await weigh({ 1: 60, 2: 40 });
    const minutes = await passUntil(weights, ({ 2: weight }) => weight === 80);
    expect(minutes).toBeGreaterThanOrEqual(2);
    expect(await statusNow()).toBe('UPDATE_IN_PROGRESS');

    expect(await endOf()).toBe('UPDATE_COMPLETE');
    expect(await weights()).toEqual({ 2: 100 });
  });

  it('as a canary gets all after one interval', async () => {
    await deploy(2, 'UPDATE', shift('CANARY'));
    await weigh({ 1: 60, 2: 40 });
    const minutes = await passUntil(weights, ({ 2: weight }) => weight !== 40);
    expect(minutes).toBeGreaterThanOrEqual(2);

    expect(await endOf()).toBe('UPDATE_COMPLETE');
    expect(await weights()).toEqual({ 2: 100 });
  });

  it('goes back when an alarm rings, and the stack is rolled back', async () => {
    await deploy(2, 'UPDATE', shift('LINEAR'));
    await weigh({ 1: 60, 2: 40 });
    await new CloudWatchClient(runtime.clientConfig).send(
      new SetAlarmStateCommand({
        AlarmName: `${stack}-failed`,
        StateValue: 'ALARM',
        StateReason: 'a test',
      }),
    );

    expect(await endOf()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await weights()).toEqual({ 1: 100 });
    expect(await reasonOf('Alias')).toContain(
      `Aborting deployment. The following CloudWatch alarms are in an 'ALARM' state: [${stack}-failed].`,
    );
  });

  it('fails where somebody else moves it meanwhile', async () => {
    await deploy(2, 'UPDATE', shift('LINEAR'));
    await weigh({ 1: 60, 2: 40 });
    await states.send(
      new UpdateStateMachineAliasCommand({
        stateMachineAliasArn: `${machine}:live`,
        routingConfiguration: [{ stateMachineVersionArn: `${machine}:1`, weight: 100 }],
      }),
    );

    expect(await endOf()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await reasonOf('Alias')).toContain(
      "Failed to continue deployment of type 'LINEAR', drift detected.",
    );
  });

  it.each([
    [{ Interval: undefined }, 'require an interval for traffic shifting'],
    [{ Percentage: undefined }, 'require a percentage for traffic shifting'],
    [{ Interval: 2_000 }, 'is estimated to take 6000 minutes, which exceeds the maximum'],
  ])('is refused with %j', async (more, words) => {
    await deploy(2, 'UPDATE', shift('LINEAR', more));

    expect(await ended()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await reasonOf('Alias')).toContain(words);
  });
});
