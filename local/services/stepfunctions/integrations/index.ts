import type { TaskInvocation } from '../../../../engine/index.ts';
import type { ActivityTasks } from '../execution/activity-tasks.ts';
import type { ActivityStore } from '../stores/activity-store.ts';
import { activityIntegration } from './activity.ts';
import { missing, sdkIntegration } from './aws-sdk.ts';
import { lambdaFunction } from './lambda.ts';
import { optimizedIntegration } from './optimized.ts';
import type { Integration } from './task.ts';

export type { Task } from './task.ts';

/** Finds the integration of a task's `Resource`. */
export type Integrations = (invocation: TaskInvocation) => Integration;

/** All integrations; each is built once, when a task first needs it. */
export function createIntegrations(
  activities: ActivityStore,
  activityTasks: ActivityTasks,
): Integrations {
  const activity = activityIntegration(activities, activityTasks);
  const built = new Map<string, Integration>();
  return (invocation) => {
    if (invocation.family === 'activity') return activity;
    if (invocation.family === 'lambdaFunction') return lambdaFunction;
    const resource = serviceResource(invocation);
    const integration = built.get(resource) ?? build(resource);
    built.set(resource, integration);
    return integration;
  };
}

/** `sqs:sendMessage`, `states:startExecution.sync:2`, `aws-sdk:s3:getObject` */
function serviceResource({ resourceName, resourceType }: TaskInvocation): string {
  return `${resourceType}:${resourceName.replace(/\.waitForTaskToken$/, '')}`;
}

function build(resource: string): Integration {
  const [first, service, action] = resource.split(':');
  if (first === 'aws-sdk' && service !== undefined && action !== undefined) {
    return sdkIntegration(service, action);
  }
  return optimizedIntegration(resource) ?? missing(resource);
}
