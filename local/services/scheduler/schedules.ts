import type {
  CreateScheduleInput,
  CreateScheduleOutput,
  DeleteScheduleInput,
  GetScheduleInput,
  GetScheduleOutput,
  ListSchedulesInput,
  ListSchedulesOutput,
  Scheduler,
  ScheduleSummary,
  UpdateScheduleInput,
} from '@aws-sdk/client-scheduler';
import type { Checked } from '../../cloud/operation.ts';
import { type OperationTable, passRole } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import { ConflictException, ServiceQuotaExceededException } from './errors.ts';
import { findGroup, findSchedule } from './find.ts';
import { DEFAULT_EVENT_AGE_SECONDS, DEFAULT_RETRY_ATTEMPTS, MAX_SCHEDULES } from './limits.ts';
import { pageOf } from './pages.ts';
import { validateSchedule } from './schedule-request.ts';
import type { SchedulerState } from './state.ts';
import { DEFAULT_GROUP, keyOf, type ScheduleRecord, scheduleArn } from './store.ts';

/** Schedules and their targets. */
export const scheduleOperations: OperationTable<Scheduler, SchedulerState> = {
  CreateSchedule: {
    permissions: (input: CreateScheduleInput, state) => writing(state, 'CreateSchedule', input),
    run: (input: Checked<CreateScheduleInput>, state) => createSchedule(state, input),
  },
  GetSchedule: {
    readOnly: true,
    permissions: (input: GetScheduleInput, state) => on(state, 'GetSchedule', input),
    run: (input: GetScheduleInput, { store }): GetScheduleOutput =>
      describeSchedule(findSchedule(store, input.GroupName, input.Name)),
  },
  UpdateSchedule: {
    permissions: (input: UpdateScheduleInput, state) => writing(state, 'UpdateSchedule', input),
    run: (input: Checked<UpdateScheduleInput>, state) => updateSchedule(state, input),
  },
  DeleteSchedule: {
    permissions: (input: DeleteScheduleInput, state) => on(state, 'DeleteSchedule', input),
    run(input: DeleteScheduleInput, { store, timers }): object {
      const schedule = findSchedule(store, input.GroupName, input.Name);
      store.deleteSchedule(schedule);
      timers.set(schedule.groupName, schedule.name);
      return {};
    },
  },
  ListSchedules: {
    readOnly: true,
    permissions: () => ({ action: 'scheduler:ListSchedules', resource: '*' }),
    run: (input: ListSchedulesInput, state) => listSchedules(state, input),
  },
};

interface Named {
  readonly GroupName?: string | undefined;
  readonly Name: string | undefined;
}

function on({ cloud }: SchedulerState, action: string, { GroupName, Name }: Named): Permission {
  const resource = scheduleArn(cloud, GroupName ?? DEFAULT_GROUP, Name);
  return { action: `scheduler:${action}`, resource };
}

function writing(
  state: SchedulerState,
  action: string,
  input: CreateScheduleInput,
): readonly Permission[] {
  return [
    on(state, action, input),
    passRole(input.Target?.RoleArn ?? '*', 'scheduler.amazonaws.com'),
  ];
}

async function createSchedule(
  state: SchedulerState,
  input: Checked<CreateScheduleInput>,
): Promise<CreateScheduleOutput> {
  const { cloud, store, timers } = state;
  const { GroupName: groupName = DEFAULT_GROUP, Name: name } = input;
  await validateSchedule(cloud, input, findGroup(store, groupName).arn);
  const former = store.schedule(groupName, name);
  if (former !== undefined) {
    const isRepeated = former.clientToken !== undefined && former.clientToken === input.ClientToken;
    if (isRepeated) return { ScheduleArn: former.arn };
    throw new ConflictException(`Schedule ${name} already exists.`);
  }
  if (store.scheduleCount >= MAX_SCHEDULES) {
    throw new ServiceQuotaExceededException(
      `The account has its maximum of ${MAX_SCHEDULES} schedules.`,
    );
  }
  // The group may have been deleted while the role was assumed.
  findGroup(store, groupName);
  const now = cloud.clock.now();
  const arn = scheduleArn(cloud, groupName, name);
  store.putSchedule({ ...recordOf(input, now), name, groupName, arn, creationTime: now });
  timers.set(groupName, name);
  return { ScheduleArn: arn };
}

