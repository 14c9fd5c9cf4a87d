import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findInstances, findTrial, type Project } from '../../../../definition/index.ts';
import { when } from '../../../choice.ts';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { modelPackageArns, sagemakerArn } from '../../../sagemaker-arn.ts';
import { callService, passToSageMaker } from '../../../tasks/index.ts';
import { isGuarded, renderGuards } from '../../states/rollback-alarms.ts';
import { renderDeployment } from './guardrails.ts';

/** Makes a model of the package. A retried or redriven creation finds the one it made. */
export function createModel(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names, project } = resources;
  const servingRole = servingRoleOf(resources);
  const network = findInstances(project.serving)?.network;
  const released = findTrial(project.serving) === undefined ? '$candidate.arn' : '$release.package';
  return callService(scope, 'Create model', {
    service: 'sagemaker',
    action: 'createModel',
    resources: [sagemakerArn(scope, 'model', `${names.releasePrefix}*`)],
    arguments: {
      ModelName: jsonata('$release.name'),
      ExecutionRoleArn: servingRole.roleArn,
      Containers: [{ ModelPackageName: jsonata(released) }],
      ...(network === undefined
        ? {}
        : {
            VpcConfig: { Subnets: network.subnetIds, SecurityGroupIds: network.securityGroupIds },
          }),
    },
    statements: [
      passToSageMaker(servingRole),
      new PolicyStatement({
        actions: ['sagemaker:DescribeModelPackage'],
        resources: modelPackageArns(scope, resources.names),
      }),
    ],
  });
}

/** @throws Error where `infra/` made none */
function servingRoleOf({ servingRole }: ProjectResources): IRole {
  if (servingRole === undefined)
    throw new Error('The project has no role for models of SageMaker.');
  return servingRole;
}

/** The first model of a project. */
export function createEndpoint(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names } = resources;
  return callService(scope, 'Create endpoint', {
    service: 'sagemaker',
    action: 'createEndpoint',
    resources: endpointArns(scope, resources),
    arguments: { EndpointName: names.endpoint, EndpointConfigName: jsonata('$release.name') },
  });
}

/** The next model, behind the guardrails that its kind of endpoint has. */
export function updateEndpoint(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names, project } = resources;
  return callService(scope, 'Update endpoint', {
    asksAgain: true,
    service: 'sagemaker',
    action: 'updateEndpoint',
    resources: endpointArns(scope, resources),
    arguments: {
      EndpointName: names.endpoint,
      EndpointConfigName: jsonata('$release.name'),
      ...retainCapacity(project),
      ...renderDeployment(project, isGuarded(resources) ? renderGuards(resources) : undefined),
    },
  });
}

/**
 * Into a trial and out of it. Without guardrails, which SageMaker gives only to an update that keeps
 * the variants' names: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html
 */
export function changeVariants(scope: Construct, resources: ProjectResources): CallAwsService {
  return callService(scope, 'Change variants', {
    asksAgain: true,
    service: 'sagemaker',
    action: 'updateEndpoint',
    resources: endpointArns(scope, resources),
    arguments: {
      EndpointName: resources.names.endpoint,
      EndpointConfigName: jsonata('$release.name'),
      ...retainCapacity(resources.project),
    },
  });
}

/** Back to the config that was live before, without a rollout. */
export function restorePreviousConfig(
  scope: Construct,
  resources: ProjectResources,
): CallAwsService {
  return callService(scope, 'Restore previous config', {
    service: 'sagemaker',
    action: 'updateEndpoint',
    resources: [
      sagemakerArn(scope, 'endpoint', resources.names.endpoint),
      // The config that was live may have been made by hand.
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
  if (findInstances(serving)?.autoscaling === undefined) return {};
  return {
    RetainAllVariantProperties: true,
    ExcludeRetainedVariantProperties: [
      { VariantPropertyType: 'DesiredWeight' },
      { VariantPropertyType: 'DataCaptureConfig' },
    ],
  };
}

/** Another change of the endpoint runs, or SageMaker wants fewer calls: wait, do not fail. */
export const canPass =
  '$contains($problem, /Cannot update in-progress endpoint|Throttling|Rate exceeded|TooManyRequests/)';
/** A creation that was retried after its answer was lost. */
export const existsAlready = when('$contains($problem, /Cannot create already existing/)');
