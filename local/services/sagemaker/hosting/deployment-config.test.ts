import type { CapacitySize, DeploymentConfig } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { validateDeploymentConfig } from './deployment-config.ts';
import type { FleetSpec } from './records.ts';

const ONE = { variants: [{}], shadows: [] } as unknown as FleetSpec;
const TWO = { variants: [{}, {}], shadows: [] } as unknown as FleetSpec;
const SHADOWED = { variants: [{}], shadows: [{}] } as unknown as FleetSpec;
const SERVERLESS = { variants: [{ serverless: {} }], shadows: [] } as unknown as FleetSpec;

const percent = (Value: number): CapacitySize => ({ Type: 'CAPACITY_PERCENT', Value });
const count = (Value: number): CapacitySize => ({ Type: 'INSTANCE_COUNT', Value });

const routed = (routing: object, more: object = {}) =>
  ({
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: { WaitIntervalInSeconds: 60, ...routing },
      ...more,
    },
  }) as DeploymentConfig;
const canary = (CanarySize?: CapacitySize) => routed({ Type: 'CANARY', CanarySize });
const linear = (LinearStepSize?: CapacitySize) => routed({ Type: 'LINEAR', LinearStepSize });
const rolling = (MaximumBatchSize: CapacitySize, more: object = {}) =>
  ({
    RollingUpdatePolicy: { MaximumBatchSize, WaitIntervalInSeconds: 60, ...more },
  }) as DeploymentConfig;

/** Whether the config is taken for a fleet of ten instances. */
function isTaken(config: DeploymentConfig, fleet = ONE): boolean {
  try {
    validateDeploymentConfig(config, fleet, 10);
    return true;
  } catch {
    return false;
  }
}

// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrafficRoutingConfig.html and API_RollingUpdatePolicy.html
describe('a deployment config', () => {
  it.each<[what: string, config: DeploymentConfig, taken: boolean]>([
    ['a canary of 0 %', canary(percent(0)), false],
    ['a canary of 1 %', canary(percent(1)), true],
    ['a canary of 50 %', canary(percent(50)), true],
    ['a canary of 51 %', canary(percent(51)), false],
    ['a canary of no instance', canary(count(0)), false],
    ['a canary of an instance', canary(count(1)), true],
    ['a canary of half of the instances', canary(count(5)), true],
    ['a canary of more than half of them', canary(count(6)), false],
    ['a canary without a size', canary(), false],
    ['steps of 9 %', linear(percent(9)), false],
    ['steps of 10 %', linear(percent(10)), true],
    ['steps of 50 %', linear(percent(50)), true],
    ['steps of 51 %', linear(percent(51)), false],
    ['steps without a size', linear(), false],
    ['all at once', routed({ Type: 'ALL_AT_ONCE' }), true],
    ['all at once with a canary', routed({ Type: 'ALL_AT_ONCE', CanarySize: percent(10) }), false],
    ['all at once with steps', routed({ Type: 'ALL_AT_ONCE', LinearStepSize: percent(10) }), false],
    ['no routing', { BlueGreenUpdatePolicy: {} } as DeploymentConfig, false],
    ['batches of 4 %', rolling(percent(4)), false],
    ['batches of 5 %', rolling(percent(5)), true],
    ['batches of 50 %', rolling(percent(50)), true],
    ['batches of 51 %', rolling(percent(51)), false],
    ['batches of half of the instances', rolling(count(5)), true],
    ['batches of more', rolling(count(6)), false],
    ['rollbacks of all', rolling(percent(50), { RollbackMaximumBatchSize: percent(100) }), true],
    ['rollbacks of more', rolling(percent(50), { RollbackMaximumBatchSize: percent(101) }), false],
    [
      'rollbacks of no instance',
      rolling(percent(50), { RollbackMaximumBatchSize: count(0) }),
      false,
    ],
    ['both policies', { ...canary(percent(10)), ...rolling(percent(10)) }, false],
    [
      'an alarm',
      { ...canary(percent(10)), AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'a' }] } },
      true,
    ],
    [
      'an alarm without a name',
      { ...canary(percent(10)), AutoRollbackConfiguration: { Alarms: [{}] } },
      false,
    ],
  ])('with %s is taken: %s', (_, config, taken) => {
    expect(isTaken(config)).toBe(taken);
  });

  it.each<[what: string, fleet: FleetSpec, taken: boolean]>([
    ['one variant', ONE, true],
    ['two variants', TWO, false],
    ['a shadow variant', SHADOWED, false],
    ['a serverless variant', SERVERLESS, false],
  ])('with batches for %s is taken: %s', (_, fleet, taken) => {
    expect(isTaken(rolling(percent(50)), fleet)).toBe(taken);
  });

  it.each<[what: string, config: DeploymentConfig, least: number]>([
    // BlueGreenUpdatePolicy: the total of TerminationWaitInSeconds and WaitIntervalInSeconds.
    ['a canary', canary(percent(10)), 60],
    [
      'a canary and a wait',
      routed({ Type: 'CANARY', CanarySize: percent(10) }, { TerminationWaitInSeconds: 30 }),
      60 + 30,
    ],
    ['two batches', rolling(percent(50)), 60 + 60],
  ])('may take longer than its waiting times: %s', (_, config, least) => {
    const limited = (seconds: number) => {
      const [name, policy] = Object.entries(config)[0] as [string, object];
      return {
        [name]: { ...policy, MaximumExecutionTimeoutInSeconds: seconds },
      } as DeploymentConfig;
    };

    expect(isTaken(limited(least))).toBe(false);
    expect(isTaken(limited(least + 1))).toBe(true);
  });
});
