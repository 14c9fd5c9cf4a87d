import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { App, CustomResource, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime as LambdaRuntime } from 'aws-cdk-lib/aws-lambda';
import { strToU8, zipSync } from 'fflate';
import { Header } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesize } from '../../cli/runtime/synthesize.ts';
import { startRuntimeProcess } from '../../cli/stories/runtime-process.ts';
import { createTerminal } from '../../cli/terminal/terminal.ts';
import { findConfinement } from '../../local/containers/index.ts';
import { preparePythonEnvironment, silentLogger, startRuntime } from '../../local/index.ts';
import { PythonHost } from '../../local/jobs/index.ts';
import { serviceFactories } from '../../local/services/index.ts';
import { startTestRuntime, type TestRuntime } from '../../local/testing/cloud.testing.ts';
import { publishTestImage } from '../../local/testing/function-image.testing.ts';
import {
  BUCKET,
  Heard,
  JobTest,
  jobFactories,
  ROLE,
  SKLEARN,
} from '../../local/testing/jobs.testing.ts';
import { removeFolder } from '../remove-folder.ts';
import { until } from '../slice/until.ts';

/** Part of every value and file of the user in this test; a process must never see it. */
const MARK = 'PERSONAL';
const KEY = `AKIA${MARK}0000`;

/** Variables of https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html and of other tools. */
const personalVariables = (home: string) => ({
  HOME: home,
  AWS_PROFILE: MARK,
  AWS_DEFAULT_PROFILE: MARK,
  AWS_ACCESS_KEY_ID: KEY,
  AWS_SECRET_ACCESS_KEY: `secret-${MARK}`,
  AWS_SESSION_TOKEN: `token-${MARK}`,
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:1/${MARK}`,
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: `/${MARK}`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN: MARK,
  AWS_WEB_IDENTITY_TOKEN_FILE: join(home, '.aws', 'credentials'),
  AWS_ROLE_ARN: `arn:aws:iam::111111111111:role/${MARK}`,
  AWS_CONFIG_FILE: join(home, '.aws', 'config'),
  AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws', 'credentials'),
  AWS_ENDPOINT_URL_S3: `https://${MARK}.example.com`,
  AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://${MARK}.example.com`,
  BOTO_CONFIG: join(home, '.boto'),
  GITHUB_TOKEN: MARK,
  NPM_TOKEN: MARK,
  ANTHROPIC_API_KEY: MARK,
  PIP_INDEX_URL: `https://someone:${MARK}@packages.example.com/simple`,
  HTTPS_PROXY: `http://${MARK}.example.com:3128`,
  https_proxy: `http://${MARK}.example.com:3128`,
  PYTHONPATH: `/${MARK}`,
  NODE_OPTIONS: `--title=${MARK}`,
  SSH_AUTH_SOCK: join(home, 'agent'),
  GOOGLE_APPLICATION_CREDENTIALS: join(home, 'google.json'),
});

interface Report {
  readonly environment: Readonly<Record<string, string>>;
  readonly found?: readonly string[];
  readonly absolute?: readonly string[];
  readonly credentials?: readonly string[] | null;
  readonly profiles?: readonly string[];
  readonly endpoints?: readonly string[];
  readonly caller?: string;
  readonly keys?: readonly string[];
  readonly options?: readonly string[];
  readonly title?: string;
}

