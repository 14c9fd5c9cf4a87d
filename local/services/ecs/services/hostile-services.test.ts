import { type CreateServiceCommandInput, ECS } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ServiceEvent } from '../../../cloud/service.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/cloud.testing.ts';
import { createCloudWatchService } from '../../cloudwatch/index.ts';
import { createElasticLoadBalancingV2Service } from '../../elasticloadbalancingv2/index.ts';
import { createLogsService } from '../../logs/index.ts';
import { createEcsService } from '../index.ts';
import { MAX_STARTING_TASKS } from '../limits.ts';

let runtime: TestRuntime;
let ecs: ECS;
let events: ServiceEvent[] = [];

beforeEach(async () => {
  events = [];
  runtime = await startTestRuntime([
    createElasticLoadBalancingV2Service,
    createEcsService,
    createLogsService,
    createCloudWatchService,
    () => ({
      name: 'eventbridge',
      operations: {},
      accessDenied: () => new Error('denied') as never,
      onEvent: (event) => void events.push(event),
    }),
  ]);
  ecs = new ECS(runtime.clientConfig);
  await ecs.createCluster({ clusterName: 'c' });
  await ecs.registerTaskDefinition({
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      { name: 'app', image: 'app', essential: true, portMappings: [{ containerPort: 80 }] },
    ],
  });
});

afterEach(async () => {
  ecs.destroy();
  await runtime.stop();
});

const create = (more: Partial<CreateServiceCommandInput>) =>
  ecs.createService({
    cluster: 'c',
    serviceName: 's',
    taskDefinition: 'web',
    desiredCount: 0,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['a'] } },
    ...more,
  });

it('starts thousands of tasks a few at a time, so that other requests are answered', async () => {
  await create({ desiredCount: 5_000 });

  const first = await vi.waitFor(async () => {
    const { services: [service] = [] } = await ecs.describeServices({
      cluster: 'c',
      services: ['s'],
    });
    const message = service?.events?.findLast(({ message: text = '' }) => text.includes('started'));
    expect(message).toBeDefined();
    return message?.message ?? '';
  });

  expect(first).toContain(`has started ${MAX_STARTING_TASKS} tasks: `);
  expect(first.match(/\(task /g)).toHaveLength(MAX_STARTING_TASKS);
  const { services: [service] = [] } = await ecs.describeServices({
    cluster: 'c',
    services: ['s'],
  });
  const messages = service?.events?.map(({ message = '' }) => message) ?? [];
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
  expect(messages.filter((text) => text.includes('unable to place'))).toEqual([
    "(service s) was unable to place a task. Reason: You've reached the limit on the number of tasks you can run concurrently. This machine runs 32 tasks of services at a time; the others start when tasks end.",
  ]);
  expect(events).toContainEqual(
    expect.objectContaining({
      'detail-type': 'ECS Service Action',
      detail: expect.objectContaining({
        eventType: 'ERROR',
        eventName: 'SERVICE_TASK_PLACEMENT_FAILURE',
        reason: 'RESOURCE:FARGATE',
      }),
    }),
  );
});

/** At 0 the circuit breaker would open before any task has failed. */
it.each([0, -5])('refuses a threshold of %d failed tasks', async (value) => {
  const deploymentCircuitBreaker = {
    enable: true,
    rollback: true,
    thresholdConfiguration: { type: 'COUNT', value },
  } as const;

  await expect(
    create({ deploymentConfiguration: { deploymentCircuitBreaker } }),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining('thresholdConfiguration.value') as string,
  });
});

it('refuses a service with more than five target groups', async () => {
  const loadBalancers = Array.from({ length: 6 }, (_, index) => ({
    containerName: 'app',
    containerPort: 80,
    targetGroupArn: `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/g/${index}`,
  }));

  await expect(create({ loadBalancers })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'load balancers can have at most 5 items.',
  });
});
