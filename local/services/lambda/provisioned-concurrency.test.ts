import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListProvisionedConcurrencyConfigsCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createVirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createLambdaService } from './index.ts';

let runtime: TestRuntime;
let lambda: LambdaClient;
let role: string | undefined;
const clock = createVirtualClock(Date.now());
const version = { FunctionName: 'f', Qualifier: '1' };

beforeAll(async () => {
  runtime = await startTestRuntime([createLambdaService], { clock });
  lambda = new LambdaClient(runtime.clientConfig);
  const { Role } = await new IAMClient(runtime.clientConfig).send(
    new CreateRoleCommand({
      RoleName: 'f',
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
  role = Role?.Arn;
  await create('f', 'exports.handler = () => 1;');
});

/** A function with version 1. */
const create = (FunctionName: string, code: string) =>
  lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: role,
      Code: { ZipFile: zipSync({ 'index.js': strToU8(code) }) },
      Publish: true,
    }),
  );

afterAll(() => runtime.stop());

/** Until the processes of version 1 are there, or are not. */
const becomes = (Status: string, FunctionName = 'f') =>
  vi.waitFor(async () => {
    const config = await lambda.send(
      new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: '1' }),
    );
    expect(config.Status).toBe(Status);
    return config;
  }, 20_000);

async function invoke(FunctionName: string) {
  const { Payload = [] } = await lambda.send(new InvokeCommand({ FunctionName, Qualifier: '1' }));
  return JSON.parse(Buffer.from(Payload).toString());
}

const put = (Qualifier: string, ProvisionedConcurrentExecutions: number, FunctionName = 'f') =>
  lambda.send(
    new PutProvisionedConcurrencyConfigCommand({
      FunctionName,
      Qualifier,
      ProvisionedConcurrentExecutions,
    }),
  );

// https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html
describe('provisioned concurrency', () => {
  it('is being allocated, and can be read, listed and taken away', async () => {
    expect(await put('1', 2)).toMatchObject({
      RequestedProvisionedConcurrentExecutions: 2,
      AvailableProvisionedConcurrentExecutions: 0,
      Status: 'IN_PROGRESS',
    });
    expect(await lambda.send(new GetProvisionedConcurrencyConfigCommand(version))).toMatchObject({
      Status: 'IN_PROGRESS',
    });
    expect(
      await lambda.send(new ListProvisionedConcurrencyConfigsCommand({ FunctionName: 'f' })),
    ).toMatchObject({
      ProvisionedConcurrencyConfigs: [
        { FunctionArn: expect.stringMatching(/:function:f:1$/), Status: 'IN_PROGRESS' },
      ],
    });
    await lambda.send(new DeleteProvisionedConcurrencyConfigCommand(version));
    await expect(
      lambda.send(new GetProvisionedConcurrencyConfigCommand(version)),
    ).rejects.toMatchObject({ name: 'ProvisionedConcurrencyConfigNotFoundException' });
  });

  // AWS says one or two minutes: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
  it('is ready after a minute, and is measured when the version is invoked', async () => {
    await put('1', 2);
    clock.advance(60_000);
    await becomes('READY');

    const recorded = vi.spyOn(runtime.cloud, 'recordMetric');
    const config = await lambda.send(new GetProvisionedConcurrencyConfigCommand(version));
    await lambda.send(new InvokeCommand(version));

    expect(config).toMatchObject({
      Status: 'READY',
      AllocatedProvisionedConcurrentExecutions: 2,
      AvailableProvisionedConcurrentExecutions: 2,
    });
    expect(recorded).toHaveBeenCalledWith({
      namespace: 'AWS/Lambda',
      name: 'ProvisionedConcurrencyInvocations',
      dimensions: { FunctionName: 'f', Resource: 'f:1' },
      value: 1,
      unit: 'Count',
    });
    await lambda.send(new DeleteProvisionedConcurrencyConfigCommand(version));
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
  it('has loaded the code before the first invocation, in processes that stay', async () => {
    await create(
      'kept',
      `const loadedAt = Date.now();
       exports.handler = async () => [loadedAt, process.env.AWS_LAMBDA_INITIALIZATION_TYPE];`,
    );
    await put('1', 5, 'kept');
    clock.advance(60_000);
    await becomes('READY', 'kept');
    const readyAt = Date.now();

    const [loadedAt, kind] = await invoke('kept');

    expect(loadedAt).toBeLessThanOrEqual(readyAt);
    expect(kind).toBe('provisioned-concurrency');
  });

  it('fails where the code cannot be loaded', async () => {
    await create('broken', `throw new Error('no');`);
    await put('1', 1, 'broken');
    clock.advance(60_000);

    expect(await becomes('FAILED', 'broken')).toMatchObject({
      StatusReason: 'FUNCTION_ERROR_INIT_FAILURE',
      AvailableProvisionedConcurrentExecutions: 0,
    });
  });

  it('is refused for what was not published, and for more than is reserved', async () => {
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions: 1 }),
    );

    await expect(put('$LATEST', 1)).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('unpublished'),
    });
    await expect(put('1', 2)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(put('7', 1)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
