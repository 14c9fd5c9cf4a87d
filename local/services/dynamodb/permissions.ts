import type { Cloud } from '../../cloud/cloud.ts';
import type { Permission } from '../../cloud/service.ts';
import { indexArn, tableArn, tableNameOf } from './names.ts';
import type { DynamoStore } from './store.ts';
import { type AttributeValue, readValue } from './values/attribute-value.ts';
import type { WireItem } from './values/wire-item.ts';

/** The values of DynamoDB's condition keys. */
export interface AccessContext {
  /** Items or keys that the request accesses. */
  readonly keys?: readonly unknown[];
  readonly leadingKeys?: readonly AttributeValue[];
  /** Top-level attributes that are read or written; undefined if the request does not name any. */
  readonly attributes?: Iterable<string> | undefined;
  readonly index?: string | undefined;
  readonly returnValues?: string | undefined;
  readonly returnConsumedCapacity?: string | undefined;
  readonly select?: string | undefined;
  readonly enclosingOperation?: string;
  readonly fullTableScan?: boolean;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html#amazondynamodb-policy-keys */
export function onItems(
  cloud: Cloud,
  store: DynamoStore,
  action: string,
  tableName: string | undefined,
  access: AccessContext,
): Permission {
  const table = store.tables.get(tableNameOf(tableName));
  const partition = table?.key.partition;
  const leading = [
    ...(access.leadingKeys ?? []),
    ...(access.keys ?? []).flatMap((key) => leadingKey(key, partition)),
  ].map(keyText);
  const attributes = access.attributes === undefined ? undefined : [...access.attributes];
  const context: Record<string, string | readonly string[]> = {};
  const set = (name: string, value: string | readonly string[] | undefined) => {
    if (value !== undefined && value.length > 0) context[`dynamodb:${name}`] = value;
  };
  set('LeadingKeys', leading);
  set('Attributes', attributes);
  set('ReturnValues', access.returnValues);
  set('ReturnConsumedCapacity', access.returnConsumedCapacity);
  set('Select', access.select);
  set('EnclosingOperation', access.enclosingOperation);
  if (access.fullTableScan !== undefined) set('FullTableScan', String(access.fullTableScan));
  return {
    action: `dynamodb:${action}`,
    resource:
      access.index === undefined
        ? tableArn(cloud, tableName)
        : indexArn(cloud, tableName, access.index),
    context,
  };
}

export function onTable(cloud: Cloud, action: string, tableName: string | undefined): Permission {
  return { action: `dynamodb:${action}`, resource: tableArn(cloud, tableName) };
}

/** The partition key; none for an invalid value, which is rejected when the request runs. */
function leadingKey(key: unknown, partition: string | undefined): readonly AttributeValue[] {
  const wire = Object(key) as WireItem;
  if (partition === undefined) return [];
  try {
    return [readValue(wire[partition])];
  } catch {
    return [];
  }
}

function keyText(value: AttributeValue): string {
  if (value.type === 'B') return value.value.toString('base64');
  return value.type === 'S' || value.type === 'N' ? value.value : '';
}

/** The attributes that `read` finds; none for an invalid request, which is rejected when it runs. */
export function attributesOf(
  read: () => { readonly attributes: Iterable<string> },
): Iterable<string> | undefined {
  try {
    return read().attributes;
  } catch {
    return undefined;
  }
}
