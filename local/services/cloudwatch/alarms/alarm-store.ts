import type {
  HistoryItemType,
  MetricDataQuery,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Table } from '../../../store/index.ts';
import { HISTORY_KEPT_MS } from '../limits.ts';

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON; absent before the first evaluation. */
  readonly reasonData?: string;
  /** When the reason was last changed. */
  readonly updatedAt: number;
  /** When the value was last changed. */
  readonly transitionedAt: number;
}

interface CommonRecord {
  readonly name: string;
  readonly arn: string;
  readonly state: AlarmState;
  readonly configuredAt: number;
  readonly actionsEnabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface MetricAlarmRecord extends CommonRecord {
  readonly kind: 'metric';
  readonly settings: PutMetricAlarmInput;
}

export interface CompositeAlarmRecord extends CommonRecord {
  readonly kind: 'composite';
  readonly settings: PutCompositeAlarmInput;
}

export type AlarmRecord = MetricAlarmRecord | CompositeAlarmRecord;

export interface HistoryRecord {
  readonly alarmName: string;
  readonly kind: AlarmRecord['kind'];
  readonly at: number;
  readonly type: HistoryItemType;
  readonly summary: string;
  readonly data: string;
}

/** Alarms and their history. */
export class AlarmStore {
  readonly alarms: Table<AlarmRecord>;
  readonly #history: Table<HistoryRecord>;
  #order = 0;

  constructor(cloud: Cloud) {
    this.alarms = cloud.store.table('cloudwatch.alarms', {
      kind: 'string',
      settings: 'object',
      name: 'string',
      arn: 'string',
      state: 'object',
      configuredAt: 'number',
      actionsEnabled: 'boolean',
      tags: 'object',
    });
    this.#history = cloud.store.table('cloudwatch.alarm-history', {
      alarmName: 'string',
      kind: 'string',
      at: 'number',
      type: 'string',
      summary: 'string',
      data: 'string',
    });
  }

  addHistory(record: HistoryRecord): void {
    this.#order = (this.#order + 1) % 1_000_000;
    const time = record.at.toString().padStart(15, '0');
    this.#history.put(`${time}|${String(this.#order).padStart(6, '0')}`, record);
  }

  /** The history by key, in chronological order or newest first. */
  history(reverse: boolean): Iterable<readonly [key: string, record: HistoryRecord]> {
    return this.#history.entries({ reverse });
  }

  sweep(now: number): void {
    for (const [key, record] of Array.from(this.#history.entries())) {
      if (record.at >= now - HISTORY_KEPT_MS) return;
      this.#history.delete(key);
    }
  }
}

/** The query whose values an alarm evaluates, and the queries that it refers to. */
export function queriesOf(settings: PutMetricAlarmInput): {
  readonly queries: readonly MetricDataQuery[];
  readonly judged: string;
} {
  if (settings.Metrics !== undefined && settings.Metrics.length > 0) {
    const judged =
      settings.Metrics.length === 1
        ? settings.Metrics[0]
        : settings.Metrics.find((query) => query.ReturnData !== false);
    return { queries: settings.Metrics, judged: judged?.Id ?? '' };
  }
  const query: MetricDataQuery = {
    Id: 'm1',
    MetricStat: {
      Metric: {
        Namespace: settings.Namespace ?? '',
        MetricName: settings.MetricName ?? '',
        Dimensions: settings.Dimensions ?? [],
      },
      Period: settings.Period ?? 60,
      Stat: settings.ExtendedStatistic ?? settings.Statistic ?? '',
      ...(settings.Unit !== undefined && { Unit: settings.Unit }),
    },
  };
  return { queries: [query], judged: 'm1' };
}

/** The period of an alarm, in seconds. */
export function periodOf(settings: PutMetricAlarmInput): number {
  const periods = (settings.Metrics ?? []).map(
    (query) => query.MetricStat?.Period ?? query.Period ?? 0,
  );
  return settings.Period ?? (Math.max(0, ...periods) || 60);
}