const before = { ...process.env };
const heard = new Heard();
let home: string;
let folder: string;
let runtime: TestRuntime;
let test: JobTest;
let lambda: LambdaClient;
let probe: string;
let namespaces: boolean;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-isolation-'));
  home = await mkdtemp(join(tmpdir(), `stepmill-${MARK}-`));
  await mkdir(join(home, '.aws', 'sso', 'cache'), { recursive: true });
  const profile = `aws_access_key_id = ${KEY}\naws_secret_access_key = secret-${MARK}\n`;
  await writeFile(join(home, '.aws', 'credentials'), `[default]\n${profile}[${MARK}]\n${profile}`);
  await writeFile(join(home, '.aws', 'config'), `[default]\nregion = ${MARK}\n`);
  await writeFile(join(home, '.aws', 'sso', 'cache', 'token.json'), `{"accessToken":"${MARK}"}`);
  await writeFile(join(home, '.boto'), `[Credentials]\n${profile}`);
  await writeFile(join(home, '.netrc'), `machine x login x password ${MARK}\n`);
  await writeFile(join(home, 'google.json'), `{"key":"${MARK}"}`);
  probe = await readFile(join(import.meta.dirname, 'probe.py'), 'utf8');
  await preparePythonEnvironment({ folder: process.env['STEPMILL_PYTHON_FOLDER'] ?? '' });
  Object.assign(process.env, personalVariables(home));
  const host = new PythonHost({
    environmentFolder: process.env['STEPMILL_PYTHON_FOLDER'] ?? '',
    logger: silentLogger,
    starting: 'execute',
  });
  namespaces = (await host.status()).containerPaths === 'namespace';
  await host.stop();
  const lambdas = serviceFactories.filter(({ name }) => name === 'createLambdaService');
  runtime = await startTestRuntime([...jobFactories(heard), ...lambdas]);
  test = new JobTest(runtime, heard);
  lambda = new LambdaClient(runtime.clientConfig);
  await test.prepare();
  await new IAMClient(runtime.clientConfig).send(
    new CreateRoleCommand({
      RoleName: 'functions',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
    }),
  );
}, 300_000);

afterAll(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await runtime?.stop();
  await removeFolder(folder);
  await removeFolder(home);
});

/** The report contains nothing of the user, and SDKs find the credentials of the process. */
function expectIsolated(report: Report): void {
  expect(JSON.stringify(report)).not.toContain(MARK);
  expect(report.environment).toMatchObject({
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  });
  expect(Object.keys(report.environment)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^AWS_(CONTAINER|WEB_IDENTITY|PROFILE|ROLE)/)]),
  );
  expect(report.found ?? []).toEqual([]);
}

function expectRole(report: Report, caller: RegExp): void {
  expectIsolated(report);
  const { endpoint } = runtime;
  expect(report.environment).toMatchObject({
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
    AWS_SESSION_TOKEN: expect.stringMatching(/^stepmill\./),
  });
  if (report.profiles !== undefined) {
    expect(report).toMatchObject({
      profiles: [],
      credentials: ['env', expect.stringMatching(/^ASIA/), expect.any(String), expect.any(String)],
      endpoints: [endpoint, endpoint, endpoint],
    });
  }
  expect(report.caller).toMatch(caller);
}

/** On systems with mount namespaces, the user's paths are hidden too. */
function expectHidden(report: Report): void {
  if (namespaces) expect(report.absolute).toEqual([]);
}

const JOBS_SESSION = /^arn:aws:sts::000000000000:assumed-role\/jobs\/SageMaker$/;
const FUNCTIONS_SESSION = /^arn:aws:sts::000000000000:assumed-role\/functions\//;

function reportOf(lines: readonly string[]): Report {
  const line = lines.find((text) => text.includes('PROBE '));
  if (line === undefined) throw new Error(`No report in:\n${lines.join('\n')}`);
  return JSON.parse(line.slice(line.indexOf('PROBE ') + 6)) as Report;
}

