import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
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
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../engine/testing/seeded-random.ts';
import {
  createVirtualClock,
  type Runtime,
  silentLogger,
  startRuntime,
  type VirtualClock,
} from '../../local/index.ts';
import { Claim, ClaimsTable } from '../../workflows/claim/index.ts';
import { createStateMachine } from '../../workflows/state-machine.ts';

/** The deployed form of a workflow with a claim: its template, roles and states. */
const NAME = 'claimed-work';
const EXECUTIONS = 'arn:aws:states:us-east-1:000000000000:execution';

/** The time after which a claim expires, even while its owner runs. */
const EXPIRES_AFTER = Duration.days(1);

let folder: string;
let assembly: string;
let sfn: SFNClient;
let dynamodb: DynamoDBClient;
let stateMachineArn: string;
let TableName: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-claim-'));
  assembly = join(folder, 'assembly');
  synthesize(assembly);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Connects all clients to a runtime. */
async function connect(endpoint: string): Promise<void> {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  sfn = new SFNClient(config);
  dynamodb = new DynamoDBClient(config);
  const cloudformation = new CloudFormationClient(config);
  const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: 'claims' }));
  const outputs = new Map(
    Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  stateMachineArn = outputs.get('Machine') ?? '';
  TableName = outputs.get('Table') ?? '';
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
    expiresAfter: EXPIRES_AFTER,
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
  const wait = Wait.jsonata(stack, 'Wait for endpoint update', {
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

/** Advances the virtual clock until a promise resolves. */
async function stepUntil<Value>(clock: VirtualClock, promise: Promise<Value>): Promise<Value> {
  const over = new AbortController();
  const end = () => over.abort();
  promise.then(end, end);
  while (!over.signal.aborted) {
    await setTimeout(1);
    clock.step();
  }
  return promise;
}

/** The time from the start of the work to the release of the claim. */
async function spanOf(executionArn: string): Promise<readonly [from: number, to: number]> {
  const events = await historyOf(executionArn);
  const at = (name: string) =>
    events.find(({ stateEnteredEventDetails: entered }) => entered?.name === name)?.timestamp;
  return [at('Begin work')?.getTime() ?? 0, at('Release claim on endpoint')?.getTime() ?? 0];
}

/** Writes a claim that no state would write. */
async function hold(thing: string, item: Record<string, AttributeValue>): Promise<void> {
  const Item = { claim: { S: `endpoint#${thing}` }, ...item };
  await dynamodb.send(new PutItemCommand({ TableName, Item }));
}

async function claimOn(thing: string) {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName, Key: { claim: { S: `endpoint#${thing}` } } }),
  );
  return Item;
}

