import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Condition } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Project } from '../../projects/index.ts';
import { jsonata } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { modelPackageArns, sagemakerArn } from '../sagemaker-arn.ts';
import { callService } from '../tasks/index.ts';

/** Makes a model of the package. A retried or redriven creation finds the one it made. */
export function createModel(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names, servingRole, project } = resources;
  const { network } = project.serving;
  return callService(scope, 'Create model', {
    service: 'sagemaker',
    action: 'createModel',
    iamAction: 'sagemaker:CreateModel',
    resources: [sagemakerArn(scope, 'model', `${names.releasePrefix}*`)],
    arguments: {
      ModelName: jsonata('$release.name'),
      ExecutionRoleArn: servingRole.roleArn,
      Containers: [{ ModelPackageName: jsonata('$candidate.arn') }],
      ...(network === undefined
        ? {}
        : {
            VpcConfig: { Subnets: network.subnetIds, SecurityGroupIds: network.securityGroupIds },
          }),
    },
    statements: [
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [servingRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      }),
      new PolicyStatement({
        actions: ['sagemaker:DescribeModelPackage'],
        resources: modelPackageArns(scope, resources.names),
      }),
    ],
  });
}

/** Says how the model is served. */
export function createEndpointConfig(
  scope: Construct,
  resources: ProjectResources,
): CallAwsService {
  const { names, project } = resources;
  const { serving } = project;
  return callService(scope, 'Create endpoint config', {
    service: 'sagemaker',
    action: 'createEndpointConfig',
    iamAction: 'sagemaker:CreateEndpointConfig',
    resources: [
      sagemakerArn(scope, 'endpoint-config', `${names.releasePrefix}*`),
      sagemakerArn(scope, 'model', `${names.releasePrefix}*`),
    ],
    arguments: {
      EndpointConfigName: jsonata('$release.name'),
      ProductionVariants: [
        {
          VariantName: names.variant,
          ModelName: jsonata('$release.name'),
          InstanceType: serving.instanceType,
          InitialInstanceCount: serving.autoscaling?.minimumInstances ?? serving.instanceCount,
          InitialVariantWeight: 1,
        },
      ],
      ...(serving.capturePercent === 0 ? {} : { DataCaptureConfig: renderCapture(resources) }),
      ...(serving.volumeKmsKeyArn === undefined ? {} : { KmsKeyId: serving.volumeKmsKeyArn }),
    },
    statements: allowKey(serving.volumeKmsKeyArn),
  });
}

/** SageMaker encrypts the volumes in the name of who makes the config. */
function allowKey(keyArn: string | undefined): PolicyStatement[] {
  if (keyArn === undefined) return [];
  return [
    new PolicyStatement({ actions: ['kms:CreateGrant', 'kms:DescribeKey'], resources: [keyArn] }),
  ];
}

function renderCapture({ bucket, keys, project }: ProjectResources): Record<string, unknown> {
  return {
    EnableCapture: true,
    InitialSamplingPercentage: project.serving.capturePercent,
    DestinationS3Uri: `s3://${bucket.bucketName}/${keys.captured.replace(/\/$/, '')}`,
    CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
    // Without it SageMaker encodes everything in Base64.
    CaptureContentTypeHeader: {
      CsvContentTypes: ['text/csv'],
      JsonContentTypes: ['application/json'],
    },
  };
}

/** The first model of a project. */
export function createEndpoint(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names } = resources;
  return callService(scope, 'Create endpoint', {
    service: 'sagemaker',
    action: 'createEndpoint',
    iamAction: 'sagemaker:CreateEndpoint',
    resources: endpointArns(scope, resources),
    arguments: { EndpointName: names.endpoint, EndpointConfigName: jsonata('$release.name') },
  });
}

