import type { EpochMs } from '../../../host/clock.ts';
import type { Range, Store } from '../../../store/index.ts';

export interface ActivityRecord {
  readonly arn: string;
  readonly name: string;
  readonly creationDate: EpochMs;
}

/** Activities; tasks that wait for a worker are not stored, but restored with their executions. */
export interface ActivityStore {
  get(arn: string): ActivityRecord | undefined;
  put(activity: ActivityRecord): void;
  remove(arn: string): void;
  list(range: Range): Iterable<readonly [string, ActivityRecord]>;
  readonly count: number;
}

export function createActivityStore(store: Store): ActivityStore {
  const activities = store.table<ActivityRecord>('stepfunctions.activities', {
    arn: 'string',
    name: 'string',
    creationDate: 'number',
  });
  return {
    get: (arn) => activities.get(arn),
    put: (activity) => activities.put(activity.arn, activity),
    remove(arn) {
      activities.delete(arn);
    },
    list: (range) => activities.entries(range),
    get count() {
      return activities.size;
    },
  };
}
