import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../engine/index.ts';
import type { ServiceFactory } from '../../cloud/cloud.ts';
import { Cloud } from '../../cloud/cloud.ts';
import type { AnyOperation, Service } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { createSeededRandom } from '../../host/random.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import { CrashableStore } from './crashable-store.testing.ts';
import { createStepFunctionsService } from './index.ts';

const account = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:eventful:run';

function invoke(step: string, more: object) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'work', Payload: { step } },
    Output: '{% $states.result.Payload %}',
    // What CDK adds to every function task: the runtime's end looks like a lost connection.
    Retry: [{ ErrorEquals: ['Lambda.SdkClientException'], IntervalSeconds: 1, MaxAttempts: 9 }],
    ...more,
  };
}

function invokeItem(step: string) {
  return {
    ...invoke(step, { End: true }),
    Arguments: {
      FunctionName: 'work',
      Payload: { step: `{% '${step} ' & $string($states.input) %}` },
    },
  };
}

/** Every way of waiting for something outside, one after the other. */
const eventful = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: invoke('first', { Next: 'Both' }),
    Both: {
      Type: 'Parallel',
      Next: 'Each',
      Branches: [
        { StartAt: 'Second', States: { Second: invoke('second', { End: true }) } },
        {
          StartAt: 'Train',
          States: {
            Train: {
              Type: 'Task',
              Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync',
              Arguments: {
                TrainingJobName: "{% 'job-' & $states.context.Execution.Name %}",
                RoleArn: 'arn:aws:iam::000000000000:role/any',
                OutputDataConfig: { S3OutputPath: 's3://bucket/prefix' },
              },
              Output: '{% $states.result.TrainingJobStatus %}',
              End: true,
            },
          },
        },
      ],
    },
    Each: {
      Type: 'Map',
      Items: [1, 2, 3],
      MaxConcurrency: 2,
      ItemProcessor: { StartAt: 'Item', States: { Item: invokeItem('item') } },
      Next: 'Pause',
    },
    Pause: { Type: 'Wait', Seconds: 5, Next: 'Spread' },
    Spread: {
      Type: 'Map',
      Items: [1, 2, 3, 4],
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Child',
        States: { Child: invokeItem('child') },
      },
      Next: 'Last',
    },
    Last: invoke('last', { End: true }),
  },
};

/** What is outside of the runtime and outlives it: functions that were called, jobs that run. */
class World {
  readonly calls = new Map<string, number>();
  readonly jobs = new Map<string, { readonly endsAt: number }>();
  jobsCreated = 0;
  life = 0;
}

interface Life {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  readonly store: CrashableStore;
}

async function begin(
  world: World,
  store: CrashableStore,
  now: number,
  seed: number,
): Promise<Life> {
  world.life += 1;
  const clock = createVirtualClock(now);
  const factories = [createStepFunctionsService, functions(world), jobs(world)];
  const cloud = createTestCloud(factories, { clock, store, seed });
  await cloud.start();
  return { cloud, clock, store };
}

function service(name: Service['name'], operations: Record<string, AnyOperation>): Service {
  return { name, operations, accessDenied: (message) => new ServiceError('AccessDenied', message) };
}

/** A process that was killed hears of nothing any more. */
function whileAlive<Value>(world: World, life: number, value: () => Value): Promise<Value> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      if (world.life !== life) return;
      try {
        resolve(value());
      } catch (error) {
        reject(error);
      }
    });
  });
}

function functions(world: World): ServiceFactory {
  return () => {
    const { life } = world;
    const Invoke: AnyOperation = {
      permissions: () => [],
      run: (input: { readonly Payload: Uint8Array }) => {
        if (world.life !== life) return new Promise(() => {});
        const { step } = JSON.parse(Buffer.from(input.Payload).toString()) as { step: string };
        world.calls.set(step, (world.calls.get(step) ?? 0) + 1);
        return whileAlive(world, life, () => ({
          StatusCode: 200,
          ExecutedVersion: '$LATEST',
          Payload: Buffer.from(JSON.stringify(`${step} done`)),
        }));
      },
    };
    return service('lambda', { Invoke });
  };
}

interface JobInput {
  readonly TrainingJobName: string;
}

