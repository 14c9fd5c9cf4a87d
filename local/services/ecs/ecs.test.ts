import {
  ECS,
  type NetworkConfiguration,
  type RunTaskCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Principal } from '../../cloud/principal.ts';
import type { Service, ServiceEvent } from '../../cloud/service.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createEcrService } from '../ecr/index.ts';
import { createLogsService } from '../logs/index.ts';
import { createEcsService } from './index.ts';

const ROOT: Principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };
const ROLE = 'arn:aws:iam::000000000000:role/task';
const PYTHON = 'public.ecr.aws/docker/library/python:3.12-slim';
const NETWORK: NetworkConfiguration = {
  awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'ENABLED' },
};

/** The first start of an image makes its environment. */
vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

let runtime: TestRuntime;
let ecs: ECS;
const events: ServiceEvent[] = [];

/** Keeps the events of the runtime; it takes the place of EventBridge. */
function createListener(): Service {
  return {
    name: 'eventbridge',
    operations: {},
    accessDenied: (message) => Object.assign(new Error(message), {}) as never,
    onEvent: (event) => events.push(event),
  };
}

beforeAll(async () => {
  runtime = await startTestRuntime(
    [createEcsService, createEcrService, createLogsService, createListener],
    { pythonFolder: process.env['STEPMILL_PYTHON_FOLDER'] ?? '.stepmill/python' },
  );
  ecs = new ECS(runtime.clientConfig);
  await ecs.createCluster({
    clusterName: 'c',
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
  });
  const trust = {
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    ],
  };
  await runtime.cloud.call(ROOT, 'iam', 'CreateRole', {
    RoleName: 'task',
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  await runtime.cloud.call(ROOT, 'iam', 'PutRolePolicy', {
    RoleName: 'task',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify({
      Statement: [{ Effect: 'Allow', Action: ['logs:*', 'ecr:*'], Resource: '*' }],
    }),
  });
  await runtime.cloud.call(ROOT, 'logs', 'CreateLogGroup', { logGroupName: '/ecs' });
});

afterAll(async () => {
  ecs.destroy();
  await runtime.stop();
});

const LOGS = {
  logDriver: 'awslogs',
  options: { 'awslogs-group': '/ecs', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'p' },
} as const;

let count = 0;

async function register(code: string, more: object = {}): Promise<string> {
  count += 1;
  const family = `f${count}`;
  await ecs.registerTaskDefinition({
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    taskRoleArn: ROLE,
    executionRoleArn: ROLE,
    containerDefinitions: [
      {
        name: 'app',
        image: PYTHON,
        command: ['python3', '-c', code],
        logConfiguration: LOGS,
        environment: [{ name: 'WORD', value: 'hello' }],
        ...more,
      },
    ],
  });
  return family;
}

type StartOptions = Pick<
  RunTaskCommandInput,
  'capacityProviderStrategy' | 'clientToken' | 'count' | 'overrides' | 'startedBy'
>;

async function start(taskDefinition: string, more: StartOptions = {}): Promise<Task> {
  const { tasks = [] } = await ecs.runTask({
    cluster: 'c',
    taskDefinition,
    ...(more.capacityProviderStrategy === undefined && { launchType: 'FARGATE' }),
    networkConfiguration: NETWORK,
    ...more,
  });
  return tasks[0] as Task;
}

async function untilTask(
  taskArn: string | undefined,
  isDone: (task: Task) => boolean,
): Promise<Task> {
  return vi.waitFor(
    async () => {
      const { tasks: [task] = [] } = await ecs.describeTasks({
        cluster: 'c',
        tasks: [taskArn ?? ''],
      });
      if (task === undefined || !isDone(task)) throw new Error(JSON.stringify(task));
      return task;
    },
    { timeout: 60_000, interval: 50 },
  );
}

const untilStopped = (task: Task) =>
  untilTask(task.taskArn, ({ lastStatus }) => lastStatus === 'STOPPED');

const idOf = (task: Task) => task.taskArn?.split('/').at(-1) ?? '';

async function linesOf(task: Task): Promise<readonly string[]> {
  const { events: lines = [] } = await runtime.cloud.call<{
    readonly events?: readonly { readonly message: string }[];
  }>(ROOT, 'logs', 'GetLogEvents', {
    logGroupName: '/ecs',
    logStreamName: `p/app/${idOf(task)}`,
    startFromHead: true,
  });
  return lines.map(({ message }) => message);
}

describe('a task', () => {
  it('runs its container to the end, with logs, events and its exit code', async () => {
    const family = await register(
      'import os; print(os.environ["WORD"], os.environ["NAME"]); exit(3)',
    );

    const first = await start(family, {
      startedBy: 'test',
      overrides: {
        containerOverrides: [{ name: 'app', environment: [{ name: 'NAME', value: 'you' }] }],
      },
    });
    const last = await untilStopped(first);

    expect(first).toMatchObject({
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      version: 1,
      containers: [{ name: 'app', lastStatus: 'PENDING' }],
      attachments: [{ type: 'ElasticNetworkInterface', status: 'PRECREATED' }],
    });
    expect(last).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      desiredStatus: 'STOPPED',
      startedBy: 'test',
      launchType: 'FARGATE',
      containers: [{ lastStatus: 'STOPPED', exitCode: 3 }],
      attachments: [{ type: 'eni', status: 'DELETED' }],
    });
    expect(await linesOf(first)).toEqual(['hello you']);
    const mine = events.filter(({ resources }) => resources[0] === first.taskArn);
    expect(mine.map(({ detail }) => (detail as Task).lastStatus)).toEqual([
      'PROVISIONING',
      'PENDING',
      'RUNNING',
      'DEPROVISIONING',
      'STOPPED',
    ]);
    expect(mine.map(({ detail }) => (detail as Task).version)).toEqual([1, 2, 3, 4, 5]);
  });

  it('has the metadata of its task, and the credentials of its role', async () => {
    const family = await register(`
import json, os, urllib.request
base = os.environ["ECS_CONTAINER_METADATA_URI_V4"]
task = json.load(urllib.request.urlopen(base + "/task"))
print(task["Family"], task["Limits"], task["Containers"][0]["Name"])
print(json.load(urllib.request.urlopen(base))["Name"])
uri = os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
token = os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
answer = json.load(urllib.request.urlopen(urllib.request.Request(uri, headers={"Authorization": token})))
print(answer["RoleArn"], sorted(answer))
try:
    urllib.request.urlopen(uri)
except Exception as error:
    print(error.code)
print("AWS_ACCESS_KEY_ID" in os.environ)
`);

    const task = await start(family);
    await untilStopped(task);

    expect(await linesOf(task)).toEqual([
      `${family} {'CPU': 0.25, 'Memory': 512} app`,
      'app',
      `${ROLE} ['AccessKeyId', 'Expiration', 'RoleArn', 'SecretAccessKey', 'Token']`,
      '401',
      'False',
    ]);
  });

  it('is stopped by SIGTERM, and by SIGKILL where that is ignored', async () => {
    const waits = await register('import time; print("up", flush=True); time.sleep(600)');
    const ignores = await register(
      'import signal, time; signal.signal(15, signal.SIG_IGN); print("up", flush=True); time.sleep(600)',
      { stopTimeout: 1 },
    );
    const tasks = [await start(waits), await start(ignores)];
    await vi.waitFor(
      async () => {
        for (const task of tasks) expect(await linesOf(task)).toEqual(['up']);
      },
      { timeout: 60_000 },
    );

    const [first, second] = tasks as [Task, Task];
    const answer = await ecs.stopTask({ cluster: 'c', task: idOf(first), reason: 'enough' });
    await ecs.stopTask({ cluster: 'c', task: second.taskArn });

    expect(answer.task).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'STOPPED' });
    expect(await untilStopped(first)).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      containers: [{ exitCode: 143 }],
    });
    expect(await untilStopped(second)).toMatchObject({
      stoppedReason: 'Task stopped by user',
      containers: [{ exitCode: 137 }],
    });
  });

  it('of Spot can be interrupted', async () => {
    const family = await register('import time; time.sleep(600)');
    const task = await start(family, {
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
    });
    await untilTask(task.taskArn, ({ lastStatus }) => lastStatus === 'RUNNING');

    await ecs.stopTask({
      cluster: 'c',
      task: task.taskArn,
      reason: 'Your Spot Task was interrupted.',
    });

    expect(await untilStopped(task)).toMatchObject({
      stopCode: 'SpotInterruption',
      capacityProviderName: 'FARGATE_SPOT',
    });
  });

  it('does not start without its image, its log group, or its role', async () => {
    const missing = '000000000000.dkr.ecr.us-east-1.amazonaws.com/none:1';
    const reasons = [];
    for (const more of [
      { image: missing },
      { image: 'nginx' },
      { logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/none' } } },
    ]) {
      const task = await untilStopped(await start(await register('', more)));
      expect(task.stopCode).toBe('TaskFailedToStart');
      expect(task.containers?.[0]?.exitCode).toBeUndefined();
      reasons.push(task.stoppedReason);
    }

    expect(reasons).toEqual([
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${missing}: ${missing}: not found`,
      expect.stringMatching(/^CannotPullContainerError: This Dockerfile cannot run as a process/),
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
    ]);
  });

  it('is killed when it uses more memory than it has', async () => {
    const family = await register('import time; a = bytearray(200_000_000); time.sleep(60)', {
      memory: 100,
    });

    expect(await untilStopped(await start(family))).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [
        { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
      ],
    });
  });
});

describe('a client token', () => {
  it('returns the first task, also when it has stopped, and refuses other parameters', async () => {
    const family = await register('');
    const first = await start(family, { clientToken: 'one' });
    await untilStopped(first);

    const second = await start(family, { clientToken: 'one' });

    expect(second).toEqual({
      taskArn: first.taskArn,
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
    });
    await expect(start(family, { clientToken: 'one', count: 2 })).rejects.toMatchObject({
      name: 'ConflictException',
      resourceIds: [first.taskArn],
    });
  });
});
