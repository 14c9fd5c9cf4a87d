import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEcrService } from '../services/ecr/index.ts';
import { createLambdaService } from '../services/lambda/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { publishTestImage, REGISTRY, TEST_IMAGE } from '../testing/function-image.testing.ts';
import { errorOf } from '../testing/recorded-answers.testing.ts';

// Answers are those of LocalStack's recordings of AWS (Apache-2.0), TestLambdaImages of
// tests/aws/services/lambda_/test_lambda_api.snapshot.json, commit 8b9a79f0. The sentences about source images are
// quoted in aws/aws-cdk#24648 and in aws/aws-sam-cli#5280.

const ROLE = 'arn:aws:iam::000000000000:role/function';

let folder: string;
let runtime: TestRuntime;
let lambda: LambdaClient;
let ecr: ECRClient;
let image: string;

const statement = (Principal: object) => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'function-images-'));
  runtime = await startTestRuntime([createLambdaService, createEcrService], {
    pythonFolder: folder,
    containers: 'process',
  });
  lambda = new LambdaClient(runtime.clientConfig);
  ecr = new ECRClient(runtime.clientConfig);
  await new IAMClient(runtime.clientConfig).send(
    new CreateRoleCommand({
      RoleName: 'function',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [statement({ Service: 'lambda.amazonaws.com' }), statement({ AWS: '*' })],
      }),
    }),
  );
  image = await publish('one');
});

afterAll(async () => {
  await runtime.stop();
  rmSync(folder, { recursive: true, force: true });
});

const publish = (imageTag: string, more: Readonly<Record<string, string>> = {}) =>
  publishTestImage(
    runtime.cloud,
    { repositoryName: 'functions', imageTag },
    { ...TEST_IMAGE, ...more },
  );

async function manifestOf(repositoryName: string, imageTag: string): Promise<string> {
  const { images = [] } = await ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag }] }),
  );
  return images[0]?.imageManifest ?? '';
}

const put = (imageTag: string, content: object) =>
  ecr.send(
    new PutImageCommand({
      repositoryName: 'functions',
      imageTag,
      imageManifest: JSON.stringify(content),
    }),
  );

const moving = (CMD: string) =>
  publishTestImage(
    runtime.cloud,
    { repositoryName: 'moving', imageTag: `release-${CMD}` },
    { ...TEST_IMAGE, Dockerfile: `${TEST_IMAGE['Dockerfile']}CMD ["${CMD}"]\n` },
  );

const move = async (from: string) => {
  const imageManifest = await manifestOf('moving', from.split(':')[1] ?? '');
  await ecr.send(
    new PutImageCommand({ repositoryName: 'moving', imageTag: 'live', imageManifest }),
  );
};

const create = (FunctionName: string, more: Partial<CreateFunctionCommandInput> = {}) =>
  lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      PackageType: 'Image',
      Role: ROLE,
      Code: { ImageUri: image },
      Timeout: 20,
      ...more,
    }),
  );
const get = (FunctionName: string) => lambda.send(new GetFunctionCommand({ FunctionName }));
/** The function once a member has this value. */
function becomes(name: string, member: 'State' | 'LastUpdateStatus', value: string) {
  return vi.waitFor(
    async () => {
      const { Configuration = {} } = await get(name);
      expect(Configuration[member]).toBe(value);
      return Configuration;
    },
    { timeout: 60_000 },
  );
}
/** Until the image is prepared, as the waiters of AWS's SDK do. */
const settled = (name: string) =>
  vi.waitFor(
    async () => {
      const { Configuration = {} } = await get(name);
      expect([Configuration.State, Configuration.LastUpdateStatus]).not.toContain('Pending');
      expect(Configuration.LastUpdateStatus).not.toBe('InProgress');
    },
    { timeout: 60_000 },
  );

async function configure(FunctionName: string, more: object) {
  await settled(FunctionName);
  return lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...more }));
}

async function invoke(FunctionName: string, payload: unknown = {}, Qualifier?: string) {
  await settled(FunctionName);
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName,
      Payload: Buffer.from(JSON.stringify(payload)),
      LogType: 'Tail',
      ...(Qualifier !== undefined && { Qualifier }),
    }),
  );
  return {
    error: answer.FunctionError,
    payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString()) as unknown,
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
  };
}

/** Why a function of this image of the repository is refused. */
const refusalOf = (tag: string) =>
  errorOf(create('refused', { Code: { ImageUri: `${REGISTRY}/functions:${tag}` } }));