describe('a process of SageMaker', { timeout: 300_000 }, () => {
  it('as a processing job', async () => {
    const name = await test.startProcessing(`${probe}\nshow(${JSON.stringify(home)})\n`);
    await heard.until(name, ['Completed', 'Failed']);

    const report = reportOf(heard.output(name));
    expectRole(report, JOBS_SESSION);
    expectHidden(report);
  });

  it('as a processing job whose configuration names other credentials', async () => {
    const name = await test.startProcessing(`${probe}\nshow()\n`, {
      Environment: {
        HOME: home,
        AWS_ENDPOINT_URL_S3: 'https://s3.amazonaws.com',
        AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws', 'credentials'),
        AWS_ACCESS_KEY_ID: KEY,
      },
    });
    await heard.until(name, ['Completed', 'Failed']);

    expectRole(reportOf(heard.output(name)), JOBS_SESSION);
  });

  it('as a program other than Python, in a processing job', async () => {
    const name = await test.startProcessing('', {
      AppSpecification: {
        ImageUri: SKLEARN,
        ContainerEntrypoint: ['/bin/sh', '-c', 'env; echo; cat /proc/self/environ'],
      },
    });
    await heard.until(name, ['Completed', 'Failed']);

    const lines = heard.output(name);
    expect(lines).toContain(`AWS_ENDPOINT_URL=${runtime.endpoint}`);
    expect(lines.join('\n')).not.toContain(MARK);
  });

  it('as a training job in script mode', async () => {
    const script = `${probe}\nshow(${JSON.stringify(home)})\n`;
    const name = await test.startTraining(archive({ 'train.py': script }));
    await heard.until(name, ['Completed', 'Failed']);

    const report = reportOf(heard.output(name));
    expectRole(report, JOBS_SESSION);
    expectHidden(report);
  });

  it('as a hosted model', async () => {
    const serving = `${probe}
def model_fn(model_dir): return None
def input_fn(body, content_type): return body
def predict_fn(data, model): return json.dumps(probe(${JSON.stringify(home)}), default=str)
def output_fn(report, accept): return report, "application/json"
`;
    await test.put('model.tar.gz', archive({ 'code/inference.py': serving }));
    await test.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'probe',
        ExecutionRoleArn: ROLE,
        PrimaryContainer: {
          Image: SKLEARN,
          ModelDataUrl: `s3://${BUCKET}/model.tar.gz`,
          Environment: { SAGEMAKER_PROGRAM: 'inference.py' },
        },
      }),
    );
    await test.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'probe',
        ProductionVariants: [
          {
            VariantName: 'AllTraffic',
            ModelName: 'probe',
            InstanceType: 'ml.m5.large',
            InitialInstanceCount: 1,
          },
        ],
      }),
    );
    const name = { EndpointName: 'probe' };
    await test.sagemaker.send(new CreateEndpointCommand({ ...name, EndpointConfigName: 'probe' }));
    await until('the endpoint', async () => {
      const { EndpointStatus } = await test.sagemaker.send(new DescribeEndpointCommand(name));
      return EndpointStatus === 'Creating' ? undefined : EndpointStatus;
    });
    const { Body } = await new SageMakerRuntimeClient(runtime.clientConfig).send(
      new InvokeEndpointCommand({ ...name, Body: 'x', ContentType: 'text/csv' }),
    );

    const report = JSON.parse(Buffer.from(Body).toString()) as Report;
    expectRole(report, JOBS_SESSION);
    expectHidden(report);
  });
});

