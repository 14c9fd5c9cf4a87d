import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECS } from '@aws-sdk/client-ecs';
import { SFN } from '@aws-sdk/client-sfn';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { serviceFactories } from '../services/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { readAssembly } from './assembly.ts';
import { type ProvisionReport, provision } from './provision.ts';

/** The first start of an image makes its environment. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let runtime: TestRuntime;
let folder: string;
let report: ProvisionReport;
let client: SFN;

const SCRIPT = `import os, sys, time
print("code", os.environ["CODE"], flush=True)
if os.environ["CODE"] == "wait":
    time.sleep(600)
sys.exit(int(os.environ["CODE"]))
`;

/** A state machine that runs an image asset on Fargate, as CDK writes it. */
function fill(stack: Stack): void {
  const context = join(folder, 'image');
  mkdirSync(context, { recursive: true });
  writeFileSync(join(context, 'Dockerfile'), DOCKERFILE);
  writeFileSync(join(context, 'main.py'), SCRIPT);
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0 });
  const cluster = new ecs.Cluster(stack, 'Cluster', {
    vpc: vpc as ec2.IVpc,
    enableFargateCapacityProviders: true,
  });
  const definition = new ecs.FargateTaskDefinition(stack, 'Definition', {
    cpu: 512,
    memoryLimitMiB: 1_024,
  });
  const container = definition.addContainer('Main', {
    image: ecs.ContainerImage.fromAsset(context),
    logging: ecs.LogDriver.awsLogs({
      streamPrefix: 'p',
      logGroup: new logs.LogGroup(stack, 'Logs', { logGroupName: '/fargate' }),
    }),
  });
  const run = tasks.EcsRunTask.jsonata(stack, 'Run', {
    integrationPattern: sfn.IntegrationPattern.RUN_JOB,
    cluster: cluster as ecs.ICluster,
    taskDefinition: definition,
    launchTarget: new tasks.EcsFargateLaunchTarget(),
    assignPublicIp: true,
    containerOverrides: [
      {
        containerDefinition: container,
        environment: [{ name: 'CODE', value: '{% $states.input.code %}' }],
      },
    ],
  });
  new sfn.StateMachine(stack, 'Machine', {
    stateMachineName: 'machine',
    definitionBody: sfn.DefinitionBody.fromChainable(run),
  });
}

const DOCKERFILE = `FROM python:3.12-slim
WORKDIR /app
COPY main.py .
USER nobody
ENTRYPOINT ["python3", "main.py"]
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fargate-'));
  runtime = await startTestRuntime(serviceFactories, {
    pythonFolder: process.env['STEPMILL_PYTHON_FOLDER'] ?? '.stepmill/python',
  });
  const app = new App({ outdir: join(folder, 'cdk.out'), analyticsReporting: false });
  fill(new Stack(app, 'stack'));
  app.synth();
  report = await provision(runtime.cloud, readAssembly(join(folder, 'cdk.out')));
  client = new SFN(runtime.clientConfig);
});

afterAll(async () => {
  client.destroy();
  await runtime.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(code: string): Promise<string> {
  const { executionArn = '' } = await client.startExecution({
    stateMachineArn: runtime.cloud.arn('states', 'stateMachine:machine'),
    input: JSON.stringify({ code }),
  });
  return executionArn;
}

const ended = (executionArn: string) =>
  vi.waitFor(
    async () => {
      const execution = await client.describeExecution({ executionArn });
      if (execution.status === 'RUNNING') throw new Error('RUNNING');
      return execution;
    },
    { timeout: 90_000, interval: 100 },
  );

it('names what has no effect, and creates the rest', async () => {
  const [stack] = report.stacks;
  const emulated = stack?.notEmulated.filter((line) => /Cluster|Definition/.test(line));

  expect(emulated).toEqual([]);
  expect(stack?.notEmulated.filter((line) => line.includes('AWS::EC2::VPC)')).length).toBeLessThan(
    2,
  );
  const ecsClient = new ECS(runtime.clientConfig);
  const { taskDefinitionArns = [] } = await ecsClient.listTaskDefinitions({});
  expect(taskDefinitionArns).toHaveLength(1);
  const { clusters } = await ecsClient.describeClusters({
    clusters: (await ecsClient.listClusters({})).clusterArns,
  });
  expect(clusters).toMatchObject([{ capacityProviders: ['FARGATE', 'FARGATE_SPOT'] }]);
  ecsClient.destroy();
});

it('runs a task to its end, whose description is the result', async () => {
  const execution = await ended(await start('0'));

  expect(execution.status).toBe('SUCCEEDED');
  expect(JSON.parse(execution.output ?? '')).toMatchObject({
    LastStatus: 'STOPPED',
    StartedBy: 'AWS Step Functions',
    StopCode: 'EssentialContainerExited',
    StoppedReason: 'Essential container in task exited',
    Containers: [{ Name: 'Main', ExitCode: 0, ImageDigest: expect.stringMatching(/^sha256:/) }],
    Tags: [],
  });
});

it('fails with the description of a task whose essential container failed', async () => {
  const execution = await ended(await start('7'));

  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  expect(JSON.parse(execution.cause ?? '')).toMatchObject({
    StopCode: 'EssentialContainerExited',
    Containers: [{ ExitCode: 7 }],
  });
});

it('stops the task of an execution that is stopped', async () => {
  const executionArn = await start('wait');
  const ecsClient = new ECS(runtime.clientConfig);
  const [cluster = ''] = (await ecsClient.listClusters({})).clusterArns ?? [];
  const running = async () => {
    const { taskArns: list = [] } = await ecsClient.listTasks({ cluster });
    const { tasks: [task] = [] } =
      list.length === 0 ? {} : await ecsClient.describeTasks({ cluster, tasks: list });
    return task;
  };
  const task = await vi.waitFor(
    async () => {
      const found = await running();
      if (found?.lastStatus !== 'RUNNING') throw new Error(found?.lastStatus);
      return found;
    },
    { timeout: 60_000, interval: 100 },
  );

  await client.stopExecution({ executionArn });

  await vi.waitFor(
    async () => {
      const { tasks: stopped } = await ecsClient.describeTasks({
        cluster,
        tasks: [task.taskArn ?? ''],
      });
      expect(stopped).toMatchObject([
        {
          lastStatus: 'STOPPED',
          stopCode: 'UserInitiated',
          stoppedReason: expect.stringContaining(executionArn),
        },
      ]);
    },
    { timeout: 60_000, interval: 100 },
  );
  ecsClient.destroy();
});
