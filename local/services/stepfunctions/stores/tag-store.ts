import type { Store } from '../../../store/index.ts';

export type Tags = Readonly<Record<string, string>>;

/** The tags of state machines and activities, by ARN. */
export interface TagStore {
  get(arn: string): Tags;
  put(arn: string, tags: Tags): void;
  remove(arn: string): void;
}

export function createTagStore(store: Store): TagStore {
  const tags = store.table<Tags>('stepfunctions.tags', 'object');
  return {
    get: (arn) => tags.get(arn) ?? {},
    put: (arn, value) => tags.put(arn, value),
    remove(arn) {
      tags.delete(arn);
    },
  };
}
