import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import {
  findCapturePercent,
  findInstances,
  type InstanceServing,
  isEndpoint,
  type Serving,
  type Trial,
} from '../../../../definition/index.ts';
import { nameBucketKey } from '../../../bucket-key.ts';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { sagemakerArn } from '../../../sagemaker-arn.ts';
import { callService } from '../../../tasks/index.ts';

const releasedModel = jsonata('$release.name');

/** Says how the model is served. */
export function createEndpointConfig(
  scope: Construct,
  resources: ProjectResources,
): CallAwsService {
  const { names, project } = resources;
  return createConfig(scope, 'Create endpoint config', resources, {
    ProductionVariants: [
      {
        VariantName: names.variant,
        ModelName: releasedModel,
        ...renderCapacity(project.serving),
        InitialVariantWeight: 1,
      },
    ],
  });
}

/** The live model and beside it the new one, with a share of the requests or a copy of them. */
export function createTrialConfig(
  scope: Construct,
  resources: ProjectResources,
  trial: Trial,
): CallAwsService {
  const { names, project } = resources;
  const shadow = trial.type === 'shadow';
  const champion = {
    VariantName: names.variant,
    ModelName: jsonata('$live.model'),
    ...renderCapacity(project.serving),
    InitialVariantWeight: shadow ? 100 : 100 - trial.percent,
  };
  const challenger = {
    VariantName: names.challenger,
    ModelName: releasedModel,
    ...renderCapacity(project.serving),
    ...(trial.instanceCount === undefined ? {} : { InitialInstanceCount: trial.instanceCount }),
    InitialVariantWeight: trial.percent,
  };
  return createConfig(
    scope,
    'Create trial config',
    resources,
    shadow
      ? { ProductionVariants: [champion], ShadowProductionVariants: [challenger] }
      : { ProductionVariants: [champion, challenger] },
  );
}

function createConfig(
  scope: Construct,
  id: string,
  resources: ProjectResources,
  variants: Readonly<Record<string, unknown>>,
): CallAwsService {
  const { names, project } = resources;
  const instances = findInstances(project.serving);
  const keyArn = instances?.volumeKmsKeyArn;
  return callService(scope, id, {
    service: 'sagemaker',
    action: 'createEndpointConfig',
    resources: [
      sagemakerArn(scope, 'endpoint-config', `${names.releasePrefix}*`),
      sagemakerArn(scope, 'model', `${names.releasePrefix}*`),
    ],
    arguments: {
      EndpointConfigName: jsonata('$release.name'),
      ...variants,
      ...(instances === undefined || findCapturePercent(instances) === 0
        ? {}
        : { DataCaptureConfig: renderCapture(resources, instances) }),
      ...(keyArn === undefined ? {} : { KmsKeyId: keyArn }),
    },
    statements: allowKey(keyArn),
  });
}

function renderCapacity(serving: Serving): Record<string, unknown> {
  if (serving.type === 'instances') {
    return {
      InstanceType: serving.instanceType,
      InitialInstanceCount: serving.autoscaling?.minimumInstances ?? serving.instanceCount,
    };
  }
  if (!isEndpoint(serving)) {
    throw new Error(`The place "${serving.type}" has no endpoint config.`);
  }
  return {
    ServerlessConfig: {
      MemorySizeInMB: serving.memoryMb,
      MaxConcurrency: serving.maxConcurrency,
      ...(serving.provisionedConcurrency === undefined
        ? {}
        : { ProvisionedConcurrency: serving.provisionedConcurrency }),
    },
  };
}

/** SageMaker encrypts the volumes in the name of who makes the config. */
function allowKey(keyArn: string | undefined): PolicyStatement[] {
  if (keyArn === undefined) return [];
  return [
    new PolicyStatement({ actions: ['kms:CreateGrant', 'kms:DescribeKey'], resources: [keyArn] }),
  ];
}

function renderCapture(
  resources: ProjectResources,
  instances: InstanceServing,
): Record<string, unknown> {
  const { bucket, keys } = resources;
  return {
    EnableCapture: true,
    InitialSamplingPercentage: findCapturePercent(instances),
    DestinationS3Uri: `s3://${bucket.bucketName}/${keys.captured.replace(/\/$/, '')}`,
    CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
    // Without it SageMaker encodes everything in Base64.
    CaptureContentTypeHeader: {
      CsvContentTypes: ['text/csv'],
      JsonContentTypes: ['application/json'],
    },
    ...nameBucketKey(resources),
  };
}
