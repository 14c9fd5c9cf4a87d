import type {
  CreateScheduleGroupInput,
  CreateScheduleGroupOutput,
  DeleteScheduleGroupInput,
  GetScheduleGroupInput,
  GetScheduleGroupOutput,
  ListScheduleGroupsInput,
  ListScheduleGroupsOutput,
  Scheduler,
} from '@aws-sdk/client-scheduler';
import type { OperationTable } from '../../cloud/operation.ts';
import type { Permission } from '../../cloud/service.ts';
import { ConflictException, ServiceQuotaExceededException, ValidationException } from './errors.ts';
import { findGroup } from './find.ts';
import { MAX_SCHEDULE_GROUPS } from './limits.ts';
import { pageOf } from './pages.ts';
import type { SchedulerState } from './state.ts';
import { DEFAULT_GROUP, type GroupRecord, groupArn } from './store.ts';
import { tagRecord } from './tags.ts';

/** Groups of schedules. */
export const groupOperations: OperationTable<Scheduler, SchedulerState> = {
  CreateScheduleGroup: {
    permissions: (input: CreateScheduleGroupInput, state) => [
      on(state, 'CreateScheduleGroup', input.Name),
      ...(input.Tags === undefined ? [] : [on(state, 'TagResource', input.Name)]),
    ],
    run: (input: CreateScheduleGroupInput, state) => createGroup(state, input),
  },
  GetScheduleGroup: {
    readOnly: true,
    permissions: (input: GetScheduleGroupInput, state) => on(state, 'GetScheduleGroup', input.Name),
    run: (input: GetScheduleGroupInput, { store }) => describeGroup(findGroup(store, input.Name)),
  },
  DeleteScheduleGroup: {
    permissions: (input: DeleteScheduleGroupInput, state) =>
      on(state, 'DeleteScheduleGroup', input.Name),
    run: (input: DeleteScheduleGroupInput, state) => deleteGroup(state, input),
  },
  ListScheduleGroups: {
    readOnly: true,
    permissions: () => ({ action: 'scheduler:ListScheduleGroups', resource: '*' }),
    run: (input: ListScheduleGroupsInput, state) => listGroups(state, input),
  },
};

function on({ cloud }: SchedulerState, action: string, name: string | undefined): Permission {
  return { action: `scheduler:${action}`, resource: groupArn(cloud, name) };
}

function createGroup(
  { cloud, store }: SchedulerState,
  { Name: name = '', Tags }: CreateScheduleGroupInput,
): CreateScheduleGroupOutput {
  if (store.group(name) !== undefined) {
    throw new ConflictException(`Schedule group ${name} already exists.`);
  }
  if (store.groupCount >= MAX_SCHEDULE_GROUPS) {
    throw new ServiceQuotaExceededException(
      `The account has its maximum of ${MAX_SCHEDULE_GROUPS} schedule groups.`,
    );
  }
  const now = cloud.clock.now();
  const arn = groupArn(cloud, name);
  const tags = tagRecord(Tags);
  store.putGroup({ name, arn, creationTime: now, lastModifiedTime: now, tags });
  return { ScheduleGroupArn: arn };
}

/** On AWS the deletion takes a while, in which the group is DELETING. */
function deleteGroup({ store, timers }: SchedulerState, input: DeleteScheduleGroupInput): object {
  const { name } = findGroup(store, input.Name);
  if (name === DEFAULT_GROUP) {
    throw new ValidationException('The default schedule group cannot be deleted.');
  }
  for (const schedule of store.schedules(name)) {
    store.deleteSchedule(schedule);
    timers.set(name, schedule.name);
  }
  store.deleteGroup(name);
  return {};
}

function describeGroup(group: GroupRecord): GetScheduleGroupOutput {
  return {
    Arn: group.arn,
    Name: group.name,
    State: 'ACTIVE',
    CreationDate: new Date(group.creationTime),
    LastModificationDate: new Date(group.lastModifiedTime),
  };
}

function listGroups(
  { store }: SchedulerState,
  input: ListScheduleGroupsInput,
): ListScheduleGroupsOutput {
  const { NamePrefix = '' } = input;
  const wanted = store.groups().filter(({ name }) => name.startsWith(NamePrefix));
  const { items, NextToken } = pageOf(wanted, ({ name }) => name, input);
  return { ScheduleGroups: items.map(describeGroup), NextToken };
}
