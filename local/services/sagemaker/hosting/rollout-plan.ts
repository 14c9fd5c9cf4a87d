import type { CapacitySize, DeploymentConfig } from '@aws-sdk/client-sagemaker';

/** One step of a rollout: a share of the traffic for the new fleet, and a time to bake. */
export interface RolloutStep {
  /** From 0 to 1. */
  readonly share: number;
  /** Instances of the new fleet that receive traffic, of `totalInstances`. */
  readonly instances: number;
  readonly totalInstances: number;
  readonly capacity: 'canary' | 'step' | 'batch' | 'full';
  readonly bakeSeconds: number;
  /** The setting of the wait, for status messages. */
  readonly waitName: 'WaitIntervalInSeconds' | 'TerminationWaitInSeconds';
}

export interface RolloutPlan {
  readonly kind: 'blue-green' | 'rolling';
  readonly steps: readonly RolloutStep[];
  /** The number of instances per batch when a rolling update is rolled back. */
  readonly rollbackBatch: number;
  readonly maximumExecutionSeconds: number | undefined;
}

/**
 * The steps of a deployment. Without a deployment config, all traffic shifts in one step without baking.
 *
 * - all at once: everything, then TerminationWait
 * - canary: the canary, WaitInterval; the rest, TerminationWait
 * - linear: step by step, WaitInterval after each but the last, which has TerminationWait
 * - rolling: batch by batch, WaitInterval after each
 *
 * @param totalInstances of the new fleet, all variants together
 */
export function planRollout(
  config: DeploymentConfig | undefined,
  totalInstances: number,
): RolloutPlan {
  return config?.RollingUpdatePolicy === undefined
    ? planBlueGreen(config, totalInstances)
    : planRolling(config.RollingUpdatePolicy, totalInstances);
}

function planBlueGreen(config: DeploymentConfig | undefined, totalInstances: number): RolloutPlan {
  const policy = config?.BlueGreenUpdatePolicy;
  const routing = policy?.TrafficRoutingConfiguration;
  const step = (share: number, capacity: RolloutStep['capacity']): RolloutStep => ({
    share,
    instances: Math.max(1, Math.round(share * totalInstances)),
    totalInstances,
    capacity,
    bakeSeconds: routing?.WaitIntervalInSeconds ?? 0,
    waitName: 'WaitIntervalInSeconds',
  });
  const last: RolloutStep = {
    ...step(1, 'full'),
    bakeSeconds: policy?.TerminationWaitInSeconds ?? 0,
    waitName: 'TerminationWaitInSeconds',
  };
  return {
    kind: 'blue-green',
    steps: [...stepsBeforeLast(), last],
    rollbackBatch: totalInstances,
    maximumExecutionSeconds: policy?.MaximumExecutionTimeoutInSeconds,
  };

  function stepsBeforeLast(): readonly RolloutStep[] {
    if (routing?.Type === 'CANARY') {
      return [step(shareOf(routing.CanarySize, totalInstances), 'canary')];
    }
    if (routing?.Type !== 'LINEAR') return [];
    const size = shareOf(routing.LinearStepSize, totalInstances);
    const count = Math.ceil(1 / size - 1e-9) - 1;
    return Array.from({ length: count }, (_, index) => step(size * (index + 1), 'step'));
  }
}

function planRolling(
  policy: NonNullable<DeploymentConfig['RollingUpdatePolicy']>,
  totalInstances: number,
): RolloutPlan {
  const batch = instancesOf(policy.MaximumBatchSize, totalInstances);
  const count = Math.ceil(totalInstances / batch);
  const steps = Array.from({ length: count }, (_, index): RolloutStep => {
    const instances = Math.min(totalInstances, batch * (index + 1));
    return {
      share: instances / totalInstances,
      instances,
      totalInstances,
      capacity: instances === totalInstances ? 'full' : 'batch',
      bakeSeconds: policy.WaitIntervalInSeconds ?? 0,
      waitName: 'WaitIntervalInSeconds',
    };
  });
  return {
    kind: 'rolling',
    steps,
    rollbackBatch:
      policy.RollbackMaximumBatchSize === undefined
        ? totalInstances
        : instancesOf(policy.RollbackMaximumBatchSize, totalInstances),
    maximumExecutionSeconds: policy.MaximumExecutionTimeoutInSeconds,
  };
}

/** The part of the traffic that a capacity takes. */
export function shareOf(size: CapacitySize | undefined, totalInstances: number): number {
  const value = size?.Value ?? 0;
  return Math.min(1, size?.Type === 'INSTANCE_COUNT' ? value / totalInstances : value / 100);
}

/** Never less than one: a percentage of few instances is rounded up. */
function instancesOf(size: CapacitySize | undefined, totalInstances: number): number {
  return Math.max(1, Math.ceil(shareOf(size, totalInstances) * totalInstances - 1e-9));
}

/** All waits of a plan, in seconds. */
export function totalBakeSeconds(plan: RolloutPlan): number {
  return plan.steps.reduce((sum, step) => sum + step.bakeSeconds, 0);
}
