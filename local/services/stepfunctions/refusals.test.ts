import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  type CreateStateMachineCommandInput,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetActivityTaskCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TestStateCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServiceError } from '../../cloud/service-error.ts';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createStepFunctionsService } from './index.ts';
import { administrator } from './role.ts';

const account = 'arn:aws:states:us-east-1:000000000000';
const roleArn = 'arn:aws:iam::000000000000:role/any';
const pass = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
const wait = JSON.stringify({
  StartAt: 'A',
  States: { A: { Type: 'Wait', Seconds: 600, Next: 'B' }, B: { Type: 'Fail' } },
});
const day = 86_400_000;

let clock: VirtualClock;
let runtime: TestRuntime;
let sfn: SFNClient;

beforeEach(async () => {
  clock = createVirtualClock();
  runtime = await startTestRuntime([createStepFunctionsService], { clock });
  sfn = new SFNClient(runtime.clientConfig);
});

afterEach(async () => {
  sfn.destroy();
  await runtime.stop();
});

const create = (more: Partial<CreateStateMachineCommandInput> = {}) =>
  sfn.send(new CreateStateMachineCommand({ name: 'm', definition: pass, roleArn, ...more }));

/** The error an operation refuses a request with; undefined if it does not. */
async function refusalOf(operation: string, input: object): Promise<ServiceError | undefined> {
  try {
    await runtime.cloud.call(administrator(runtime.cloud), 'stepfunctions', operation, input);
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

/** The errors that the API model gives an operation, as the SDK documents them. */
function modelledErrors(operation: string): readonly string[] {
  const sdk = dirname(createRequire(import.meta.url).resolve('@aws-sdk/client-sfn/package.json'));
  const text = readFileSync(join(sdk, `dist-types/commands/${operation}Command.d.ts`), 'utf8');
  return [...text.matchAll(/@throws \{@link (\w+)\} \(client fault\)/g)].map(
    ([, name = '']) => name,
  );
}

const arns = {
  machine: `${account}:stateMachine:m`,
  version: `${account}:stateMachine:m:1`,
  alias: `${account}:stateMachine:m:live`,
  'express machine': `${account}:stateMachine:e`,
  execution: `${account}:execution:m:x`,
  'express execution': `${account}:express:e:x:1`,
  activity: `${account}:activity:a`,
  'no machine': `${account}:stateMachine:nope`,
  'no version': `${account}:stateMachine:m:99`,
  'no alias': `${account}:stateMachine:m:nope`,
  'no execution': `${account}:execution:m:nope`,
  'no activity': `${account}:activity:nope`,
  'no map run': `${account}:mapRun:m/l:nope`,
  label: `${account}:stateMachine:m/l`,
  "another service's": 'arn:aws:lambda:us-east-1:000000000000:function:f',
  'no ARN': 'm',
};

const operations: Readonly<Record<string, (arn: string) => object>> = {
  CreateStateMachineAlias: (arn) => ({
    name: 'new',
    routingConfiguration: [{ stateMachineVersionArn: arn, weight: 100 }],
  }),
  DeleteActivity: (activityArn) => ({ activityArn }),
  DeleteStateMachine: (stateMachineArn) => ({ stateMachineArn }),
  DeleteStateMachineAlias: (stateMachineAliasArn) => ({ stateMachineAliasArn }),
  DeleteStateMachineVersion: (stateMachineVersionArn) => ({ stateMachineVersionArn }),
  DescribeActivity: (activityArn) => ({ activityArn }),
  DescribeExecution: (executionArn) => ({ executionArn }),
  DescribeMapRun: (mapRunArn) => ({ mapRunArn }),
  DescribeStateMachine: (stateMachineArn) => ({ stateMachineArn }),
  DescribeStateMachineAlias: (stateMachineAliasArn) => ({ stateMachineAliasArn }),
  DescribeStateMachineForExecution: (executionArn) => ({ executionArn }),
  GetExecutionHistory: (executionArn) => ({ executionArn }),
  ListExecutions: (stateMachineArn) => ({ stateMachineArn }),
  ListMapRuns: (executionArn) => ({ executionArn }),
  ListStateMachineAliases: (stateMachineArn) => ({ stateMachineArn }),
  ListStateMachineVersions: (stateMachineArn) => ({ stateMachineArn }),
  ListTagsForResource: (resourceArn) => ({ resourceArn }),
  PublishStateMachineVersion: (stateMachineArn) => ({ stateMachineArn }),
  RedriveExecution: (executionArn) => ({ executionArn }),
  StartExecution: (stateMachineArn) => ({ stateMachineArn }),
  StartSyncExecution: (stateMachineArn) => ({ stateMachineArn }),
  StopExecution: (executionArn) => ({ executionArn }),
  TagResource: (resourceArn) => ({ resourceArn, tags: [] }),
  UntagResource: (resourceArn) => ({ resourceArn, tagKeys: [] }),
  UpdateMapRun: (mapRunArn) => ({ mapRunArn, maxConcurrency: 1 }),
  UpdateStateMachine: (stateMachineArn) => ({ stateMachineArn, roleArn }),
  UpdateStateMachineAlias: (stateMachineAliasArn) => ({ stateMachineAliasArn, description: 'd' }),
};

describe('an ARN of the wrong kind or of nothing', () => {
  beforeEach(async () => {
    const { stateMachineVersionArn } = await create({ publish: true });
    await create({ name: 'e', type: 'EXPRESS' });
    await sfn.send(new CreateActivityCommand({ name: 'a' }));
    await sfn.send(
      new CreateStateMachineAliasCommand({
        name: 'live',
        routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
      }),
    );
    await sfn.send(new StartExecutionCommand({ stateMachineArn: arns.machine, name: 'x' }));
  });

  // Every operation refuses a label with a `ValidationException`.
  it.each(Object.keys(operations))('is refused by %s with an error its model has', async (name) => {
    const modelled = new Set([...modelledErrors(name), 'ValidationException']);
    const codes = await Promise.all(
      Object.entries(arns).map(async ([kind, arn]) => ({
        kind,
        code: (await refusalOf(name, operations[name]?.(arn) ?? {}))?.code,
      })),
    );

    expect(codes.filter(({ code }) => code !== undefined && !modelled.has(code))).toEqual([]);
    expect(codes.find(({ kind }) => kind === 'no ARN')?.code).toBe('InvalidArn');
  });

  it.each([
    ['DescribeExecution', arns.version, 'stateMachine'],
    ['GetExecutionHistory', arns.alias, 'stateMachine'],
    ['StopExecution', arns.activity, 'activity'],
    ['RedriveExecution', arns['express execution'], 'express'],
    ['DescribeStateMachine', arns['no map run'], 'mapRun'],
    ['StartExecution', arns.execution, 'execution'],
  ])('names in %s the kind of %s', async (operation, arn, kind) => {
    expect((await refusalOf(operation, operations[operation]?.(arn) ?? {}))?.message).toBe(
      `Invalid Arn: 'Resource type not valid in this context: ${kind}'`,
    );
  });

  it.each(['DescribeStateMachine', 'StartExecution', 'ListExecutions'])(
    '%s takes an alias that is not there for a machine that is not there',
    async (operation) => {
      expect((await refusalOf(operation, { stateMachineArn: arns['no alias'] }))?.message).toBe(
        `State Machine Does Not Exist: '${arns['no alias']}'`,
      );
    },
  );
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
describe('creating a machine again', () => {
  it.each([
    [{}, { tags: [{ key: 'a', value: 'b' }] }],
    [{}, { roleArn: `${roleArn}-other` }],
    [
      { publish: true, versionDescription: 'd' },
      { publish: true, versionDescription: 'd' },
    ],
  ])('is the same request: first %j, then %j', async (first, second) => {
    const { creationDate } = await create(first);

    expect((await create(second)).creationDate).toEqual(creationDate);
  });

  it.each([
    [{}, { type: 'EXPRESS' as const }],
    [{}, { tracingConfiguration: { enabled: true } }],
    [{}, { publish: true }],
    [{ publish: true }, { publish: true, versionDescription: 'd' }],
  ])('is refused: first %j, then %j', async (first, second) => {
    await create(first);

    await expect(create(second)).rejects.toMatchObject({
      name: 'StateMachineAlreadyExists',
      message: `State Machine Already Exists: '${arns.machine}'`,
    });
  });
});

it('shows no definition to who wants metadata only', async () => {
  const { stateMachineArn } = await create();

  const { definition } = await sfn.send(
    new DescribeStateMachineCommand({ stateMachineArn, includedData: 'METADATA_ONLY' }),
  );

  expect(definition).toBe('{}');
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
it.each([{ redriveFilter: 'REDRIVEN' as const }, { statusFilter: 'PENDING_REDRIVE' as const }])(
  'lists %j for map runs only',
  async (filter) => {
    const { stateMachineArn } = await create();

    await expect(
      sfn.send(new ListExecutionsCommand({ stateMachineArn, ...filter })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  },
);

async function stopExecution(): Promise<string> {
  const { stateMachineArn } = await create({ definition: wait });
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  await sfn.send(new StopExecutionCommand({ executionArn }));
  return executionArn;
}
const redrive = (executionArn: string, clientToken: string) =>
  sfn.send(new RedriveExecutionCommand({ executionArn, clientToken }));
const describeIt = (executionArn: string) =>
  sfn.send(new DescribeExecutionCommand({ executionArn }));

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
describe('a redrive', () => {
  it('is possible for fourteen days', async () => {
    const executionArn = await stopExecution();

    clock.advance(14 * day);
    expect(await describeIt(executionArn)).toMatchObject({ redriveStatus: 'REDRIVABLE' });
    clock.advance(1);

    expect(await describeIt(executionArn)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution redrivable period exceeded',
    });
    await expect(redrive(executionArn, 'late')).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
      message: 'Execution redrivable period exceeded',
    });
  });

  it('is one and the same for a quarter of an hour with one client token', async () => {
    const executionArn = await stopExecution();

    const first = await redrive(executionArn, 'one');
    clock.advance(15 * 60_000);
    const again = await redrive(executionArn, 'one');
    clock.advance(1);

    expect(again.redriveDate).toEqual(first.redriveDate);
    expect((await describeIt(executionArn)).redriveCount).toBe(1);
    await sfn.send(new StopExecutionCommand({ executionArn })).catch(() => {});
    await redrive(executionArn, 'one');
    expect((await describeIt(executionArn)).redriveCount).toBe(2);
  });

  it('remembers ten client tokens', async () => {
    const executionArn = await stopExecution();
    for (let count = 0; count < 11; count += 1) {
      await redrive(executionArn, `token-${count}`);
      await sfn.send(new StopExecutionCommand({ executionArn }));
    }

    await redrive(executionArn, 'token-1');
    expect((await describeIt(executionArn)).redriveCount).toBe(11);
    await redrive(executionArn, 'token-0');
    expect((await describeIt(executionArn)).redriveCount).toBe(12);
  });

  it('is impossible while the machine is being deleted', async () => {
    const executionArn = await stopExecution();
    await sfn.send(new StartExecutionCommand({ stateMachineArn: arns.machine }));

    await sfn.send(new DeleteStateMachineCommand({ stateMachineArn: arns.machine }));

    expect(await describeIt(executionArn)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'State machine is in DELETING status',
    });
  });
});

describe('a configuration of a machine', () => {
  // AWS in https://github.com/aws/amazon-sagemaker-examples/issues/2432
  it.each(['<execution-role-arn>', 'arn:aws:iam::000000000000:user/me', arns.machine])(
    'needs a role, not %s',
    async (role) => {
      const refused = { name: 'InvalidArn', message: `Invalid Role Arn: '${role}'` };

      await expect(create({ roleArn: role })).rejects.toMatchObject(refused);
      const { stateMachineArn } = await create();
      await expect(
        sfn.send(new UpdateStateMachineCommand({ stateMachineArn, roleArn: role })),
      ).rejects.toMatchObject(refused);
      await expect(
        sfn.send(new TestStateCommand({ definition: '{"Type":"Succeed"}', roleArn: role })),
      ).rejects.toMatchObject(refused);
    },
  );

  // AWS in https://github.com/hashicorp/terraform-provider-aws/pull/17683
  it('names a log group with its qualifier', async () => {
    const logGroupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/x';

    await expect(
      create({
        loggingConfiguration: {
          level: 'ALL',
          destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
        },
      }),
    ).rejects.toMatchObject({
      name: 'InvalidLoggingConfiguration',
      message: "Invalid Logging Configuration: Log Group ARN must be provided with '*' qualifier.",
    });
  });
});

it('does not lead an alias to the versions of another machine', async () => {
  const { stateMachineVersionArn: own } = await create({ publish: true });
  const { stateMachineVersionArn: other } = await create({ name: 'other', publish: true });
  const { stateMachineAliasArn } = await sfn.send(
    new CreateStateMachineAliasCommand({
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: own, weight: 100 }],
    }),
  );

  await expect(
    sfn.send(
      new UpdateStateMachineAliasCommand({
        stateMachineAliasArn,
        routingConfiguration: [{ stateMachineVersionArn: other, weight: 100 }],
      }),
    ),
  ).rejects.toMatchObject({ name: 'ValidationException', reason: 'INVALID_ROUTING_CONFIGURATION' });
});

/** The sentence is Jackson's, of StreamReadConstraints; issue 8, row 5.2. */
describe('a document that is nested too deep', () => {
  const deep = '['.repeat(5_000) + ']'.repeat(5_000);
  const sentence =
    'Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)';

  it('is not a valid input', async () => {
    const { stateMachineArn } = await create();
    const { stateMachineArn: express } = await create({ name: 'e', type: 'EXPRESS' });

    const refusals = [
      await refusalOf('StartExecution', { stateMachineArn, input: deep }),
      await refusalOf('StartExecution', { stateMachineArn: express, input: deep }),
      await refusalOf('StartSyncExecution', { stateMachineArn: express, input: deep }),
      await refusalOf('TestState', {
        definition: '{"Type":"Pass","End":true}',
        roleArn,
        input: deep,
      }),
    ];

    for (const refusal of refusals) {
      expect([refusal?.code, refusal?.message]).toEqual([
        'InvalidExecutionInput',
        `Invalid State Machine Execution Input: '${sentence}'`,
      ]);
    }
    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions).toEqual([]);
  });

  it('is not a valid output', async () => {
    const { activityArn = '' } = await sfn.send(new CreateActivityCommand({ name: 'a' }));
    const Work = { Type: 'Task', Resource: activityArn, End: true };
    const definition = JSON.stringify({ StartAt: 'Work', States: { Work } });
    const { stateMachineArn } = await create({ definition });
    await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const { taskToken } = await sfn.send(new GetActivityTaskCommand({ activityArn }));

    const refusal = await refusalOf('SendTaskSuccess', { taskToken, output: deep });

    expect([refusal?.code, refusal?.message]).toEqual([
      'InvalidOutput',
      `Invalid Output: '${sentence}'`,
    ]);
  });

  it('is not a valid definition', async () => {
    const definition = `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":${deep},"End":true}}}`;

    const refusal = await refusalOf('CreateStateMachine', { name: 'n', definition, roleArn });

    expect(refusal?.code).toBe('InvalidDefinition');
    expect(refusal?.message).toContain(sentence);
  });
});
