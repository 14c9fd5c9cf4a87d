import type { CreateServiceRequest, LoadBalancer, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import type { DescribeTargetGroupsOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { InvalidParameterException, UnsupportedFeature } from '../errors.ts';
import { MAX_TARGET_GROUPS_OF_SERVICE } from '../limits.ts';
import type { DefinitionRecord } from '../store.ts';
import { linkedRole } from './balancers.ts';
import type { ServicesContext } from './context.ts';
import { alarmNamesOf, missingAlarms } from './deployment-alarms.ts';
import type { ServiceSettings } from './records.ts';
import { isShifting } from './strategy.ts';

/** Members that would make a service different, and have no effect here. */
const MISSING = [
  'gatewayConnectors',
  'monitoring',
  'placementConstraints',
  'placementStrategy',
  'serviceRegistries',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const;

/** @throws UnsupportedFeature */
export function refuseMissing(input: CreateServiceRequest | UpdateServiceRequest): void {
  const {
    deploymentController: controller,
    platformVersion = 'LATEST',
    serviceConnectConfiguration: connect,
  } = input;
  for (const name of MISSING) {
    const given = input[name];
    const isEmpty = given === undefined || (Array.isArray(given) && given.length === 0);
    if (!isEmpty) throw new UnsupportedFeature(`${name} of services`);
  }
  if (connect?.enabled === true)
    throw new UnsupportedFeature('serviceConnectConfiguration of services');
  if (controller?.type !== undefined && controller.type !== 'ECS') {
    throw new UnsupportedFeature(`the deployment controller ${controller.type}`);
  }
  if (!['1.4.0', 'LATEST'].includes(platformVersion)) {
    throw new UnsupportedFeature(`the platform version ${platformVersion}`);
  }
}

/** @throws InvalidParameterException */
export async function checkLoadBalancers(
  { cloud }: ServicesContext,
  balancers: readonly LoadBalancer[],
  definition: DefinitionRecord,
  { deploymentConfiguration }: ServiceSettings,
): Promise<void> {
  if (balancers.length > MAX_TARGET_GROUPS_OF_SERVICE) {
    throw new InvalidParameterException(
      `load balancers can have at most ${MAX_TARGET_GROUPS_OF_SERVICE} items.`,
    );
  }
  for (const balancer of balancers) {
    checkContainer(balancer, definition);
    const { alternateTargetGroupArn, productionListenerRule, roleArn } =
      balancer.advancedConfiguration ?? {};
    if (isShifting(deploymentConfiguration)) {
      if (
        alternateTargetGroupArn === undefined ||
        productionListenerRule === undefined ||
        roleArn === undefined
      ) {
        throw new InvalidParameterException(
          `advancedConfiguration with alternateTargetGroupArn, productionListenerRule and roleArn is required for load balancers of the ${deploymentConfiguration.strategy} strategy.`,
        );
      }
    }
    for (const arn of [balancer.targetGroupArn, alternateTargetGroupArn]) {
      if (arn !== undefined) await checkTargetGroup(cloud, arn);
    }
  }
}

function checkContainer(balancer: LoadBalancer, { content }: DefinitionRecord): void {
  const { containerName = '', containerPort, loadBalancerName, targetGroupArn } = balancer;
  if (loadBalancerName !== undefined) throw new UnsupportedFeature('Classic Load Balancers');
  if (targetGroupArn === undefined) {
    throw new InvalidParameterException('targetGroupArn of a load balancer is required.');
  }
  const container = content.containerDefinitions?.find(({ name }) => name === containerName);
  if (container === undefined) {
    throw new InvalidParameterException(
      `The container ${containerName} does not exist in the task definition.`,
    );
  }
  if (!container.portMappings?.some((one) => one.containerPort === containerPort)) {
    throw new InvalidParameterException(
      `The container ${containerName} did not have a container port ${containerPort} defined.`,
    );
  }
}

/** AWS's words: https://repost.aws/knowledge-center/ecs-create-service-target-group-error */
async function checkTargetGroup(cloud: ServicesContext['cloud'], arn: string): Promise<void> {
  let found: DescribeTargetGroupsOutput;
  try {
    found = await cloud.call(linkedRole(cloud), 'elasticloadbalancingv2', 'DescribeTargetGroups', {
      TargetGroupArns: [arn],
    });
  } catch (error) {
    throw new InvalidParameterException(
      `Unable to assume role and validate the specified targetGroupArn ${arn}. ${error instanceof Error ? error.message : ''}`,
    );
  }
  if ((found.TargetGroups?.[0]?.LoadBalancerArns?.length ?? 0) > 0) return;
  throw new InvalidParameterException(
    `The target group with targetGroupArn ${arn} does not have an associated load balancer.`,
  );
}

/** @throws InvalidParameterException */
export async function checkAlarms(
  { cloud }: ServicesContext,
  { deploymentConfiguration }: ServiceSettings,
): Promise<void> {
  const missing = await missingAlarms(cloud, alarmNamesOf(deploymentConfiguration));
  if (missing.length === 0) return;
  throw new InvalidParameterException(
    `Unable to find the following CloudWatch alarms: ${missing.join(', ')}.`,
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
const LONGEST_GRACE_SECONDS = 2_147_483_647;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MAX_TASKS_OF_SERVICE = 5_000;

/** @throws InvalidParameterException */
export function checkCounts({
  desiredCount = 0,
  healthCheckGracePeriodSeconds: grace = 0,
}: Pick<CreateServiceRequest, 'desiredCount' | 'healthCheckGracePeriodSeconds'>): void {
  if (desiredCount < 0 || desiredCount > MAX_TASKS_OF_SERVICE) {
    throw new InvalidParameterException(
      `desiredCount must be between 0 and ${MAX_TASKS_OF_SERVICE}.`,
    );
  }
  if (grace < 0 || grace > LONGEST_GRACE_SECONDS) {
    throw new InvalidParameterException('healthCheckGracePeriodSeconds is out of range.');
  }
}
