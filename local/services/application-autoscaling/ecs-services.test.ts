import { expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import { createVirtualClock } from '../../host/clock.ts';
import { createTestCloud, settle } from '../../testing/cloud.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createEcsService } from '../ecs/index.ts';
import { createIamService } from '../iam/index.ts';
import { createApplicationAutoScalingService } from './index.ts';

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/default/web',
  ScalableDimension: 'ecs:service:DesiredCount',
};
const LABEL = 'app/front/1/targetgroup/blue/2';

async function openCloud() {
  const clock = createVirtualClock();
  const cloud = createTestCloud(
    [
      createIamService,
      createCloudWatchService,
      createEcsService,
      createApplicationAutoScalingService,
    ],
    { clock },
  );
  await cloud.start();
  const ecs = (operation: string, input: object) => cloud.call(ROOT, 'ecs', operation, input);
  await ecs('CreateCluster', {});
  await ecs('RegisterTaskDefinition', {
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: 'example.com/none:1' }],
  });
  await ecs('CreateService', {
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['a'] } },
  });
  return { cloud, clock };
}

const scale = <Output>(cloud: Cloud, operation: string, input: object) =>
  cloud.call<Output>(ROOT, 'application-autoscaling', operation, input);

const putPolicy = (cloud: Cloud, PredefinedMetricSpecification: object, TargetValue: number) =>
  scale(cloud, 'PutScalingPolicy', {
    ...TARGET,
    PolicyName: 'p',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: { PredefinedMetricSpecification, TargetValue },
  });

async function desiredCount(cloud: Cloud): Promise<number | undefined> {
  const { services } = await cloud.call<{ services: { desiredCount?: number }[] }>(
    ROOT,
    'ecs',
    'DescribeServices',
    { services: ['web'] },
  );
  return services[0]?.desiredCount;
}

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
it.each([
  [
    'requests for each target',
    { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel: LABEL },
    'AWS/ApplicationELB',
    'RequestCountPerTarget',
    { LoadBalancer: 'app/front/1', TargetGroup: 'targetgroup/blue/2' },
  ],
  [
    'CPU',
    { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    'AWS/ECS',
    'CPUUtilization',
    { ClusterName: 'default', ServiceName: 'web' },
  ],
])(
  'scales a service out by its %s, within its bounds',
  async (_name, metric, namespace, name, dimensions) => {
    const { clock, cloud } = await openCloud();
    await scale(cloud, 'RegisterScalableTarget', { ...TARGET, MinCapacity: 1, MaxCapacity: 3 });
    await putPolicy(cloud, metric, 50);

    for (let minute = 0; minute < 6; minute += 1) {
      cloud.recordMetric({ namespace, name, dimensions, value: 120, unit: 'None' });
      clock.advance(60_000);
      await settle();
    }

    expect(await desiredCount(cloud)).toBe(3);
    const { ScalingActivities } = await scale<{ ScalingActivities: object[] }>(
      cloud,
      'DescribeScalingActivities',
      { ServiceNamespace: 'ecs' },
    );
    expect(ScalingActivities).toMatchObject([
      { Description: 'Setting desired count to 3.', ScalableDimension: 'ecs:service:DesiredCount' },
    ]);
    await cloud.stop();
  },
);

it('refuses services that do not exist, labels of no target group, and the metrics of other resources', async () => {
  const { cloud } = await openCloud();
  const target = { ...TARGET, MinCapacity: 0, MaxCapacity: 2 };
  await expect(
    scale(cloud, 'RegisterScalableTarget', { ...target, ResourceId: 'service/default/none' }),
  ).rejects.toThrow("ECS service doesn't exist: service/default/none");
  await expect(
    scale(cloud, 'RegisterScalableTarget', { ...target, ResourceId: 'endpoint/a/variant/b' }),
  ).rejects.toThrow('is not of the form service/<cluster>/<service>.');
  await scale(cloud, 'RegisterScalableTarget', target);

  await expect(
    putPolicy(cloud, { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel: 'x' }, 5),
  ).rejects.toThrow('ResourceLabel of ALBRequestCountPerTarget');
  await expect(
    putPolicy(cloud, { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' }, 5),
  ).rejects.toMatchObject({ code: 'NotImplemented' });
  await cloud.stop();
});
