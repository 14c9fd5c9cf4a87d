import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  AddLayerVersionPermissionCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteLayerVersionCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  GetLayerVersionPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListLayersCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  RemoveLayerVersionPermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/cloud.testing.ts';
import { errorOf } from '../../../testing/recorded-answers.testing.ts';
import { createLambdaService } from '../index.ts';

// AWS's answers are in the snapshots of LocalStack's tests (Apache-2.0), which are recorded against
// AWS: TestLambdaLayer in tests/aws/services/lambda_/test_lambda_api.snapshot.json, commit 961553a2.

const ARN = 'arn:aws:lambda:us-east-1:000000000000:layer';
const ROLE = 'arn:aws:iam::000000000000:role/function';

let runtime: TestRuntime;
let lambda: LambdaClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createLambdaService]);
  lambda = new LambdaClient(runtime.clientConfig);
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  };
  await new IAMClient(runtime.clientConfig).send(
    new CreateRoleCommand({
      RoleName: 'function',
      AssumeRolePolicyDocument: JSON.stringify(trust),
    }),
  );
});
afterAll(() => runtime.stop());

type Files = Readonly<Record<string, string>>;

function zipOf(files: Files): Uint8Array {
  const entries = Object.entries(files).map(([path, text]): [string, Zippable[string]] => [
    path,
    path.includes('bin/') ? [strToU8(text), { os: 3, attrs: 0o755 << 16 }] : strToU8(text),
  ]);
  // With a time of its own, or the bytes depend on the second in which they are made.
  return zipSync(Object.fromEntries(entries), { mtime: '2026-01-01T00:00:00Z' });
}

async function publish(LayerName: string, files: Files): Promise<string> {
  const { LayerVersionArn = '' } = await lambda.send(
    new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: zipOf(files) } }),
  );
  return LayerVersionArn;
}

function create(
  FunctionName: string,
  files: Files,
  more: Partial<CreateFunctionCommandInput> = {},
) {
  return lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      Timeout: 20,
      Code: { ZipFile: zipOf(files) },
      ...more,
    }),
  );
}

async function invoke(FunctionName: string) {
  const { Payload, LogResult = '' } = await lambda.send(
    new InvokeCommand({ FunctionName, LogType: 'Tail' }),
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString());
  return { answer, log: Buffer.from(LogResult, 'base64').toString() };
}

// https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
describe('a function with layers', () => {
  it('finds Node.js packages, and those of its version first', async () => {
    const layer = await publish('packages', {
      'nodejs/node_modules/one/index.js': 'module.exports = "one"',
      'nodejs/node_modules/two/index.js': 'module.exports = "any version"',
      'nodejs/node22/node_modules/two/index.js': 'module.exports = "22"',
    });
    const source = 'exports.handler = async () => [require("one"), require("two")]';
    await create('common', { 'index.js': source }, { Layers: [layer] });

    expect((await invoke('common')).answer).toEqual(['one', '22']);
  });

  it('imports packages of its layers into ES modules', async () => {
    const layer = await publish('modules', {
      'nodejs/node_modules/esm/package.json': '{"type":"module","exports":"./main.js"}',
      'nodejs/node_modules/esm/main.js': 'export default "esm"',
    });
    const source = 'import esm from "esm"; export const handler = async () => esm';
    await create('esm', { 'index.mjs': source }, { Layers: [layer] });

    expect((await invoke('esm')).answer).toBe('esm');
  });

  it('finds Python packages in both folders, its own first', async () => {
    const layer = await publish('python', {
      'python/plain.py': 'NAME = "plain"',
      'python/own.py': 'NAME = "of the layer"',
      'python/lib/python3.12/site-packages/site_one.py': 'NAME = "site"',
    });
    const source =
      'import own, plain, site_one\ndef handler(event, context):\n  return [own.NAME, plain.NAME, site_one.NAME]';
    await create(
      'python',
      { 'index.py': source, 'own.py': 'NAME = "own"' },
      { Runtime: 'python3.12', Layers: [layer] },
    );

    expect((await invoke('python')).answer).toEqual(['own', 'plain', 'site']);
  });

  it('runs programs of its layers, the later layer over the earlier', async () => {
    const first = await publish('first', { 'bin/say-a': '#!/bin/sh\necho a1', 'bin/say-b': '' });
    const second = await publish('second', { 'bin/say-b': '#!/bin/sh\necho b2', 'lib/x.so': '' });
    const source = `const { execSync } = require('child_process');
      exports.handler = async () => [String(execSync('say-a')), String(execSync('say-b')), process.env.LD_LIBRARY_PATH.split(':').at(-1) === process.env.STEPMILL_LAYERS + '/lib']`;
    await create('programs', { 'index.js': source }, { Layers: [first, second] });

    expect((await invoke('programs')).answer).toEqual(['a1\n', 'b2\n', true]);
  });

  it('runs the bootstrap of a layer', async () => {
    const layer = await publish('custom', { bootstrap: '#!/bin/sh\necho from-the-layer; exit 7' });
    await create('custom', { data: '' }, { Runtime: 'provided.al2023', Layers: [layer] });

    expect((await invoke('custom')).log).toContain('from-the-layer');
  });

  it('keeps a deleted version until its layers change', async () => {
    const layer = await publish('kept', { 'nodejs/node_modules/kept/index.js': '' });
    const source =
      'let kept = true; try { require("kept") } catch { kept = false }; exports.handler = async () => kept';
    await create('kept', { 'index.js': source }, { Layers: [layer] });
    await lambda.send(new DeleteLayerVersionCommand({ LayerName: 'kept', VersionNumber: 1 }));
    const before = await invoke('kept');
    const configuration = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'kept' }),
    );

    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'kept', Layers: [] }));

    expect(configuration.Layers).toEqual([{ Arn: layer, CodeSize: expect.any(Number) }]);
    expect([before.answer, (await invoke('kept')).answer]).toEqual([true, false]);
  });

  it.each([
    ['nodejs22.x', { 'index.js': 'require("fs").readFileSync("/opt/data.json")' }],
    ['python3.12', { 'index.py': 'open("/opt/data.json")' }],
  ] as const)('logs where its layers are if it asks for /opt (%s)', async (Runtime, files) => {
    const layer = await publish('data', { 'data.json': '{}' });
    const name = Runtime.slice(0, 6);
    await create(`opt-${name}`, files, { Runtime, Layers: [layer] });

    const { answer, log } = await invoke(`opt-${name}`);

    expect(answer).toMatchObject({ errorMessage: expect.stringContaining('/opt/data.json') });
    expect(log).toMatch(/The layers of this function are in \S+ on this machine/);
  });
});

