import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';
import type { AlarmEngine } from './alarms/alarm-engine.ts';
import type { AlarmStore } from './alarms/alarm-store.ts';
import type { MetricsStore } from './metrics/metrics-store.ts';

/** A dashboard as it was put. */
export interface DashboardRecord {
  readonly name: string;
  readonly body: string;
  readonly modifiedAt: number;
}

/** What the operations of CloudWatch share. */
export interface CloudWatchState {
  readonly cloud: Cloud;
  readonly metrics: MetricsStore;
  readonly alarmStore: AlarmStore;
  readonly engine: AlarmEngine;
  /** By name. */
  readonly dashboards: Table<DashboardRecord>;
}
