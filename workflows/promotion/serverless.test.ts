import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Project } from '../../definition/index.ts';
import type { PromotionInput } from '../../events/index.ts';
import {
  addArchives,
  answerPromotion,
  BucketTasks,
  fingerprintOf,
  inService,
  type PromotionAnswers,
  packageArn,
  runWorkflow,
  SageMakerTasks,
} from '../../infra/simulation/index.ts';
import { createStack, readDefinition } from '../../infra/testing/project-stack.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';

const serverless: Project = {
  ...abalone,
  registry: { ...abalone.registry, packaging: 'single-container' },
  serving: {
    type: 'serverless',
    memoryMb: 2048,
    maxConcurrency: 5,
    provisionedConcurrency: 1,
    keepPrevious: 3,
    gatherSeconds: 5,
    pollSeconds: 15,
  },
};

let definition: string;
let training: string;
let template: Template;

beforeAll(() => {
  const { stack } = createStack(serverless);
  definition = readDefinition(stack, 'Promotion');
  training = readDefinition(stack, 'Training');
  template = Template.fromStack(stack);
}, 120_000);

let sagemaker: SageMakerTasks;
let bucket: BucketTasks;

beforeEach(() => {
  sagemaker = new SageMakerTasks();
  sagemaker.containers = 1;
  bucket = new BucketTasks();
  for (const version of [1, 2]) addArchives(bucket, version);
});

function approve(version: number): PromotionInput {
  sagemaker.register(version, 'Approved', {
    fingerprint: fingerprintOf(bucket, version),
    champion: packageArn(1),
  });
  return { eventId: 'e', modelPackageArn: packageArn(version), approvalStatus: 'Approved' };
}

function promote(input: PromotionInput, overrides: PromotionAnswers = {}) {
  return runWorkflow({ definition, input, answer: answerPromotion(bucket, sagemaker, overrides) });
}

describe('a serverless endpoint', () => {
  it('is created with memory and concurrency, and without what SageMaker excludes', () => {
    const result = promote(approve(1));

    expect(result.output).toMatchObject({ outcome: 'Live' });
    expect(result.tasks.find(({ state }) => state === 'Create endpoint config')?.arguments).toEqual(
      {
        EndpointConfigName: sagemaker.endpoint?.config,
        ProductionVariants: [
          {
            VariantName: 'AllTraffic',
            ModelName: sagemaker.endpoint?.config,
            ServerlessConfig: {
              MemorySizeInMB: 2048,
              MaxConcurrency: 5,
              ProvisionedConcurrency: 1,
            },
            InitialVariantWeight: 1,
          },
        ],
      },
    );
  });

  it('takes the next model without guardrails and verifies it by known rows', () => {
    sagemaker.deploy(1);
    approve(1);

    const result = promote(approve(2));

    expect(result.output).toMatchObject({ outcome: 'Live', modelPackage: packageArn(2) });
    expect(result.tasks.find(({ state }) => state === 'Update endpoint')?.arguments).toEqual({
      EndpointName: 'abalone',
      EndpointConfigName: sagemaker.endpoint?.config,
    });
    expect(result.path).toContain('Verify answers');
  });

  it('gets its old model back when the new one answers wrongly', () => {
    sagemaker.deploy(1);
    approve(1);

    const result = promote(approve(2), {
      'Verify answers': () => ({
        Payload: { ...inService, wrong: 1, findings: ['row 1: answered 99'] },
      }),
    });

    expect(result.error).toBe('Rolled back');
    expect(result.cause).toContain('row 1: answered 99');
    expect(sagemaker.endpoint?.config).toBe('abalone-v1-before');
    expect(sagemaker.packages[1]?.status).toBe('Rejected');
  });

  it('says why SageMaker kept the old model', () => {
    sagemaker.deploy(1);
    approve(1);

    const result = promote(approve(2), {
      'Update endpoint': () => {
        const reason = 'The container did not pass the ping health check.';
        sagemaker.endpoint = { status: 'InService', config: 'abalone-v1-before', reason };
        return {};
      },
    });

    expect(result.error).toBe('Rolled back');
    expect(result.cause).toBe(
      'The container did not pass the ping health check. Endpoint: InService',
    );
  });

  it('does not come out of an endpoint of instances', () => {
    sagemaker.deploy(1);
    approve(1);

    const result = promote(approve(2), {
      'Look up endpoint': () => ({
        EndpointStatus: 'InService',
        EndpointConfigName: 'abalone-v1-before',
        ProductionVariants: [{ VariantName: 'AllTraffic', CurrentInstanceCount: 1 }],
      }),
    });

    expect(result.error).toBe('Failed');
    expect(result.cause).toContain('SageMaker cannot make it serverless');
    expect(result.tasks.map(({ state }) => state)).not.toContain('Create model');
    expect(sagemaker.packages[1]?.status).toBe('Approved');
  });

  it('refuses a package of two containers', () => {
    sagemaker.containers = 2;

    const result = promote(approve(1));

    expect(result.error).toBe('Refused');
    expect(result.cause).toContain('the inference specification of one container');
  });

  it('gets a package of one container, trained with its preprocessor at hand', () => {
    const { States: states } = JSON.parse(training) as {
      States: Record<string, { Arguments: Record<string, unknown> }>;
    };

    expect(states['Train model']?.Arguments).toMatchObject({
      InputDataConfig: [
        { ChannelName: 'train' },
        { ChannelName: 'validation' },
        { ChannelName: 'preprocessor' },
      ],
    });
    expect(states['Register model']?.Arguments).toMatchObject({
      InferenceSpecification: { Containers: [{ ContainerHostname: 'model' }] },
    });
    expect(states['Register model']?.Arguments).not.toHaveProperty(
      'InferenceSpecification.SupportedRealtimeInferenceInstanceTypes',
    );
  });

  it('has no rollback alarms and no clock', () => {
    const alarms = template.findResources('AWS::CloudWatch::Alarm', {
      Properties: { AlarmName: Match.anyValue() },
    });

    expect(Object.keys(alarms)).toEqual([]);
    expect(Object.keys(template.findResources('AWS::StepFunctions::StateMachine'))).toHaveLength(3);
  });
});
