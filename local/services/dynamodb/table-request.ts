import type {
  AttributeDefinition,
  CreateTableInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  Projection,
  ProvisionedThroughput,
  SSESpecification,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked } from '../../cloud/operation.ts';
import type { Constraint } from './constraints.ts';
import { UnsupportedParameter, ValidationException } from './errors.ts';
import { GLOBAL_INDEXES, LOCAL_INDEXES } from './limits.ts';
import { checkMembers } from './request-checks.ts';
import type { IndexRecord, KeyAttributes, TableRecord, Throughput } from './table-record.ts';
import { namesOf } from './table-record.ts';

type IndexInput = GlobalSecondaryIndex | LocalSecondaryIndex;

/** The settings of a table in CreateTable. */
export type TableShape = Pick<
  TableRecord,
  'name' | 'key' | 'attributes' | 'indexes' | 'billingMode' | 'throughput'
>;

const INDEX_NAME = { minimumLength: 3, maximumLength: 255, pattern: '[a-zA-Z0-9_.-]+' } as const;

/** @throws ValidationException in AWS's words */
export function readTable(input: Checked<CreateTableInput>): TableShape {
  checkTableName(input.TableName);
  checkMembers(tableConstraints(input));
  const billingMode = input.BillingMode ?? 'PROVISIONED';
  const throughput = readThroughput(billingMode, input.ProvisionedThroughput);
  const attributes = readAttributes(input.AttributeDefinitions ?? []);
  const key = readKeySchema(input.KeySchema ?? [], attributes);
  const local = readIndexes('local', input.LocalSecondaryIndexes, attributes, billingMode);
  const global = readIndexes('global', input.GlobalSecondaryIndexes, attributes, billingMode);
  const indexes = [...local, ...global];
  checkLocal(key, local);
  checkNames(indexes);
  if (local.length > LOCAL_INDEXES) {
    throw invalid(`Number of LocalSecondaryIndexes exceeds per-table limit of ${LOCAL_INDEXES}`);
  }
  if (global.length > GLOBAL_INDEXES) {
    throw invalid(`GlobalSecondaryIndex count exceeds the per-table limit of ${GLOBAL_INDEXES}`);
  }
  checkAllUsed(attributes, key, indexes);
  return { name: input.TableName, key, attributes, indexes, billingMode, throughput };
}

function checkTableName(name: string | undefined): void {
  if (name === undefined) {
    throw new ValidationException(
      "The parameter 'TableName' is required but was not present in the request",
    );
  }
  if (name.length < 3 || name.length > 255) {
    throw new ValidationException(
      'TableName must be at least 3 characters long and at most 255 characters long',
    );
  }
}

function tableConstraints(input: CreateTableInput): readonly Constraint[] {
  const indexes = (member: string, given: readonly IndexInput[] | undefined) =>
    (given ?? []).flatMap(({ IndexName, KeySchema, Projection: projection }, position) => {
      const at = `${member}.${position + 1}.member`;
      return [
        { member: `${at}.indexName`, value: IndexName, required: true, ...INDEX_NAME },
        { member: `${at}.keySchema`, value: KeySchema, required: true, minimumLength: 1 },
        { member: `${at}.projection`, value: projection, required: true },
      ];
    });
  return [
    { member: 'tableName', value: input.TableName, pattern: INDEX_NAME.pattern },
    { member: 'attributeDefinitions', value: input.AttributeDefinitions, required: true },
    { member: 'billingMode', value: input.BillingMode, oneOf: ['PROVISIONED', 'PAY_PER_REQUEST'] },
    {
      member: 'tableClass',
      value: input.TableClass,
      oneOf: ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'],
    },
    {
      member: 'keySchema',
      value: input.KeySchema,
      required: true,
      minimumLength: 1,
      maximumLength: 2,
    },
    ...(input.KeySchema ?? []).flatMap(({ AttributeName, KeyType }, position) => [
      {
        member: `keySchema.${position + 1}.member.attributeName`,
        value: AttributeName,
        required: true,
        minimumLength: 1,
        maximumLength: 255,
      },
      {
        member: `keySchema.${position + 1}.member.keyType`,
        value: KeyType,
        required: true,
        oneOf: ['HASH', 'RANGE'],
      },
    ]),
    ...(input.AttributeDefinitions ?? []).map(({ AttributeType }, position) => ({
      member: `attributeDefinitions.${position + 1}.member.attributeType`,
      value: AttributeType,
      required: true,
      oneOf: ['B', 'N', 'S'],
    })),
    ...throughputConstraints(input.ProvisionedThroughput),
    ...indexes('globalSecondaryIndexes', input.GlobalSecondaryIndexes),
    ...indexes('localSecondaryIndexes', input.LocalSecondaryIndexes),
  ];
}

