import type {
  PredefinedMetricSpecification,
  ScalableDimension,
  ServiceNamespace,
} from '@aws-sdk/client-application-auto-scaling';
import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { DescribeServicesResponse } from '@aws-sdk/client-ecs';
import type { Cloud } from '../../cloud/cloud.ts';
import { describeVariant, linkedRole } from './endpoint-variant.ts';
import { ValidationException } from './errors.ts';
import { parseResourceId } from './records.ts';

export type TrackedMetric = Required<
  Pick<PutMetricAlarmInput, 'Namespace' | 'MetricName' | 'Dimensions' | 'Statistic'>
>;

/** What is scaled: the capacity of one kind of resource. */
export interface ScalableResource {
  readonly namespace: ServiceNamespace;
  readonly dimension: ScalableDimension;
  /** The form of its resource id, for messages. */
  readonly form: string;
  /** What its capacity is called in activities. */
  readonly noun: string;
  /** The least MinCapacity. */
  readonly minimum: number;
  readonly role: string;
  matches(resourceId: string): boolean;
  /** The capacity that it is to have; undefined if it does not exist or cannot be scaled now. */
  capacityOf(cloud: Cloud, resourceId: string): Promise<number | undefined>;
  scale(cloud: Cloud, resourceId: string, capacity: number): Promise<void>;
  /** The metric of a predefined type; undefined for a type that it does not have. @throws ValidationException */
  metricOf(
    resourceId: string,
    specification: PredefinedMetricSpecification,
  ): TrackedMetric | undefined;
}

const variant: ScalableResource = {
  namespace: 'sagemaker',
  dimension: 'sagemaker:variant:DesiredInstanceCount',
  form: 'endpoint/<endpoint>/variant/<variant>',
  noun: 'desired instance count',
  minimum: 1,
  role: 'sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
  matches: (resourceId) => parseResourceId(resourceId) !== undefined,
  async capacityOf(cloud, resourceId) {
    const found = await describeVariant(cloud, resourceId);
    return found?.status === 'InService' ? (found.variant.DesiredInstanceCount ?? 1) : undefined;
  },
  async scale(cloud, resourceId, capacity) {
    const place = parseResourceId(resourceId);
    await cloud.call(linkedRole(cloud), 'sagemaker', 'UpdateEndpointWeightsAndCapacities', {
      EndpointName: place?.endpointName,
      DesiredWeightsAndCapacities: [
        { VariantName: place?.variantName, DesiredInstanceCount: capacity },
      ],
    });
  },
  metricOf(resourceId, { PredefinedMetricType: type }) {
    if (type !== 'SageMakerVariantInvocationsPerInstance') return undefined;
    const place = parseResourceId(resourceId);
    return {
      Namespace: 'AWS/SageMaker',
      MetricName: 'InvocationsPerInstance',
      Dimensions: [
        { Name: 'EndpointName', Value: place?.endpointName },
        { Name: 'VariantName', Value: place?.variantName },
      ],
      Statistic: 'Sum',
    };
  },
};

const SERVICE_ID = /^service\/(?<cluster>[^/]+)\/(?<service>[^/]+)$/;
/** `app/<load balancer>/<id>/targetgroup/<target group>/<id>` */
const RESOURCE_LABEL = /^(?<balancer>app\/[^/]+\/[^/]+)\/(?<group>targetgroup\/[^/]+\/[^/]+)$/;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html */
const service: ScalableResource = {
  namespace: 'ecs',
  dimension: 'ecs:service:DesiredCount',
  form: 'service/<cluster>/<service>',
  noun: 'desired count',
  minimum: 0,
  role: 'ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService',
  matches: (resourceId) => SERVICE_ID.test(resourceId),
  async capacityOf(cloud, resourceId) {
    const { cluster, service: name } = placeOf(resourceId);
    try {
      const { services = [] } = await cloud.call<DescribeServicesResponse>(
        linkedRole(cloud),
        'ecs',
        'DescribeServices',
        { cluster, services: [name] },
      );
      const [found] = services;
      return found?.status === 'ACTIVE' ? found.desiredCount : undefined;
    } catch (error) {
      if (error instanceof Error && error.name === 'ClusterNotFoundException') return undefined;
      throw error;
    }
  },
  async scale(cloud, resourceId, desiredCount) {
    const { cluster, service: name } = placeOf(resourceId);
    const input = { cluster, service: name, desiredCount };
    await cloud.call(linkedRole(cloud), 'ecs', 'UpdateService', input);
  },
  metricOf(resourceId, { PredefinedMetricType: type, ResourceLabel: label = '' }) {
    const { cluster, service: name } = placeOf(resourceId);
    const utilization = UTILIZATION[type ?? ''];
    if (utilization !== undefined) {
      return {
        Namespace: 'AWS/ECS',
        MetricName: utilization,
        Dimensions: [
          { Name: 'ClusterName', Value: cluster },
          { Name: 'ServiceName', Value: name },
        ],
        Statistic: 'Average',
      };
    }
    if (type !== 'ALBRequestCountPerTarget') return undefined;
    const { balancer, group } = RESOURCE_LABEL.exec(label)?.groups ?? {};
    if (balancer === undefined || group === undefined) {
      throw new ValidationException(
        `ResourceLabel of ALBRequestCountPerTarget must be app/<load balancer>/<id>/targetgroup/<target group>/<id>: ${label}`,
      );
    }
    return {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCountPerTarget',
      Dimensions: [
        { Name: 'LoadBalancer', Value: balancer },
        { Name: 'TargetGroup', Value: group },
      ],
      Statistic: 'Sum',
    };
  },
};

const UTILIZATION: Readonly<Record<string, string>> = {
  ECSServiceAverageCPUUtilization: 'CPUUtilization',
  ECSServiceAverageMemoryUtilization: 'MemoryUtilization',
};

function placeOf(resourceId: string): { readonly cluster: string; readonly service: string } {
  const { cluster = '', service: name = '' } = SERVICE_ID.exec(resourceId)?.groups ?? {};
  return { cluster, service: name };
}

const KINDS: readonly ScalableResource[] = [variant, service];

/** The kind of a namespace; undefined for one that is not scaled here. */
export function resourceOf(namespace: string | undefined): ScalableResource | undefined {
  return KINDS.find((kind) => kind.namespace === namespace);
}

/** The kind of what a record scales. */
export function resourceOfId(resourceId: string): ScalableResource {
  return KINDS.find((kind) => kind.matches(resourceId)) ?? variant;
}
