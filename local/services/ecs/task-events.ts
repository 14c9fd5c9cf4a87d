import type { Cloud } from '../../cloud/cloud.ts';
import { describeTask } from './describe-task.ts';
import type { DefinitionRecord, TaskRecord } from './store.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
export function publishTaskState(
  cloud: Cloud,
  task: TaskRecord,
  definition: DefinitionRecord | undefined,
): void {
  const { tags: _, ...described } = describeTask(cloud, task, definition);
  const detail = withTexts({ ...described, updatedAt: new Date(cloud.clock.now()) });
  cloud.publish({
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    resources: [described.taskArn ?? ''],
    detail,
  });
}

/** Instants as text, as in events. */
function withTexts(members: object): object {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Date ? value.toISOString() : value,
    ]),
  );
}
