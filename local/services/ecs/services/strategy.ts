import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { retryPauseMs } from '../../../host/retry-pause.ts';
import { InvalidParameterException, UnsupportedFeature } from '../errors.ts';

export const MS_PER_MINUTE = 60_000;

/** A percentage of the traffic, and how long it is kept before the next one. */
export interface TrafficStep {
  readonly weight: number;
  readonly bakeMs: number;
}

export function isShifting({ strategy }: DeploymentConfiguration): boolean {
  return strategy !== undefined && strategy !== 'ROLLING';
}

/**
 * How the traffic goes over; the last step has all of it, and the bake time of the deployment follows.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html
 */
export function trafficSteps(configuration: DeploymentConfiguration): readonly TrafficStep[] {
  const all = { weight: 100, bakeMs: 0 };
  switch (configuration.strategy) {
    case 'CANARY': {
      const { canaryBakeTimeInMinutes: minutes = 10, canaryPercent: weight = 5 } =
        configuration.canaryConfiguration ?? {};
      return weight >= 100 ? [all] : [{ weight, bakeMs: minutes * MS_PER_MINUTE }, all];
    }
    case 'LINEAR': {
      const { stepBakeTimeInMinutes: minutes = 6, stepPercent = 10 } =
        configuration.linearConfiguration ?? {};
      const bakeMs = minutes * MS_PER_MINUTE;
      const count = Math.ceil(100 / stepPercent - 1e-9);
      const steps = Array.from({ length: count - 1 }, (_, index) => ({
        weight: stepPercent * (index + 1),
        bakeMs,
      }));
      return [...steps, all];
    }
    default:
      return [all];
  }
}

const LARGEST_INTEGER = 2_147_483_647;

/** With AWS's defaults. @throws InvalidParameterException, UnsupportedFeature */
export function readConfiguration(
  given: DeploymentConfiguration = {},
  former: DeploymentConfiguration = {},
): DeploymentConfiguration {
  const configuration: DeploymentConfiguration = {
    strategy: 'ROLLING',
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    bakeTimeInMinutes: 0,
    deploymentCircuitBreaker: { enable: false, rollback: false },
    ...former,
    ...given,
  };
  const {
    alarms,
    deploymentCircuitBreaker: breaker,
    lifecycleHooks = [],
    strategy,
  } = configuration;
  if (lifecycleHooks.length > 0) throw new UnsupportedFeature('lifecycle hooks of deployments');
  if (configuration.earlySuccessCriteria !== undefined) {
    throw new UnsupportedFeature('earlySuccessCriteria of deployments');
  }
  checkPercents(configuration);
  if (
    strategy === 'BLUE_GREEN' &&
    given.bakeTimeInMinutes === undefined &&
    former.bakeTimeInMinutes === undefined
  ) {
    throw new InvalidParameterException(
      'bakeTimeInMinutes is required for the BLUE_GREEN strategy.',
    );
  }
  if (strategy !== 'LINEAR' && configuration.linearConfiguration !== undefined) {
    throw new InvalidParameterException(
      'linearConfiguration is only valid for the LINEAR strategy.',
    );
  }
  if (strategy !== 'CANARY' && configuration.canaryConfiguration !== undefined) {
    throw new InvalidParameterException(
      'canaryConfiguration is only valid for the CANARY strategy.',
    );
  }
  if (strategy !== 'ROLLING' && breaker?.enable === true) {
    throw new InvalidParameterException(
      `The deployment circuit breaker is only supported for rolling deployments, and the strategy is ${strategy}.`,
    );
  }
  checkRange(
    'thresholdConfiguration.value',
    breaker?.thresholdConfiguration?.value,
    1,
    LARGEST_INTEGER,
  );
  checkRange('canaryPercent', configuration.canaryConfiguration?.canaryPercent, 0.1, 100);
  checkRange(
    'canaryBakeTimeInMinutes',
    configuration.canaryConfiguration?.canaryBakeTimeInMinutes,
    0,
    1_440,
  );
  checkRange('stepPercent', configuration.linearConfiguration?.stepPercent, 3, 100);
  checkRange(
    'stepBakeTimeInMinutes',
    configuration.linearConfiguration?.stepBakeTimeInMinutes,
    0,
    1_440,
  );
  checkRange('bakeTimeInMinutes', configuration.bakeTimeInMinutes, 0, 1_440);
  if (alarms?.enable === true && (alarms.alarmNames?.length ?? 0) === 0) {
    throw new InvalidParameterException('alarmNames must not be empty when alarms are enabled.');
  }
  return configuration;
}

function checkPercents({
  maximumPercent = 200,
  minimumHealthyPercent = 100,
}: DeploymentConfiguration) {
  checkRange('minimumHealthyPercent', minimumHealthyPercent, 0, 100);
  checkRange('maximumPercent', maximumPercent, 1, 1_000);
  if (maximumPercent < 100 && maximumPercent <= minimumHealthyPercent) {
    throw new InvalidParameterException(
      'maximumPercent must be greater than minimumHealthyPercent.',
    );
  }
  // AWS's words: https://github.com/aws/aws-cdk/issues/15418
  if (maximumPercent === 100 && minimumHealthyPercent === 100) {
    throw new InvalidParameterException(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    );
  }
}

function checkRange(
  name: string,
  value: number | undefined,
  minimum: number,
  maximum: number,
): void {
  if (value === undefined || (value >= minimum && value <= maximum)) return;
  throw new InvalidParameterException(
    `${name} must be between ${minimum} and ${maximum}: ${value}.`,
  );
}

/** The failed tasks in a row at which the circuit breaker opens. */
export function breakerThreshold(
  { deploymentCircuitBreaker }: DeploymentConfiguration,
  desiredCount: number,
): number {
  const { type = 'BOUNDED_PERCENT', value = 50 } =
    deploymentCircuitBreaker?.thresholdConfiguration ?? {};
  if (type === 'COUNT') return value;
  const share = Math.ceil((value / 100) * desiredCount);
  return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
}

/** Failed tasks in a row that are replaced at once. */
const FREE_FAILURES = 3;
const THROTTLE_PAUSES = { firstMs: 10_000, longestMs: 27 * MS_PER_MINUTE };

/**
 * How long a service starts no task after so many have failed in a row.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
export function throttleMs(failures: number): number {
  return failures <= FREE_FAILURES
    ? 0
    : retryPauseMs(failures - FREE_FAILURES - 1, THROTTLE_PAUSES);
}
