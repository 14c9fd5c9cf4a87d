import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Fail, Pass, Succeed, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runtime, silentLogger, startRuntime } from '../../local/index.ts';
import { Claim, ClaimsTable } from '../../workflows/claim/index.ts';
import { createStateMachine } from '../../workflows/state-machine.ts';

/** A workflow that works on a thing under a claim, as deployed: its template, roles and states. */
const NAME = 'claimed-work';
const EXECUTIONS = 'arn:aws:states:us-east-1:000000000000:execution';

let folder: string;
let runtime: Runtime;
let sfn: SFNClient;
let dynamodb: DynamoDBClient;
let stateMachineArn: string;
let TableName: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-claim-'));
  synthesize(folder);
  runtime = await startRuntime({
    ephemeral: true,
    port: 0,
    logger: silentLogger,
    assembly: folder,
  });
  const config = {
    endpoint: runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  sfn = new SFNClient(config);
  dynamodb = new DynamoDBClient(config);
  const { Stacks } = await describeStack();
  const outputs = new Map(
    Stacks[0]?.Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  stateMachineArn = outputs.get('Machine') ?? '';
  TableName = outputs.get('Table') ?? '';
});

afterAll(async () => {
  await runtime.stop();
  rmSync(folder, { recursive: true });
});

interface Described {
  readonly Stacks: readonly {
    readonly Outputs: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
  }[];
}

function describeStack(): Promise<Described> {
  const account = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
  return runtime.cloud.call<Described>(account, 'cloudformation', 'DescribeStacks', {
    StackName: 'claims',
  });
}

function output(stack: Stack, id: string, value: string): CfnOutput {
  return new CfnOutput(stack, id, { value });
}

function synthesize(outdir: string): void {
  const app = new App({ outdir });
  const stack = new Stack(app, 'claims');
  const { table } = new ClaimsTable(stack, 'Claims', { retain: false });
  const claim = new Claim(stack, {
    table,
    thing: 'endpoint',
    name: { jsonata: '$states.context.Execution.Input.thing' },
    ownedBy: NAME,
    details: { purpose: '$states.context.Execution.Input.purpose' },
  });
  const failed = Fail.jsonata(stack, 'Failed', {
    error: '{% $problem.Error %}',
    cause: '{% $problem.Cause %}',
  });
  const guard = <Task extends { addCatch(handler: Fail, props?: object): unknown }>(task: Task) => {
    task.addCatch(failed, {
      errors: ['States.ALL'],
      assign: { problem: '{% $states.errorOutput %}' },
    });
    return task;
  };
  const wait = Wait.jsonata(stack, 'Wait for the endpoint', {
    time: WaitTime.duration(Duration.seconds(1)),
  });
  const work = Wait.jsonata(stack, 'Work', {
    time: WaitTime.seconds('{% $states.context.Execution.Input.seconds %}'),
  });
  const begin = Pass.jsonata(stack, 'Begin work', {});
  const start = claim.take({ taken: begin, held: (again) => wait.next(again), guard });
  begin.next(work);
  const done = Succeed.jsonata(stack, 'Done', {});
  const release = claim.release({ next: done, guard });
  work.next(claim.confirm({ next: release, guard }));
  const machine = createStateMachine(stack, {
    name: NAME,
    comment: 'Works on a thing that one execution may work on at a time',
    start,
    timeout: Duration.minutes(10),
  });
  output(stack, 'Machine', machine.stateMachineArn);
  output(stack, 'Table', table.tableName);
  app.synth();
}

async function start(thing: string, seconds: number): Promise<string> {
  const { executionArn = '' } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn,
      input: JSON.stringify({ thing, seconds, purpose: `work on ${thing}` }),
    }),
  );
  return executionArn;
}

async function ended(executionArn: string) {
  for (;;) {
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (described.status !== 'RUNNING') return described;
    await setTimeout(50);
  }
}

async function historyOf(executionArn: string): Promise<readonly HistoryEvent[]> {
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000 }),
  );
  return events;
}

async function pathOf(executionArn: string): Promise<readonly string[]> {
  const events = await historyOf(executionArn);
  return events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
}

async function untilIn(executionArn: string, state: string): Promise<void> {
  while (!(await pathOf(executionArn)).includes(state)) await setTimeout(20);
}