/** AWS's behaviour: what an update omits gets its default. */
async function updateSchedule(
  state: SchedulerState,
  input: Checked<UpdateScheduleInput>,
): Promise<CreateScheduleOutput> {
  const { cloud, store, timers } = state;
  const { groupName, name } = findSchedule(store, input.GroupName, input.Name);
  await validateSchedule(cloud, input, findGroup(store, groupName).arn);
  const { arn, creationTime } = findSchedule(store, groupName, name);
  store.putSchedule({
    ...recordOf(input, cloud.clock.now()),
    name,
    groupName,
    arn,
    creationTime,
  });
  timers.set(groupName, name);
  return { ScheduleArn: arn };
}

type Settings = Omit<ScheduleRecord, 'name' | 'groupName' | 'arn' | 'creationTime'>;

function recordOf(input: CreateScheduleInput | UpdateScheduleInput, now: number): Settings {
  const { Target, FlexibleTimeWindow, ScheduleExpression = '' } = input;
  return {
    expression: ScheduleExpression,
    timeZone: input.ScheduleExpressionTimezone ?? 'UTC',
    ...(input.StartDate !== undefined && { startTime: input.StartDate.getTime() }),
    ...(input.EndDate !== undefined && { endTime: input.EndDate.getTime() }),
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.KmsKeyArn !== undefined && { kmsKeyArn: input.KmsKeyArn }),
    ...(input.ClientToken !== undefined && { clientToken: input.ClientToken }),
    state: input.State ?? 'ENABLED',
    target: { ...Target, Arn: Target?.Arn, RoleArn: Target?.RoleArn },
    window: { ...FlexibleTimeWindow, Mode: FlexibleTimeWindow?.Mode ?? 'OFF' },
    actionAfterCompletion: input.ActionAfterCompletion ?? 'NONE',
    lastModifiedTime: now,
    // A rate begins at once.
    handledUntil: now - 1,
  };
}

function describeSchedule(schedule: ScheduleRecord): GetScheduleOutput {
  const { target } = schedule;
  return {
    Arn: schedule.arn,
    GroupName: schedule.groupName,
    Name: schedule.name,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timeZone,
    StartDate: dateOf(schedule.startTime),
    EndDate: dateOf(schedule.endTime),
    Description: schedule.description,
    State: schedule.state,
    CreationDate: new Date(schedule.creationTime),
    LastModificationDate: new Date(schedule.lastModifiedTime),
    KmsKeyArn: schedule.kmsKeyArn,
    Target: {
      ...target,
      RetryPolicy: {
        MaximumEventAgeInSeconds: DEFAULT_EVENT_AGE_SECONDS,
        MaximumRetryAttempts: DEFAULT_RETRY_ATTEMPTS,
        ...target.RetryPolicy,
      },
    },
    FlexibleTimeWindow: schedule.window,
    ActionAfterCompletion: schedule.actionAfterCompletion,
  };
}

function dateOf(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}

function listSchedules({ store }: SchedulerState, input: ListSchedulesInput): ListSchedulesOutput {
  const { GroupName, NamePrefix = '', State } = input;
  if (GroupName !== undefined) findGroup(store, GroupName);
  const wanted = store
    .schedules(GroupName)
    .filter(({ name, state }) => name.startsWith(NamePrefix) && (State ?? state) === state);
  const { items, NextToken } = pageOf(wanted, (one) => keyOf(one.groupName, one.name), input);
  return { Schedules: items.map(summarize), NextToken };
}

function summarize(schedule: ScheduleRecord): ScheduleSummary {
  return {
    Arn: schedule.arn,
    Name: schedule.name,
    GroupName: schedule.groupName,
    State: schedule.state,
    CreationDate: new Date(schedule.creationTime),
    LastModificationDate: new Date(schedule.lastModifiedTime),
    Target: { Arn: schedule.target.Arn },
  };
}
