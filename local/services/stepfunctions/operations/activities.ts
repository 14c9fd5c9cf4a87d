import type {
  CreateActivityInput,
  CreateActivityOutput,
  DeleteActivityInput,
  DeleteActivityOutput,
  DescribeActivityInput,
  DescribeActivityOutput,
  GetActivityTaskInput,
  GetActivityTaskOutput,
  ListActivitiesInput,
  ListActivitiesOutput,
  SFN,
} from '@aws-sdk/client-sfn';
import type { OperationTable } from '../../../cloud/operation.ts';
import { activityArn, parseArnOf } from '../arns.ts';
import { checkEncryption, OWNED_KEY } from '../encryption.ts';
import { ActivityDoesNotExist, ActivityLimitExceeded } from '../errors.ts';
import { ACTIVITIES_LIMIT } from '../limits.ts';
import { checkName } from '../names.ts';
import { allow, given } from '../operation.ts';
import { pageOf } from '../paging.ts';
import type { StepFunctionsState } from '../state.ts';
import type { ActivityRecord } from '../stores/activity-store.ts';
import { checkTagCount, tagsOf } from '../tags.ts';

/** Activities and the long poll of their workers. */
export const activityOperations: OperationTable<SFN, StepFunctionsState> = {
  CreateActivity: {
    permissions: ({ name }: CreateActivityInput, { cloud }) =>
      allow('CreateActivity', activityArn(cloud, name ?? '')),
    run: (input: CreateActivityInput, state) => createActivity(state, input),
  },
  DescribeActivity: {
    readOnly: true,
    permissions: (input: DescribeActivityInput) => allow('DescribeActivity', input.activityArn),
    run(input: DescribeActivityInput, state): DescribeActivityOutput {
      const activity = activityOf(state, given(input.activityArn));
      return {
        ...createdActivity(activity),
        name: activity.name,
        encryptionConfiguration: OWNED_KEY,
      };
    },
  },
  DeleteActivity: {
    permissions: (input: DeleteActivityInput) => allow('DeleteActivity', input.activityArn),
    run(input: DeleteActivityInput, { activities, tags }): DeleteActivityOutput {
      const arn = given(input.activityArn);
      parseArnOf(arn, 'activity');
      activities.remove(arn);
      tags.remove(arn);
      return {};
    },
  },
  ListActivities: {
    readOnly: true,
    permissions: () => allow('ListActivities', '*'),
    run: (input: ListActivitiesInput, state) => listActivities(state, input),
  },
  GetActivityTask: {
    permissions: (input: GetActivityTaskInput) => allow('GetActivityTask', input.activityArn),
    async run(input: GetActivityTaskInput, state, call): Promise<GetActivityTaskOutput> {
      const { arn } = activityOf(state, given(input.activityArn));
      const task = await state.activityTasks.poll(arn, input.workerName, call.signal);
      // On AWS the task token is null if the poll found no task.
      return task === undefined ? {} : { taskToken: task.taskToken, input: task.input };
    },
  },
};

function createActivity(
  { cloud, activities, tags }: StepFunctionsState,
  input: CreateActivityInput,
): CreateActivityOutput {
  const name = given(input.name);
  checkName(name);
  checkEncryption(input.encryptionConfiguration);
  const arn = activityArn(cloud, name);
  const existing = activities.get(arn);
  if (existing !== undefined) return createdActivity(existing);
  if (activities.count >= ACTIVITIES_LIMIT) throw new ActivityLimitExceeded();
  const activityTags = tagsOf(input.tags);
  checkTagCount(arn, activityTags);
  const activity = { arn, name, creationDate: cloud.clock.now() };
  activities.put(activity);
  tags.put(arn, activityTags);
  return createdActivity(activity);
}

function listActivities(
  { cloud, activities }: StepFunctionsState,
  { maxResults, nextToken }: ListActivitiesInput,
): ListActivitiesOutput {
  const page = pageOf(
    { listing: ['ListActivities'], maxResults, nextToken, now: cloud.clock.now() },
    (after) => activities.list(after === undefined ? {} : { after }),
  );
  return {
    activities: page.items.map((activity) => ({
      ...createdActivity(activity),
      name: activity.name,
    })),
    nextToken: page.nextToken,
  };
}

function activityOf({ activities }: StepFunctionsState, arn: string): ActivityRecord {
  parseArnOf(arn, 'activity');
  const activity = activities.get(arn);
  if (activity === undefined) throw new ActivityDoesNotExist(arn);
  return activity;
}

function createdActivity(activity: ActivityRecord): CreateActivityOutput {
  return { activityArn: activity.arn, creationDate: new Date(activity.creationDate) };
}
