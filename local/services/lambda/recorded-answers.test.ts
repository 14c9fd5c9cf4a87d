import { createHash } from 'node:crypto';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  type Runtime,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { errorOf } from '../../testing/recorded-answers.testing.ts';
import { createLambdaService } from './index.ts';

// AWS's answers are in the snapshots of LocalStack's tests (Apache-2.0), which are recorded against
// AWS: tests/aws/services/lambda_/test_lambda_api.snapshot.json, commit 8b9a79f0 (2026-03-23).

const ROLE = 'arn:aws:iam::000000000000:role/function';
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const ZIP = zipSync({ 'index.js': strToU8('exports.handler = async () => 1;') });

const clock = createVirtualClock();
let runtime: TestRuntime;
let lambda: LambdaClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createLambdaService], { clock });
  lambda = new LambdaClient(runtime.clientConfig);
  await new IAMClient(runtime.clientConfig).send(
    new CreateRoleCommand({
      RoleName: 'function',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      }),
    }),
  );
});

afterAll(() => runtime.stop());

const create = (FunctionName: string, more: Partial<CreateFunctionCommandInput> = {}) =>
  lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: ZIP },
      ...more,
    }),
  );
const get = (FunctionName: string) => lambda.send(new GetFunctionCommand({ FunctionName }));
const configure = (FunctionName: string, more: object) =>
  lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...more }));

describe('a function', () => {
  // test_function_lifecycle, test_function_revisions_basic
  it('is pending, then active under another revision', async () => {
    const made = await create('lifecycle');
    const { Configuration: active } = await get('lifecycle');

    expect(made).toMatchObject({
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
    });
    expect(made.LastUpdateStatus).toBeUndefined();
    expect(made.RuntimeVersionConfig?.RuntimeVersionArn).toMatch(
      /^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/,
    );
    expect(active).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
    expect(active?.RuntimeVersionConfig).toEqual(made.RuntimeVersionConfig);
    expect(active?.StateReason).toBeUndefined();
    expect(active?.RevisionId).not.toBe(made.RevisionId);
  });

  it('is being updated, then updated under another revision', async () => {
    await create('updated');
    const updates = [
      await configure('updated', { Description: 'changed' }),
      await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'updated', ZipFile: ZIP })),
    ];
    const { Configuration: after } = await get('updated');
    const stale = await errorOf(
      configure('updated', { RevisionId: updates[1]?.RevisionId, Description: 'again' }),
    );

    for (const update of updates) {
      expect(update).toMatchObject({
        State: 'Active',
        LastUpdateStatus: 'InProgress',
        LastUpdateStatusReason: 'The function is being created.',
        LastUpdateStatusReasonCode: 'Creating',
      });
      expect(update.RevisionId).not.toBe(after?.RevisionId);
    }
    expect(after).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
    expect(stale).toMatchObject({ status: 412, code: 'PreconditionFailedException' });
  });

  // test_version_lifecycle, test_list_functions
  it('has fewer members in lists', async () => {
    await create('listed');
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const { Versions = [] } = await lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: 'listed' }),
    );

    const listed = Functions.find(({ FunctionName }) => FunctionName === 'listed');
    expect(listed?.FunctionArn).toBe(`${ARN}:listed`);
    expect(Versions[0]?.FunctionArn).toBe(`${ARN}:listed:$LATEST`);
    for (const one of [listed, Versions[0]]) {
      expect(Object.keys(one ?? {})).not.toContain('State');
      expect(Object.keys(one ?? {})).not.toContain('LastUpdateStatus');
      expect(Object.keys(one ?? {})).not.toContain('RuntimeVersionConfig');
    }
  });

  it('has a link to its code that is valid for ten minutes', async () => {
    await create('linked');
    const { Code, Configuration } = await get('linked');
    const link = Code?.Location ?? '';
    const answer = await fetch(link);
    const code = Buffer.from(await answer.arrayBuffer());
    const head = await fetch(link, { method: 'HEAD' });
    const written = await fetch(link, { method: 'PUT', body: 'x' });
    clock.advance(600_000);
    const late = await fetch(link);
    const guessed = await fetch(link.replace(/.$/, 'g'));

    expect(Code?.RepositoryType).toBe('S3');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
    expect(createHash('sha256').update(code).digest('base64')).toBe(Configuration?.CodeSha256);
    expect([head.status, head.headers.get('content-length')]).toEqual([200, `${ZIP.length}`]);
    expect([written.status, late.status, guessed.status]).toEqual([405, 403, 403]);
  });
});

describe('Lambda rejects, as recorded on AWS,', () => {
  // test_create_deprecated_function_runtime_with_validation_enabled
  it.each<Runtime>([
    'java8',
    'go1.x',
    'provided',
    'ruby2.7',
    'nodejs14.x',
    'python3.7',
    'nodejs12.x',
  ])('the runtime %s, which is deprecated', async (name) => {
    const refused = {
      status: 400,
      code: 'InvalidParameterValueException',
      message: `The runtime parameter of ${name} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    };

    expect(await errorOf(create('deprecated', { Runtime: name }))).toEqual(refused);
    expect(await errorOf(configure('lifecycle', { Runtime: name }))).toEqual(refused);
  });

  // test_large_environment_variables_fails, test_large_environment_fails_multiple_keys
  it.each([
    [{ LARGE_VAR: 'x'.repeat(4_096 - 16 + 1) }],
    [{ SMALL_VAR: 'ok', LARGE_VAR: 'x'.repeat(4_096) }],
    [{ WIDE: 'é'.repeat(2_045) }],
  ])('an environment of more than 4 KB', async (Variables: Record<string, string>) => {
    const refused = {
      status: 400,
      code: 'InvalidParameterValueException',
      message: `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${JSON.stringify(Variables)}`,
    };

    expect(await errorOf(create('large', { Environment: { Variables } }))).toEqual(refused);
    expect(await errorOf(configure('lifecycle', { Environment: { Variables } }))).toEqual(refused);
  });

  // test_lambda_envvars_near_limit_succeeds
  it('nothing for an environment of exactly 4 KB', async () => {
    const Variables = { LARGE_VAR: 'x'.repeat(4_096 - 7 - 'LARGE_VAR'.length) };

    expect(await errorOf(create('near', { Environment: { Variables } }))).toBe('succeeded');
  });
});
