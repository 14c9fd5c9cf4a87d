import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListTasksCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { ListModelPackagesCommand, ListTrainingJobsCommand } from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { preparePythonEnvironment } from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { generateAbaloneSample } from '../../projects/abalone/sample.ts';
import { removeFolder } from '../remove-folder.ts';
import { isEveryStoryPlayed } from '../stories/every-story.ts';
import { ChildRuntime, untilGone } from './child-runtime.ts';
import { Slice, synthesizeSlice, type Upload } from './slice-runtime.ts';

// The runtime as users start it, in real time, killed with SIGKILL while a container of each compute runs.

const LOOK_EVERY_MS = 200;
/** pip installs the image's libraries once, and a step waits up to a minute for its next attempt. */
const TIMEOUT_MS = 400_000;
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** As `-c compute=…`, for projects that are named after their compute. */
const compute = {
  'one-job': { type: 'sagemaker', oneJob: true },
  'on-lambda': 'lambda',
  'on-fargate': { type: 'fargate', spot: true },
};
const names = Object.keys(compute);

let folder: string;
let assembly: string;
let child: ChildRuntime;

function start(): Promise<ChildRuntime> {
  return ChildRuntime.start(join(folder, 'state'), assembly, { project: 'on-fargate' });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-killed-'));
  const projects = names.map((name) =>
    defineProject({
      ...(abalone as ProjectInput),
      name,
      registry: { ...abalone.registry, modelPackageGroup: `Group-${name}` },
    }),
  );
  assembly = await synthesizeSlice(join(folder, 'assembly'), projects, { compute });
  await preparePythonEnvironment({ folder: '.stepmill/python' });
  child = await start();
}, TIMEOUT_MS);

afterAll(async () => {
  await child?.stop();
  await removeFolder(folder);
});

async function eventually<Answer>(look: () => Promise<Answer | undefined>): Promise<Answer> {
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    await pause(LOOK_EVERY_MS);
  }
}

async function endOf(slice: Slice, executionArn: string): Promise<string | undefined> {
  await eventually(async () => {
    const { status } = await slice.connection.states.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    return status === 'RUNNING' ? undefined : status;
  });
  const { cause, path } = await slice.trainings.end(executionArn);
  return cause ?? path.at(-1);
}

/** What runs in the projects' containers. */
async function stateOf({ connection, project }: Slice) {
  const { TrainingJobSummaries: jobs = [] } = await connection.sagemaker.send(
    new ListTrainingJobsCommand({ StatusEquals: 'InProgress' }),
  );
  const { ModelPackageSummaryList: packages = [] } = await connection.sagemaker.send(
    new ListModelPackagesCommand({ ModelPackageGroupName: project.modelPackageGroupName }),
  );
  return { running: jobs.length, packages: packages.length };
}

/** The tasks of the training step on Fargate, the first first. */
async function trainingTasks(): Promise<readonly Task[]> {
  const ecs = new ECSClient({
    region: 'us-east-1',
    endpoint: child.endpoint,
    credentials: CREDENTIALS,
  });
  const { clusterArns: [cluster] = [] } = await ecs.send(new ListClustersCommand());
  const lists = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
      ecs.send(new ListTasksCommand({ cluster, family: 'on-fargate-train', desiredStatus })),
    ),
  );
  const arns = lists.flatMap(({ taskArns = [] }) => taskArns);
  if (arns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: arns }));
  return tasks.toSorted((one, other) => Number(one.createdAt) - Number(other.createdAt));
}

function interrupt({ clusterArn, taskArn }: Task) {
  const ecs = new ECSClient({
    region: 'us-east-1',
    endpoint: child.endpoint,
    credentials: CREDENTIALS,
  });
  return ecs.send(
    new StopTaskCommand({
      cluster: clusterArn,
      task: taskArn,
      reason: 'Your Spot Task was interrupted.',
    }),
  );
}

/** EventBridge delivers an event at least once: another execution has the same input. */
async function deliverAgain({ connection, project }: Slice, executionArn: string): Promise<string> {
  const { input } = await connection.states.send(new DescribeExecutionCommand({ executionArn }));
  const again = await connection.states.send(
    new StartExecutionCommand({ stateMachineArn: project.trainingStateMachineArn, input }),
  );
  return again.executionArn ?? '';
}

/** A training whose first script runs. */
async function untilContainerRuns(slice: Slice, { versionId }: Upload): Promise<string> {
  const executionArn = await slice.trainings.begunBy(versionId);
  await eventually(async () => {
    const path = await slice.trainings.path(executionArn);
    return path.includes('Prepare data') || path.includes('Train model') ? true : undefined;
  });
  return executionArn;
}

const slices = () => Promise.all(names.map((name) => Slice.at(child.endpoint, name)));

describe('A training on each compute', { timeout: TIMEOUT_MS }, () => {
  it('is done once when the runtime is killed and the upload and its event come twice', async () => {
    const rows = generateAbaloneSample(3, 4_000);
    const before = await slices();
    const uploads = await Promise.all(before.map((slice) => slice.upload('rows.csv', rows)));
    const trainings = await Promise.all(
      before.map((slice, at) => untilContainerRuns(slice, uploads[at] as Upload)),
    );
    const processes = await child.descendants();
    await child.kill();
    await untilGone(processes);
    child = await start();

    const after = await slices();
    const repeated = await Promise.all(
      after.map(async (slice, at) => {
        const second = await slice.upload('rows.csv', rows);
        return [
          await deliverAgain(slice, trainings[at] ?? ''),
          await slice.trainings.begunBy(second.versionId),
        ];
      }),
    );
    const ends = await Promise.all(
      after.map(async (slice, at) => {
        const all = [trainings[at] ?? '', ...(repeated[at] ?? [])];
        return Promise.all(all.map((executionArn) => endOf(slice, executionArn)));
      }),
    );

    expect(processes.length).toBeGreaterThan(0);
    expect(ends).toEqual(names.map(() => ['Registered', 'Duplicate', 'Duplicate']));
    const states = await Promise.all(after.map(stateOf));
    expect(states).toEqual(names.map(() => ({ running: 0, packages: 1 })));
    const tasks = await trainingTasks();
    expect(tasks.map(({ lastStatus }) => lastStatus)).toEqual(tasks.map(() => 'STOPPED'));
  });

  it.runIf(isEveryStoryPlayed())(
    'on Fargate is done once when Spot takes its machine',
    async () => {
      const slice = await Slice.at(child.endpoint, 'on-fargate');
      const known = (await trainingTasks()).length;
      const upload = await slice.upload('spot.csv', generateAbaloneSample(4, 4_000));
      const executionArn = await slice.trainings.begunBy(upload.versionId);
      const running = await eventually(async () => {
        const task = (await trainingTasks())[known];
        return task?.lastStatus === 'RUNNING' ? task : undefined;
      });

      await interrupt(running);

      expect(await endOf(slice, executionArn)).toBe('Registered');
      const path = await slice.trainings.path(executionArn);
      expect(path.filter((state) => state === 'Register model')).toHaveLength(1);
      expect(path).toContain('Wait to train model');
      const [first, ...others] = (await trainingTasks()).slice(known);
      expect(first).toMatchObject({
        stopCode: 'SpotInterruption',
        containers: [{ exitCode: 143 }],
      });
      expect(others).toMatchObject([
        { stopCode: 'EssentialContainerExited', containers: [{ exitCode: 0 }] },
      ]);
    },
  );

  it('leaves no process behind when the runtime stops', async () => {
    const remaining = await child.descendants();
    await child.stop();
    await untilGone(remaining);

    expect(await child.descendants()).toEqual([]);
  });
});
