import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { AccessDeniedException, ValidationException } from './errors.ts';
import { groupOperations } from './groups.ts';
import { InvocationQueue } from './invocation/invocation-queue.ts';
import { ScheduleTimers } from './schedule-timers.ts';
import { scheduleOperations } from './schedules.ts';
import type { SchedulerState } from './state.ts';
import { SchedulerStore } from './store.ts';
import { tagOperations } from './tags.ts';

/** Amazon EventBridge Scheduler: schedules, groups and the invocation of targets. */
export function createSchedulerService(cloud: Cloud): Service {
  const store = new SchedulerStore(cloud);
  const queue = new InvocationQueue(cloud, store, (groupName, name) =>
    timers.complete(groupName, name),
  );
  const timers = new ScheduleTimers(cloud, store, queue);
  const state: SchedulerState = { cloud, store, timers };
  return {
    name: 'scheduler',
    operations: bindOperations(state, scheduleOperations, groupOperations, tagOperations),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new ValidationException(describeViolations(violations)),
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
    start() {
      queue.resume();
      timers.start();
    },
    halt() {
      timers.stop();
      queue.stop();
    },
  };
}
