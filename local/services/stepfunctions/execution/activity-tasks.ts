import type { Cloud } from '../../../cloud/cloud.ts';
import { ActivityWorkerLimitExceeded } from '../errors.ts';
import { ACTIVITY_POLL_SECONDS, POLLERS_PER_ACTIVITY } from '../limits.ts';

/** A task for a worker of an activity. */
export interface ActivityTask {
  readonly taskToken: string;
  /** JSON. */
  readonly input: string;
  /** Called when a worker takes the task; false if the task has ended. */
  readonly taken: (workerName: string | undefined) => boolean;
}

interface Poller {
  readonly workerName: string | undefined;
  readonly answer: (task: ActivityTask | undefined) => void;
}

interface Queue {
  readonly tasks: ActivityTask[];
  readonly pollers: Poller[];
}

/** The waiting tasks and the waiting workers of each activity: first in, first out. */
export class ActivityTasks {
  readonly #cloud: Cloud;
  readonly #queues = new Map<string, Queue>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Gives a task to the longest waiting worker or queues it. Returns a function that withdraws it. */
  offer(activityArn: string, task: ActivityTask): () => void {
    const queue = this.#queue(activityArn);
    const poller = queue.pollers.shift();
    if (poller !== undefined && task.taken(poller.workerName)) {
      poller.answer(task);
      return () => {};
    }
    queue.tasks.push(task);
    return () => {
      const index = queue.tasks.indexOf(task);
      if (index >= 0) queue.tasks.splice(index, 1);
    };
  }

  /** The next task, or undefined after AWS's 60 seconds or if the worker has disconnected. */
  poll(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ActivityTask | undefined> {
    const queue = this.#queue(activityArn);
    for (let task = queue.tasks.shift(); task !== undefined; task = queue.tasks.shift()) {
      if (task.taken(workerName)) return Promise.resolve(task);
    }
    if (queue.pollers.length >= POLLERS_PER_ACTIVITY) {
      throw new ActivityWorkerLimitExceeded(activityArn);
    }
    return this.#wait(queue, workerName, signal);
  }

  #wait(
    queue: Queue,
    workerName: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ActivityTask | undefined> {
    return new Promise((resolve) => {
      const leave = () => {
        const index = queue.pollers.indexOf(poller);
        if (index >= 0) queue.pollers.splice(index, 1);
        poller.answer(undefined);
      };
      const timer = this.#cloud.clock.setTimer(ACTIVITY_POLL_SECONDS * 1000, leave);
      const poller: Poller = {
        workerName,
        answer(task) {
          timer.cancel();
          signal?.removeEventListener('abort', leave);
          resolve(task);
        },
      };
      queue.pollers.push(poller);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  #queue(activityArn: string): Queue {
    const queue = this.#queues.get(activityArn) ?? { tasks: [], pollers: [] };
    this.#queues.set(activityArn, queue);
    return queue;
  }
}
