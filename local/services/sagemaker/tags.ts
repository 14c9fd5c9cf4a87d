import type { Tag } from '@aws-sdk/client-sagemaker';
import type { Store } from '../../store/index.ts';
import { ValidationException } from './errors.ts';
import { MAX_TAGS } from './limits.ts';

/** The tags of every SageMaker resource, by ARN. */
export interface Tags {
  read(resourceArn: string): readonly Tag[];
  /** Adds tags, and replaces those with the same key. */
  add(resourceArn: string, tags: readonly Tag[] | undefined): void;
  remove(resourceArn: string, keys: readonly string[]): void;
  /** Must be called when the resource is deleted. */
  forget(resourceArn: string): void;
  /** Tags as an object, for events. */
  asMap(resourceArn: string): Readonly<Record<string, string>>;
}

export function createTags(store: Store): Tags {
  const table = store.table<readonly Tag[]>('sagemaker.tags', 'list');
  const read = (arn: string) => table.get(arn) ?? [];

  return {
    read,
    add(arn, tags) {
      if (tags === undefined || tags.length === 0) return;
      const merged = new Map([...read(arn), ...tags].map((tag) => [tag.Key ?? '', tag]));
      if (merged.size > MAX_TAGS) {
        throw new ValidationException(
          `The number of tags on the resource cannot exceed ${MAX_TAGS}.`,
        );
      }
      table.put(arn, [...merged.values()]);
    },
    remove(arn, keys) {
      table.put(
        arn,
        read(arn).filter((tag) => !keys.includes(tag.Key ?? '')),
      );
    },
    forget: (arn) => void table.delete(arn),
    asMap: (arn) => Object.fromEntries(read(arn).map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
  };
}