describe('a function', { timeout: 120_000 }, () => {
  async function ask(
    FunctionName: string,
    Runtime: 'python3.12' | 'nodejs20.x' | 'provided.al2023',
    files: Readonly<Record<string, string>>,
    variables: Record<string, string> = {},
  ): Promise<Report> {
    const ZipFile = zipSync(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])),
    );
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime,
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/functions',
        Code: { ZipFile },
        Timeout: 60,
        MemorySize: 1024,
        Environment: { Variables: variables },
      }),
    );
    await until(FunctionName, async () => {
      const { Payload, FunctionError } = await lambda
        .send(new InvokeCommand({ FunctionName }))
        .catch((error: Error) => {
          if (/pending/i.test(error.message))
            return { Payload: undefined, FunctionError: undefined };
          throw error;
        });
      if (Payload === undefined) return undefined;
      const text = Buffer.from(Payload).toString();
      if (FunctionError !== undefined) throw new Error(text);
      answers.set(FunctionName, JSON.parse(text) as Report);
      return true;
    });
    const report = answers.get(FunctionName);
    if (report === undefined) throw new Error('no answer');
    return report;
  }
  const answers = new Map<string, Report>();
  const MARK_OF_FIRST = 'of the first function';

  it('in Python, from a spare interpreter', async () => {
    expectRole(
      await ask('python', 'python3.12', { 'index.py': pythonFunction() }),
      FUNCTIONS_SESSION,
    );
  });

  it('in Python, started for it because of its configuration', async () => {
    const report = await ask(
      'fresh',
      'python3.12',
      { 'index.py': pythonFunction() },
      { PYTHONHASHSEED: '1', HOME: home, AWS_SHARED_CREDENTIALS_FILE: `${home}/.aws/credentials` },
    );

    expectRole(report, FUNCTIONS_SESSION);
  });

  const nodeFunction = `
const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
const { existsSync } = require('node:fs'); const { homedir } = require('node:os');
exports.handler = async () => {
  const client = new STSClient({});
  const { accessKeyId, sessionToken } = await client.config.credentials();
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  return { environment: process.env, options: process.execArgv, title: process.title, keys: [accessKeyId, sessionToken],
    home: homedir(), found: existsSync(homedir() + '/.aws') ? ['.aws'] : [], caller: Arn };
};`;

  it('in Node.js, and then from a spare process, with a session of its own', async () => {
    const files = { 'index.js': nodeFunction };
    const first = await ask('node', 'nodejs20.x', files, { SECRET: MARK_OF_FIRST });
    runtime.cloud.expectChange();
    const second = await ask('node-from-spare', 'nodejs20.x', files);

    expectRole(first, FUNCTIONS_SESSION);
    expectRole(second, FUNCTIONS_SESSION);
    expect(second.keys).not.toEqual(first.keys);
    expect(JSON.stringify(second.environment)).not.toContain(MARK_OF_FIRST);
    expect(second.options).toEqual(first.options);
    expect(second.title).toBe(first.title);
  });

  it('with its own runtime', async () => {
    const bootstrap = `#!/usr/bin/env python3\n${runtimeProgram()}`;

    expectRole(await ask('own', 'provided.al2023', { bootstrap }), FUNCTIONS_SESSION);
  });

  it('of a custom resource', async () => {
    const app = new App({ outdir: join(folder, 'custom'), analyticsReporting: false });
    const stack = new Stack(app, 'Custom');
    const code = `${probe}
import urllib.request
def handler(event, context):
    show()
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body = json.dumps({**answer, "Status": "SUCCESS", "PhysicalResourceId": "probe"}).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, method="PUT"))
`;
    await mkdir(join(folder, 'code'), { recursive: true });
    await writeFile(join(folder, 'code', 'index.py'), code);
    const provider = new LambdaFunction(stack, 'Provider', {
      runtime: LambdaRuntime.PYTHON_3_12,
      handler: 'index.handler',
      code: Code.fromAsset(join(folder, 'code')),
    });
    const resource = new CustomResource(stack, 'Resource', { serviceToken: provider.functionArn });
    resource.node.addDependency(provider);
    app.synth();
    const lines: string[] = [];
    const listener = jobFactories(heard).at(-1);
    if (listener === undefined) throw new Error('no listener');
    const custom = await startRuntime({
      ephemeral: true,
      port: 0,
      logger: silentLogger,
      assembly: join(folder, 'custom'),
      factories: serviceFactories.map((factory) =>
        factory.name === 'createLogsService'
          ? (cloud) => ({
              ...factory(cloud),
              onLogLine: ({ message }) => void lines.push(message),
            })
          : factory,
      ),
    });
    await custom.stop();

    expectIsolated(reportOf(lines));
  });
});

/** Whether it finds the user's absolute paths depends on whether it has a root folder of its own. */
async function expectOwnRoot(report: Report): Promise<void> {
  const { confinement } = await findConfinement({ environment: undefined });
  if (confinement === 'namespace') expect(report.absolute).toEqual([]);
}

