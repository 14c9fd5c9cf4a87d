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
} from '@aws-sdk/client-sfn';
import { activityArn, parseArnOf } from '../arns.ts';
import { checkEncryption, ownedKey } from '../encryption.ts';
import { ActivityDoesNotExist, ActivityLimitExceeded } from '../errors.ts';
import { limits } from '../limits.ts';
import { checkName } from '../names.ts';
import { allow, given, operation } from '../operation.ts';
import { pageOf } from '../paging.ts';
import type { StepFunctions } from '../step-functions.ts';
import type { ActivityRecord } from '../stores/activity-store.ts';
import { checkTagCount, tagsOf } from '../tags.ts';

/** Activities and the long poll of their workers. */
export function activityOperations(service: StepFunctions) {
  const { activities, activityTasks, cloud, tags } = service;

  function activityOf(arn: string): ActivityRecord {
    parseArnOf(arn, 'activity');
    const activity = activities.get(arn);
    if (activity === undefined) throw new ActivityDoesNotExist(arn);
    return activity;
  }

  return {
    CreateActivity: operation<CreateActivityInput, CreateActivityOutput>({
      permissions: ({ name }) => allow('CreateActivity', activityArn(cloud, name ?? '')),
      run(input) {
        const name = given(input.name);
        checkName(name);
        checkEncryption(input.encryptionConfiguration);
        const arn = activityArn(cloud, name);
        const existing = activities.get(arn);
        if (existing !== undefined) return createdActivity(existing);
        if (activities.count >= limits.activities) throw new ActivityLimitExceeded();
        const activityTags = tagsOf(input.tags);
        checkTagCount(arn, activityTags);
        const activity = { arn, name, creationDate: cloud.clock.now() };
        activities.put(activity);
        tags.put(arn, activityTags);
        return createdActivity(activity);
      },
    }),

    DescribeActivity: operation<DescribeActivityInput, DescribeActivityOutput>({
      permissions: (input) => allow('DescribeActivity', input.activityArn),
      run(input) {
        const activity = activityOf(given(input.activityArn));
        return {
          ...createdActivity(activity),
          name: activity.name,
          encryptionConfiguration: ownedKey,
        };
      },
    }),

    DeleteActivity: operation<DeleteActivityInput, DeleteActivityOutput>({
      permissions: (input) => allow('DeleteActivity', input.activityArn),
      run(input) {
        const arn = given(input.activityArn);
        parseArnOf(arn, 'activity');
        activities.remove(arn);
        tags.remove(arn);
        return {};
      },
    }),

    ListActivities: operation<ListActivitiesInput, ListActivitiesOutput>({
      permissions: () => allow('ListActivities', '*'),
      run({ maxResults, nextToken }) {
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
      },
    }),

    GetActivityTask: operation<GetActivityTaskInput, GetActivityTaskOutput>({
      permissions: (input) => allow('GetActivityTask', input.activityArn),
      async run(input, call) {
        const { arn } = activityOf(given(input.activityArn));
        const task = await activityTasks.poll(arn, input.workerName, call.signal);
        // AWS answers a poll that found nothing with a task token of null.
        return task === undefined ? {} : { taskToken: task.taskToken, input: task.input };
      },
    }),
  };
}

function createdActivity(activity: ActivityRecord): CreateActivityOutput {
  return { activityArn: activity.arn, creationDate: new Date(activity.creationDate) };
}