describe('a version of a layer', () => {
  it('is published, listed, found and deleted', async () => {
    const versions = [await publish('life', { a: '1' }), await publish('life', { a: '2' })];
    const described = await lambda.send(
      new GetLayerVersionCommand({ LayerName: `${ARN}:life`, VersionNumber: 1 }),
    );
    const list = () => lambda.send(new ListLayerVersionsCommand({ LayerName: 'life' }));
    const both = await list();
    await lambda.send(new DeleteLayerVersionCommand({ LayerName: 'life', VersionNumber: 2 }));
    await lambda.send(new DeleteLayerVersionCommand({ LayerName: 'life', VersionNumber: 2 }));
    const third = await publish('life', { a: '3' });

    expect(versions).toEqual([`${ARN}:life:1`, `${ARN}:life:2`]);
    expect(third).toBe(`${ARN}:life:3`);
    expect(both.LayerVersions?.map(({ Version }) => Version)).toEqual([2, 1]);
    expect((await list()).LayerVersions?.map(({ Version }) => Version)).toEqual([3, 1]);
    expect(described).toMatchObject({
      LayerArn: `${ARN}:life`,
      LayerVersionArn: `${ARN}:life:1`,
      Description: '',
      Version: 1,
      CreatedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}\+0000$/),
    });
    const zip = await fetch(described.Content?.Location ?? '');
    expect(new Uint8Array(await zip.arrayBuffer())).toEqual(zipOf({ a: '1' }));
  });

  it('is listed with the runtimes and architectures it is for', async () => {
    await lambda.send(
      new PublishLayerVersionCommand({
        LayerName: 'for-python',
        Content: { ZipFile: zipOf({ a: '1' }) },
        CompatibleRuntimes: ['python3.13'],
        CompatibleArchitectures: ['arm64'],
        LicenseInfo: 'MIT',
      }),
    );
    const list = async (more: object) => {
      const { Layers = [] } = await lambda.send(new ListLayersCommand(more));
      return Layers.map(({ LayerName }) => LayerName);
    };

    expect(await list({ CompatibleRuntime: 'python3.13' })).toEqual(['for-python']);
    expect(await list({ CompatibleArchitecture: 'arm64' })).toEqual(['for-python']);
    expect(await list({ CompatibleRuntime: 'python3.12' })).toEqual([]);
    expect(await list({ MaxItems: 1 })).toHaveLength(1);
  });

  it('has a policy', async () => {
    await publish('shared', { a: '1' });
    const version = { LayerName: 'shared', VersionNumber: 1 };
    const statement = { StatementId: 's1', Action: 'lambda:GetLayerVersion', Principal: '*' };
    const add = (more: object = {}) =>
      lambda.send(new AddLayerVersionPermissionCommand({ ...version, ...statement, ...more }));
    const get = () => lambda.send(new GetLayerVersionPolicyCommand(version));
    const remove = (more: object = {}) =>
      lambda.send(
        new RemoveLayerVersionPermissionCommand({ ...version, StatementId: 's1', ...more }),
      );
    const expected = {
      Sid: 's1',
      Effect: 'Allow',
      Principal: '*',
      Action: 'lambda:GetLayerVersion',
      Resource: `${ARN}:shared:1`,
    };

    const none = await errorOf(get());
    const added = await add();
    const policy = await get();

    expect(none).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'No policy is associated with the given resource.',
    });
    expect(JSON.parse(added.Statement ?? '')).toEqual(expected);
    expect(JSON.parse(policy.Policy ?? '')).toMatchObject({ Id: 'default', Statement: [expected] });
    expect(policy.RevisionId).toBe(added.RevisionId);
    expect(await errorOf(add())).toMatchObject({ code: 'ResourceConflictException' });
    expect(await errorOf(add({ StatementId: 's2', RevisionId: 'other' }))).toMatchObject({
      code: 'PreconditionFailedException',
      message:
        'The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id',
    });
    expect(await errorOf(remove({ StatementId: 's2' }))).toMatchObject({
      message: 'Statement s2 is not found in resource policy.',
    });
    expect(await errorOf(add({ VersionNumber: 9 }))).toMatchObject({
      code: 'ResourceNotFoundException',
      message: `Layer version ${ARN}:shared:9 does not exist.`,
    });
    await remove();
    expect(await errorOf(get())).toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('is not found by another number or ARN', async () => {
    await publish('found', { a: '1' });
    const byNumber = (VersionNumber: number) =>
      errorOf(lambda.send(new GetLayerVersionCommand({ LayerName: 'found', VersionNumber })));

    expect(await byNumber(2)).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'The resource you requested does not exist.',
    });
    expect(await byNumber(0)).toMatchObject({
      code: 'InvalidParameterValueException',
      message: 'Layer Version Cannot be less than 1',
    });
    expect(
      await errorOf(lambda.send(new GetLayerVersionByArnCommand({ Arn: `${ARN}:found:2` }))),
    ).toMatchObject({ code: 'ResourceNotFoundException' });
    expect(
      await lambda.send(new GetLayerVersionByArnCommand({ Arn: `${ARN}:found:1` })),
    ).toMatchObject({ LayerVersionArn: `${ARN}:found:1` });
  });
});

