import type { Cloud } from '../cloud/cloud.ts';

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;

/** Stores a cluster, a task definition, and a task that a client token names; its image does not exist, so it has stopped. */
export async function createTaskRecords(
  cloud: Pick<Cloud, 'call'>,
  executionRoleArn: string,
): Promise<void> {
  const call = (operation: string, input: object) => cloud.call(ROOT, 'ecs', operation, input);
  await call('CreateCluster', { clusterName: 'tasks' });
  await call('RegisterTaskDefinition', {
    family: 'train',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn,
    containerDefinitions: [
      { name: 'app', image: '000000000000.dkr.ecr.us-east-1.amazonaws.com/none:1' },
    ],
  });
  await call('RunTask', {
    cluster: 'tasks',
    taskDefinition: 'train',
    clientToken: 'once',
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
  });
}
