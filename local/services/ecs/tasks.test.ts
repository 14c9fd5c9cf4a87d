import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ContainerDefinition,
  ECS,
  type NetworkConfiguration,
  type Task,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Principal } from '../../cloud/principal.ts';
import { silentLogger } from '../../host/logger.ts';
import { startRuntime } from '../../runtime.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { publishTestImage } from '../../testing/function-image.testing.ts';
import { createEcrService } from '../ecr/index.ts';
import { createLogsService } from '../logs/index.ts';
import { createSsmService } from '../ssm/index.ts';
import { createStepFunctionsService } from '../stepfunctions/index.ts';
import { createEcsService } from './index.ts';

const ROOT: Principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };
const ROLE = 'arn:aws:iam::000000000000:role/task';
const PYTHON = 'public.ecr.aws/docker/library/python:3.12-slim';
const NETWORK: NetworkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

/** The first start of an image makes its environment. */
vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

let folder: string;
let runtime: TestRuntime;
let ecs: ECS;

const call = <Output>(
  service: 'ecs' | 'iam' | 'logs' | 'ssm' | 'stepfunctions',
  operation: string,
  input: object,
) => runtime.cloud.call<Output>(ROOT, service, operation, input);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ecs-tasks-'));
  runtime = await startTestRuntime(
    [
      createEcsService,
      createEcrService,
      createLogsService,
      createSsmService,
      createStepFunctionsService,
    ],
    { pythonFolder: folder, containers: 'process' },
  );
  ecs = new ECS(runtime.clientConfig);
  const Service = ['ecs-tasks.amazonaws.com', 'states.amazonaws.com'];
  const trust = [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }];
  const everything = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  await call('iam', 'CreateRole', {
    RoleName: 'task',
    AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }),
  });
  await call('iam', 'PutRolePolicy', {
    RoleName: 'task',
    PolicyName: 'all',
    PolicyDocument: JSON.stringify({ Statement: everything }),
  });
  await call('logs', 'CreateLogGroup', { logGroupName: '/ecs' });
  await ecs.createCluster({ clusterName: 'c' });
});

afterAll(async () => {
  ecs.destroy();
  await runtime.stop();
  rmSync(folder, { recursive: true, force: true });
});

const container = (name: string, code: string, more: Partial<ContainerDefinition> = {}) => ({
  name,
  image: PYTHON,
  command: ['python3', '-c', code],
  logConfiguration: {
    logDriver: 'awslogs' as const,
    options: {
      'awslogs-group': '/ecs',
      'awslogs-region': 'us-east-1',
      'awslogs-stream-prefix': 'p',
    },
  },
  ...more,
});

let count = 0;

async function register(...containerDefinitions: ContainerDefinition[]): Promise<string> {
  count += 1;
  await ecs.registerTaskDefinition({
    family: `t${count}`,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    taskRoleArn: ROLE,
    executionRoleArn: ROLE,
    containerDefinitions,
  });
  return `t${count}`;
}

async function start(...containers: ContainerDefinition[]): Promise<string> {
  const { tasks: [task] = [] } = await ecs.runTask({
    cluster: 'c',
    taskDefinition: await register(...containers),
    launchType: 'FARGATE',
    networkConfiguration: NETWORK,
  });
  return task?.taskArn ?? '';
}

function untilTask(taskArn: string, isDone: (task: Task) => boolean): Promise<Task> {
  return vi.waitFor(
    async () => {
      const { tasks: [task] = [] } = await ecs.describeTasks({ cluster: 'c', tasks: [taskArn] });
      if (task === undefined || !isDone(task)) throw new Error(JSON.stringify(task));
      return task;
    },
    { timeout: 60_000, interval: 50 },
  );
}

const untilStopped = (taskArn: string) =>
  untilTask(taskArn, ({ lastStatus }) => lastStatus === 'STOPPED');

async function linesOf(taskArn: string, name = 'app'): Promise<readonly string[]> {
  const { events = [] } = await call<{
    readonly events?: readonly { readonly message: string }[];
  }>('logs', 'GetLogEvents', {
    logGroupName: '/ecs',
    logStreamName: `p/${name}/${taskArn.split('/').at(-1)}`,
    startFromHead: true,
  });
  return events.map(({ message }) => message);
}

const FOREVER = 'import time; time.sleep(600)';