describe('a claim', () => {
  let runtime: Runtime;

  beforeAll(async () => {
    runtime = await startRuntime({ ephemeral: true, port: 0, logger: silentLogger, assembly });
    await connect(runtime.endpoint);
  });

  afterAll(() => runtime.stop());

  it('is written with its owner, and released at the owner’s end', async () => {
    const execution = await start('alone', 1);
    await untilIn(execution, 'Work');
    const held = await claimOn('alone');
    const { status } = await ended(execution);

    const since = Date.parse(held?.['since']?.S ?? '');
    expect(status).toBe('SUCCEEDED');
    expect(held).toEqual({
      claim: { S: 'endpoint#alone' },
      owner: { S: execution },
      fence: { N: '1' },
      since: { S: expect.stringMatching(/^\d{4}-/) },
      purpose: { S: 'work on alone' },
      expires: { N: String(Math.floor(since / 1_000) + EXPIRES_AFTER.toSeconds()) },
    });
    expect(await claimOn('alone')).toBeUndefined();
    expect(await pathOf(execution)).toEqual([
      'Claim endpoint',
      'Begin work',
      'Work',
      'Confirm claim on endpoint',
      'Release claim on endpoint',
      'Done',
    ]);
  });

  it('lets many executions work, one at a time', async () => {
    const executions = await Promise.all(Array.from({ length: 3 }, () => start('contested', 1)));

    const ends = await Promise.all(executions.map(ended));
    const spans = await Promise.all(executions.map(spanOf));

    const paths = await Promise.all(executions.map(pathOf));
    expect(ends.map(({ status }) => status)).toEqual(executions.map(() => 'SUCCEEDED'));
    expect(paths.filter((path) => path.includes('Wait for endpoint update'))).toHaveLength(2);
    const sorted = spans.toSorted(([one], [other]) => one - other);
    for (const [index, [from]] of sorted.entries()) {
      const [, before] = sorted[index - 1] ?? [0, 0];
      expect(from).toBeGreaterThanOrEqual(before);
    }
  });

  it('of an owner that has ended is taken over by one execution, with a higher fence', async () => {
    const owner = await start('orphaned', 600);
    await untilIn(owner, 'Work');
    await sfn.send(new StopExecutionCommand({ executionArn: owner }));

    const heirs = await Promise.all([start('orphaned', 1), start('orphaned', 1)]);
    const ends = await Promise.all(heirs.map(ended));
    const paths = await Promise.all(heirs.map(pathOf));

    expect(ends.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const heir = paths.filter(
      (path) =>
        path.includes('Take over claim on endpoint') && !path.includes('Wait for endpoint update'),
    );
    expect(heir).toHaveLength(1);
    expect(heir[0]).toEqual([
      'Claim endpoint',
      'Read claim on endpoint',
      'Is claim on endpoint ours?',
      'Look up owner of endpoint',
      'Does owner keep claim on endpoint?',
      'Take over claim on endpoint',
      'Begin work',
      'Work',
      'Confirm claim on endpoint',
      'Release claim on endpoint',
      'Done',
    ]);
    const spans = await Promise.all(heirs.map(spanOf));
    const [[, firstEnd] = [0, 0], [secondStart] = [0, 0]] = spans.toSorted(([a], [b]) => a - b);
    expect(secondStart).toBeGreaterThanOrEqual(firstEnd);
  });

  it('of an owner that does not exist in Step Functions is taken over', async () => {
    await hold('forgotten', {
      owner: { S: `${EXECUTIONS}:${NAME}:forgotten` },
      fence: { N: '41' },
    });

    const execution = await start('forgotten', 1);
    await untilIn(execution, 'Work');
    const taken = await claimOn('forgotten');
    await ended(execution);

    expect(taken).toMatchObject({ owner: { S: execution }, fence: { N: '42' } });
  });

  it('that was lost is detected before a change, and not released', async () => {
    const execution = await start('stolen', 1);
    await untilIn(execution, 'Work');
    const thief = { claim: { S: 'endpoint#stolen' }, owner: { S: 'thief' }, fence: { N: '2' } };
    await dynamodb.send(new PutItemCommand({ TableName, Item: thief }));

    const { status, cause } = await ended(execution);

    expect(status).toBe('FAILED');
    expect(cause).toContain('Another execution took the endpoint over. Nothing was changed.');
    expect(await claimOn('stolen')).toEqual(thief);
  });

  it('that has expired is taken over, even while its owner runs', async () => {
    const owner = await start('another thing', 600);
    await untilIn(owner, 'Work');
    await hold('expired', { owner: { S: owner }, fence: { N: '1' }, expires: { N: '1' } });

    const execution = await start('expired', 0);
    await ended(execution);

    expect((await pathOf(execution)).slice(0, 2)).toEqual(['Claim endpoint', 'Begin work']);
    await sfn.send(new StopExecutionCommand({ executionArn: owner }));
  });

  it.each([
    ['no owner', {}, 'Claim endpoint'],
    ['no fence', { owner: { S: `${EXECUTIONS}:${NAME}:gone` } }, 'Take over claim on endpoint'],
  ])('that has %s is taken by the next execution', async (what, item, state) => {
    await hold(what, item);

    const execution = await start(what, 1);
    await untilIn(execution, 'Work');
    const claim = await claimOn(what);
    await ended(execution);

    expect(await pathOf(execution)).toContain(state);
    expect(claim).toMatchObject({ owner: { S: execution }, fence: { N: '1' } });
  });

  it.each([
    ['an owner that is not an execution', { owner: { S: 'operator' }, fence: { N: '1' } }],
    ['an owner that is not a text', { owner: { N: '7' }, fence: { N: '1' } }],
    [
      'a fence that is not a number',
      { owner: { S: `${EXECUTIONS}:${NAME}:gone` }, fence: { S: 'one' } },
    ],
  ])('that has %s is named, and stays', async (what, item) => {
    await hold(what, item);

    const { status, cause } = await ended(await start(what, 0));

    expect(status).toBe('FAILED');
    expect(cause).toContain(
      `The claim endpoint#${what} names no execution as its owner, or its fence is not a number. Delete the item once no execution works on the endpoint.`,
    );
    expect(await claimOn(what)).toEqual({ claim: { S: `endpoint#${what}` }, ...item });
  });
});

describe('a claim whose owner has ended, in one millisecond', () => {
  const HEIRS = 8;
  const WAIT = 'Wait for endpoint update';

  it('is taken over by one of many executions', async () => {
    const clock = createVirtualClock();
    const starting = startRuntime({
      ephemeral: true,
      port: 0,
      logger: silentLogger,
      assembly,
      clock,
    });
    const runtime = await stepUntil(clock, starting);
    try {
      await connect(runtime.endpoint);
      const owner = await start('frozen', 600);
      await untilIn(owner, 'Work');
      const heirs = await Promise.all(Array.from({ length: HEIRS }, () => start('frozen', 1)));
      await Promise.all(heirs.map((heir) => untilIn(heir, WAIT)));
      await sfn.send(new StopExecutionCommand({ executionArn: owner }));

      // They started to wait in the same millisecond, so they look again in the same millisecond.
      clock.advance(1_000);
      const now = clock.now();
      const looksAgain = async (heir: string) => {
        const path = await pathOf(heir);
        return path.includes('Work') || path.filter((state) => state === WAIT).length > 1;
      };
      while (!(await Promise.all(heirs.map(looksAgain))).every(Boolean)) await setTimeout(20);

      const paths = await Promise.all(heirs.map(pathOf));
      const claim = await claimOn('frozen');
      expect(clock.now()).toBe(now);
      const working = heirs.filter((_heir, index) => paths[index]?.includes('Work'));
      expect(working).toHaveLength(1);
      expect(claim).toMatchObject({ owner: { S: working[0] }, fence: { N: '2' } });
      // The others had also found that the owner has ended.
      const tried = paths.filter((path) => path.includes('Take over claim on endpoint'));
      expect(tried.length).toBeGreaterThan(1);

      const ends = await stepUntil(clock, Promise.all(heirs.map(ended)));
      expect(ends.map(({ status }) => status)).toEqual(heirs.map(() => 'SUCCEEDED'));
      const worked = await Promise.all(heirs.map(pathOf));
      expect(worked.map((path) => path.filter((state) => state === 'Work').length)).toEqual(
        heirs.map(() => 1),
      );
      expect(await claimOn('frozen')).toBeUndefined();
    } finally {
      await runtime.stop();
    }
  });
});

describe('a claim under kill -9', () => {
  const ROUNDS = 4;
  const SHORTEST_LIFE_MS = 300;
  const LONGEST_LIFE_MS = 900;
  const random = createSeededRandom(31);
  let child: ChildProcess | undefined;

  beforeAll(() => {
    execFileSync(process.execPath, ['build.mjs']);
  });

  afterEach(() => kill());

  async function launch(): Promise<void> {
    const program = join(import.meta.dirname, '../engine/durable-runtime.mjs');
    const args = [program, join(folder, 'state'), assembly];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout === null) throw new Error('The runtime has no standard output.');
    const [endpoint] = await once(createInterface(child.stdout), 'line');
    await connect(String(endpoint));
  }

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  it('is held by one execution at a time, each of which works once and releases it', async () => {
    await launch();
    const executions = await Promise.all(Array.from({ length: 3 }, () => start('killed', 1)));
    for (let round = 0; round < ROUNDS; round += 1) {
      const span = LONGEST_LIFE_MS - SHORTEST_LIFE_MS;
      await setTimeout(SHORTEST_LIFE_MS + random.next() * span);
      await kill();
      await launch();
    }

    const ends = await Promise.all(executions.map(ended));

    const paths = await Promise.all(executions.map(pathOf));
    const spans = await Promise.all(executions.map(spanOf));
    expect(ends.map(({ status }) => status)).toEqual(executions.map(() => 'SUCCEEDED'));
    for (const path of paths) {
      expect(path.filter((state) => state === 'Work')).toHaveLength(1);
      expect(path.slice(-4)).toEqual([
        'Work',
        'Confirm claim on endpoint',
        'Release claim on endpoint',
        'Done',
      ]);
    }
    const sorted = spans.toSorted(([one], [other]) => one - other);
    for (const [index, [from]] of sorted.entries()) {
      const [, before] = sorted[index - 1] ?? [0, 0];
      expect(from).toBeGreaterThanOrEqual(before);
    }
    expect(await claimOn('killed')).toBeUndefined();
  });
});
