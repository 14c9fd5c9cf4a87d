import type { CapacitySize, DeploymentConfig } from '@aws-sdk/client-sagemaker';
import { ValidationException } from '../errors.ts';
import { required } from './constraints.ts';
import {
  MAX_CANARY_PERCENT,
  MAX_LINEAR_PERCENT,
  MAX_ROLLING_PERCENT,
  MIN_LINEAR_PERCENT,
  MIN_ROLLING_PERCENT,
} from './limits.ts';
import type { FleetSpec } from './records.ts';
import { planRollout, shareOf, totalBakeSeconds } from './rollout-plan.ts';

/**
 * Checks a deployment config against AWS's documented limits and exclusions, for the fleets of the
 * update. https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html
 *
 * @throws ValidationException
 */
export function validateDeploymentConfig(
  config: DeploymentConfig,
  fleet: FleetSpec,
  totalInstances: number,
): void {
  const { BlueGreenUpdatePolicy: blueGreen, RollingUpdatePolicy: rolling } = config;
  if (blueGreen !== undefined && rolling !== undefined) {
    throw new ValidationException(
      'DeploymentConfig can have either BlueGreenUpdatePolicy or RollingUpdatePolicy, not both.',
    );
  }
  validateAlarms(config);
  if (blueGreen !== undefined) validateBlueGreen(blueGreen, totalInstances);
  if (rolling !== undefined) validateRolling(rolling, fleet, totalInstances);
  validateDuration(config, totalInstances);
}

function validateAlarms(config: DeploymentConfig): void {
  const alarms = config.AutoRollbackConfiguration?.Alarms;
  if (alarms === undefined) return;
  for (const [index, alarm] of alarms.entries()) {
    required(
      alarm.AlarmName,
      `deploymentConfig.autoRollbackConfiguration.alarms.${index + 1}.member.alarmName`,
    );
  }
}

function validateBlueGreen(
  policy: NonNullable<DeploymentConfig['BlueGreenUpdatePolicy']>,
  totalInstances: number,
): void {
  const at = 'deploymentConfig.blueGreenUpdatePolicy';
  const routing = required(policy.TrafficRoutingConfiguration, `${at}.trafficRoutingConfiguration`);
  const type = required(routing.Type, `${at}.trafficRoutingConfiguration.type`);
  const sizes = {
    CANARY: { name: 'CanarySize', size: routing.CanarySize, least: 1, most: MAX_CANARY_PERCENT },
    LINEAR: {
      name: 'LinearStepSize',
      size: routing.LinearStepSize,
      least: MIN_LINEAR_PERCENT,
      most: MAX_LINEAR_PERCENT,
    },
  };
  if (type === 'ALL_AT_ONCE') {
    if (routing.CanarySize !== undefined || routing.LinearStepSize !== undefined) {
      throw new ValidationException(
        'CanarySize and LinearStepSize cannot be specified for traffic routing type ALL_AT_ONCE.',
      );
    }
    return;
  }
  const { name, size, least, most } = sizes[type];
  if (size === undefined) {
    throw new ValidationException(`${name} must be specified for traffic routing type ${type}.`);
  }
  validateSize(name, size, totalInstances, [least, most]);
}

function validateRolling(
  policy: NonNullable<DeploymentConfig['RollingUpdatePolicy']>,
  fleet: FleetSpec,
  totalInstances: number,
): void {
  const at = 'deploymentConfig.rollingUpdatePolicy';
  if (fleet.variants.some((variant) => variant.serverless !== undefined)) {
    throw new ValidationException(
      'RollingUpdatePolicy is not supported for endpoints with serverless variants.',
    );
  }
  if (fleet.variants.length + fleet.shadows.length > 1) {
    throw new ValidationException(
      'RollingUpdatePolicy is not supported for endpoints with multiple variants.',
    );
  }
  const size = required(policy.MaximumBatchSize, `${at}.maximumBatchSize`);
  validateSize('MaximumBatchSize', size, totalInstances, [
    MIN_ROLLING_PERCENT,
    MAX_ROLLING_PERCENT,
  ]);
  if (policy.RollbackMaximumBatchSize !== undefined) {
    validateSize(
      'RollbackMaximumBatchSize',
      policy.RollbackMaximumBatchSize,
      totalInstances,
      [1, 100],
    );
  }
}

/** A size is a number of instances or a percentage of the fleet; its bounds are percentages. */
function validateSize(
  name: string,
  size: CapacitySize,
  totalInstances: number,
  [least, most]: readonly [number, number],
): void {
  const percent = shareOf(size, totalInstances) * 100;
  const value = size.Value ?? 0;
  const tooSmall = value < 1 || (size.Type === 'CAPACITY_PERCENT' && percent < least);
  if (!tooSmall && percent <= most && value <= (size.Type === 'CAPACITY_PERCENT' ? most : value)) {
    return;
  }
  throw new ValidationException(
    `${name} ${value} of type ${size.Type} is not allowed for a fleet of ${totalInstances} instance(s): it must be between ${least}% and ${most}% of the variant's total instance count.`,
  );
}

function validateDuration(config: DeploymentConfig, totalInstances: number): void {
  const plan = planRollout(config, totalInstances);
  const limit = plan.maximumExecutionSeconds;
  const waits = totalBakeSeconds(plan);
  if (limit !== undefined && waits >= limit) {
    throw new ValidationException(
      `MaximumExecutionTimeoutInSeconds ${limit} must be greater than the sum of all waiting times of the deployment, which is ${waits} seconds.`,
    );
  }
}