describe('a function of an image', () => {
  it('has the digest of its image, and neither a runtime nor a handler', async () => {
    const made = await create('crud', { Environment: { Variables: { GREETING: 'function' } } });
    const { Code, Configuration } = await get('crud');

    const { $metadata: _, FunctionArn, LastModified, RevisionId, ...recorded } = made;
    expect(recorded).toEqual({
      FunctionName: 'crud',
      Architectures: ['x86_64'],
      CodeSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      CodeSize: 0,
      Description: '',
      Environment: { Variables: { GREETING: 'function' } },
      EphemeralStorage: { Size: 512 },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/crud' },
      MemorySize: 128,
      PackageType: 'Image',
      Role: ROLE,
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      Timeout: 20,
      TracingConfig: { Mode: 'PassThrough' },
      Version: '$LATEST',
    });
    expect(Code).toEqual({
      ImageUri: image,
      RepositoryType: 'ECR',
      ResolvedImageUri: `${REGISTRY}/functions@sha256:${made.CodeSha256}`,
    });
    expect(Configuration?.State).toMatch(/^(Pending|Active)$/);
    expect((await becomes('crud', 'State', 'Active')).LastUpdateStatus).toBe('Successful');
    expect(Configuration?.Runtime).toBeUndefined();
    expect([FunctionArn, LastModified, RevisionId]).not.toContain(undefined);
  });

  it('replaces the whole ImageConfig, and an empty one takes it away', async () => {
    const given = { EntryPoint: ['sh'], Command: ['-c', 'echo test'], WorkingDirectory: '/app1' };
    const made = await create('config', { ImageConfig: given });
    const changed = { Command: ['-c', 'echo test1'], WorkingDirectory: '/app1' };
    const after = await configure('config', { ImageConfig: changed });
    const described = await configure('config', { Description: 'kept' });
    const without = await configure('config', { ImageConfig: {} });

    expect(made.ImageConfigResponse).toEqual({ ImageConfig: given });
    expect(after.ImageConfigResponse).toEqual({ ImageConfig: changed });
    expect(described.ImageConfigResponse).toEqual({ ImageConfig: changed });
    expect(without.ImageConfigResponse).toBeUndefined();
  });

  it('cannot become one of a zip file, nor the other way round', async () => {
    await create('kind');
    const toZip = lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'kind', ZipFile: Buffer.from('') }),
    );
    const without = create('without', { Code: { ZipFile: Buffer.from('') } });
    const zip = { PackageType: 'Zip', Runtime: 'python3.12', Handler: 'index.handler' } as const;
    const asZip = create('as-zip', zip);
    const handled = create('handled', { Runtime: 'python3.12', Handler: 'index.handler' });

    expect(await errorOf(toZip)).toEqual({
      status: 400,
      code: 'InvalidParameterValueException',
      message: 'Please provide ImageUri when updating a function with packageType Image.',
    });
    for (const refused of [without, asZip, handled]) {
      expect(await errorOf(refused)).toMatchObject({ code: 'InvalidParameterValueException' });
    }
  });

  it.each([
    ['no such tag', `${REGISTRY}/functions:none`, 'does not exist'],
    ['no such repository', `${REGISTRY}/none:one`, 'does not exist'],
    [
      'another account',
      '111111111111.dkr.ecr.us-east-1.amazonaws.com/functions:one',
      'does not exist',
    ],
    [
      'another region',
      '000000000000.dkr.ecr.eu-west-1.amazonaws.com/functions:one',
      'is not valid',
    ],
    ['another registry', 'public.ecr.aws/lambda/python:3.12', 'is not valid'],
    ['no image at all', 'functions', 'is not valid'],
  ])('is refused for %s', async (_, ImageUri, problem) => {
    expect(await errorOf(create('refused', { Code: { ImageUri } }))).toEqual({
      status: 400,
      code: 'InvalidParameterValueException',
      message: `Source image ${ImageUri} ${problem}. Provide a valid source image.`,
    });
  });

  it('is refused for an index of several images, and for one above 10 GB', async () => {
    const manifest = await manifestOf('functions', 'one');
    const digest = (await get('crud')).Code?.ResolvedImageUri?.split('@')[1];
    await put('index', { schemaVersion: 2, manifests: [{ digest, size: 1 }] });
    const { layers, ...rest } = JSON.parse(manifest);
    await put('large', { ...rest, layers: [{ ...layers[0], size: 10 * 1_024 ** 3 + 1 }] });

    expect(await refusalOf('index')).toEqual({
      status: 400,
      code: 'InvalidParameterValueException',
      message: `The image manifest, config or layer media type for the source image ${REGISTRY}/functions:index is not supported.`,
    });
    expect(await refusalOf('large')).toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining('its layers have 10737418241 bytes'),
    });
  });

  it('is refused to a caller who may not read the image', async () => {
    const { Credentials } = await new STSClient(runtime.clientConfig).send(
      new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'reader' }),
    );
    await new IAMClient(runtime.clientConfig).send(
      new PutRolePolicyCommand({
        RoleName: 'function',
        PolicyName: 'create',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: ['lambda:*', 'iam:PassRole'], Resource: '*' },
        }),
      }),
    );
    const client = new LambdaClient({
      ...runtime.clientConfig,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    const refused = client.send(
      new CreateFunctionCommand({
        FunctionName: 'unread',
        PackageType: 'Image',
        Role: ROLE,
        Code: { ImageUri: image },
      }),
    );

    expect(await errorOf(refused)).toEqual({
      status: 403,
      code: 'AccessDeniedException',
      message:
        'Lambda does not have permission to access the ECR image. Check the ECR permissions.',
    });
  });
});