describe('the layers of a function', () => {
  it.each([
    [
      'that do not exist',
      [`${ARN}:missing:1`],
      { message: `Layer version ${ARN}:missing:1 does not exist.` },
    ],
    [
      'that are one layer twice',
      [`${ARN}:a:1`, `${ARN}:a:2`],
      {
        message: `Two different versions of the same layer are not allowed to be referenced in the same function. ${ARN}:a:1 and ${ARN}:a:2 are versions of the same layer.`,
      },
    ],
    [
      'that are in another region',
      ['arn:aws:lambda:eu-west-1:000000000000:layer:a:1'],
      {
        message:
          'Layers are not in the same region as the function. Layers are expected to be in region us-east-1.',
      },
    ],
    // https://github.com/serverless/serverless/blob/main/packages/serverless: the message that it translates
    [
      'that are six',
      Array.from({ length: 6 }, (_, index) => `${ARN}:l${index}:1`),
      { message: 'Cannot reference more than 5 layers.' },
    ],
    [
      'that belong to another account',
      ['arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3:1'],
      { code: 'NotImplemented', message: expect.stringContaining('layers of other accounts') },
    ],
  ])('are refused if %s', async (_, Layers, expected) => {
    expect(await errorOf(create('refused', { 'index.js': '' }, { Layers }))).toMatchObject(
      expected,
    );
  });

  // https://github.com/serverlesspub/latex-aws-lambda-layer/issues/8
  it('may not have more than 250 MB together with the code', async () => {
    const zeros = zipSync({ zeros: new Uint8Array(131_072_000) }, { level: 1 });
    const layers: string[] = [];
    for (const LayerName of ['large-1', 'large-2']) {
      const { LayerVersionArn = '' } = await lambda.send(
        new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: zeros } }),
      );
      layers.push(LayerVersionArn);
    }

    expect(await errorOf(create('large', { 'index.js': '1' }, { Layers: layers }))).toMatchObject({
      code: 'InvalidParameterValueException',
      message:
        'Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144001 bytes.',
    });
  });
});
