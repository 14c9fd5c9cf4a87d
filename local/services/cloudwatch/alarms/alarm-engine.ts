import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Timer } from '../../../host/clock.ts';
import { EVALUATION_DELAY_MS, EXTRA_PERIODS, MINUTE_MS } from '../limits.ts';
import type { MetricsStore } from '../metrics/metrics-store.ts';
import { runQueries } from '../query/run-queries.ts';
import type { Series } from '../query/series.ts';
import {
  type AlarmRecord,
  type AlarmState,
  type AlarmStore,
  type CompositeAlarmRecord,
  type MetricAlarmRecord,
  periodOf,
  queriesOf,
} from './alarm-store.ts';
import { parseCompositeRule } from './composite-rule.ts';
import { type AlarmPoint, type Criteria, judge, type MissingData } from './judge.ts';
import { announce } from './notify.ts';
import { alarmTime, describeReason, reasonData } from './reason.ts';

/** The maximum depth of composite alarms that refer to composite alarms. */
const COMPOSITE_DEPTH = 10;

/** Evaluates all alarms shortly after the end of each minute of the runtime's clock. */
export class AlarmEngine {
  readonly #cloud: Cloud;
  readonly #metrics: MetricsStore;
  readonly #store: AlarmStore;
  #timer: Timer | undefined;

  constructor(cloud: Cloud, metrics: MetricsStore, store: AlarmStore) {
    this.#cloud = cloud;
    this.#metrics = metrics;
    this.#store = store;
  }

  start(): void {
    const now = this.#cloud.clock.now();
    const next = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS + EVALUATION_DELAY_MS;
    this.#timer = this.#cloud.clock.setTimer(next - now, () => {
      this.evaluateAll();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  evaluateAll(): void {
    for (const [name] of Array.from(this.#store.alarms.entries())) {
      const alarm = this.#store.alarms.get(name);
      if (alarm?.kind === 'metric') this.#evaluateMetric(alarm);
    }
    this.evaluateComposites();
  }

  /** Evaluates the composite alarms when an alarm that they refer to has changed. */
  evaluateComposites(depth = 0): void {
    let changed = false;
    for (const [name] of Array.from(this.#store.alarms.entries())) {
      const alarm = this.#store.alarms.get(name);
      if (alarm?.kind === 'composite') changed = this.#evaluateComposite(alarm) || changed;
    }
    if (changed && depth < COMPOSITE_DEPTH) this.evaluateComposites(depth + 1);
  }

  /** Changes the state of an alarm, records it and carries out its actions. */
  transition(alarm: AlarmRecord, value: StateValue, reason: string, data?: string): void {
    const now = this.#cloud.clock.now();
    const former = alarm.state;
    const changes = former.value !== value;
    const state: AlarmState = {
      value,
      reason,
      ...(data !== undefined && { reasonData: data }),
      updatedAt: now,
      transitionedAt: changes ? now : former.transitionedAt,
    };
    const updated: AlarmRecord = { ...alarm, state };
    this.#store.alarms.put(alarm.name, updated);
    if (!changes) return;
    this.#store.addHistory({
      alarmName: alarm.name,
      kind: alarm.kind,
      at: now,
      type: 'StateUpdate',
      summary: `Alarm updated from ${former.value} to ${value}`,
      data: JSON.stringify({
        version: '1.0',
        oldState: historyState(former),
        newState: historyState(state),
      }),
    });
    announce(this.#cloud, this.#store, updated, former);
  }

  #evaluateMetric(alarm: MetricAlarmRecord): void {
    const { settings } = alarm;
    const criteria = criteriaOf(alarm);
    const points = this.#pointsOf(alarm, criteria);
    if (points === undefined) return;
    const judgement = judge(points, criteria, alarm.state.value);
    if (judgement.state === alarm.state.value) return;
    const reason = describeReason(judgement, criteria, alarm.state.value);
    const data = reasonData(judgement, settings, this.#cloud.clock.now());
    this.transition(alarm, judgement.state, reason, data);
  }

  /** The latest complete periods, newest first. They move with every minute. */
  #pointsOf(alarm: MetricAlarmRecord, criteria: Criteria): readonly AlarmPoint[] | undefined {
    const periodMs = periodOf(alarm.settings) * 1_000;
    const end = Math.floor(this.#cloud.clock.now() / MINUTE_MS) * MINUTE_MS;
    const periods = criteria.evaluationPeriods + EXTRA_PERIODS;
    const start = end - periods * periodMs;
    const series = this.#seriesOf(alarm, { start, end, periodMs });
    if (series === undefined) return undefined;
    return Array.from({ length: periods }, (_, age) => {
      const time = end - (age + 1) * periodMs;
      return { time, value: series.get(time) };
    });
  }

  #seriesOf(
    alarm: MetricAlarmRecord,
    window: { readonly start: number; readonly end: number; readonly periodMs: number },
  ): Series | undefined {
    const { queries, judged } = queriesOf(alarm.settings);
    try {
      const answers = runQueries(this.#metrics, queries, (periodSeconds) => ({
        ...window,
        periodMs: periodSeconds * 1_000,
      }));
      return answers.find(({ query }) => query.Id === judged)?.series[0] ?? new Map();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#cloud.logger.warn({ alarm: alarm.arn, message }, 'an alarm could not be evaluated');
      return undefined;
    }
  }

  #evaluateComposite(alarm: CompositeAlarmRecord): boolean {
    const rule = parseCompositeRule(alarm.settings.AlarmRule ?? '');
    const stateOf = (named: string) => this.#named(named)?.state.value;
    const value = rule.isAlarm(stateOf) ? 'ALARM' : 'OK';
    if (value === alarm.state.value) return false;
    const cause = rule.alarms
      .map((named) => this.#named(named))
      .filter((child) => child !== undefined)
      .sort((a, b) => b.state.transitionedAt - a.state.transitionedAt)
      .at(0);
    const reason =
      cause === undefined
        ? `The rule of ${alarm.arn} evaluated to ${value}`
        : `${cause.arn} transitioned to ${cause.state.value} at ${longDate(cause.state.transitionedAt)}`;
    this.transition(alarm, value, reason, compositeData(cause));
    return true;
  }

  #named(nameOrArn: string): AlarmRecord | undefined {
    return this.#store.alarms.get(nameOrArn.split(':alarm:').at(-1) ?? '');
  }
}