function jobs(world: World): ServiceFactory {
  return (cloud) => {
    const { life } = world;
    const CreateTrainingJob: AnyOperation = {
      permissions: () => [],
      run: ({ TrainingJobName: name }: JobInput) => {
        if (world.life !== life) return new Promise(() => {});
        world.jobsCreated += 1;
        world.jobs.set(name, { endsAt: cloud.clock.now() + 90_000 });
        return whileAlive(world, life, () => ({ TrainingJobArn: `arn:job/${name}` }));
      },
    };
    const DescribeTrainingJob: AnyOperation = {
      permissions: () => [],
      run: ({ TrainingJobName: name }: JobInput) =>
        whileAlive(world, life, () => {
          const job = world.jobs.get(name);
          if (job === undefined) throw new ServiceError('ValidationException', 'no such job');
          const TrainingJobStatus = cloud.clock.now() < job.endsAt ? 'InProgress' : 'Completed';
          return { TrainingJobName: name, TrainingJobArn: `arn:job/${name}`, TrainingJobStatus };
        }),
    };
    return service('sagemaker', { CreateTrainingJob, DescribeTrainingJob });
  };
}

interface Description {
  readonly status: string;
  readonly output?: string;
}

function describeRun({ cloud }: Life): Promise<Description> {
  return cloud.call<Description>(account, 'stepfunctions', 'DescribeExecution', { executionArn });
}

/** Runs until the execution has ended or so many turns have written something. */
async function goOn(life: Life, turns = Number.POSITIVE_INFINITY): Promise<void> {
  while (life.store.turns < turns) {
    for (let wait = 0; wait < 12; wait += 1) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      if (life.store.turns >= turns) return;
    }
    if ((await describeRun(life)).status !== 'RUNNING') return;
    life.clock.step();
  }
}

function finishedSteps(store: CrashableStore): ReadonlySet<string> {
  const log = store.log<HistoryEvent>('stepfunctions.history');
  const running = store.table<true>('stepfunctions.executions');
  const steps = new Set<string>();
  for (const [arn] of running.entries()) {
    for (const { details, type } of log.read(arn)) {
      const document = details.document as { readonly Payload?: string } | undefined;
      if (type === 'TaskSucceeded' && typeof document?.Payload === 'string') {
        steps.add(document.Payload.replace(/ done$/, ''));
      }
    }
  }
  return steps;
}

async function startRun(life: Life): Promise<void> {
  const { stateMachineArn } = await life.cloud.call<{ readonly stateMachineArn: string }>(
    account,
    'stepfunctions',
    'CreateStateMachine',
    {
      name: 'eventful',
      roleArn: 'arn:aws:iam::000000000000:role/any',
      definition: JSON.stringify(eventful),
    },
  );
  await life.cloud.call(account, 'stepfunctions', 'StartExecution', {
    stateMachineArn,
    name: 'run',
    input: '{}',
  });
}

describe('an execution whose runtime is killed', () => {
  it('resumes and repeats no finished work, wherever it is killed', async () => {
    const quiet = new World();
    const undisturbed = await begin(quiet, new CrashableStore(), 0, 1);
    await startRun(undisturbed);
    const first = undisturbed.store.turns;
    await goOn(undisturbed);
    const expected = await describeRun(undisturbed);
    const last = undisturbed.store.turns;
    expect(expected.status).toBe('SUCCEEDED');
    expect([...quiet.calls.values()].every((count) => count === 1)).toBe(true);
    const random = createSeededRandom(7);

    for (let round = 0; round < 120; round += 1) {
      const world = new World();
      let life = await begin(world, new CrashableStore(), 0, 1);
      await startRun(life);
      for (let kills = 0; kills < 3; kills += 1) {
        await goOn(life, first + 1 + Math.floor(random.next() * (last - first)));
        // What was written last may or may not have reached the disk.
        const { safeTurns, turns } = life.store;
        const survivor = life.store.survivor(random.next() < 0.5 ? safeTurns : turns);
        const finished = finishedSteps(survivor);
        const before = new Map(world.calls);
        life = await begin(world, survivor, life.clock.now(), 2 + kills);
        await goOn(life, survivor.turns + 6);
        for (const step of finished) {
          expect([round, step, world.calls.get(step)]).toEqual([round, step, before.get(step)]);
        }
      }
      await goOn(life);

      const { output, status } = await describeRun(life);
      const history = life.store.log<HistoryEvent>('stepfunctions.history').read(executionArn);
      expect([round, status, output]).toEqual([round, 'SUCCEEDED', expected.output]);
      expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
      expect([round, world.jobsCreated]).toEqual([round, 1]);
    }
  }, 120_000);
});
