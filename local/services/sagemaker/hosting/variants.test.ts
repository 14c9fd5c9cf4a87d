import {
  CreateEndpointConfigCommand,
  type CreateEndpointConfigCommandInput,
  CreateModelCommand,
  type ProductionVariant,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type HostingBench,
  namedModel,
  ROLE,
  SKLEARN,
  startHostingBench,
} from '../../../testing/hosting.testing.ts';

let bench: HostingBench;

beforeAll(async () => {
  bench = await startHostingBench();
  await bench.createConfig('one', namedModel('one'));
  await bench.createConfig('two', namedModel('two'));
  await bench.sagemaker.send(
    new CreateModelCommand({
      ModelName: 'pipeline',
      ExecutionRoleArn: ROLE,
      Containers: [{ Image: SKLEARN }, { Image: SKLEARN }],
    }),
  );
});

afterAll(async () => {
  await bench.close();
});

const instances = (VariantName: string, ModelName: string, InitialVariantWeight = 1) => ({
  VariantName,
  ModelName,
  InstanceType: 'ml.m5.large' as const,
  InitialInstanceCount: 1,
  InitialVariantWeight,
});
const serverless = (ModelName: string, more: object = {}): ProductionVariant => ({
  VariantName: 'AllTraffic',
  ModelName,
  ServerlessConfig: { MemorySizeInMB: 1_024, MaxConcurrency: 2, ...more },
});

async function configure(
  EndpointConfigName: string,
  input: Omit<CreateEndpointConfigCommandInput, 'EndpointConfigName'>,
): Promise<void> {
  await bench.sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName, ...input }));
}

describe('An endpoint config', () => {
  it.each<[string, Omit<CreateEndpointConfigCommandInput, 'EndpointConfigName'>, string]>([
    [
      'a shadow of a serverless variant',
      {
        ProductionVariants: [serverless('one')],
        ShadowProductionVariants: [instances('Shadow', 'two')],
      },
      'Shadow variants are not supported together with serverless variants: "AllTraffic" is one.',
    ],
    [
      'a shadow with several containers',
      {
        ProductionVariants: [instances('AllTraffic', 'one')],
        ShadowProductionVariants: [instances('Shadow', 'pipeline')],
      },
      'Shadow variants are not supported together with models of multiple containers: that of variant "Shadow" is one.',
    ],
    [
      'two shadows',
      {
        ProductionVariants: [instances('AllTraffic', 'one')],
        ShadowProductionVariants: [instances('Shadow', 'two'), instances('Other', 'two')],
      },
      'ShadowProductionVariants can hold exactly one variant',
    ],
    [
      'a pipeline without servers',
      { ProductionVariants: [serverless('pipeline')] },
      'Serverless endpoints do not support inference pipelines.',
    ],
    [
      'memory between two sizes',
      { ProductionVariants: [serverless('one', { MemorySizeInMB: 1_500 })] },
      'MemorySizeInMB must be one of 1024, 2048, 3072, 4096, 5120, 6144: it is 1500.',
    ],
    [
      'more provisioned concurrency than there may be',
      { ProductionVariants: [serverless('one', { ProvisionedConcurrency: 3 })] },
      'ProvisionedConcurrency 3 must be less than or equal to MaxConcurrency 2.',
    ],
    [
      'captured data without servers',
      {
        ProductionVariants: [serverless('one')],
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 100,
          DestinationS3Uri: 's3://captures/x',
          CaptureOptions: [{ CaptureMode: 'Input' }],
        },
      },
      'Serverless endpoints do not support DataCaptureConfig.',
    ],
  ])('refuses %s', async (_what, input, message) => {
    await expect(configure('refused', input)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('An endpoint', () => {
  it('takes a second variant and gives it up without guardrails, never with them', async () => {
    await configure('both', {
      ProductionVariants: [instances('AllTraffic', 'one', 80), instances('Challenger', 'two', 20)],
    });
    await bench.createEndpoint('tried', 'one');
    const guarded = bench.update('tried', 'both', {
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 },
      },
    });

    await expect(guarded).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('must have the same names as the current ones'),
    });
    await bench.update('tried', 'both');
    const described = await bench.until('tried', (e) => e.EndpointConfigName === 'both');

    expect(described).toMatchObject({
      EndpointStatus: 'InService',
      ProductionVariants: [
        { VariantName: 'AllTraffic', CurrentWeight: 80, CurrentInstanceCount: 1 },
        { VariantName: 'Challenger', CurrentWeight: 20, CurrentInstanceCount: 1 },
      ],
    });
    expect(await bench.invoke('tried', 'x', { TargetVariant: 'Challenger' })).toBe('two');
    const answers = [];
    for (let index = 0; index < 10; index += 1) answers.push(await bench.invoke('tried', 'x'));
    expect(answers.filter((answer) => answer === 'two')).toHaveLength(2);

    await bench.update('tried', 'one');
    const alone = await bench.until('tried', (e) => e.EndpointConfigName === 'one');
    expect(alone.ProductionVariants).toHaveLength(1);
  });

  it('shows its shadow apart', async () => {
    await configure('shadowed', {
      ProductionVariants: [instances('AllTraffic', 'one', 100)],
      ShadowProductionVariants: [instances('Challenger', 'two', 50)],
    });

    const described = await bench.createEndpoint('shadowed', 'shadowed');

    expect(described).toMatchObject({
      ProductionVariants: [{ VariantName: 'AllTraffic', CurrentWeight: 100 }],
      ShadowProductionVariants: [
        { VariantName: 'Challenger', CurrentWeight: 50, CurrentInstanceCount: 1 },
      ],
    });
    expect(described.ProductionVariants).toHaveLength(1);
    const created = bench.events.findLast(
      (event) =>
        event['detail-type'] === 'SageMaker Endpoint State Change' &&
        event.resources?.[0]?.endsWith('/shadowed') === true,
    );
    expect(created?.detail).toMatchObject({ ProductionVariants: [{ VariantName: 'AllTraffic' }] });
  });

  it('without servers shows its concurrency in place of instances, and comes out of none', async () => {
    await configure('light', {
      ProductionVariants: [serverless('one', { ProvisionedConcurrency: 1 })],
    });
    const config = { MemorySizeInMB: 1_024, MaxConcurrency: 2, ProvisionedConcurrency: 1 };

    const described = await bench.createEndpoint('light', 'light');
    await bench.createEndpoint('heavy', 'two');

    expect(described.ProductionVariants).toMatchObject([
      { CurrentServerlessConfig: config, DesiredServerlessConfig: config },
    ]);
    expect(described.ProductionVariants?.[0]).not.toHaveProperty('CurrentInstanceCount');
    expect(await bench.invoke('light', 'x')).toBe('one');
    await expect(bench.update('heavy', 'light')).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('from instance-based to serverless'),
    });
    await expect(
      bench.update('light', 'light', {
        RollingUpdatePolicy: {
          MaximumBatchSize: { Type: 'CAPACITY_PERCENT', Value: 50 },
          WaitIntervalInSeconds: 0,
        },
      }),
    ).rejects.toThrow(
      'RollingUpdatePolicy is not supported for endpoints with serverless variants',
    );
  });
});