function criteriaOf({ settings }: MetricAlarmRecord): Criteria {
  const evaluationPeriods = settings.EvaluationPeriods ?? 1;
  return {
    operator: settings.ComparisonOperator ?? 'GreaterThanThreshold',
    threshold: settings.Threshold ?? 0,
    evaluationPeriods,
    datapointsToAlarm: settings.DatapointsToAlarm ?? evaluationPeriods,
    missingData: (settings.TreatMissingData ?? 'missing') as MissingData,
  };
}

function historyState(state: AlarmState): object {
  return {
    stateValue: state.value,
    stateReason: state.reason,
    ...(state.reasonData !== undefined && {
      stateReasonData: JSON.parse(state.reasonData) as unknown,
    }),
  };
}

function compositeData(cause: AlarmRecord | undefined): string {
  const triggering =
    cause === undefined
      ? []
      : [
          {
            arn: cause.arn,
            state: { value: cause.state.value, timestamp: alarmTime(cause.state.transitionedAt) },
          },
        ];
  return JSON.stringify({ triggeringAlarms: triggering });
}

/** `Friday 20 November, 2026 10:15:42 UTC` */
function longDate(time: number): string {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options }).format(time);
  const day = String(new Date(time).getUTCDate()).padStart(2, '0');
  const clock = new Date(time).toISOString().slice(11, 19);
  return `${format({ weekday: 'long' })} ${day} ${format({ month: 'long' })}, ${format({ year: 'numeric' })} ${clock} UTC`;
}
