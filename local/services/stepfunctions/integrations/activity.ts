import { writeJson } from '../../../../engine/index.ts';
import type { ActivityTasks } from '../execution/activity-tasks.ts';
import type { ActivityStore } from '../stores/activity-store.ts';
import type { Integration } from './task.ts';

/** An activity's ARN as `Resource`: the task waits for a worker, which reports the result with the task token. */
export function activityIntegration(activities: ActivityStore, tasks: ActivityTasks): Integration {
  return {
    refusal: ({ resource }) =>
      activities.get(resource) === undefined
        ? `The activity ${resource} does not exist.`
        : undefined,
    async start({ invocation, reporter, signal }) {
      const { resource, started, resumed, taskToken } = invocation;
      // A worker already has the task and its token.
      if (resumed && started) return;
      const withdraw = tasks.offer(resource, {
        taskToken,
        input: writeJson(invocation.arguments),
        taken: (workerName) => reporter.started(workerName),
      });
      signal.addEventListener('abort', withdraw, { once: true });
    },
  };
}
