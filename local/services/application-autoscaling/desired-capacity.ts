/** The input of a policy evaluation. */
export interface ScalingSituation {
  readonly currentCapacity: number;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  /** The latest value of the metric, per instance; undefined if there is none. */
  readonly metricValue: number | undefined;
  readonly targetValue: number;
  /** Whether the upper and the lower alarm are in ALARM. */
  readonly high: boolean;
  readonly low: boolean;
  readonly now: number;
  readonly lastScaleOut: number | undefined;
  readonly lastScaleIn: number | undefined;
  readonly scaleOutCooldownSeconds: number;
  readonly scaleInCooldownSeconds: number;
  readonly disableScaleIn: boolean;
  readonly scaleOutSuspended: boolean;
  readonly scaleInSuspended: boolean;
}

/**
 * The capacity that target tracking requests: the number of instances at which the metric meets its target,
 * within the bounds and the cooldowns. Scaling in waits for the cooldown after scaling out, too.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
export function desiredCapacity(situation: ScalingSituation): number {
  const { currentCapacity, minCapacity, maxCapacity, metricValue, targetValue } = situation;
  const bounded = Math.min(maxCapacity, Math.max(minCapacity, currentCapacity));
  if (bounded > currentCapacity) return situation.scaleOutSuspended ? currentCapacity : bounded;
  if (bounded < currentCapacity) return situation.scaleInSuspended ? currentCapacity : bounded;
  if (metricValue === undefined) return currentCapacity;
  const wanted = Math.ceil((currentCapacity * metricValue) / targetValue);
  if (situation.high && wanted > currentCapacity && mayScaleOut(situation)) {
    return Math.min(maxCapacity, wanted);
  }
  if (situation.low && wanted < currentCapacity && mayScaleIn(situation)) {
    return Math.max(minCapacity, wanted);
  }
  return currentCapacity;
}

function mayScaleOut(situation: ScalingSituation): boolean {
  const { now, lastScaleOut, scaleOutCooldownSeconds, scaleOutSuspended } = situation;
  return !scaleOutSuspended && isPast(lastScaleOut, scaleOutCooldownSeconds, now);
}

function mayScaleIn(situation: ScalingSituation): boolean {
  const { now, lastScaleIn, lastScaleOut, scaleInCooldownSeconds } = situation;
  return (
    !situation.disableScaleIn &&
    !situation.scaleInSuspended &&
    isPast(lastScaleIn, scaleInCooldownSeconds, now) &&
    isPast(lastScaleOut, scaleInCooldownSeconds, now)
  );
}

function isPast(instant: number | undefined, cooldownSeconds: number, now: number): boolean {
  return instant === undefined || now - instant >= cooldownSeconds * 1_000;
}
