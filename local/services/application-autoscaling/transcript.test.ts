import { expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Service } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createIamService } from '../iam/index.ts';
import { createStsService } from '../sts/index.ts';
import { createApplicationAutoScalingService } from './index.ts';

const missing = (name: string) => new ServiceError('ValidationException', `no ${name}`);
const permissions = () => [];

/** Endpoints without processes: their variants have the sizes that scaling gives them. */
function createEndpoints(cloud: Cloud): Service {
  const sizes = new Map<string, number>([
    ['e', 2],
    ['updating', 2],
    ['burstable', 2],
    ['serverless', 0],
    ['lost', 2],
  ]);
  const variantOf = (name: string) => ({
    VariantName: 'v',
    DesiredInstanceCount: sizes.get(name),
    ...(name === 'serverless' && { DesiredServerlessConfig: { MaxConcurrency: 1 } }),
  });
  return {
    name: 'sagemaker',
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
    operations: {
      DescribeEndpoint: {
        permissions,
        run({ EndpointName: name }: { readonly EndpointName: string }) {
          if (name === 'failing') throw new ServiceError('InternalFailure', 'failing');
          if (!sizes.has(name)) throw missing(name);
          return {
            EndpointStatus: name === 'updating' ? 'Updating' : 'InService',
            EndpointConfigName: name,
            ProductionVariants: [variantOf(name)],
          };
        },
      },
      DescribeEndpointConfig: {
        permissions,
        run({ EndpointConfigName: name }: { readonly EndpointConfigName: string }) {
          if (name === 'lost') throw missing(name);
          const InstanceType = name === 'burstable' ? 'ml.t3.medium' : 'ml.m5.large';
          return { ProductionVariants: [{ VariantName: 'v', InstanceType }] };
        },
      },
      UpdateEndpointWeightsAndCapacities: {
        permissions,
        run(input: {
          readonly EndpointName: string;
          readonly DesiredWeightsAndCapacities: readonly {
            readonly DesiredInstanceCount: number;
          }[];
        }) {
          for (const { DesiredInstanceCount } of input.DesiredWeightsAndCapacities) {
            sizes.set(input.EndpointName, DesiredInstanceCount);
          }
        },
      },
      // Services record metrics in namespaces of AWS; nothing else can.
      Measure: {
        permissions,
        run({ value }: { readonly value: number }) {
          cloud.recordMetric({
            namespace: 'AWS/SageMaker',
            name: 'InvocationsPerInstance',
            dimensions: { EndpointName: 'e', VariantName: 'v' },
            value,
            unit: 'None',
          });
        },
      },
      // The event is that of AWS.
      DeleteEndpoint: {
        permissions,
        run({ EndpointName }: { readonly EndpointName: string }) {
          sizes.delete(EndpointName);
          for (const EndpointStatus of ['DELETING', 'DELETED']) {
            cloud.publish({
              source: 'aws.sagemaker',
              'detail-type': 'SageMaker Endpoint State Change',
              resources: [],
              detail: { EndpointName, EndpointStatus },
            });
          }
        },
      },
    },
  };
}

const place = (name: string) => ({
  ServiceNamespace: 'sagemaker',
  ResourceId: `endpoint/${name}/variant/v`,
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
});
const E = place('e');
const register = (more: object): Step => [
  'RegisterScalableTarget',
  { ...E, MinCapacity: 1, MaxCapacity: 8, ...more },
];
const INVOCATIONS = {
  PredefinedMetricSpecification: {
    PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance',
  },
};
const QUEUE_LENGTH = {
  CustomizedMetricSpecification: {
    Namespace: 'own',
    MetricName: 'length',
    Dimensions: [{ Name: 'queue', Value: 'q' }],
    Statistic: 'Average',
  },
};
const policy = (configuration: object | undefined, more: object = {}): Step => [
  'PutScalingPolicy',
  {
    ...E,
    PolicyName: 'p',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: configuration,
    ...more,
  },
];
const invocations = (value: number): Step => ['sagemaker:Measure', { value }];
const measured = (namespace: string, name: string, Value: number): Step => [
  'cloudwatch:PutMetricData',
  {
    Namespace: namespace,
    MetricData: [{ MetricName: name, Dimensions: [{ Name: 'queue', Value: 'q' }], Value }],
  },
];
const minutes = (count: number, ...each: readonly Step[]): readonly Step[] =>
  Array.from({ length: count }, () => [...each, { advanceSeconds: 60 }]).flat();
