import type { Cloud } from '../../cloud/cloud.ts';
import type { ScheduleTimers } from './schedule-timers.ts';
import type { SchedulerStore } from './store.ts';

/** What the operations of EventBridge Scheduler share. */
export interface SchedulerState {
  readonly cloud: Cloud;
  readonly store: SchedulerStore;
  readonly timers: ScheduleTimers;
}
