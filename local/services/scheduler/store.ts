import type {
  ActionAfterCompletion,
  FlexibleTimeWindow,
  ScheduleState,
  Target,
} from '@aws-sdk/client-scheduler';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';

export interface GroupRecord {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly lastModifiedTime: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A schedule. Times are in epoch milliseconds. */
export interface ScheduleRecord {
  readonly name: string;
  readonly groupName: string;
  readonly arn: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly description?: string;
  readonly kmsKeyArn?: string;
  readonly state: ScheduleState;
  readonly target: Target;
  readonly window: FlexibleTimeWindow;
  readonly actionAfterCompletion: ActionAfterCompletion;
  readonly clientToken?: string;
  readonly creationTime: number;
  readonly lastModifiedTime: number;
  /** The last scheduled time that was invoked or missed; before the first one, just before the schedule began. */
  readonly handledUntil: number;
}

/** An invocation of a target. It is stored until it succeeds or is given up. */
export interface InvocationRecord {
  readonly id: string;
  readonly name: string;
  readonly groupName: string;
  readonly scheduleArn: string;
  readonly target: Target;
  readonly scheduledTime: number;
  readonly firstAttemptTime: number;
  readonly nextAttemptTime: number;
  /** The number of failed attempts. */
  readonly failures: number;
}

export const DEFAULT_GROUP = 'default';

/** The tables of EventBridge Scheduler. */
export class SchedulerStore {
  readonly invocations: Table<InvocationRecord>;
  readonly #groups: Table<GroupRecord>;
  readonly #schedules: Table<ScheduleRecord>;
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#groups = cloud.store.table('scheduler.groups', {
      name: 'string',
      arn: 'string',
      creationTime: 'number',
      lastModifiedTime: 'number',
      tags: 'object',
    });
    this.#schedules = cloud.store.table('scheduler.schedules', {
      name: 'string',
      groupName: 'string',
      arn: 'string',
      expression: 'string',
      timeZone: 'string',
      state: 'string',
      target: 'object',
      window: 'object',
      actionAfterCompletion: 'string',
      creationTime: 'number',
      lastModifiedTime: 'number',
      handledUntil: 'number',
    });
    this.invocations = cloud.store.table('scheduler.invocations', {
      id: 'string',
      name: 'string',
      groupName: 'string',
      scheduleArn: 'string',
      target: 'object',
      scheduledTime: 'number',
      firstAttemptTime: 'number',
      nextAttemptTime: 'number',
      failures: 'number',
    });
  }

  group(name: string): GroupRecord | undefined {
    return this.#groups.get(name) ?? (name === DEFAULT_GROUP ? this.#makeDefault() : undefined);
  }

  /** The groups, sorted by name. */
  groups(): readonly GroupRecord[] {
    this.group(DEFAULT_GROUP);
    return [...this.#groups.entries()].map(([, group]) => group);
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  putGroup(group: GroupRecord): void {
    this.#groups.put(group.name, group);
  }

  deleteGroup(name: string): void {
    this.#groups.delete(name);
  }

  schedule(groupName: string, name: string): ScheduleRecord | undefined {
    return this.#schedules.get(keyOf(groupName, name));
  }

  /** The schedules of a group, or of all, sorted by group and name. */
  schedules(groupName?: string): readonly ScheduleRecord[] {
    const range = groupName === undefined ? {} : { prefix: keyOf(groupName, '') };
    return [...this.#schedules.entries(range)].map(([, schedule]) => schedule);
  }

  get scheduleCount(): number {
    return this.#schedules.size;
  }

  putSchedule(schedule: ScheduleRecord): void {
    this.#schedules.put(keyOf(schedule.groupName, schedule.name), schedule);
  }

  deleteSchedule({ groupName, name }: Pick<ScheduleRecord, 'groupName' | 'name'>): void {
    this.#schedules.delete(keyOf(groupName, name));
  }

  #makeDefault(): GroupRecord {
    const now = this.#cloud.clock.now();
    const group: GroupRecord = {
      name: DEFAULT_GROUP,
      arn: groupArn(this.#cloud, DEFAULT_GROUP),
      creationTime: now,
      lastModifiedTime: now,
      tags: {},
    };
    this.putGroup(group);
    return group;
  }
}

/** A name has no vertical line. */
export function keyOf(groupName: string, name: string): string {
  return `${groupName}|${name}`;
}

export function groupArn(cloud: Cloud, name: string | undefined): string {
  return cloud.arn('scheduler', `schedule-group/${name}`);
}

export function scheduleArn(cloud: Cloud, groupName: string, name: string | undefined): string {
  return cloud.arn('scheduler', `schedule/${groupName}/${name}`);
}
