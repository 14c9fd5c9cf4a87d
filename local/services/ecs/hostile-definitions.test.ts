import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  type ContainerDefinition,
  ECS,
  type RegisterTaskDefinitionRequest,
  type TaskOverride,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createEcsService } from './index.ts';

let runtime: TestRuntime;
let ecs: ECS;

beforeAll(async () => {
  runtime = await startTestRuntime([createEcsService], {
    pythonFolder: process.env['STEPMILL_PYTHON_FOLDER'] ?? '.stepmill/python',
  });
  ecs = new ECS(runtime.clientConfig);
  await ecs.createCluster({ clusterName: 'c' });
});

afterAll(async () => {
  ecs.destroy();
  await runtime.stop();
});

function register(
  container: Partial<ContainerDefinition>,
  more: Partial<RegisterTaskDefinitionRequest> = {},
) {
  return ecs.registerTaskDefinition({
    family: 'f',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: 'scratch', ...container }],
    ...more,
  });
}

it.each([0, -1])('refuses %i MiB of memory for a container', async (memory) => {
  await expect(register({ memory })).rejects.toMatchObject({
    name: 'ClientException',
    message: "Invalid 'memory' setting for container 'app'.",
  });
});

/** Words of AWS: https://github.com/hashicorp/terraform-provider-aws/issues/5950, https://github.com/Shippable/support/issues/3094, https://github.com/openfresh/ecs-formation/pull/22 */
describe('names that lead out of their place', () => {
  it.each(['a b', '../app', 'a/b', 'a\nb', 'é', 'a'.repeat(256)])(
    'refuses a container named %j',
    async (name) => {
      await expect(register({ name })).rejects.toMatchObject({
        name: 'ClientException',
        message: 'Container.name contains invalid characters.',
      });
    },
  );

  it.each([
    'python:3.12\nRUN pip install other',
    'python:3.12 AS other',
    '$IMAGE',
    'a'.repeat(256),
  ])('refuses the image %j', async (image) => {
    await expect(register({ image })).rejects.toMatchObject({
      name: 'ClientException',
      message: 'Container.image contains invalid characters.',
    });
  });

  it.each(['..', '../../x', '/x', 'a.b'])('refuses a volume named %j', async (name) => {
    await expect(register({}, { volumes: [{ name }] })).rejects.toMatchObject({
      name: 'ClientException',
      message: 'volume.name contains invalid characters.',
    });
  });

  it('makes and mounts no folder outside of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ecs-volume-'));
    const outside = join(folder, 'made');
    const sourceVolume = relative(join(runtime.cloud.stateFolder, 'ecs', 'task'), outside);
    const registered = register({
      command: ['/bin/sh', '-c', 'echo written > /data/file'],
      mountPoints: [{ sourceVolume, containerPath: '/data' }],
    });

    await expect(registered).rejects.toThrow(`Unknown volume '${sourceVolume}'.`);
    expect(existsSync(outside)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it('mounts no folder of the machine', async () => {
    const volumes = [{ name: 'machine', host: { sourcePath: '/etc' } }];
    await expect(register({}, { volumes })).rejects.toMatchObject({
      name: 'ClientException',
      message: 'host.sourcePath should not be set for volumes in Fargate.',
    });
  });

  it('accepts a volume that the task definition has', async () => {
    const registered = await register(
      { mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }] },
      { volumes: [{ name: 'data' }] },
    );
    expect(registered.taskDefinition?.status).toBe('ACTIVE');
  });
});

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
describe('the sizes of Fargate', () => {
  it.each([
    ['256', '512'],
    ['.25 vCPU', '2 GB'],
    ['32768', '61440'],
    ['32 vCPU', '120 GB'],
    ['32768', '249856'],
  ])('have %s CPU with %s memory', async (cpu, memory) => {
    await expect(register({}, { cpu, memory })).resolves.toBeDefined();
  });

  it.each([
    ['256', '3072'],
    ['256', '256'],
    ['32768', '62464'],
    ['32768', '65536'],
    ['65536', '249856'],
  ])('do not have %s CPU with %s memory', async (cpu, memory) => {
    await expect(register({}, { cpu, memory })).rejects.toMatchObject({
      name: 'ClientException',
      message: `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    });
  });

  it('hold for the overrides of a task', async () => {
    await ecs.createCluster({});
    const { taskDefinition } = await register({}, { family: 'sized' });
    const start = (overrides: TaskOverride) =>
      ecs.runTask({
        taskDefinition: taskDefinition?.taskDefinitionArn,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        overrides,
      });

    await expect(start({ cpu: '32768', memory: '65536' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('No Fargate configuration exists for given values: 32768'),
    });
    const { tasks } = await start({ cpu: '32768', memory: '61440' });
    expect(tasks).toMatchObject([{ cpu: '32768', memory: '61440' }]);
  });
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
describe('health checks without end', () => {
  it.each([
    { interval: 0 },
    { interval: -1 },
    { interval: 301 },
    { timeout: 1 },
    { timeout: 61 },
    { retries: 0 },
    { retries: 11 },
    { startPeriod: -1 },
    { startPeriod: 301 },
  ])('refuses %j', async (change) => {
    const [name = ''] = Object.keys(change);
    const healthCheck = { command: ['CMD', 'true'], ...change };
    await expect(register({ healthCheck })).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringContaining(`healthCheck.${name}`),
    });
  });

  it('refuses a check without a command', async () => {
    await expect(register({ healthCheck: { command: [] } })).rejects.toThrow('healthCheck.command');
  });

  it.each([
    { interval: 5, timeout: 2, retries: 1, startPeriod: 0 },
    { interval: 300, timeout: 60, retries: 10, startPeriod: 300 },
  ])('accepts %j', async (times) => {
    await expect(
      register({ healthCheck: { command: ['CMD', 'true'], ...times } }),
    ).resolves.toBeDefined();
  });
});

describe('a task that waits for others', () => {
  it('stops at once when it is asked to', { timeout: 60_000 }, async () => {
    await register({ command: ['/bin/sleep', '600'], stopTimeout: 2 });
    const network = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
    const run = { cluster: 'c', taskDefinition: 'f', launchType: 'FARGATE' as const };
    const { tasks = [] } = await ecs.runTask({ ...run, networkConfiguration: network, count: 10 });
    const waiting = tasks.at(-1)?.taskArn ?? '';

    await ecs.stopTask({ cluster: 'c', task: waiting, reason: 'not needed' });

    await vi.waitFor(
      async () => {
        const { tasks: [task] = [] } = await ecs.describeTasks({ cluster: 'c', tasks: [waiting] });
        expect(task).toMatchObject({
          lastStatus: 'STOPPED',
          stopCode: 'UserInitiated',
          stoppedReason: 'not needed',
        });
      },
      { timeout: 10_000 },
    );
    const others = tasks.flatMap(({ taskArn }) => taskArn ?? []);
    for (const task of others) await ecs.stopTask({ cluster: 'c', task });
    await vi.waitFor(
      async () => {
        const described = await ecs.describeTasks({ cluster: 'c', tasks: others });
        expect(described.tasks?.every(({ lastStatus }) => lastStatus === 'STOPPED')).toBe(true);
      },
      { timeout: 30_000 },
    );
  });
});
