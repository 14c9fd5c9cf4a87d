import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import type { Timer } from '../../host/clock.ts';
import { AlarmEngine } from './alarms/alarm-engine.ts';
import { alarmOperations } from './alarms/alarm-operations.ts';
import { AlarmStore } from './alarms/alarm-store.ts';
import { tagOperations } from './alarms/alarm-tags.ts';
import { dashboardOperations } from './dashboards.ts';
import { AccessDenied, ValidationException } from './errors.ts';
import { invalidInput } from './invalid-input.ts';
import { SWEEP_MS } from './limits.ts';
import { MetricsStore } from './metrics/metrics-store.ts';
import { putMetricDataOperations } from './metrics/put-metric-data.ts';
import { queryOperations } from './query/query-operations.ts';
import type { CloudWatchState, DashboardRecord } from './state.ts';

/** Amazon CloudWatch: metrics, alarms and dashboards. */
export function createCloudWatchService(cloud: Cloud): Service {
  const metrics = new MetricsStore(cloud);
  const alarmStore = new AlarmStore(cloud);
  const engine = new AlarmEngine(cloud, metrics, alarmStore);
  const dashboards = cloud.globalStore.table<DashboardRecord>('cloudwatch.dashboards', {
    name: 'string',
    body: 'string',
    modifiedAt: 'number',
  });
  const state: CloudWatchState = { cloud, metrics, alarmStore, engine, dashboards };
  let sweeping: Timer | undefined;
  const sweep = () => {
    const now = cloud.clock.now();
    metrics.sweep(now);
    alarmStore.sweep(now);
    sweeping = cloud.clock.setTimer(SWEEP_MS, sweep);
  };
  return {
    name: 'cloudwatch',
    operations: bindOperations(
      state,
      putMetricDataOperations,
      queryOperations,
      alarmOperations,
      tagOperations,
      dashboardOperations,
    ),
    accessDenied: (message) => new AccessDenied(message),
    invalidInput,
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
    onMetric(datum) {
      const timestamp = datum.timestamp ?? cloud.clock.now();
      metrics.addValue(datum, timestamp, datum.value, datum.unit);
    },
    start() {
      engine.start();
      sweep();
    },
    stop() {
      engine.stop();
      sweeping?.cancel();
    },
    flush: () => metrics.flush(),
  };
}