const update = (ImageUri: string) =>
  lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'updated', ImageUri }));

/** https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html */
describe('a function whose image is being prepared', () => {
  const pending = {
    status: 409,
    code: 'ResourceConflictException',
    message:
      'The operation cannot be performed at this time. The function is currently in the following state: Pending',
  };
  let index: Server;
  /** Pip waits for this index, which has no package in the end. */
  let held: string;
  let release: (() => void) | undefined;

  beforeAll(async () => {
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    index = createServer((_, response) => {
      void released.then(() => response.writeHead(404).end());
    });
    await new Promise<void>((resolve) => index.listen(0, '127.0.0.1', resolve));
    const { port } = index.address() as AddressInfo;
    held = await publish('held', {
      Dockerfile: `${TEST_IMAGE['Dockerfile']}RUN pip install --index-url http://127.0.0.1:${port} held\n`,
    });
  });

  afterAll(() => void index.close());

  it('cannot be invoked, changed or published while it is new', async () => {
    await create('new', { Code: { ImageUri: held } });
    const refused = [
      new UpdateFunctionConfigurationCommand({ FunctionName: 'new', Timeout: 5 }),
      new PublishVersionCommand({ FunctionName: 'new' }),
    ];

    expect(await errorOf(lambda.send(new InvokeCommand({ FunctionName: 'new' })))).toEqual({
      status: 409,
      code: 'CodeArtifactUserPendingException',
      message: 'INFO: Lambda is initializing your function. It will be ready to invoke shortly.',
    });
    for (const command of refused) expect(await errorOf(lambda.send(command))).toEqual(pending);
  });

  it('is answered by its former code after an update, and takes no other one', async () => {
    await create('busy');
    await settled('busy');
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'busy', ImageUri: held }));

    const answer = await lambda.send(new InvokeCommand({ FunctionName: 'busy' }));
    const again = new UpdateFunctionConfigurationCommand({ FunctionName: 'busy', Timeout: 5 });

    expect(JSON.parse(Buffer.from(answer.Payload ?? []).toString())).toMatchObject({
      arguments: ['one', 'two'],
    });
    expect(await errorOf(lambda.send(again))).toMatchObject({
      code: 'ResourceConflictException',
      message: expect.stringContaining('An update is in progress for resource: arn:aws:lambda:'),
    });
    release?.();
    expect(await becomes('busy', 'LastUpdateStatus', 'Failed')).toMatchObject({
      LastUpdateStatusReason: expect.stringContaining('No matching distribution found for held'),
    });
    expect((await invoke('busy')).payload).toMatchObject({ arguments: ['one', 'two'] });
  });
});

/** https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html */
describe('a function whose image cannot run', () => {
  const reason = expect.stringContaining('line 2');
  let broken: string;

  beforeAll(async () => {
    broken = await publish('broken', {
      Dockerfile: `${TEST_IMAGE['Dockerfile']?.split('\n')[0]}\nRUN apt-get install -y cowsay\n`,
    });
  });

  it('fails to be created', async () => {
    const made = await create('failing', { Code: { ImageUri: broken } });

    expect(made.State).toBe('Pending');
    expect(await becomes('failing', 'State', 'Failed')).toMatchObject({
      StateReason: reason,
      StateReasonCode: 'InvalidImage',
    });
    expect(await errorOf(invoke('failing'))).toMatchObject({
      code: 'CodeArtifactUserFailedException',
    });
  });

  it('fails to be updated, answers as before, and can be updated again', async () => {
    await create('updated');
    await becomes('updated', 'State', 'Active');
    await update(broken);

    expect(await becomes('updated', 'LastUpdateStatus', 'Failed')).toMatchObject({
      State: 'Active',
      LastUpdateStatusReason: reason,
      LastUpdateStatusReasonCode: 'InvalidImage',
    });
    expect((await invoke('updated')).payload).toMatchObject({ arguments: ['one', 'two'] });

    await update(image);
    expect((await becomes('updated', 'LastUpdateStatus', 'Successful')).State).toBe('Active');
    expect((await invoke('updated')).error).toBeUndefined();
  });
});