describe('a container that cannot start', () => {
  // The words are those of AWS for Fargate and of runc: https://github.com/aws/amazon-ecs-agent/issues/3526,
  // https://github.com/opencontainers/runc/issues/4713, https://github.com/aws/amazon-ecs-agent/issues/2954. The reason of
  // the task is the one that https://github.com/treasure-data/digdag/pull/1642 quotes.
  it.each([
    ['trainer', 'exec: "trainer": executable file not found in $PATH'],
    ['/opt/run.sh', 'exec: "/opt/run.sh": stat /opt/run.sh: no such file or directory'],
  ])('because %s does not exist ends its task', async (program, problem) => {
    const task = await untilStopped(
      await start(container('app', '', { command: [program] }), container('other', FOREVER)),
    );

    expect(task).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'Task failed to start',
    });
    const [app] = task.containers ?? [];
    expect(app?.reason).toBe(
      `CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${problem}`,
    );
    expect(app?.exitCode).toBeUndefined();
    expect(task.startedAt).toBeUndefined();
  });

  it('because pip failed says what pip said, and leaves nothing half-installed', async () => {
    const image = await publishTestImage(
      runtime.cloud,
      { repositoryName: 'images', imageTag: 'broken' },
      {
        'package/setup.py': 'raise SystemExit("this package cannot be built")\n',
        Dockerfile: `FROM ${PYTHON}\nCOPY package /package\nRUN pip install --no-index --no-build-isolation /package\nCMD ["python3"]\n`,
      },
    );

    const before = builtFolders();
    const task = await untilStopped(await start(container('app', '', { image })));

    expect(task.stopCode).toBe('TaskFailedToStart');
    expect(task.stoppedReason).toMatch(/^CannotPullContainerError: Dockerfile line 3: /);
    expect(task.stoppedReason).toMatch(/this package cannot be built/);
    expect(builtFolders()).toEqual(before);
  });
});

/** What builds have left: environments and images. */
function builtFolders(): readonly string[] {
  const containers = join(folder, 'containers');
  if (!existsSync(containers)) return [];
  return readdirSync(containers)
    .filter((name) => name !== 'contexts')
    .flatMap((name) => {
      const path = join(containers, name);
      return statSync(path).isDirectory() ? readdirSync(path).map((one) => `${name}/${one}`) : [];
    })
    .filter((path) => !path.endsWith('.lock') && !path.endsWith('/pip-cache'))
    .sort();
}

const ask = <Output>(cloud: Cloud, operation: string, more: object) =>
  cloud.call<Output>(ROOT, 'ecs', operation, more);

describe('a task that ran when the runtime ended', () => {
  it('has stopped at the next start, and its client token still names it', async () => {
    const options = {
      stateFolder: join(folder, 'state'),
      pythonFolder: folder,
      port: 0,
      logger: silentLogger,
      factories: [createEcsService],
    };
    const input = {
      taskDefinition: 'waits',
      clientToken: 'once',
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
    };
    const first = await startRuntime(options);
    await ask(first.cloud, 'CreateCluster', {});
    await ask(first.cloud, 'RegisterTaskDefinition', {
      family: 'waits',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image: PYTHON, command: ['sleep', '600'] }],
    });
    const { tasks } = await ask<{ tasks: [Task] }>(first.cloud, 'RunTask', input);
    const { taskArn = '' } = tasks[0];
    const describeIn = (cloud: Cloud) =>
      ask<{ tasks: [Task] }>(cloud, 'DescribeTasks', { tasks: [taskArn] });
    await vi.waitFor(
      async () => expect((await describeIn(first.cloud)).tasks[0].lastStatus).toBe('RUNNING'),
      { timeout: 60_000 },
    );
    await first.stop();

    const second = await startRuntime(options);
    expect((await describeIn(second.cloud)).tasks[0]).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'InfrastructureHealth',
    });
    expect(await ask(second.cloud, 'RunTask', input)).toEqual({
      tasks: [{ taskArn, lastStatus: 'STOPPED', desiredStatus: 'STOPPED' }],
      failures: [],
    });
    await second.stop();
  });
});

const secret = (valueFrom: string) => ({ secrets: [{ name: 'KEY', valueFrom }] });