const size: Step = ['sagemaker:DescribeEndpoint', { EndpointName: 'e' }];
const activities: Step = ['DescribeScalingActivities', { ServiceNamespace: 'sagemaker' }];

const targets: readonly Step[] = [
  register({ ServiceNamespace: 'ecs' }),
  register({ ServiceNamespace: undefined }),
  register({ ScalableDimension: undefined }),
  register({ ScalableDimension: 'ecs:service:DesiredCount' }),
  register({ ResourceId: 'endpoint/e' }),
  register({ ResourceId: 'endpoint/e/variant/' }),
  register({ MinCapacity: undefined }),
  register({ MaxCapacity: undefined }),
  register({ MinCapacity: 0 }),
  register({ MinCapacity: 3, MaxCapacity: 2 }),
  register(place('missing')),
  register({ ResourceId: 'endpoint/e/variant/missing' }),
  register(place('serverless')),
  register(place('burstable')),
  register(place('failing')),
  register(place('lost')),
  register({ MinCapacity: 3, MaxCapacity: 3 }),
  { advanceSeconds: 1 },
  register({ MinCapacity: undefined, MaxCapacity: 5 }),
  register({
    MinCapacity: 1,
    MaxCapacity: undefined,
    SuspendedState: { DynamicScalingInSuspended: true },
  }),
  register({}),
  ['DescribeScalableTargets', { ServiceNamespace: 'sagemaker' }],
  ['DescribeScalableTargets', { ServiceNamespace: 'sagemaker', ResourceIds: [E.ResourceId] }],
  ['DescribeScalableTargets', { ServiceNamespace: 'sagemaker', ResourceIds: ['endpoint/x'] }],
  ['DescribeScalableTargets', { ServiceNamespace: 'ecs' }],
  policy({ ...INVOCATIONS, TargetValue: 10 }, { ServiceNamespace: 'ecs' }),
  policy({ ...INVOCATIONS, TargetValue: 10 }, { ScalableDimension: 'ecs:service:DesiredCount' }),
  policy({ ...INVOCATIONS, TargetValue: 10 }, { ResourceId: 'endpoint/x/variant/v' }),
  policy({ ...INVOCATIONS, TargetValue: 10 }, { PolicyName: '' }),
  policy({ ...INVOCATIONS, TargetValue: 10 }, { PolicyName: 'p'.repeat(257) }),
  policy({ ...INVOCATIONS, TargetValue: 10 }, { PolicyType: 'StepScaling' }),
  policy({ ...INVOCATIONS, TargetValue: 10 }, { PolicyType: undefined }),
  policy(undefined),
  policy({ TargetValue: 10 }),
  policy({ ...INVOCATIONS, ...QUEUE_LENGTH, TargetValue: 10 }),
  policy({
    PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
    TargetValue: 10,
  }),
  policy({ CustomizedMetricSpecification: { Metrics: [] }, TargetValue: 10 }),
  policy({ ...INVOCATIONS, TargetValue: 0 }),
  policy({ ...INVOCATIONS }),
  policy({ ...INVOCATIONS, TargetValue: 0.5 }, { PolicyName: 'p'.repeat(256) }),
  policy({ ...INVOCATIONS, TargetValue: 10 }),
  { advanceSeconds: 1 },
  policy({ ...INVOCATIONS, TargetValue: 20 }, { PolicyType: undefined }),
  policy(undefined, { PolicyType: undefined }),
  ['DescribeScalingPolicies', { ServiceNamespace: 'sagemaker' }],
  ['DescribeScalingPolicies', { ServiceNamespace: 'sagemaker', PolicyNames: ['p'] }],
  ['DescribeScalingPolicies', { ServiceNamespace: 'sagemaker', PolicyNames: ['x'] }],
  ['DescribeScalingPolicies', { ServiceNamespace: 'sagemaker', ResourceId: E.ResourceId }],
  ['DescribeScalingPolicies', { ServiceNamespace: 'sagemaker', ResourceId: 'endpoint/x' }],
  ['DescribeScalingPolicies', { ServiceNamespace: 'ecs' }],
  ['cloudwatch:DescribeAlarms', { AlarmNamePrefix: 'TargetTracking-' }],
  ['DeleteScalingPolicy', { ...E, PolicyName: 'x' }],
  ['DeleteScalingPolicy', { ...E, PolicyName: 'p'.repeat(256) }],
  ['cloudwatch:DescribeAlarms', { AlarmNamePrefix: 'TargetTracking-' }],
  ['DeregisterScalableTarget', { ...E, ScalableDimension: undefined }],
  ['DeregisterScalableTarget', place('missing')],
  ['DeregisterScalableTarget', E],
  ['DescribeScalingPolicies', { ServiceNamespace: 'sagemaker' }],
  ['cloudwatch:DescribeAlarms', { AlarmNamePrefix: 'TargetTracking-' }],
  ['DescribeScalingActivities', { ServiceNamespace: 'ecs' }],
];