describe('a container', { timeout: 120_000 }, () => {
  const role = 'arn:aws:iam::000000000000:role/containers';
  const repositoryName = 'probes';
  let containers: TestRuntime;

  beforeAll(async () => {
    const needed = [
      'createEcsService',
      'createEcrService',
      'createLogsService',
      'createLambdaService',
    ];
    containers = await startTestRuntime(
      serviceFactories.filter(({ name }) => needed.includes(name)),
      { pythonFolder: join(folder, 'python'), containers: 'process' },
    );
    const iam = new IAMClient(containers.clientConfig);
    const Service = ['ecs-tasks.amazonaws.com', 'lambda.amazonaws.com'];
    const trust = [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }];
    const RoleName = 'containers';
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }),
      }),
    );
    const everything = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Statement: everything });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }));
  });

  afterAll(() => containers?.stop());

  it('of a task on Amazon ECS', async () => {
    const ecs = new ECSClient(containers.clientConfig);
    const image = await publishTestImage(
      containers.cloud,
      { repositoryName, imageTag: 'task' },
      {
        'probe.py': `${probe}\nshow(${JSON.stringify(home)})\n`,
        Dockerfile: 'FROM python:3.12-slim\nCOPY probe.py /\nCMD ["python3", "/probe.py"]\n',
      },
    );
    const root = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
    await containers.cloud.call(root, 'ecs', 'CreateCluster', {});
    const options = {
      'awslogs-group': '/tasks',
      'awslogs-create-group': 'true',
      'awslogs-region': 'us-east-1',
      'awslogs-stream-prefix': 'p',
    };
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'probe',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        taskRoleArn: role,
        executionRoleArn: role,
        containerDefinitions: [
          { name: 'app', image, logConfiguration: { logDriver: 'awslogs', options } },
        ],
      }),
    );
    const { tasks: [task] = [] } = await ecs.send(
      new RunTaskCommand({
        taskDefinition: 'probe',
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      }),
    );
    const logStreamName = `p/app/${task?.taskArn?.split('/').at(-1)}`;
    const lines = await until('the report of the task', async () => {
      const answer = await containers.cloud
        .call<{ readonly events?: readonly { readonly message: string }[] }>(
          root,
          'logs',
          'GetLogEvents',
          { logGroupName: '/tasks', logStreamName },
        )
        .catch(() => undefined);
      return answer?.events?.some(({ message }) => message.includes('PROBE '))
        ? answer.events.map(({ message }) => message)
        : undefined;
    });

    const report = reportOf(lines);
    const { AWS_CONTAINER_AUTHORIZATION_TOKEN, AWS_CONTAINER_CREDENTIALS_FULL_URI, ...rest } =
      report.environment;
    // Its own token, for its own role's credentials at the gateway.
    expect(AWS_CONTAINER_CREDENTIALS_FULL_URI).toMatch(containers.endpoint);
    expect(AWS_CONTAINER_AUTHORIZATION_TOKEN).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(rest)).not.toContain('AWS_ACCESS_KEY_ID');
    expect(JSON.stringify(report)).not.toContain(MARK);
    expectIsolated({ ...report, environment: rest });
    expect(rest['AWS_ENDPOINT_URL']).toBe(containers.endpoint);
    await expectOwnRoot(report);
  });

  it('of a function', async () => {
    const ImageUri = await publishTestImage(
      containers.cloud,
      { repositoryName, imageTag: 'function' },
      {
        'runtime.py': runtimeProgram(home),
        Dockerfile:
          'FROM python:3.12-slim\nCOPY runtime.py /\nENTRYPOINT ["python3", "/runtime.py"]\nCMD ["handler"]\n',
      },
    );
    const functions = new LambdaClient(containers.clientConfig);
    const FunctionName = 'image';
    await functions.send(
      new CreateFunctionCommand({
        FunctionName,
        PackageType: 'Image',
        Role: role,
        Code: { ImageUri },
        Timeout: 60,
        MemorySize: 1024,
      }),
    );
    const waiter = { client: functions, maxWaitTime: 60, minDelay: 1 };
    await waitUntilFunctionActiveV2(waiter, { FunctionName });
    const { Payload, FunctionError } = await functions.send(new InvokeCommand({ FunctionName }));
    const text = Buffer.from(Payload ?? []).toString();
    if (FunctionError !== undefined) throw new Error(text);

    const report = JSON.parse(text) as Report;
    expectIsolated(report);
    expect(report.environment).toMatchObject({
      AWS_ENDPOINT_URL: containers.endpoint,
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
    });
    await expectOwnRoot(report);
  });
});

