import { Stack } from 'aws-cdk-lib';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { ProjectResources } from '../../../project-resources.ts';
import { type CallServiceProps, callService } from '../../../tasks/index.ts';
import { serviceOf } from './service-serving.ts';

/** The service, as IAM knows it. */
export function serviceArn(scope: Construct, resources: ProjectResources): string {
  const { clusterName, name } = serviceOf(resources);
  return Stack.of(scope).formatArn({
    service: 'ecs',
    resource: 'service',
    resourceName: `${clusterName}/${name}`,
  });
}

/** Every revision of the task definition. */
export function revisionsArn(scope: Construct, resources: ProjectResources): string {
  return Stack.of(scope).formatArn({
    service: 'ecs',
    resource: 'task-definition',
    resourceName: `${serviceOf(resources).family}:*`,
  });
}

export function callEcs(
  scope: Construct,
  id: string,
  props: Omit<CallServiceProps, 'service'>,
): CallAwsService {
  return callService(scope, id, { service: 'ecs', ...props });
}
