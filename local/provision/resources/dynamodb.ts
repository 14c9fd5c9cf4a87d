import { createHash } from 'node:crypto';
import type {
  DescribeContinuousBackupsOutput,
  DescribeTableOutput,
  DescribeTimeToLiveOutput,
  GlobalSecondaryIndexDescription,
  ListTagsOfResourceOutput,
  TableDescription,
  Tag,
} from '@aws-sdk/client-dynamodb';
import { ServiceError } from '../../cloud/service-error.ts';
import {
  call,
  createOrUpdate,
  ignoreMissing,
  type Properties,
  type Provisioned,
  physicalName,
  pick,
  type ResourceRequest,
  type ResourceType,
  withoutUndefined,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_TABLE_NAME_LENGTH = 255;
/** The length of the key schema's digest in generated names. */
const SCHEMA_DIGITS = 8;

const table: ResourceType = {
  properties: [
    'AttributeDefinitions',
    'BillingMode',
    'DeletionProtectionEnabled',
    'GlobalSecondaryIndexes',
    'KeySchema',
    'LocalSecondaryIndexes',
    'PointInTimeRecoverySpecification',
    'ProvisionedThroughput',
    'ResourcePolicy',
    'SSESpecification',
    'StreamSpecification',
    'TableClass',
    'TableName',
    'Tags',
    'TimeToLiveSpecification',
  ],
  apply: (request) => applyTable(request, request.properties),
  remove: removeTable,
};

/** Of one region: the replica's settings are the table's. */
const globalTable: ResourceType = {
  properties: [
    'AttributeDefinitions',
    'BillingMode',
    'GlobalSecondaryIndexes',
    'KeySchema',
    'LocalSecondaryIndexes',
    'Replicas',
    'SSESpecification',
    'StreamSpecification',
    'TableName',
    'TimeToLiveSpecification',
    'WriteProvisionedThroughputSettings',
  ],
  apply: (request) => applyTable(request, asTable(request)),
  remove: removeTable,
};

async function removeTable(request: ResourceRequest): Promise<void> {
  const TableName = request.previous?.physicalId;
  try {
    await ignoreMissing(() => call(request, 'dynamodb', 'DeleteTable', { TableName }));
  } catch (error) {
    // A protected table is kept, as in CloudFormation (DELETE_FAILED).
    if (!(error instanceof ServiceError) || error.code !== 'ValidationException') throw error;
  }
}

/** @throws Error for a replica in another region */
function asTable({ cloud, logicalId, properties }: ResourceRequest): Properties {
  const replicas = list(properties['Replicas']);
  const others = replicas.filter((replica) => replica['Region'] !== cloud.region);
  const [replica] = replicas;
  if (replica === undefined || others.length > 0) {
    const regions = replicas.map(({ Region }) => String(Region)).join(', ');
    throw new Error(
      `${logicalId}: Replicas: stepmill has one region, ${cloud.region}, and no replicas elsewhere (${regions}). The table was not created.`,
    );
  }
  const encryption = object(properties['SSESpecification']);
  const key = object(replica['SSESpecification'])?.['KMSMasterKeyId'];
  return withoutUndefined({
    ...pick(properties, [
      'AttributeDefinitions',
      'BillingMode',
      'KeySchema',
      'LocalSecondaryIndexes',
      'StreamSpecification',
      'TableName',
      'TimeToLiveSpecification',
    ]),
    ...pick(replica, [
      'DeletionProtectionEnabled',
      'PointInTimeRecoverySpecification',
      'ResourcePolicy',
      'TableClass',
      'Tags',
    ]),
    SSESpecification:
      encryption === undefined
        ? undefined
        : { ...encryption, ...(key === undefined ? {} : { KMSMasterKeyId: key }) },
    GlobalSecondaryIndexes: globalIndexes(properties, replica),
    ProvisionedThroughput: throughput(
      properties['WriteProvisionedThroughputSettings'],
      replica['ReadProvisionedThroughputSettings'],
    ),
  }) as Properties;
}

function globalIndexes(
  properties: Properties,
  replica: Properties,
): readonly Properties[] | undefined {
  if (properties['GlobalSecondaryIndexes'] === undefined) return undefined;
  const settings = list(replica['GlobalSecondaryIndexes']);
  return list(properties['GlobalSecondaryIndexes']).map((index) => {
    const own = settings.find(({ IndexName }) => IndexName === index['IndexName']);
    return withoutUndefined({
      ...pick(index, ['IndexName', 'KeySchema', 'Projection']),
      ProvisionedThroughput: throughput(
        index['WriteProvisionedThroughputSettings'],
        own?.['ReadProvisionedThroughputSettings'],
      ),
    }) as Properties;
  });
}

function units(settings: unknown, kind: 'Read' | 'Write'): unknown {
  const given = object(settings);
  const scaling = object(given?.[`${kind}CapacityAutoScalingSettings`]);
  return given?.[`${kind}CapacityUnits`] ?? scaling?.['SeedCapacity'] ?? scaling?.['MinCapacity'];
}

/** This runtime has no auto scaling: a table keeps its initial capacity. */
function throughput(write: unknown, read: unknown): Properties | undefined {
  const WriteCapacityUnits = units(write, 'Write');
  const ReadCapacityUnits = units(read, 'Read');
  return WriteCapacityUnits === undefined && ReadCapacityUnits === undefined
    ? undefined
    : { ReadCapacityUnits, WriteCapacityUnits };
}

async function applyTable(request: ResourceRequest, properties: Properties): Promise<Provisioned> {
  const schema = schemaDigest(properties);
  const TableName = tableName(request, properties, schema);
  const update = () => updateTable(request, TableName, properties);
  const create = () => createTable(request, TableName, properties);
  const isKnown = request.previous?.physicalId === TableName;
  const isNamed = properties['TableName'] !== undefined;
  const { TableId } = isKnown
    ? await update()
    : isNamed
      ? await create()
      : // An existing table with a generated name was retained when an earlier template removed it.
        await createOrUpdate(create, update, 'ResourceInUseException');
  await applyTimeToLive(request, TableName, properties);
  await applyRecovery(request, TableName, properties);
  await applyPolicy(request, TableName, properties);
  return {
    physicalId: TableName,
    attributes: { Arn: arnOf(request, TableName), TableId, schema },
  };
}

/** The properties that cannot be changed in an existing table. */
function schemaDigest(properties: Properties): string {
  const names = new Set(list(properties['KeySchema']).map(({ AttributeName }) => AttributeName));
  const keys = list(properties['AttributeDefinitions']).filter(({ AttributeName }) =>
    names.has(AttributeName),
  );
  return createHash('sha256')
    .update(JSON.stringify([properties['KeySchema'], keys, properties['LocalSecondaryIndexes']]))
    .digest('hex')
    .slice(0, SCHEMA_DIGITS);
}

/** @throws Error if a table with an explicit name needs replacement */
function tableName(request: ResourceRequest, properties: Properties, schema: string): string {
  const given = properties['TableName'];
  if (typeof given !== 'string') {
    return `${physicalName(request, MAX_TABLE_NAME_LENGTH - SCHEMA_DIGITS - 1)}-${schema}`;
  }
  const { previous } = request;
  if (previous?.physicalId === given && previous.attributes['schema'] !== schema) {
    throw new Error(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${given} and update the stack again.`,
    );
  }
  return given;
}

function arnOf({ cloud }: ResourceRequest, name: string): string {
  return cloud.arn('dynamodb', `table/${name}`);
}

async function createTable(
  request: ResourceRequest,
  TableName: string,
  properties: Properties,
): Promise<TableDescription> {
  const stream = object(properties['StreamSpecification']);
  const { TableDescription = {} } = await call<{ readonly TableDescription?: TableDescription }>(
    request,
    'dynamodb',
    'CreateTable',
    {
      TableName,
      ...pick(properties, [
        'AttributeDefinitions',
        'BillingMode',
        'DeletionProtectionEnabled',
        'GlobalSecondaryIndexes',
        'KeySchema',
        'LocalSecondaryIndexes',
        'ProvisionedThroughput',
        'TableClass',
        'Tags',
      ]),
      SSESpecification: encryption(properties),
      // A stream is enabled by its specification.
      StreamSpecification: stream === undefined ? undefined : { StreamEnabled: true, ...stream },
    },
  );
  return TableDescription;
}

function encryption(properties: Properties): Properties | undefined {
  const given = object(properties['SSESpecification']);
  if (given === undefined) return undefined;
  const { SSEEnabled, ...rest } = given;
  return { Enabled: SSEEnabled, ...rest };
}

async function updateTable(
  request: ResourceRequest,
  TableName: string,
  properties: Properties,
): Promise<TableDescription> {
  const { Table: current = {} } = await call<DescribeTableOutput>(
    request,
    'dynamodb',
    'DescribeTable',
    { TableName },
  );
  const update = (changes: object) =>
    call(request, 'dynamodb', 'UpdateTable', { TableName, ...changes });
  if (properties['StreamSpecification'] !== undefined) {
    await update({ StreamSpecification: { StreamEnabled: true } });
  }
  const { BillingMode = 'PROVISIONED' } = properties;
  const changes = withoutUndefined({
    ...billingChange(current, BillingMode, properties),
    DeletionProtectionEnabled: properties['DeletionProtectionEnabled'] === true,
    TableClass: properties['TableClass'],
    SSESpecification: encryption(properties) ?? { Enabled: false },
  });
  await update(changes);
  await updateIndexes(current, properties, update);
  await updateTags(request, TableName, tagsOf(properties));
  return current;
}

function billingChange(current: TableDescription, BillingMode: unknown, properties: Properties) {
  const former = current.BillingModeSummary?.BillingMode ?? 'PROVISIONED';
  if (BillingMode === 'PAY_PER_REQUEST') return former === BillingMode ? {} : { BillingMode };
  const wanted = object(properties['ProvisionedThroughput']);
  const { ReadCapacityUnits, WriteCapacityUnits } = current.ProvisionedThroughput ?? {};
  const isSame =
    former === BillingMode &&
    Number(wanted?.['ReadCapacityUnits']) === ReadCapacityUnits &&
    Number(wanted?.['WriteCapacityUnits']) === WriteCapacityUnits;
  return isSame ? {} : { BillingMode, ProvisionedThroughput: wanted };
}

/** Updates one index at a time, as DynamoDB requires; a changed index is created again. */
async function updateIndexes(
  current: TableDescription,
  properties: Properties,
  update: (changes: object) => Promise<unknown>,
): Promise<void> {
  const wanted = list(properties['GlobalSecondaryIndexes']);
  const there = current.GlobalSecondaryIndexes ?? [];
  const isKept = (index: GlobalSecondaryIndexDescription) =>
    wanted.some((other) => sameIndex(index, other));
  for (const index of there.filter((one) => !isKept(one))) {
    await update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: index.IndexName } }] });
  }
  for (const index of wanted) {
    if (there.some((one) => sameIndex(one, index))) continue;
    await update({
      AttributeDefinitions: properties['AttributeDefinitions'],
      GlobalSecondaryIndexUpdates: [{ Create: index }],
    });
  }
}

function sameIndex(index: GlobalSecondaryIndexDescription, wanted: Properties): boolean {
  return (
    indexShape(index.IndexName, index.KeySchema, index.Projection) ===
    indexShape(wanted['IndexName'], wanted['KeySchema'], wanted['Projection'])
  );
}

function indexShape(name: unknown, schema: unknown, projection: unknown): string {
  return JSON.stringify([
    name,
    list(schema).map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
    object(projection)?.['ProjectionType'],
    object(projection)?.['NonKeyAttributes'] ?? [],
  ]);
}

function tagsOf(properties: Properties): readonly Tag[] {
  return (properties['Tags'] ?? []) as readonly Tag[];
}

async function updateTags(
  request: ResourceRequest,
  TableName: string,
  wanted: readonly Tag[],
): Promise<void> {
  const ResourceArn = arnOf(request, TableName);
  const gone: string[] = [];
  let NextToken: string | undefined;
  do {
    const page: ListTagsOfResourceOutput = await call(request, 'dynamodb', 'ListTagsOfResource', {
      ResourceArn,
      NextToken,
    });
    for (const { Key = '' } of page.Tags ?? []) {
      if (!wanted.some((tag) => tag.Key === Key)) gone.push(Key);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  if (gone.length > 0) {
    await call(request, 'dynamodb', 'UntagResource', { ResourceArn, TagKeys: gone });
  }
  if (wanted.length > 0) {
    await call(request, 'dynamodb', 'TagResource', { ResourceArn, Tags: wanted });
  }
}

async function applyTimeToLive(
  request: ResourceRequest,
  TableName: string,
  properties: Properties,
): Promise<void> {
  const wanted = object(properties['TimeToLiveSpecification']);
  const { TimeToLiveDescription: current } = await call<DescribeTimeToLiveOutput>(
    request,
    'dynamodb',
    'DescribeTimeToLive',
    { TableName },
  );
  const isEnabled = current?.TimeToLiveStatus === 'ENABLED';
  const Enabled = wanted?.['Enabled'] === true;
  const isSame =
    isEnabled === Enabled && (!Enabled || current?.AttributeName === wanted?.['AttributeName']);
  if (isSame) return;
  const AttributeName = wanted?.['AttributeName'] ?? current?.AttributeName;
  await call(request, 'dynamodb', 'UpdateTimeToLive', {
    TableName,
    TimeToLiveSpecification: { AttributeName, Enabled },
  });
}

async function applyRecovery(
  request: ResourceRequest,
  TableName: string,
  properties: Properties,
): Promise<void> {
  const wanted = object(properties['PointInTimeRecoverySpecification']);
  const { ContinuousBackupsDescription: current } = await call<DescribeContinuousBackupsOutput>(
    request,
    'dynamodb',
    'DescribeContinuousBackups',
    { TableName },
  );
  const { PointInTimeRecoveryStatus } = current?.PointInTimeRecoveryDescription ?? {};
  const isEnabled = PointInTimeRecoveryStatus === 'ENABLED';
  if (wanted?.['PointInTimeRecoveryEnabled'] !== true && !isEnabled) return;
  await call(request, 'dynamodb', 'UpdateContinuousBackups', {
    TableName,
    PointInTimeRecoverySpecification: wanted ?? { PointInTimeRecoveryEnabled: false },
  });
}

async function applyPolicy(
  request: ResourceRequest,
  TableName: string,
  properties: Properties,
): Promise<void> {
  const document = object(properties['ResourcePolicy'])?.['PolicyDocument'];
  const ResourceArn = arnOf(request, TableName);
  if (document === undefined) {
    await call(request, 'dynamodb', 'DeleteResourcePolicy', { ResourceArn });
    return;
  }
  await call(request, 'dynamodb', 'PutResourcePolicy', {
    ResourceArn,
    Policy: JSON.stringify(document),
  });
}

function list(value: unknown): readonly Properties[] {
  return Array.isArray(value) ? (value as readonly Properties[]) : [];
}

function object(value: unknown): Properties | undefined {
  return typeof value === 'object' && value !== null ? (value as Properties) : undefined;
}

export const dynamodbResourceTypes = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': globalTable,
};