const scaling: readonly Step[] = [
  { advanceSeconds: 2 },
  register({}),
  policy({ ...INVOCATIONS, TargetValue: 10, ScaleInCooldown: 60 }),
  // At the target, nothing happens; above it, after three minutes.
  ...minutes(4, invocations(10)),
  size,
  ...minutes(3, invocations(25)),
  size,
  activities,
  // The cooldown after scaling out is five minutes.
  ...minutes(4, invocations(15)),
  size,
  ...minutes(3, invocations(15)),
  size,
  activities,
  // Not more than the maximum.
  ...minutes(7, invocations(1_000)),
  size,
  // Scaling in needs fifteen minutes below nine tenths of the target.
  ...minutes(16, invocations(9)),
  size,
  ...minutes(14, invocations(4)),
  size,
  ...minutes(3, invocations(4)),
  size,
  [
    'DescribeScalingActivities',
    { ServiceNamespace: 'sagemaker', ResourceId: E.ResourceId, MaxResults: 1 },
  ],
  ['DescribeScalingActivities', { ServiceNamespace: 'sagemaker', ResourceId: 'endpoint/x' }],
  // Suspended, and then disabled.
  register({ SuspendedState: { DynamicScalingOutSuspended: true } }),
  ...minutes(8, invocations(30)),
  size,
  register({ SuspendedState: { DynamicScalingInSuspended: true } }),
  ...minutes(2, invocations(30)),
  size,
  ...minutes(17, invocations(1)),
  size,
  register({ SuspendedState: {} }),
  policy({ ...INVOCATIONS, TargetValue: 10, ScaleInCooldown: 0, DisableScaleIn: true }),
  ...minutes(2, invocations(1)),
  size,
  policy({ ...INVOCATIONS, TargetValue: 10, ScaleInCooldown: 0, DisableScaleIn: false }),
  ...minutes(2, invocations(1)),
  size,
  // Without data, only the bounds count.
  register({ MinCapacity: 4, MaxCapacity: 6 }),
  ...minutes(1),
  size,
  register({ MinCapacity: 1, MaxCapacity: 3 }),
  ...minutes(1),
  size,
  // A metric of one's own, and a target that no longer has an endpoint in service.
  ['DeleteScalingPolicy', { ...E, PolicyName: 'p' }],
  register({}),
  policy({ ...QUEUE_LENGTH, TargetValue: 100, ScaleOutCooldown: 0 }, { PolicyName: 'own' }),
  ...minutes(4, measured('own', 'length', 40), measured('own', 'length', 360)),
  size,
  register({ ...place('updating'), MinCapacity: 3 }),
  policy({ ...INVOCATIONS, TargetValue: 10 }, place('updating')),
  ...minutes(2),
  ['sagemaker:DescribeEndpoint', { EndpointName: 'updating' }],
  ['sagemaker:DeleteEndpoint', { EndpointName: 'e' }],
  ['DescribeScalableTargets', { ServiceNamespace: 'sagemaker' }],
  ['DescribeScalingPolicies', { ServiceNamespace: 'sagemaker' }],
  ['cloudwatch:DescribeAlarms', { AlarmNamePrefix: 'TargetTracking-' }],
  ...minutes(1),
  activities,
];

it.each(Object.entries({ targets, scaling }))(
  'Application Auto Scaling answers about %s as in the transcript',
  async (name, steps) => {
    const transcript = await transcriptOf(
      'application-autoscaling',
      [
        createIamService,
        createStsService,
        createCloudWatchService,
        createEndpoints,
        createApplicationAutoScalingService,
      ],
      steps,
    );

    await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
  },
);
