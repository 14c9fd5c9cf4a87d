import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { DynamoAttributeValue, DynamoGetItem } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { retryItemCall } from '../tasks/index.ts';
import { claimAttributes } from './claims-table.ts';
import { limitToKeys } from './limit-to-keys.ts';

export interface ReadItemProps {
  readonly table: ITable;
  /** The item's key: a text, or JSONata in its delimiters. */
  readonly key: string;
  /** The keys that the state may read; wildcards allowed. */
  readonly pattern: string;
  readonly comment?: string;
  readonly assign: Readonly<Record<string, unknown>>;
}

/** Reads an item of the claims table; `assign` finds it in `$states.result.Item`, if there is one. */
export function readItem(
  scope: Construct,
  id: string,
  { table, key, pattern, comment, assign }: ReadItemProps,
): DynamoGetItem {
  const task = DynamoGetItem.jsonata(scope, id, {
    table,
    key: { [claimAttributes.key]: DynamoAttributeValue.fromString(key) },
    consistentRead: true,
    ...(comment === undefined ? {} : { comment }),
    assign: { ...assign },
    outputs: {},
    taskTimeout: Timeout.duration(Duration.seconds(60)),
  });
  task.addRetry(retryItemCall);
  limitToKeys(task, pattern);
  return task;
}
