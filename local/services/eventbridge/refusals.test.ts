import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  EventBridgeClient,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createEventBridgeService } from './index.ts';

let runtime: TestRuntime;
let events: EventBridgeClient;

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const EventPattern = JSON.stringify({ source: ['mine'] });

beforeAll(async () => {
  runtime = await startTestRuntime([createEventBridgeService]);
  events = new EventBridgeClient(runtime.clientConfig);
  await createRole('stranger', { Service: 'lambda.amazonaws.com' });
  await createRole('trusting', { Service: 'events.amazonaws.com' });
  await events.send(new CreateEventBusCommand({ Name: 'bus' }));
  await events.send(new PutRuleCommand({ Name: 'rule', EventBusName: 'bus', EventPattern }));
});

function createRole(RoleName: string, Principal: object): Promise<unknown> {
  const aws = 'arn:aws:events:us-east-1:000000000000:rule/bus/with-role';
  const Statement = {
    Effect: 'Allow',
    Principal,
    Action: 'sts:AssumeRole',
    Condition: { ArnLike: { 'aws:SourceArn': aws } },
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  return runtime.cloud.call(ROOT, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
}

afterAll(async () => {
  events.destroy();
  await runtime.stop();
});

/** AWS's messages as users quoted them, each with its source. */
describe('EventBridge', () => {
  it('rejects the deletion of a bus that has rules', async () => {
    // https://github.com/hashicorp/terraform-provider-aws/issues/22131
    await expect(events.send(new DeleteEventBusCommand({ Name: 'bus' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: "EventBus can't be deleted since it has rules.",
    });
  });

  it.each([
    ['a role that does not exist', 'missing'],
    ['a role that does not trust it', 'stranger'],
  ])('rejects a rule with %s', async (_what, role) => {
    // https://github.com/testrayka/testrayka-backend (README.md), from PutRule
    const RoleArn = `arn:aws:iam::000000000000:role/${role}`;
    const asked = { Name: 'with-role', EventBusName: 'bus', EventPattern, RoleArn };

    await expect(events.send(new PutRuleCommand(asked))).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Provided role '${RoleArn}' cannot be assumed by principal 'events.amazonaws.com'.`,
    });
  });

  it('takes a rule with a role that trusts it for this rule', async () => {
    const RoleArn = 'arn:aws:iam::000000000000:role/trusting';
    const asked = { Name: 'with-role', EventBusName: 'bus', EventPattern, RoleArn };

    expect((await events.send(new PutRuleCommand(asked))).RuleArn).toMatch(/bus\/with-role$/);
  });

  it('grants other accounts the action PutEvents only', async () => {
    const asked = { Action: 'events:PutRule', Principal: '*', StatementId: 'all' };

    await expect(events.send(new PutPermissionCommand(asked))).rejects.toMatchObject({
      name: 'ValidationException',
      message: "Provided value in parameter 'action' is not supported.",
    });
  });

  it.each([
    // https://github.com/awslabs/aws-ddk/issues/183
    [
      { Arn: 'arn:aws:sqs:us-east-1:000000000000:queue.fifo' },
      'Parameter(s) SqsParameters must be specified for target: one.',
    ],
    [
      { Arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/a', RoleArn: 'arn:aws:iam::1:role/a' },
      'Parameter(s) EcsParameters must be specified for target: one.',
    ],
    // https://github.com/awsdocs/aws-codepipeline-user-guide/pull/18
    [
      { Arn: 'arn:aws:codepipeline:us-east-1:000000000000:pipeline' },
      'RoleArn is required for target arn:aws:codepipeline:us-east-1:000000000000:pipeline.',
    ],
  ])('refuses the target %j', async (target, message) => {
    const asked = { Rule: 'rule', EventBusName: 'bus', Targets: [{ Id: 'one', ...target }] };

    await expect(events.send(new PutTargetsCommand(asked))).rejects.toMatchObject({
      name: 'ValidationException',
      message,
    });
  });

  // "For strings, quotes are required": the user guide on transforming inputs.
  it.each([
    ['{"a": <a>, "b": "x <a> y"}', true],
    ['"in state <a>"', true],
    ['"first <a>"\n"second"', true],
    ['<a>', true],
    ['in state <a>', false],
    ['{"a": }', false],
    ['{"a": <a>', false],
  ])('accepts the template %s: %s', async (InputTemplate, isTaken) => {
    const Target = {
      Id: 'one',
      Arn: 'arn:aws:sqs:us-east-1:000000000000:queue',
      InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate },
    };
    const asked = { Rule: 'rule', EventBusName: 'bus', Targets: [Target] };

    const answer = events.send(new PutTargetsCommand(asked));

    if (isTaken) await expect(answer).resolves.toMatchObject({ FailedEntryCount: 0 });
    else await expect(answer).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
