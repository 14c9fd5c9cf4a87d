import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DescribeTransformJobCommand } from '@aws-sdk/client-sagemaker';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSchedulerService } from '../services/scheduler/index.ts';
import { createStepFunctionsService } from '../services/stepfunctions/index.ts';
import { type HostingBench, startHostingBench } from '../testing/hosting.testing.ts';

const ROLE = 'arn:aws:iam::000000000000:role/flow';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:scoring';
const HOUR_MS = 3_600_000;

const folder = mkdtempSync(join(tmpdir(), 'stepmill-scores-'));
/** Exists once a row that waits is to be answered. */
const released = join(folder, 'released');

const COUNTING = `
import os, time
def model_fn(model_dir): return None
def transform_fn(model, data, content_type, accept):
    if data.startswith("bad"): raise ValueError("a bad row")
    while data.startswith("wait") and not os.path.exists("${released}"): time.sleep(0.05)
    return "\\n".join(str(len(row.split(","))) for row in data.split("\\n")), "text/csv"
`;

/** Scores the folder that the input names, in a job with the execution's name. */
const DEFINITION = {
  StartAt: 'Score',
  QueryLanguage: 'JSONata',
  States: {
    Score: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sagemaker:createTransformJob.sync',
      Arguments: {
        TransformJobName: '{% $states.context.Execution.Name %}',
        ModelName: 'counting',
        TransformInput: {
          DataSource: {
            S3DataSource: {
              S3DataType: 'S3Prefix',
              S3Uri: "{% 's3://models/' & $states.input.folder & '/' %}",
            },
          },
          ContentType: 'text/csv',
          SplitType: 'Line',
        },
        TransformOutput: { S3OutputPath: 's3://models/out', AssembleWith: 'Line' },
        TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      },
      End: true,
    },
  },
};

let bench: HostingBench;
let sfn: SFNClient;
let scheduler: SchedulerClient;

beforeAll(async () => {
  bench = await startHostingBench({
    factories: [createStepFunctionsService, createSchedulerService],
  });
  const config = {
    endpoint: bench.runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  sfn = new SFNClient(config);
  scheduler = new SchedulerClient(config);
  await createRole(new IAMClient(config));
  await bench.createConfig('counting', COUNTING);
  for (const [folder, row] of [
    ['good', '1,2\n3'],
    ['bad', 'bad'],
    ['slow', 'wait'],
  ] as const) {
    await bench.objects.put(`models/${folder}/rows.csv`, Buffer.from(row));
  }
  await sfn.send(
    new CreateStateMachineCommand({
      name: 'scoring',
      roleArn: ROLE,
      definition: JSON.stringify(DEFINITION),
    }),
  );
});

afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

function policy(Statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

async function createRole(iam: IAMClient): Promise<void> {
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'flow',
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Service: ['states.amazonaws.com', 'scheduler.amazonaws.com'] },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'flow',
      PolicyName: 'score',
      PolicyDocument: policy({
        Effect: 'Allow',
        Action: [
          'states:StartExecution',
          'sagemaker:CreateTransformJob',
          'sagemaker:DescribeTransformJob',
          'sagemaker:StopTransformJob',
          'events:PutRule',
          'events:PutTargets',
          'events:DescribeRule',
        ],
        Resource: '*',
      }),
    }),
  );
}

async function ended(executionArn: string) {
  const describe = () => sfn.send(new DescribeExecutionCommand({ executionArn }));
  await expect.poll(async () => (await describe()).status, { timeout: 50_000 }).not.toBe('RUNNING');
  return await describe();
}

async function start(folder: string): Promise<string> {
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: MACHINE,
      name: folder,
      input: JSON.stringify({ folder }),
    }),
  );
  return executionArn ?? '';
}

it('a schedule starts a state machine, whose task waits for its transform job', async () => {
  const at = new Date(bench.clock.now() + HOUR_MS).toISOString().slice(0, 19);
  await scheduler.send(
    new CreateScheduleCommand({
      Name: 'scores',
      ScheduleExpression: `at(${at})`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: MACHINE, RoleArn: ROLE, Input: '{"folder":"good"}' },
    }),
  );

  bench.clock.advance(HOUR_MS);
  const started = () => sfn.send(new ListExecutionsCommand({ stateMachineArn: MACHINE }));
  await expect.poll(async () => (await started()).executions?.length).toBe(1);

  const execution = await ended((await started()).executions?.[0]?.executionArn ?? '');
  const output = JSON.parse(execution.output ?? '{}');
  expect(execution.status).toBe('SUCCEEDED');
  expect(output).toMatchObject({
    TransformJobName: execution.name,
    TransformJobStatus: 'Completed',
    TransformOutput: { S3OutputPath: 's3://models/out', AssembleWith: 'Line' },
  });
  expect(await bench.objects.read('models/out/rows.csv.out')).toBe('2\n1\n');
});

it('a failed transform job fails its task with the description of the job', async () => {
  const execution = await ended(await start('bad'));

  const cause = JSON.parse(execution.cause ?? '{}');
  expect(execution).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  expect(cause).toMatchObject({ TransformJobName: 'bad', TransformJobStatus: 'Failed' });
  expect(cause.FailureReason).toMatch(/^AlgorithmError: See job logs for more information/);
});

it('a stopped execution stops its transform job', async () => {
  const executionArn = await start('slow');
  await expect
    .poll(() => bench.logLines.some(({ logStream }) => logStream.startsWith('slow/')), {
      timeout: 50_000,
    })
    .toBe(true);

  await sfn.send(new StopExecutionCommand({ executionArn }));
  // The container has time to answer before it is killed, and uses it.
  writeFileSync(released, '');

  const command = new DescribeTransformJobCommand({ TransformJobName: 'slow' });
  const status = async () => (await bench.sagemaker.send(command)).TransformJobStatus;
  await expect.poll(status, { timeout: 50_000 }).toBe('Stopped');
});
