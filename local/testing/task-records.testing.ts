import type { Cloud } from '../cloud/cloud.ts';

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;

/**
 * Stores a cluster, a task definition, and a task that a client token names; its image does not exist, so it has stopped. And a
 * service without tasks, a load balancer with a rule, and a VPC link.
 */
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
  await call('CreateService', {
    cluster: 'tasks',
    serviceName: 'web',
    taskDefinition: 'train',
    desiredCount: 0,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
  });
  await createBalancerRecords(cloud);
  const link = { Name: 'link', SubnetIds: ['subnet-1'] };
  await cloud.call(ROOT, 'apigatewayv2', 'CreateVpcLink', link);
}

async function createBalancerRecords(cloud: Pick<Cloud, 'call'>): Promise<void> {
  const call = <Output>(operation: string, input: object) =>
    cloud.call<Output>(ROOT, 'elasticloadbalancingv2', operation, input);
  const answer = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }];
  const { LoadBalancers } = await call<{ LoadBalancers: [{ LoadBalancerArn: string }] }>(
    'CreateLoadBalancer',
    { Name: 'front', Subnets: ['subnet-1', 'subnet-2'] },
  );
  const { LoadBalancerArn } = LoadBalancers[0];
  const { Listeners } = await call<{ Listeners: [{ ListenerArn: string }] }>('CreateListener', {
    LoadBalancerArn,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: answer,
  });
  await call('CreateTargetGroup', {
    Name: 'group',
    Protocol: 'HTTP',
    Port: 80,
    TargetType: 'ip',
    VpcId: 'vpc-1',
  });
  await call('CreateRule', {
    ListenerArn: Listeners[0].ListenerArn,
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', Values: ['/a'] }],
    Actions: answer,
  });
}
