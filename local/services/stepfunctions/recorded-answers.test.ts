import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  GetActivityTaskCommand,
  ListStateMachineVersionsCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TagResourceCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rolePrincipal } from '../../cloud/principal.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { errorOf, type RecordedCase } from '../../testing/recorded-answers.testing.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStepFunctionsService } from './index.ts';

// What AWS answered stands in the snapshots of LocalStack's tests (Apache-2.0), which are recorded against
// AWS: tests/aws/services/stepfunctions/v2/*.snapshot.json, commit 8b9a79f0 (2026-03-23).

const ACCOUNT = '000000000000';
const MACHINE = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:recorded`;
const roleArn = `arn:aws:iam::${ACCOUNT}:role/recorded`;
const definition = JSON.stringify({
  StartAt: 'Pass',
  States: { Pass: { Type: 'Pass', End: true } },
});

let runtime: TestRuntime;
let sfn: SFNClient;
let iam: IAMClient;
let sqs: SQSClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createStepFunctionsService, createSqsService]);
  sfn = new SFNClient(runtime.clientConfig);
  iam = new IAMClient(runtime.clientConfig);
  sqs = new SQSClient(runtime.clientConfig);
  await createRole('recorded', 'states.amazonaws.com');
  await sfn.send(new CreateStateMachineCommand({ name: 'recorded', definition, roleArn }));
});

afterAll(() => runtime.stop());

async function createRole(RoleName: string, Service: string): Promise<void> {
  const statement = { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document }));
}

const update =
  (stateMachineArn: string, more: object = { definition }) =>
  () =>
    sfn.send(new UpdateStateMachineCommand({ stateMachineArn, ...more }));
const tag = (resourceArn: string) => () =>
  sfn.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'a', value: '1' }] }));
const alias = `${MACHINE}:none`;

const refusals: readonly RecordedCase[] = [
  [
    'an update of a version',
    update(`${MACHINE}:2`),
    400,
    'StateMachineDoesNotExist',
    `State Machine Does Not Exist: '${MACHINE}:2'`,
  ],
  [
    'tags of a version',
    tag(`${MACHINE}:1`),
    400,
    'ResourceNotFound',
    `Resource not found: '${MACHINE}:1'`,
  ],
  [
    'an update of an alias that is not there',
    () =>
      sfn.send(
        new UpdateStateMachineAliasCommand({ stateMachineAliasArn: alias, description: 'x' }),
      ),
    400,
    'ResourceNotFound',
    'Request references a resource that does not exist.',
  ],
  [
    'a token that is none, with an output that is not JSON',
    () => sfn.send(new SendTaskSuccessCommand({ taskToken: 'none', output: '{' })),
    400,
    'InvalidToken',
    "Invalid Token: 'Invalid token'",
  ],
];

describe('Step Functions refuses as AWS was recorded', () => {
  it.each(refusals)('%s', async (_what, call, status, code, message) => {
    expect(await errorOf(call())).toEqual({ status, code, message });
  });

  it('does not refuse the deletion of an alias that is not there', async () => {
    const command = new DeleteStateMachineAliasCommand({ stateMachineAliasArn: alias });

    expect(await errorOf(sfn.send(command))).toBe('succeeded');
  });

  it('makes no revision and no version for an update that changes nothing', async () => {
    const first = await update(MACHINE, { definition, publish: true })();
    const second = await update(MACHINE, { definition, publish: true })();
    const { stateMachineVersions } = await sfn.send(
      new ListStateMachineVersionsCommand({ stateMachineArn: MACHINE }),
    );

    expect(
      [first, second].map((answer) => [answer.revisionId, answer.stateMachineVersionArn]),
    ).toEqual([
      [undefined, `${MACHINE}:1`],
      [undefined, `${MACHINE}:1`],
    ]);
    expect(stateMachineVersions).toHaveLength(1);
  });
});

/** Answers a task as a role that may do so for one resource, as CDK's `grantTaskResponse` lets it. */
async function answer(resource: string, taskToken: string | undefined): Promise<unknown> {
  const RoleName = `answers-${resource.slice(resource.lastIndexOf(':') + 1)}`;
  await createRole(RoleName, 'lambda.amazonaws.com');
  const statement = { Effect: 'Allow', Action: 'states:SendTaskSuccess', Resource: resource };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
  const principal = rolePrincipal(`arn:aws:iam::${ACCOUNT}:role/${RoleName}`, 'session');
  const input = { taskToken, output: '{}' };
  return await errorOf(runtime.cloud.call(principal, 'stepfunctions', 'SendTaskSuccess', input));
}

describe('the permission to answer a task', () => {
  it('is asked of the state machine for a task that waits for its token', async () => {
    await sqs.send(new CreateQueueCommand({ QueueName: 'tokens' }));
    const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
    const policy = { RoleName: 'recorded', PolicyName: 'send', PolicyDocument };
    await iam.send(new PutRolePolicyCommand(policy));
    const QueueUrl = `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/tokens`;
    const Wait = {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: { QueueUrl, 'MessageBody.$': '$$.Task.Token' },
      End: true,
    };
    const waiting = JSON.stringify({ StartAt: 'Wait', States: { Wait } });
    const { stateMachineArn = '' } = await sfn.send(
      new CreateStateMachineCommand({ name: 'waiting', definition: waiting, roleArn }),
    );
    await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: `/${ACCOUNT}/tokens`, WaitTimeSeconds: 10 }),
    );
    const token = Messages?.[0]?.Body;

    expect(await answer(MACHINE, token)).toMatchObject({ code: 'AccessDeniedException' });
    expect(await answer(stateMachineArn, token)).toBe('succeeded');
  });

  it('is asked of the activity for a task of an activity', async () => {
    const activity = `arn:aws:states:us-east-1:${ACCOUNT}:activity:work`;
    const Work = { Type: 'Task', Resource: activity, End: true };
    await sfn.send(new CreateActivityCommand({ name: 'work' }));
    const working = JSON.stringify({ StartAt: 'Work', States: { Work } });
    const command = { name: 'working', definition: working, roleArn };
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand(command));
    await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const { taskToken } = await sfn.send(new GetActivityTaskCommand({ activityArn: activity }));

    expect(await answer(stateMachineArn ?? '', taskToken)).toMatchObject({
      code: 'AccessDeniedException',
    });
    expect(await answer(activity, taskToken)).toBe('succeeded');
  });
});
