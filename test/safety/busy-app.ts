import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';

export const BUCKET = 'busy';
export const QUEUE = 'busy';
export const JOB_ROLE = 'arn:aws:iam::000000000000:role/busy-jobs';
export const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:busy';

/** Copies uploads below `in/` to `done/`, each in about a third of a second. */
const WORKER = `
const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
const client = new S3Client({ forcePathStyle: true });
exports.handler = async ({ detail }) => {
  await new Promise((resolve) => setTimeout(resolve, 300));
  const Key = detail.object.key.replace('in/', 'done/');
  await client.send(new PutObjectCommand({ Bucket: '${BUCKET}', Key, Body: 'x' }));
};`;

/** Never answers and ignores signals; its child processes too. */
const DEAF = `
import signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def handler(event, context):
    subprocess.Popen(["sleep", "1000"])
    while True: time.sleep(1)
`;

/** Never answers and blocks the event loop. */
const SPINNING = `exports.handler = async () => { for (;;); };`;

const BOOTSTRAP = `#!/bin/sh
trap '' TERM INT HUP
while :; do sleep 1; done
`;

/** Writes the cloud assembly of an app with functions, a queue and a state machine. */
export async function synthesizeBusyApp(folder: string): Promise<string> {
  const outdir = join(folder, 'assembly');
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Busy');
  const bucket = new CfnBucket(stack, 'Bucket', {
    bucketName: BUCKET,
    notificationConfiguration: { eventBridgeConfiguration: { eventBridgeEnabled: true } },
  });
  const queue = new Queue(stack, 'Queue', { queueName: QUEUE });
  const functions: Record<string, Lambda> = {};
  for (const [name, runtime, file, code] of [
    ['worker', Runtime.NODEJS_20_X, 'index.js', WORKER],
    ['deaf', Runtime.PYTHON_3_12, 'index.py', DEAF],
    ['spinning', Runtime.NODEJS_20_X, 'index.js', SPINNING],
    ['own', Runtime.PROVIDED_AL2023, 'bootstrap', BOOTSTRAP],
  ] as const) {
    const source = join(folder, 'code', name);
    await mkdir(source, { recursive: true });
    await writeFile(join(source, file), code);
    functions[name] = new Lambda(stack, name, {
      functionName: name,
      runtime,
      handler: 'index.handler',
      code: Code.fromAsset(source),
      timeout: Duration.minutes(10),
      initialPolicy: [new PolicyStatement({ actions: ['s3:PutObject'], resources: ['*'] })],
    });
  }
  const rule = new Rule(stack, 'Rule', {
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { object: { key: [{ prefix: 'in/' }] } },
    },
  });
  if (functions['worker'] !== undefined) rule.addTarget(new LambdaFunction(functions['worker']));
  const jobs = new Role(stack, 'Jobs', {
    roleName: 'busy-jobs',
    assumedBy: new ServicePrincipal('sagemaker.amazonaws.com'),
  });
  jobs.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
  const machine = new StateMachine(stack, 'Machine', {
    stateMachineName: 'busy',
    definitionBody: DefinitionBody.fromString(
      JSON.stringify({
        StartAt: 'Wait',
        States: {
          Wait: { Type: 'Wait', Seconds: 8, Next: 'Send' },
          Send: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sqs:sendMessage',
            Parameters: {
              QueueUrl: `https://sqs.us-east-1.amazonaws.com/000000000000/${QUEUE}`,
              'MessageBody.$': '$$.Execution.Name',
            },
            End: true,
          },
        },
      }),
    ),
  });
  queue.grantSendMessages(machine);
  machine.node.addDependency(bucket);
  app.synth();
  return outdir;
}

/** Every process whose environment contains the folder, which child processes inherit. */
export async function processesOf(folder: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    if (environment.includes(folder)) found.push(Number(name));
  }
  return found;
}
