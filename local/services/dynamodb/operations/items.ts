import type {
  DeleteItemInput,
  DeleteItemOutput,
  DynamoDB,
  GetItemInput,
  GetItemOutput,
  PutItemInput,
  PutItemOutput,
  UpdateItemInput,
  UpdateItemOutput,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { OperationTable } from '../../../cloud/operation.ts';
import type { Permission } from '../../../cloud/service.ts';
import { collectionMetrics, consumedCapacity, readUnits, writeUnits } from '../capacity.ts';
import { ValidationException } from '../errors.ts';
import type { Path } from '../expressions/path.ts';
import { parseProjection, project } from '../expressions/projection.ts';
import { type SubstitutionInput, Substitutions } from '../expressions/substitutions.ts';
import { checkKey } from '../key-checks.ts';
import { tableNameOf } from '../names.ts';
import { attributesOf, onItems } from '../permissions.ts';
import {
  capacityConstraint,
  checkMembers,
  enveloped,
  metricsConstraint,
  RETURN_VALUES,
  refuseLegacy,
  tableNameConstraint,
} from '../request-checks.ts';
import type { DynamoDbState } from '../state.ts';
import type { DynamoStore } from '../store.ts';
import { type Item, itemBytes, readItem, toWireItem } from '../values/attribute-value.ts';
import {
  commitWrite,
  judgeWrite,
  type ParsedWrite,
  parseWrite,
  type WriteKind,
  type WriteOutcome,
} from '../writes.ts';

/** Reading and writing one item. */
export const itemOperations: OperationTable<DynamoDB, DynamoDbState> = {
  GetItem: {
    readOnly: true,
    permissions: (input: GetItemInput, { cloud, store }) =>
      onItems(cloud, store, 'GetItem', input.TableName, {
        keys: [input.Key],
        attributes: attributesOf(() => projectionWithKey(input, input.Key)),
        returnConsumedCapacity: input.ReturnConsumedCapacity,
      }),
    run: (input: GetItemInput, { cloud, store }) => getItem(cloud, store, input),
  },
  PutItem: {
    permissions: (input: PutItemInput, state) => onWrite(state, 'put', input),
    run: (input: PutItemInput, { cloud, store }) => putItem(cloud, store, input),
  },
  UpdateItem: {
    permissions: (input: UpdateItemInput, state) => onWrite(state, 'update', input),
    run: (input: UpdateItemInput, { cloud, store }) => updateItem(cloud, store, input),
  },
  DeleteItem: {
    permissions: (input: DeleteItemInput, state) => onWrite(state, 'delete', input),
    run: (input: DeleteItemInput, { cloud, store }) => deleteItem(cloud, store, input),
  },
};

type WriteRequest = PutItemInput | UpdateItemInput | DeleteItemInput;

const ACTIONS = { put: 'PutItem', update: 'UpdateItem', delete: 'DeleteItem' } as const;

function onWrite(
  { cloud, store }: DynamoDbState,
  kind: keyof typeof ACTIONS,
  input: WriteRequest,
): Permission {
  return onItems(cloud, store, ACTIONS[kind], input.TableName, {
    keys: [kind === 'put' ? (input as PutItemInput).Item : (input as UpdateItemInput).Key],
    attributes: attributesOf(() => parseWrite(kind, input)),
    returnValues: input.ReturnValues,
    returnConsumedCapacity: input.ReturnConsumedCapacity,
  });
}

export interface ProjectionInput extends SubstitutionInput {
  readonly ProjectionExpression?: string | undefined;
}

/** The part of each item that a read returns; undefined for all. */
export interface Projection {
  readonly paths: readonly Path[] | undefined;
  readonly attributes: Iterable<string>;
}

/** @throws ValidationException in AWS's words */
export function readProjection(input: ProjectionInput): Projection {
  const { ProjectionExpression } = input;
  const isGiven = ProjectionExpression !== undefined;
  const substitutions = new Substitutions(input, {
    expressions: isGiven ? ['ProjectionExpression'] : [],
  });
  const paths = isGiven ? parseProjection(ProjectionExpression, substitutions) : undefined;
  substitutions.checkAllUsed();
  return { paths, attributes: substitutions.attributes };
}

/** The attributes of a request with a projection, including the key. */
export function projectionWithKey(
  input: ProjectionInput,
  key: unknown,
): { readonly attributes: Iterable<string> } {
  const { paths, attributes } = readProjection(input);
  if (paths === undefined) throw new Error('the request names no attributes');
  return { attributes: new Set([...Object.keys(Object(key)), ...attributes]) };
}

export function applyProjection(item: Item, { paths }: Projection): Item {
  return paths === undefined ? item : project(item, paths);
}

function getItem(cloud: Cloud, store: DynamoStore, input: GetItemInput): GetItemOutput {
  checkMembers([
    capacityConstraint(input.ReturnConsumedCapacity),
    tableNameConstraint(input.TableName),
    { member: 'key', value: input.Key, required: true },
  ]);
  refuseLegacy('GetItem', input, ['AttributesToGet'], ['ProjectionExpression']);
  const projection = readProjection(input);
  const key = readItem(input.Key);
  const table = store.table(tableNameOf(input.TableName));
  checkKey(table, key);
  const item = store.items(table).get(key);
  const bytes = item === undefined ? 0 : itemBytes(item);
  return {
    ...(item !== undefined && { Item: toWireItem(applyProjection(item, projection)) }),
    ...capacityOf(
      consumedCapacity(
        cloud,
        table,
        { table: readUnits(bytes, input.ConsistentRead === true), indexes: new Map() },
        input.ReturnConsumedCapacity,
      ),
    ),
  };
}

/** The consumed capacity as a part of the answer, if it was requested. */
export function capacityOf<Capacity>(capacity: Capacity | undefined): {
  readonly ConsumedCapacity?: Capacity;
} {
  return capacity === undefined ? {} : { ConsumedCapacity: capacity };
}

function putItem(cloud: Cloud, store: DynamoStore, input: PutItemInput): PutItemOutput {
  const write = readWrite('PutItem', 'put', input, 'item', input.Item);
  return answer(cloud, input, perform(store, write));
}

function deleteItem(cloud: Cloud, store: DynamoStore, input: DeleteItemInput): DeleteItemOutput {
  const write = readWrite('DeleteItem', 'delete', input, 'key', input.Key);
  return answer(cloud, input, perform(store, write));
}

function updateItem(cloud: Cloud, store: DynamoStore, input: UpdateItemInput): UpdateItemOutput {
  const write = readWrite('UpdateItem', 'update', input, 'key', input.Key);
  return answer(cloud, input, perform(store, write));
}

/** @throws ValidationException where the request alone is wrong */
function readWrite(
  name: string,
  kind: WriteKind,
  input: WriteRequest,
  subject: 'item' | 'key',
  value: unknown,
): ParsedWrite {
  checkMembers([
    capacityConstraint(input.ReturnConsumedCapacity),
    tableNameConstraint(input.TableName),
    { member: 'returnValues', value: input.ReturnValues, oneOf: RETURN_VALUES },
    metricsConstraint(input.ReturnItemCollectionMetrics),
    {
      member: 'returnValuesOnConditionCheckFailure',
      value: input.ReturnValuesOnConditionCheckFailure,
      oneOf: ['ALL_OLD', 'NONE'],
    },
    { member: subject, value, required: true },
  ]);
  return enveloped(() => {
    refuseLegacy(
      name,
      input,
      ['Expected', 'ConditionalOperator', 'AttributeUpdates'],
      ['UpdateExpression', 'ConditionExpression'],
    );
    const { ReturnValues } = input;
    if (kind !== 'update' && ReturnValues !== undefined && !/^(NONE|ALL_OLD)$/.test(ReturnValues)) {
      throw new ValidationException('ReturnValues can only be ALL_OLD or NONE');
    }
    return parseWrite(kind, input);
  });
}

function perform(store: DynamoStore, write: ParsedWrite): WriteOutcome {
  const outcome = judgeWrite(store, store.table(write.tableName), write);
  commitWrite(store, outcome);
  return outcome;
}

function answer(cloud: Cloud, input: WriteRequest, outcome: WriteOutcome): PutItemOutput {
  const attributes = returnedAttributes(input.ReturnValues, outcome);
  const metrics = collectionMetrics(outcome, input.ReturnItemCollectionMetrics);
  return {
    ...(attributes !== undefined && { Attributes: toWireItem(attributes) }),
    ...capacityOf(
      consumedCapacity(cloud, outcome.table, writeUnits(outcome), input.ReturnConsumedCapacity),
    ),
    ...(metrics !== undefined && { ItemCollectionMetrics: metrics }),
  };
}

function returnedAttributes(
  wanted: string | undefined,
  { before, after, paths }: WriteOutcome,
): Item | undefined {
  switch (wanted) {
    case 'ALL_OLD':
      return before;
    case 'ALL_NEW':
      return after;
    case 'UPDATED_OLD':
      return before === undefined ? undefined : nonEmpty(project(before, paths));
    case 'UPDATED_NEW':
      return after === undefined ? undefined : nonEmpty(project(after, paths));
    default:
      return undefined;
  }
}

function nonEmpty(item: Item): Item | undefined {
  return item.size === 0 ? undefined : item;
}
