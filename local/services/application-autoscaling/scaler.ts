import type { DescribeAlarmsOutput, GetMetricStatisticsOutput } from '@aws-sdk/client-cloudwatch';
import type { ServiceEvent } from '../../cloud/service.ts';
import type { Timer } from '../../host/clock.ts';
import { desiredCapacity } from './desired-capacity.ts';
import { linkedRole } from './endpoint-variant.ts';
import {
  DEFAULT_COOLDOWN_SECONDS,
  EVALUATION_INTERVAL_MS,
  MAX_ACTIVITIES_PER_TARGET,
  METRIC_PERIOD_SECONDS,
} from './limits.ts';
import type { PolicyRecord, TargetRecord } from './records.ts';
import { resourceOfId } from './scalable-resources.ts';
import { metricOf, policyKey } from './scaling-policies.ts';
import type { ApplicationAutoScalingState } from './state.ts';

/** Evaluates all policies once a minute, and a policy immediately when its alarm goes into ALARM. */
export class Scaler {
  readonly #state: ApplicationAutoScalingState;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(state: ApplicationAutoScalingState) {
    this.#state = state;
  }

  /** Starts the timer if there are scalable targets, so that an idle runtime has no timer. */
  wake(): void {
    if (this.#stopped || this.#timer !== undefined || this.#state.targets.size === 0) return;
    this.#timer = this.#state.cloud.clock.setTimer(EVALUATION_INTERVAL_MS, () => {
      this.#timer = undefined;
      this.#begin(() => true);
      this.wake();
    });
  }

  onEvent(event: ServiceEvent): void {
    if (event['detail-type'] !== 'CloudWatch Alarm State Change') return;
    const { alarmName, state } = event.detail as { alarmName?: string; state?: { value?: string } };
    if (state?.value !== 'ALARM' || alarmName?.startsWith('TargetTracking-') !== true) return;
    this.#begin((policy) => policy.highAlarm === alarmName || policy.lowAlarm === alarmName);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  /** Evaluates policies sequentially: two concurrent evaluations would scale twice. */
  #begin(wanted: (policy: PolicyRecord) => boolean): void {
    this.#running = this.#running.then(async () => {
      const policies = [...this.#state.policies.entries()].map(([, policy]) => policy);
      for (const policy of policies.filter(wanted)) {
        if (this.#stopped) return;
        try {
          await this.#evaluate(policy);
        } catch (error) {
          const { logger } = this.#state.cloud;
          logger.warn(
            { resource: policy.resourceId, error: String(error) },
            'Failed to evaluate a scaling policy; the evaluation will be retried in a minute',
          );
        }
      }
    });
  }

  async #evaluate(policy: PolicyRecord): Promise<void> {
    const { cloud, targets } = this.#state;
    const target = targets.get(policy.resourceId);
    const kind = resourceOfId(policy.resourceId);
    const currentCapacity = await kind.capacityOf(cloud, policy.resourceId);
    if (target === undefined || currentCapacity === undefined) return;
    const alarms = await this.#alarmStates(policy);
    const { configuration } = policy;
    const wanted = desiredCapacity({
      currentCapacity,
      minCapacity: target.minCapacity,
      maxCapacity: target.maxCapacity,
      metricValue: await this.#metricValue(policy),
      targetValue: configuration.TargetValue ?? 0,
      high: alarms.get(policy.highAlarm) === 'ALARM',
      low: alarms.get(policy.lowAlarm) === 'ALARM',
      now: cloud.clock.now(),
      lastScaleOut: policy.lastScaleOut,
      lastScaleIn: policy.lastScaleIn,
      scaleOutCooldownSeconds: configuration.ScaleOutCooldown ?? DEFAULT_COOLDOWN_SECONDS,
      scaleInCooldownSeconds: configuration.ScaleInCooldown ?? DEFAULT_COOLDOWN_SECONDS,
      disableScaleIn: configuration.DisableScaleIn ?? false,
      scaleOutSuspended: target.suspended?.DynamicScalingOutSuspended ?? false,
      scaleInSuspended: target.suspended?.DynamicScalingInSuspended ?? false,
    });
    if (wanted !== currentCapacity) await this.#scale(policy, target, currentCapacity, wanted);
  }

  async #alarmStates(policy: PolicyRecord): Promise<ReadonlyMap<string, string>> {
    const { cloud } = this.#state;
    const { MetricAlarms = [] } = await cloud.call<DescribeAlarmsOutput>(
      linkedRole(cloud),
      'cloudwatch',
      'DescribeAlarms',
      { AlarmNames: [policy.highAlarm, policy.lowAlarm] },
    );
    return new Map(MetricAlarms.map((alarm) => [alarm.AlarmName ?? '', alarm.StateValue ?? '']));
  }

  /** The value of the last complete minute. */
  async #metricValue(policy: PolicyRecord): Promise<number | undefined> {
    const { cloud } = this.#state;
    const periodMs = METRIC_PERIOD_SECONDS * 1_000;
    const end = Math.floor(cloud.clock.now() / periodMs) * periodMs;
    const { Statistic, ...metric } = metricOf(policy);
    const { Datapoints = [] } = await cloud.call<GetMetricStatisticsOutput>(
      linkedRole(cloud),
      'cloudwatch',
      'GetMetricStatistics',
      {
        ...metric,
        Statistics: [Statistic],
        Period: METRIC_PERIOD_SECONDS,
        StartTime: new Date(end - periodMs),
        EndTime: new Date(end),
      },
    );
    return Datapoints.at(-1)?.[Statistic as 'Sum' | 'Average'];
  }

  async #scale(
    policy: PolicyRecord,
    target: TargetRecord,
    from: number,
    to: number,
  ): Promise<void> {
    const { cloud, policies } = this.#state;
    const kind = resourceOfId(policy.resourceId);
    const alarm = to > from ? policy.highAlarm : policy.lowAlarm;
    const startTime = cloud.clock.now();
    await kind.scale(cloud, policy.resourceId, to);
    policies.put(policyKey(policy.resourceId, policy.name), {
      ...policy,
      ...(to > from ? { lastScaleOut: startTime } : { lastScaleIn: startTime }),
    });
    this.#note(target, {
      Description: `Setting ${kind.noun} to ${to}.`,
      Cause: `monitor alarm ${alarm} in state ALARM triggered policy ${policy.name}`,
      StatusMessage: `Successfully set ${kind.noun} to ${to}. Change successfully fulfilled by ${kind.namespace}.`,
      startTime,
    });
  }

  #note(
    target: TargetRecord,
    what: {
      readonly Description: string;
      readonly Cause: string;
      readonly StatusMessage: string;
      readonly startTime: number;
    },
  ): void {
    const { cloud, activities } = this.#state;
    const { startTime, ...texts } = what;
    const id = cloud.random.uuid();
    const prefix = `${target.resourceId}|`;
    activities.put(`${prefix}${String(startTime).padStart(16, '0')}|${id}`, {
      activity: {
        ...texts,
        ActivityId: id,
        ServiceNamespace: resourceOfId(target.resourceId).namespace,
        ResourceId: target.resourceId,
        ScalableDimension: resourceOfId(target.resourceId).dimension,
        StartTime: new Date(startTime),
        EndTime: new Date(cloud.clock.now()),
        StatusCode: 'Successful',
      },
    });
    const keys = [...activities.entries({ prefix })].map(([key]) => key);
    for (const key of keys.slice(0, -MAX_ACTIVITIES_PER_TARGET)) activities.delete(key);
  }
}