export function throughputConstraints(
  given: ProvisionedThroughput | undefined,
): readonly Constraint[] {
  return (['WriteCapacityUnits', 'ReadCapacityUnits'] as const).map((name) => ({
    member: `provisionedThroughput.${name.slice(0, 1).toLowerCase()}${name.slice(1)}`,
    value: given?.[name],
    required: given !== undefined,
    minimum: 1,
  }));
}

/** @throws ValidationException where the billing mode and the throughput do not go together */
export function readThroughput(
  billingMode: TableRecord['billingMode'],
  given: ProvisionedThroughput | undefined,
): Throughput {
  if (billingMode === 'PAY_PER_REQUEST') {
    if (given !== undefined) {
      throw invalid(
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      );
    }
    return { readUnits: 0, writeUnits: 0 };
  }
  const { ReadCapacityUnits: readUnits, WriteCapacityUnits: writeUnits } = given ?? {};
  if (readUnits === undefined || writeUnits === undefined) {
    throw invalid(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  return { readUnits, writeUnits };
}

export function readAttributes(
  definitions: readonly AttributeDefinition[],
): TableRecord['attributes'] {
  return definitions.map(({ AttributeName = '', AttributeType = 'S' }) => [
    AttributeName,
    AttributeType,
  ]);
}

function readKeySchema(
  schema: readonly KeySchemaElement[],
  attributes: TableRecord['attributes'],
): KeyAttributes {
  const [first, second] = schema;
  const names = schema.map(({ AttributeName }) => AttributeName);
  const defined = attributes.map(([name]) => name);
  if (second !== undefined && first?.AttributeName === second.AttributeName) {
    throw new ValidationException(
      'Invalid KeySchema: Both the Hash Key and the Range Key element in the KeySchema have the same name',
    );
  }
  if (first?.KeyType !== 'HASH') {
    throw new ValidationException(
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    );
  }
  if (second !== undefined && second.KeyType !== 'RANGE') {
    throw new ValidationException(
      'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type',
    );
  }
  if (names.some((name) => !defined.includes(name ?? ''))) {
    throw invalid(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${names.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
  }
  return {
    partition: first.AttributeName ?? '',
    ...(second?.AttributeName !== undefined && { sort: second.AttributeName }),
  };
}

function readIndexes(
  kind: IndexRecord['kind'],
  given: readonly IndexInput[] | undefined,
  attributes: TableRecord['attributes'],
  billingMode: TableRecord['billingMode'],
): readonly IndexRecord[] {
  if (given === undefined) return [];
  if (given.length === 0) {
    throw invalid(
      `List of ${kind === 'local' ? 'LocalSecondaryIndexes' : 'GlobalSecondaryIndexes'} is empty`,
    );
  }
  return given.map((index) => readIndex(kind, index, attributes, billingMode));
}

/** @throws ValidationException in AWS's words */
export function readIndex(
  kind: IndexRecord['kind'],
  input: IndexInput,
  attributes: TableRecord['attributes'],
  billingMode: TableRecord['billingMode'],
): IndexRecord {
  const { IndexName: name = '', KeySchema = [], Projection: given } = input;
  if (KeySchema.length > 2) {
    throw new UnsupportedParameter(`keys of several attributes (index ${name})`);
  }
  const throughput = (input as GlobalSecondaryIndex).ProvisionedThroughput;
  if (billingMode === 'PAY_PER_REQUEST' && throughput !== undefined) {
    throw invalid(
      `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (kind === 'global' && billingMode === 'PROVISIONED' && throughput === undefined) {
    throw invalid(`ProvisionedThroughput is not specified for index: ${name}`);
  }
  return {
    name,
    kind,
    key: readKeySchema(KeySchema, attributes),
    ...readProjection(given),
    ...(throughput !== undefined && { throughput: readThroughput('PROVISIONED', throughput) }),
  };
}

function readProjection(
  given: Projection | undefined,
): Pick<IndexRecord, 'projection' | 'included'> {
  const { ProjectionType, NonKeyAttributes } = given ?? {};
  if (ProjectionType !== 'ALL' && ProjectionType !== 'INCLUDE' && ProjectionType !== 'KEYS_ONLY') {
    throw invalid(`Unknown ProjectionType: ${ProjectionType ?? 'null'}`);
  }
  if (ProjectionType !== 'INCLUDE' && NonKeyAttributes !== undefined) {
    throw invalid(`ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`);
  }
  if (ProjectionType === 'INCLUDE' && NonKeyAttributes === undefined) {
    throw invalid(`ProjectionType is ${ProjectionType}, but NonKeyAttributes is not specified`);
  }
  return { projection: ProjectionType, included: NonKeyAttributes ?? [] };
}

function checkLocal(key: KeyAttributes, local: readonly IndexRecord[]): void {
  if (local.length > 0 && key.sort === undefined) {
    throw invalid(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  for (const index of local) {
    if (index.key.sort === undefined) {
      throw invalid(`Index KeySchema does not have a range key for index: ${index.name}`);
    }
    if (index.key.partition !== key.partition) {
      throw invalid(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.name}. index hash key: ${index.key.partition}, table hash key: ${key.partition}`,
      );
    }
  }
}

export function checkNames(indexes: readonly IndexRecord[]): void {
  const names = indexes.map(({ name }) => name);
  const duplicate = names.find((name, position) => names.indexOf(name) < position);
  if (duplicate !== undefined) throw invalid(`Duplicate index name: ${duplicate}`);
}

function checkAllUsed(
  attributes: TableRecord['attributes'],
  key: KeyAttributes,
  indexes: readonly IndexRecord[],
): void {
  const used = new Set([...namesOf(key), ...indexes.flatMap((index) => namesOf(index.key))]);
  if (attributes.every(([name]) => used.has(name)) && attributes.length === used.size) return;
  if (indexes.length === 0) {
    throw invalid(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  const defined = attributes.map(([name]) => name);
  throw invalid(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...used].join(', ')}]`,
  );
}

/** The KMS key of a table; undefined for DynamoDB's own. */
export function readEncryption(
  cloud: Cloud,
  given: SSESpecification | undefined,
): string | undefined {
  if (given?.Enabled !== true) {
    if (given?.KMSMasterKeyId !== undefined) {
      throw invalid('SSESpecification KMSMasterKeyId cannot be specified when SSE is not enabled');
    }
    return undefined;
  }
  const key = given.KMSMasterKeyId ?? 'alias/aws/dynamodb';
  if (key.startsWith('arn:')) return key;
  return cloud.arn('kms', key.startsWith('alias/') ? key : `key/${key}`);
}

/** Rejects unsupported parameters of CreateTable and UpdateTable. @throws UnsupportedParameter */
export function refuseUnsupported(input: object, names: readonly string[]): void {
  const given = names.filter((name) => (input as Record<string, unknown>)[name] !== undefined);
  if (given.length > 0) throw new UnsupportedParameter(`${given.join(', ')} of tables`);
}

/** A specification without a stream is allowed. @throws UnsupportedParameter for a stream */
export function refuseStream(given: { readonly StreamEnabled?: boolean | undefined } | undefined) {
  if (given?.StreamEnabled === true) throw new UnsupportedParameter('StreamSpecification: streams');
}

export function invalid(message: string): ValidationException {
  return new ValidationException(`One or more parameter values were invalid: ${message}`);
}
