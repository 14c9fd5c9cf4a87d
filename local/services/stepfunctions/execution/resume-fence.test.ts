import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Cloud } from '../../../cloud/cloud.ts';
import { createTestCloud } from '../../../testing/cloud.testing.ts';
import { CrashableStore } from '../crashable-store.testing.ts';
import { createStepFunctionsService } from '../index.ts';
import { ResumeFence, type Resumption } from './resume-fence.ts';

/** One start of a runtime that ends when it resumes one of its executions; undefined: it does not end. */
interface Start {
  readonly store: CrashableStore;
  readonly resumed: readonly string[];
  readonly givenUp: Readonly<Record<string, string>>;
}

class ProcessEnded extends Error {}

/** Starts with what the last start left in the store; `deadly` ends the process when it is resumed. */
async function start(
  before: CrashableStore,
  arns: readonly string[],
  deadly?: string,
): Promise<Start> {
  const store = before.survivor(before.turns);
  const resumed: string[] = [];
  const givenUp: Record<string, string> = {};
  const executions = arns.map(
    (arn): Resumption => ({
      arn,
      resume() {
        if (arn === deadly) throw new ProcessEnded();
        resumed.push(arn);
      },
      giveUp(cause) {
        givenUp[arn] = cause;
      },
    }),
  );
  await new ResumeFence(store).resume(executions).catch((error: unknown) => {
    if (!(error instanceof ProcessEnded)) throw error;
  });
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  return { store, resumed, givenUp };
}

const ARNS = ['a', 'b', 'c'];

describe('an execution that ends the process while it is resumed', () => {
  it('is found among the others, and given up by name', async () => {
    const first = await start(new CrashableStore(), ARNS, 'b');
    const second = await start(first.store, ARNS, 'b');
    const third = await start(second.store, ARNS, 'b');
    const fourth = await start(third.store, ARNS, 'b');

    expect(fourth.resumed).toEqual(['a', 'c']);
    expect(fourth.givenUp).toEqual({
      b: 'The execution was not resumed: the runtime ended 2 times while it resumed this execution.',
    });
  });

  it('is resumed where it ends the process only once', async () => {
    const first = await start(new CrashableStore(), ['a'], 'a');
    const second = await start(first.store, ['a']);
    const third = await start(second.store, ['a'], 'a');
    const fourth = await start(third.store, ['a']);

    expect([second.resumed, fourth.resumed]).toEqual([['a'], ['a']]);
    expect(fourth.givenUp).toEqual({});
  });
});

it('resumes everything at each start that goes well', async () => {
  let last = await start(new CrashableStore(), ARNS);
  for (let round = 0; round < 4; round += 1) last = await start(last.store, ARNS);

  expect(last.resumed).toEqual(ARNS);
});

const USER = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:waiting';
const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:waiting:run';

function cloudOn(store: CrashableStore): Cloud {
  return createTestCloud([createStepFunctionsService], { store });
}

/** What a kill leaves that comes when a start has marked what it is about to resume. */
async function killedWhileResuming(before: CrashableStore): Promise<CrashableStore> {
  const store = before.survivor(before.turns);
  await store.committed();
  const turns = store.turns;
  void cloudOn(store).start();
  await store.committed();
  return store.survivor(turns + 1);
}

it('fails an execution with which two starts were killed', async () => {
  const begun = new CrashableStore();
  const cloud = cloudOn(begun);
  const definition = JSON.stringify({
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 60, End: true } },
  });
  const roleArn = 'arn:aws:iam::000000000000:role/any';
  const create = { name: 'waiting', definition, roleArn };
  await cloud.call(USER, 'stepfunctions', 'CreateStateMachine', create);
  const execution = { stateMachineArn: MACHINE, name: 'run' };
  await cloud.call(USER, 'stepfunctions', 'StartExecution', execution);

  const once = await killedWhileResuming(begun);
  const twice = await killedWhileResuming(once);
  const ends = [once, twice].map(async (store) => {
    const next = cloudOn(store.survivor(store.turns));
    await next.start();
    return next.call(USER, 'stepfunctions', 'DescribeExecution', { executionArn: EXECUTION });
  });

  expect(await Promise.all(ends)).toEqual([
    expect.objectContaining({ status: 'RUNNING' }),
    expect.objectContaining({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('was not resumed: the runtime ended 2 times'),
    }),
  ]);
});

it('blames nothing for a start that is ended in order', async () => {
  let store = new CrashableStore();
  for (let round = 0; round < 4; round += 1) {
    store = store.survivor(store.turns);
    const fence = new ResumeFence(store);
    await fence.resume([{ arn: 'a', resume: () => undefined, giveUp: () => undefined }]);
    fence.halt();
  }

  expect((await start(store, ['a'])).resumed).toEqual(['a']);
});