/** The next model, behind guardrails. */
export function updateEndpoint(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names, project } = resources;
  return callService(scope, 'Update endpoint', {
    service: 'sagemaker',
    action: 'updateEndpoint',
    iamAction: 'sagemaker:UpdateEndpoint',
    resources: endpointArns(scope, resources),
    arguments: {
      EndpointName: names.endpoint,
      EndpointConfigName: jsonata('$release.name'),
      ...retainCapacity(project),
      DeploymentConfig: renderDeployment(project, resources.rollbackAlarmNames),
    },
  });
}

/** Back to what was live before, at once. */
export function takeItBack(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Take it back', {
    service: 'sagemaker',
    action: 'updateEndpoint',
    iamAction: 'sagemaker:UpdateEndpoint',
    resources: [
      sagemakerArn(scope, 'endpoint', resources.names.endpoint),
      // The config that was live may be of somebody else's making.
      sagemakerArn(scope, 'endpoint-config', '*'),
    ],
    arguments: {
      EndpointName: resources.names.endpoint,
      EndpointConfigName: jsonata('$live.config'),
      ...retainCapacity(resources.project),
    },
  });
}

function endpointArns(scope: Construct, { names }: ProjectResources): string[] {
  return [
    sagemakerArn(scope, 'endpoint', names.endpoint),
    sagemakerArn(scope, 'endpoint-config', `${names.releasePrefix}*`),
  ];
}

/** What autoscaling made of the fleet stays; what the project says of capture counts. */
function retainCapacity({ serving }: Project): Record<string, unknown> {
  if (serving.autoscaling === undefined) return {};
  return {
    RetainAllVariantProperties: true,
    ExcludeRetainedVariantProperties: [
      { VariantPropertyType: 'DesiredWeight' },
      { VariantPropertyType: 'DataCaptureConfig' },
    ],
  };
}

/** Deployment guardrails in SageMaker's words. */
export function renderDeployment(
  { serving }: Project,
  alarmNames: readonly string[],
): Record<string, unknown> {
  const { rollout } = serving;
  const rollback =
    alarmNames.length === 0
      ? {}
      : {
          AutoRollbackConfiguration: {
            Alarms: alarmNames.map((name) => ({ AlarmName: name })),
          },
        };
  if (rollout.type === 'rolling') {
    return {
      RollingUpdatePolicy: {
        MaximumBatchSize: capacity(rollout.batchPercent),
        WaitIntervalInSeconds: rollout.waitSeconds,
        MaximumExecutionTimeoutInSeconds: rollout.executionTimeoutSeconds,
      },
      ...rollback,
    };
  }
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: renderTraffic(rollout),
      TerminationWaitInSeconds: rollout.bakeSeconds,
      MaximumExecutionTimeoutInSeconds: rollout.executionTimeoutSeconds,
    },
    ...rollback,
  };
}

type BlueGreen = Exclude<Project['serving']['rollout'], { type: 'rolling' }>;

function renderTraffic(rollout: BlueGreen): Record<string, unknown> {
  switch (rollout.type) {
    case 'all-at-once':
      return { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 };
    case 'canary':
      return {
        Type: 'CANARY',
        WaitIntervalInSeconds: rollout.waitSeconds,
        CanarySize:
          'percent' in rollout.size
            ? capacity(rollout.size.percent)
            : { Type: 'INSTANCE_COUNT', Value: rollout.size.instances },
      };
    case 'linear':
      return {
        Type: 'LINEAR',
        WaitIntervalInSeconds: rollout.waitSeconds,
        LinearStepSize: capacity(rollout.stepPercent),
      };
  }
}

function capacity(percent: number): Record<string, unknown> {
  return { Type: 'CAPACITY_PERCENT', Value: percent };
}

/** Somebody else changes the endpoint, or SageMaker wants fewer calls: wait, do not fail. */
export const canPass = Condition.jsonata(
  jsonata(
    '$contains($problem, /Cannot update in-progress endpoint|Throttling|Rate exceeded|TooManyRequests/)',
  ),
);
/** A creation that was retried after its answer was lost. */
export const existsAlready = Condition.jsonata(
  jsonata('$contains($problem, /Cannot create already existing/)'),
);
