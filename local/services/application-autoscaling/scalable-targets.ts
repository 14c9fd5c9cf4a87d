import type {
  ApplicationAutoScaling,
  DeregisterScalableTargetRequest,
  DescribeScalableTargetsRequest,
  DescribeScalableTargetsResponse,
  RegisterScalableTargetRequest,
  RegisterScalableTargetResponse,
  ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import type {
  DescribeEndpointConfigOutput,
  DescribeEndpointOutput,
} from '@aws-sdk/client-sagemaker';
import type { OperationTable } from '../../cloud/operation.ts';
import { checkDimension, checkNamespace, permissionsFor, targetArn } from './checks.ts';
import { describeVariant, linkedRole, linkedRoleArn } from './endpoint-variant.ts';
import { ObjectNotFoundException, Unsupported, ValidationException } from './errors.ts';
import { parseResourceId, type TargetRecord } from './records.ts';
import { resourceOf, resourceOfId, type ScalableResource } from './scalable-resources.ts';
import { removePolicies } from './scaling-policies.ts';
import type { ApplicationAutoScalingState } from './state.ts';

/** Scalable targets: variants and the bounds of their instance counts. */
export const targetOperations: OperationTable<ApplicationAutoScaling, ApplicationAutoScalingState> =
  {
    RegisterScalableTarget: {
      permissions: (input: RegisterScalableTargetRequest, { cloud }) =>
        permissionsFor(cloud, 'RegisterScalableTarget', input.ResourceId),
      async run(
        input: RegisterScalableTargetRequest,
        state,
      ): Promise<RegisterScalableTargetResponse> {
        const { targets, cloud } = state;
        const resourceId = checkTarget(input);
        const known = targets.get(resourceId);
        const minCapacity = input.MinCapacity ?? known?.minCapacity;
        const maxCapacity = input.MaxCapacity ?? known?.maxCapacity;
        checkBounds(resourceOfId(resourceId), minCapacity, maxCapacity);
        await checkResource(state, resourceId);
        const suspended = input.SuspendedState ?? known?.suspended;
        targets.put(resourceId, {
          resourceId,
          minCapacity: minCapacity ?? 0,
          maxCapacity: maxCapacity ?? 0,
          creationTime: known?.creationTime ?? cloud.clock.now(),
          ...(suspended === undefined ? {} : { suspended }),
        });
        state.wake();
        return { ScalableTargetARN: targetArn(cloud, resourceId) };
      },
    },
    DeregisterScalableTarget: {
      permissions: (input: DeregisterScalableTargetRequest, { cloud }) =>
        permissionsFor(cloud, 'DeregisterScalableTarget', input.ResourceId),
      async run(input: DeregisterScalableTargetRequest, state): Promise<object> {
        const { targets } = state;
        const resourceId = checkTarget(input);
        if (!targets.delete(resourceId)) {
          throw new ObjectNotFoundException(
            `No scalable target found for service namespace: ${input.ServiceNamespace}, resource ID: ${resourceId}, scalable dimension: ${input.ScalableDimension}`,
          );
        }
        await removePolicies(state, resourceId);
        return {};
      },
    },
    DescribeScalableTargets: {
      readOnly: true,
      permissions: () => [
        { action: 'application-autoscaling:DescribeScalableTargets', resource: '*' },
      ],
      run(input: DescribeScalableTargetsRequest, state): DescribeScalableTargetsResponse {
        const { targets } = state;
        checkNamespace(input.ServiceNamespace);
        const wanted = new Set(input.ResourceIds ?? []);
        const ScalableTargets = [...targets.entries()]
          .map(([, record]) => record)
          .filter(({ resourceId }) => resourceOfId(resourceId).namespace === input.ServiceNamespace)
          .filter((record) => wanted.size === 0 || wanted.has(record.resourceId))
          .map((record) => render(state, record));
        return { ScalableTargets };
      },
    },
  };

function checkTarget(input: {
  readonly ServiceNamespace?: string | undefined;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
}): string {
  checkNamespace(input.ServiceNamespace);
  checkDimension(input.ServiceNamespace, input.ScalableDimension);
  const resourceId = input.ResourceId ?? '';
  const kind = resourceOf(input.ServiceNamespace);
  if (kind?.matches(resourceId) !== true) {
    throw new ValidationException(
      `Unsupported service namespace, resource type or scalable dimension: resource ID ${resourceId} is not of the form ${kind?.form}.`,
    );
  }
  return resourceId;
}

function checkBounds(
  { minimum, namespace }: ScalableResource,
  least: number | undefined,
  most: number | undefined,
): void {
  if (least === undefined || most === undefined) {
    throw new ValidationException(
      'MinCapacity and MaxCapacity are required to register a new scalable target.',
    );
  }
  if (least < minimum) {
    const what = namespace === 'sagemaker' ? 'a SageMaker variant' : 'a service';
    throw new ValidationException(
      `MinCapacity of ${what} must be at least ${minimum}: it is ${least}.`,
    );
  }
  if (least > most) {
    throw new ValidationException('Maximum capacity cannot be less than minimum capacity');
  }
}

async function checkResource(
  state: ApplicationAutoScalingState,
  resourceId: string,
): Promise<void> {
  const kind = resourceOfId(resourceId);
  if (kind.namespace === 'sagemaker') return checkVariant(state, resourceId);
  if ((await kind.capacityOf(state.cloud, resourceId)) !== undefined) return;
  throw new ValidationException(`ECS service doesn't exist: ${resourceId}`);
}

/** Burstable instances cannot be scaled. https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-prerequisites.html */
async function checkVariant(state: ApplicationAutoScalingState, resourceId: string): Promise<void> {
  const found = await describeVariant(state.cloud, resourceId);
  if (found === undefined) {
    throw new ValidationException(
      `Could not find endpoint or variant for resource ID: ${resourceId}`,
    );
  }
  if (found.variant.DesiredServerlessConfig !== undefined) {
    throw new Unsupported('sagemaker:variant:DesiredProvisionedConcurrency');
  }
  const instanceType = await instanceTypeOf(state, resourceId);
  if (instanceType !== undefined && /^ml\.t[23]\./.test(instanceType)) {
    throw new ValidationException(
      `The instance type ${instanceType} of ${resourceId} is burstable and does not support automatic scaling.`,
    );
  }
}

/** Undefined if the endpoint config was deleted. */
async function instanceTypeOf(
  { cloud }: ApplicationAutoScalingState,
  resourceId: string,
): Promise<string | undefined> {
  const place = parseResourceId(resourceId);
  try {
    const endpoint = await cloud.call<DescribeEndpointOutput>(
      linkedRole(cloud),
      'sagemaker',
      'DescribeEndpoint',
      { EndpointName: place?.endpointName },
    );
    const config = await cloud.call<DescribeEndpointConfigOutput>(
      linkedRole(cloud),
      'sagemaker',
      'DescribeEndpointConfig',
      { EndpointConfigName: endpoint.EndpointConfigName },
    );
    return config.ProductionVariants?.find((variant) => variant.VariantName === place?.variantName)
      ?.InstanceType;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationException') return undefined;
    throw error;
  }
}

function render({ cloud }: ApplicationAutoScalingState, record: TargetRecord): ScalableTarget {
  const { dimension, namespace, role } = resourceOfId(record.resourceId);
  return {
    ServiceNamespace: namespace,
    ResourceId: record.resourceId,
    ScalableDimension: dimension,
    MinCapacity: record.minCapacity,
    MaxCapacity: record.maxCapacity,
    RoleARN: linkedRoleArn(cloud, role),
    CreationTime: new Date(record.creationTime),
    SuspendedState: record.suspended ?? {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
    ScalableTargetARN: targetArn(cloud, record.resourceId),
  };
}
