import { ResourceNotFoundException } from './errors.ts';
import {
  DEFAULT_GROUP,
  type GroupRecord,
  type ScheduleRecord,
  type SchedulerStore,
} from './store.ts';

/** @throws ResourceNotFoundException */
export function findGroup(store: SchedulerStore, name: string = DEFAULT_GROUP): GroupRecord {
  const group = store.group(name);
  if (group !== undefined) return group;
  throw new ResourceNotFoundException(`Schedule group ${name} does not exist.`);
}

/** The message is AWS's: https://github.com/aws/aws-sdk-js-v3/issues/5720. @throws ResourceNotFoundException */
export function findSchedule(
  store: SchedulerStore,
  groupName: string = DEFAULT_GROUP,
  name: string = '',
): ScheduleRecord {
  const schedule = store.schedule(groupName, name);
  if (schedule !== undefined) return schedule;
  throw new ResourceNotFoundException(`Schedule ${name} does not exist.`);
}