describe('containers of a task', () => {
  it('wait for those that they depend on, and for their success', async () => {
    const arn = await start(
      container('first', 'import time; time.sleep(0.2); print(time.time())', { essential: false }),
      container('app', 'import time; print(time.time())', {
        dependsOn: [{ containerName: 'first', condition: 'SUCCESS' }],
      }),
    );
    const task = await untilStopped(arn);

    expect(task.stopCode).toBe('EssentialContainerExited');
    const times = await Promise.all(['first', 'app'].map((name) => linesOf(arn, name)));
    const [first = 0, app = 0] = times.map(([line]) => Number(line));
    expect(app).toBeGreaterThan(first);
  });

  it('do not start after a dependency failed', async () => {
    const arn = await start(
      container('first', 'exit(3)', { essential: false }),
      container('app', 'print("never")', {
        dependsOn: [{ containerName: 'first', condition: 'SUCCESS' }],
      }),
    );

    expect(await untilStopped(arn)).toMatchObject({ stopCode: 'TaskFailedToStart' });
    expect(await linesOf(arn)).toEqual([]);
  });

  it('are asked for their health, and wait for it', async () => {
    const arn = await start(
      container('server', `open("/tmp/ready", "w").close(); ${FOREVER}`, {
        essential: false,
        healthCheck: { command: ['CMD-SHELL', 'test -e /tmp/ready'], interval: 5 },
      }),
      container('app', 'print("after")', {
        dependsOn: [{ containerName: 'server', condition: 'HEALTHY' }],
      }),
    );
    const task = await untilStopped(arn);

    expect(task.containers?.find(({ name }) => name === 'server')?.healthStatus).toBe('HEALTHY');
    expect(await linesOf(arn)).toEqual(['after']);
  });

  it('are unhealthy after their retries, and run on', async () => {
    const arn = await start(
      container('app', FOREVER, {
        healthCheck: { command: ['CMD', 'false'], interval: 5, retries: 1 },
      }),
    );
    const task = await untilTask(arn, ({ healthStatus }) => healthStatus === 'UNHEALTHY');

    expect(task.lastStatus).toBe('RUNNING');
    await ecs.stopTask({ cluster: 'c', task: arn });
    await untilStopped(arn);
  });

  it('get secrets of Parameter Store; a missing one keeps the task from starting', async () => {
    await call('ssm', 'PutParameter', { Name: '/key', Value: 'hidden', Type: 'SecureString' });
    const code = 'import os; print(os.environ["KEY"][::-1])';
    const given = await start(container('app', code, secret('/key')));
    const missing = await start(container('app', code, secret('/none')));

    await untilStopped(given);
    expect(await linesOf(given)).toEqual(['neddih']);
    expect(await untilStopped(missing)).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(
        /^ResourceInitializationError: unable to pull secrets .*: ParameterNotFound: /,
      ),
    });
  });
});

async function startMachine(resource: string, parameters: object): Promise<string> {
  count += 1;
  const definition = JSON.stringify({
    StartAt: 'Run',
    States: {
      Run: {
        Type: 'Task',
        Resource: resource,
        Parameters: {
          Cluster: 'c',
          LaunchType: 'FARGATE',
          NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-1'] } },
          ...parameters,
        },
        End: true,
      },
    },
  });
  const { stateMachineArn } = await call<{ readonly stateMachineArn: string }>(
    'stepfunctions',
    'CreateStateMachine',
    { name: `m${count}`, definition, roleArn: ROLE },
  );
  const { executionArn } = await call<{ readonly executionArn: string }>(
    'stepfunctions',
    'StartExecution',
    { stateMachineArn },
  );
  return executionArn;
}

describe('a state of a state machine', () => {
  it('waits for the token that its task got', async () => {
    const taskDefinition = await register(
      container('app', 'import os; print(os.environ["TOKEN"])'),
    );
    const executionArn = await startMachine('arn:aws:states:::ecs:runTask.waitForTaskToken', {
      TaskDefinition: taskDefinition,
      Overrides: {
        ContainerOverrides: [
          { Name: 'app', Environment: [{ Name: 'TOKEN', 'Value.$': '$$.Task.Token' }] },
        ],
      },
    });
    const taskToken = await vi.waitFor(
      async () => {
        const { taskArns = [] } = await ecs.listTasks({
          cluster: 'c',
          family: taskDefinition,
          desiredStatus: 'STOPPED',
        });
        const [line] = await linesOf(taskArns[0] ?? '');
        if (line === undefined) throw new Error('no token');
        return line;
      },
      { timeout: 60_000, interval: 50 },
    );
    const describeExecution = () =>
      call<{ readonly status: string; readonly output?: string }>(
        'stepfunctions',
        'DescribeExecution',
        { executionArn },
      );

    expect(await describeExecution()).toMatchObject({ status: 'RUNNING' });
    await call('stepfunctions', 'SendTaskSuccess', { taskToken, output: '{"loss":0.5}' });
    await vi.waitFor(async () => {
      expect(await describeExecution()).toMatchObject({
        status: 'SUCCEEDED',
        output: '{"loss":0.5}',
      });
    });
  });
});
