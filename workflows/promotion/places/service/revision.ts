import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { jsonata } from '../../../jsonata.ts';
import type { ProjectResources } from '../../../project-resources.ts';
import { modelEnvironment } from '../../states/model-environment.ts';
import { callEcs, revisionsArn } from './call-ecs.ts';
import { PACKAGE_TAG, RELEASE_TAG } from './live-service.ts';
import { serviceOf, servingOf } from './service-serving.ts';

export const CONTAINER = 'predictor';
const STREAM_PREFIX = 'serving';
/** How long a container may take to end after SIGTERM, to answer what it has. */
const STOP_TIMEOUT_SECONDS = 60;
const CPU_UNITS_PER_VCPU = 1_024;

/**
 * Makes a revision of the task definition with the release's model. A retried creation makes another one, which nothing
 * uses and which is removed with the old ones.
 */
export function registerRevision(scope: Construct, resources: ProjectResources): CallAwsService {
  const { family, taskRole, executionRole } = serviceOf(resources);
  const { vcpu, memoryMb } = servingOf(resources);
  const revisions = revisionsArn(scope, resources);
  return callEcs(scope, 'Register revision', {
    action: 'registerTaskDefinition',
    // The action knows no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    resources: ['*'],
    arguments: {
      Family: family,
      RequiresCompatibilities: ['FARGATE'],
      NetworkMode: 'awsvpc',
      Cpu: String(vcpu * CPU_UNITS_PER_VCPU),
      Memory: String(memoryMb),
      RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
      TaskRoleArn: taskRole.roleArn,
      ExecutionRoleArn: executionRole.roleArn,
      ContainerDefinitions: [renderContainer(scope, resources)],
      Tags: [
        { Key: PACKAGE_TAG, Value: jsonata('$candidate.arn') },
        { Key: RELEASE_TAG, Value: jsonata('$release.name') },
      ],
    },
    assign: {
      release: jsonata(
        '$merge([$release, {"revision": $states.result.TaskDefinition.TaskDefinitionArn}])',
      ),
    },
    statements: [
      passRoles(resources),
      new PolicyStatement({
        actions: ['ecs:TagResource'],
        resources: [revisions],
        conditions: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
      }),
    ],
  });
}

/** To the tasks; ECS does with them what the revision says. */
function passRoles(resources: ProjectResources): PolicyStatement {
  const { taskRole, executionRole } = serviceOf(resources);
  return new PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [taskRole.roleArn, executionRole.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  });
}

function renderContainer(scope: Construct, resources: ProjectResources): object {
  const { containerPort, environment, image, logGroupName } = serviceOf(resources);
  return {
    Name: CONTAINER,
    Image: image,
    Essential: true,
    // Only its own folders can be written.
    User: '10001',
    PortMappings: [{ ContainerPort: containerPort, Protocol: 'tcp' }],
    StopTimeout: STOP_TIMEOUT_SECONDS,
    Environment: [
      ...Object.entries({ ...environment, ...modelEnvironment(resources) }).map(
        ([Name, Value]) => ({ Name, Value }),
      ),
    ],
    LogConfiguration: {
      LogDriver: 'awslogs',
      Options: {
        'awslogs-group': logGroupName,
        'awslogs-region': Stack.of(scope).region,
        'awslogs-stream-prefix': STREAM_PREFIX,
      },
    },
  };
}