/** From entering the work to giving the thing up. */
async function spanOf(executionArn: string): Promise<readonly [from: number, to: number]> {
  const events = await historyOf(executionArn);
  const at = (name: string) =>
    events.find(({ stateEnteredEventDetails: entered }) => entered?.name === name)?.timestamp;
  return [at('Begin work')?.getTime() ?? 0, at('Release endpoint')?.getTime() ?? 0];
}

async function claimOn(thing: string) {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName, Key: { claim: { S: `endpoint#${thing}` } } }),
  );
  return Item;
}

describe('a claim', () => {
  it('is written, says who has it, and goes with its owner', async () => {
    const execution = await start('alone', 1);
    await untilIn(execution, 'Work');
    const held = await claimOn('alone');
    const { status } = await ended(execution);

    expect(status).toBe('SUCCEEDED');
    expect(held).toEqual({
      claim: { S: 'endpoint#alone' },
      owner: { S: execution },
      fence: { N: '1' },
      since: { S: expect.stringMatching(/^\d{4}-/) },
      purpose: { S: 'work on alone' },
    });
    expect(await claimOn('alone')).toBeUndefined();
    expect(await pathOf(execution)).toEqual([
      'Claim endpoint',
      'Begin work',
      'Work',
      'Confirm endpoint',
      'Release endpoint',
      'Done',
    ]);
  });

  it('lets one execution of many work at a time, and all in the end', async () => {
    const executions = await Promise.all(Array.from({ length: 3 }, () => start('contested', 1)));

    const ends = await Promise.all(executions.map(ended));
    const spans = await Promise.all(executions.map(spanOf));

    const paths = await Promise.all(executions.map(pathOf));
    expect(ends.map(({ status }) => status)).toEqual(executions.map(() => 'SUCCEEDED'));
    expect(paths.filter((path) => path.includes('Wait for the endpoint'))).toHaveLength(2);
    const sorted = spans.toSorted(([one], [other]) => one - other);
    for (const [index, [from]] of sorted.entries()) {
      const [, before] = sorted[index - 1] ?? [0, 0];
      expect(from).toBeGreaterThanOrEqual(before);
    }
  });

  it('of an owner that died is taken over by one, with a higher fence', async () => {
    const owner = await start('orphaned', 600);
    await untilIn(owner, 'Work');
    await sfn.send(new StopExecutionCommand({ executionArn: owner }));

    const heirs = await Promise.all([start('orphaned', 1), start('orphaned', 1)]);
    const ends = await Promise.all(heirs.map(ended));
    const paths = await Promise.all(heirs.map(pathOf));

    expect(ends.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const heir = paths.filter(
      (path) => path.includes('Take over endpoint') && !path.includes('Wait for the endpoint'),
    );
    expect(heir).toHaveLength(1);
    expect(heir[0]).toEqual([
      'Claim endpoint',
      'Read claim on endpoint',
      'Is endpoint ours?',
      'Ask owner of endpoint',
      'Does owner keep endpoint?',
      'Take over endpoint',
      'Begin work',
      'Work',
      'Confirm endpoint',
      'Release endpoint',
      'Done',
    ]);
    const spans = await Promise.all(heirs.map(spanOf));
    const [[, firstEnd] = [0, 0], [secondStart] = [0, 0]] = spans.toSorted(([a], [b]) => a - b);
    expect(secondStart).toBeGreaterThanOrEqual(firstEnd);
  });

  it('of an owner that Step Functions does not know is taken over', async () => {
    await dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: {
          claim: { S: 'endpoint#forgotten' },
          owner: { S: `${EXECUTIONS}:${NAME}:forgotten` },
          fence: { N: '41' },
        },
      }),
    );

    const execution = await start('forgotten', 1);
    await untilIn(execution, 'Work');
    const taken = await claimOn('forgotten');
    await ended(execution);

    expect(taken).toMatchObject({ owner: { S: execution }, fence: { N: '42' } });
  });

  it('that was lost is noticed before anything is changed, and not released', async () => {
    const execution = await start('stolen', 1);
    await untilIn(execution, 'Work');
    const thief = { claim: { S: 'endpoint#stolen' }, owner: { S: 'thief' }, fence: { N: '2' } };
    await dynamodb.send(new PutItemCommand({ TableName, Item: thief }));

    const { status, cause } = await ended(execution);

    expect(status).toBe('FAILED');
    expect(cause).toContain('Another execution took the endpoint over. Nothing was changed.');
    expect(await claimOn('stolen')).toEqual(thief);
  });
});