describe('an invocation of a function of an image', () => {
  it('runs its runtime with the variables of AWS, of the image and of the function', async () => {
    await create('seen', { Environment: { Variables: { GREETING: 'function' } } });
    const first = await invoke('seen', { x: 1 });
    const second = await invoke('seen', { x: 2 });

    expect(first.payload).toMatchObject({
      arguments: ['one', 'two'],
      folder: '/work',
      greeting: 'function',
      word: 'image',
      function: 'seen',
    });
    const { names } = first.payload as { readonly names: readonly string[] };
    expect(names).toEqual(
      expect.arrayContaining(['AWS_LAMBDA_RUNTIME_API', 'AWS_REGION', 'AWS_SESSION_TOKEN']),
    );
    expect(names).not.toContain('_HANDLER');
    expect(first.log).toMatch(/got \{'x': 1\}\nEND[^]*Init Duration/);
    expect(second.log).toContain("got {'x': 2}");
    expect(second.log).not.toContain('Init Duration');
  });

  it('replaces each setting of the image alone', async () => {
    await create('command', { ImageConfig: { Command: ['other'], WorkingDirectory: '/tmp' } });
    await create('entry', { ImageConfig: { EntryPoint: ['python3', '/run/runtime.py', 'first'] } });

    expect((await invoke('command')).payload).toMatchObject({
      arguments: ['other'],
      folder: '/tmp',
    });
    // Docker resets CMD with ENTRYPOINT; Lambda does not.
    expect((await invoke('entry')).payload).toMatchObject({ arguments: ['first', 'one', 'two'] });
  });

  it('that times out after its effect has had the effect, and the next one starts again', async () => {
    let effects = 0;
    const server = createServer((_, response) => {
      effects += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const call = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await create('slow', { Timeout: 1 });
    const { error, log, payload } = await invoke('slow', { call, sleep: 30 });
    server.close();

    expect(effects).toBe(1);
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(log).toContain('Task timed out after 1.00 seconds');
    expect((await invoke('slow')).log).toContain('Init Duration');
  });

  it('fails as AWS says where the image ends, cannot start, or needs too much memory', async () => {
    await create('exits', { ImageConfig: { Command: ['exit'] } });
    await create('fails', { ImageConfig: { Command: ['init'] } });
    await create('absent', { ImageConfig: { EntryPoint: ['/none'] } });
    await create('large', { MemorySize: 128 });
    const exits = await invoke('exits');

    expect(exits).toMatchObject({
      error: 'Unhandled',
      payload: { errorType: 'Runtime.ExitError' },
    });
    expect(exits.log).toContain('ended before the first invocation');
    expect(exits.log).toContain('exit status 3');
    expect((await invoke('fails')).payload).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
    });
    expect((await invoke('absent')).log).toContain('no such file or directory');
    expect((await invoke('large', { fill: 400_000_000, sleep: 5 })).payload).toMatchObject({
      errorMessage: expect.stringContaining('signal: killed'),
    });
  });

  it('names what its Dockerfile needs and this machine does not have', async () => {
    const ImageUri = await publish('system', {
      Dockerfile: 'FROM python:3.12\nRUN apt-get install -y gcc\n',
    });
    await create('system', { Code: { ImageUri } });
    const nothing = await publish('nothing', { Dockerfile: 'FROM scratch\n' });
    await create('nothing', { Code: { ImageUri: nothing } });

    expect(await errorOf(invoke('system'))).toMatchObject({
      code: 'CodeArtifactUserFailedException',
      message: expect.stringMatching(
        /The function system was not invoked: [^]*line 2: RUN apt-get/,
      ),
    });
    expect(await errorOf(invoke('nothing'))).toMatchObject({
      message: expect.stringContaining('neither ENTRYPOINT nor CMD'),
    });
  });

  it('keeps the image that a tag named when the function was made', async () => {
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'moving' }));
    const [first, second] = [await moving('first'), await moving('second')];
    await move(first);
    const ImageUri = `${REGISTRY}/moving:live`;
    await create('tagged', { Code: { ImageUri } });
    await move(second);

    expect((await invoke('tagged')).payload).toMatchObject({ arguments: ['first'] });
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: 'tagged' }));
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'tagged', ImageUri }));

    expect((await invoke('tagged')).payload).toMatchObject({ arguments: ['second'] });
    expect((await invoke('tagged', {}, Version)).payload).toMatchObject({ arguments: ['first'] });
    const { Versions = [] } = await lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: 'tagged' }),
    );
    expect(new Set(Versions.map(({ CodeSha256 }) => CodeSha256)).size).toBe(2);
    expect(Versions.map(({ PackageType }) => PackageType)).toEqual(['Image', 'Image']);
  });
});