describe('a process of the runtime itself', { timeout: 120_000 }, () => {
  // The parent of all jobs passes its own environment to the jobs as `initial`.
  it('that inspects an interpreter', async () => {
    const { path, notes } = await interpreter();
    const host = new PythonHost({
      environmentFolder: folder,
      interpreter: path,
      logger: silentLogger,
      starting: 'execute',
    });
    await host.status();
    await host.stop();

    const noted = await notes();
    expect(noted.match(/^HOME=/gm)).toHaveLength(1);
    expect(noted).not.toContain(MARK);
  });

  it('that synthesizes the app', async () => {
    const app = join(folder, 'app');
    await mkdir(app);
    await writeFile(join(app, 'cdk.json'), JSON.stringify({ app: 'node app.mjs' }));
    const { href } = new URL('../../node_modules/aws-cdk-lib/index.js', import.meta.url);
    await writeFile(
      join(app, 'app.mjs'),
      `import { writeFileSync } from 'node:fs';
import cdk from ${JSON.stringify(href)};
writeFileSync('environment.json', JSON.stringify(process.env));
new cdk.Stack(new cdk.App(), 'Empty');
`,
    );
    const here = process.cwd();
    process.chdir(app);
    try {
      await synthesize(join(app, 'state'), createTerminal());
    } finally {
      process.chdir(here);
    }

    const environment = JSON.parse(await readFile(join(app, 'environment.json'), 'utf8'));
    expectIsolated({ environment });
    expect(Object.keys(environment)).not.toContain('AWS_ACCESS_KEY_ID');
  });

  it('that plays a story', async () => {
    const program = join(folder, 'runtime.mjs');
    await writeFile(
      program,
      `const seen = Buffer.from(JSON.stringify(process.env)).toString('base64url');
console.log('AWS_ENDPOINT_URL=' + seen);
setInterval(() => {}, 1_000);
`,
    );
    const started = await startRuntimeProcess({
      program,
      state: folder,
      assembly: folder,
      speed: 1,
      port: 0,
      verbose: false,
    });
    await started.end('SIGKILL');

    expectIsolated({
      environment: JSON.parse(Buffer.from(started.endpoint, 'base64url').toString()),
    });
  });
});

/** A .tar.gz of these files. */
function archive(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const content = Buffer.from(text);
    const header = new Header({ path, size: content.byteLength, mode: 0o644, type: 'File' });
    const block = Buffer.alloc(512);
    header.encode(block, 0);
    return [block, content, Buffer.alloc((512 - (content.byteLength % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1_024)]));
}

function pythonFunction(): string {
  return `${probe}\ndef handler(event, context): return probe()\n`;
}

/** A program that answers invocations of Lambda with its report. */
function runtimeProgram(personalHome?: string): string {
  return `${probe}
import urllib.request
api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"
while True:
    event = urllib.request.urlopen(api + "next")
    answer = json.dumps(probe(${personalHome === undefined ? '' : JSON.stringify(personalHome)}), default=str).encode()
    urllib.request.urlopen(api + event.headers["Lambda-Runtime-Aws-Request-Id"] + "/response", answer)
`;
}

/** A python3 that also records its environment. */
async function interpreter(): Promise<{
  readonly path: string;
  readonly notes: () => Promise<string>;
}> {
  const path = join(folder, 'python3');
  const notes = join(folder, 'notes');
  const [python] = Object.values(
    await preparePythonEnvironment({ folder: process.env['STEPMILL_PYTHON_FOLDER'] ?? '' }),
  );
  await writeFile(path, `#!/bin/sh\nenv >> ${notes}\nexec ${String(python)} "$@"\n`);
  await chmod(path, 0o755);
  return { path, notes: () => readFile(notes, 'utf8') };
}
