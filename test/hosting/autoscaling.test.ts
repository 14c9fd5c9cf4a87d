import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApplicationAutoScalingService } from '../../local/services/application-autoscaling/index.ts';
import {
  type HostingBench,
  namedModel,
  startHostingBench,
} from '../../local/testing/hosting.testing.ts';

const resource = {
  ServiceNamespace: 'sagemaker' as const,
  ResourceId: 'endpoint/scaled/variant/AllTraffic',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount' as const,
};

let bench: HostingBench;
let scaling: ApplicationAutoScalingClient;

beforeAll(async () => {
  bench = await startHostingBench({ factories: [createApplicationAutoScalingService] });
  scaling = new ApplicationAutoScalingClient({
    endpoint: bench.runtime.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  await bench.createConfig('blue', namedModel('blue'));
  await bench.createConfig('burst', namedModel('burst'), { InstanceType: 'ml.t2.medium' });
  await bench.createEndpoint('scaled', 'blue');
});

afterAll(async () => {
  scaling.destroy();
  await bench.close();
});

const register = (change: object) =>
  scaling.send(
    new RegisterScalableTargetCommand({
      ...resource,
      MinCapacity: 1,
      MaxCapacity: 3,
      ...change,
    }),
  );

describe('target tracking', () => {
  it('starts and ends real processes with the load', async () => {
    await scaling.send(
      new RegisterScalableTargetCommand({ ...resource, MinCapacity: 1, MaxCapacity: 3 }),
    );
    const { Alarms = [] } = await scaling.send(
      new PutScalingPolicyCommand({
        ...resource,
        PolicyName: 'invocations',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 10,
          PredefinedMetricSpecification: {
            PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance',
          },
          ScaleOutCooldown: 60,
          ScaleInCooldown: 120,
        },
      }),
    );
    const [high = '', low = ''] = Alarms.map((alarm) => alarm.AlarmName ?? '');
    const invoke = async (count: number) => {
      for (let index = 0; index < count; index += 1) await bench.invoke('scaled', 'x');
    };

    await invoke(25);
    bench.alarms.set(high, 'ALARM');
    bench.clock.advance(60_000);
    const out = await bench.until(
      'scaled',
      (e) =>
        e.ProductionVariants?.[0]?.CurrentInstanceCount === 3 && e.EndpointStatus === 'InService',
    );
    bench.alarms.set(high, 'OK');
    bench.alarms.set(low, 'ALARM');
    bench.clock.advance(60_000);
    await invoke(3);
    bench.clock.advance(60_000);
    const back = await bench.until(
      'scaled',
      (e) =>
        e.ProductionVariants?.[0]?.CurrentInstanceCount === 1 && e.EndpointStatus === 'InService',
    );
    const { ScalingActivities = [] } = await scaling.send(
      new DescribeScalingActivitiesCommand({ ServiceNamespace: 'sagemaker' }),
    );

    expect(out.EndpointStatus).toBe('InService');
    expect(back.EndpointStatus).toBe('InService');
    expect(await bench.invoke('scaled', 'x')).toBe('blue');
    expect(ScalingActivities.map((activity) => activity.Description)).toEqual([
      'Setting desired instance count to 1.',
      'Setting desired instance count to 3.',
    ]);
  });

  it('describes a registered target, and deletes it with its alarms', async () => {
    const targets = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }),
    );
    const policies = await scaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' }),
    );
    const ringing = bench.alarms.size;

    await scaling.send(new DeregisterScalableTargetCommand(resource));

    expect(targets.ScalableTargets).toMatchObject([{ MinCapacity: 1, MaxCapacity: 3 }]);
    expect(policies.ScalingPolicies).toMatchObject([{ PolicyName: 'invocations' }]);
    expect([ringing, bench.alarms.size]).toEqual([2, 0]);
    await expect(scaling.send(new DeregisterScalableTargetCommand(resource))).rejects.toMatchObject(
      { name: 'ObjectNotFoundException' },
    );
  });

  it('refuses burstable instances, missing variants and a maximum below the minimum', async () => {
    await bench.createEndpoint('burst', 'burst');
    await expect(register({ ResourceId: 'endpoint/burst/variant/AllTraffic' })).rejects.toThrow(
      'is burstable',
    );
    await expect(register({ ResourceId: 'endpoint/none/variant/AllTraffic' })).rejects.toThrow(
      'Could not find endpoint or variant',
    );
    await expect(register({ MinCapacity: 4 })).rejects.toThrow(
      'Maximum capacity cannot be less than minimum capacity',
    );
    await expect(register({ ServiceNamespace: 'ecs' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });
});
