import type {
  ContinuousBackupsDescription,
  DeleteResourcePolicyInput,
  DeleteResourcePolicyOutput,
  DescribeContinuousBackupsInput,
  DescribeContinuousBackupsOutput,
  DescribeLimitsOutput,
  DescribeTimeToLiveInput,
  DescribeTimeToLiveOutput,
  DynamoDB,
  GetResourcePolicyInput,
  GetResourcePolicyOutput,
  ListTagsOfResourceInput,
  ListTagsOfResourceOutput,
  PutResourcePolicyInput,
  PutResourcePolicyOutput,
  TagResourceInput,
  UntagResourceInput,
  UpdateContinuousBackupsInput,
  UpdateContinuousBackupsOutput,
  UpdateTimeToLiveInput,
  UpdateTimeToLiveOutput,
} from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import { pageByName } from '../../../cloud/pages.ts';
import {
  PolicyNotFoundException,
  ResourceNotFoundException,
  ValidationException,
} from '../errors.ts';
import { LIST_TAGS_LIMIT, RECOVERY_DAYS, TTL_CHANGE_MS } from '../limits.ts';
import { tableNameOf } from '../names.ts';
import { onTable } from '../permissions.ts';
import { readPolicy } from '../policy.ts';
import { checkMembers } from '../request-checks.ts';
import type { DynamoDbState } from '../state.ts';
import type { DynamoStore } from '../store.ts';
import type { TableRecord } from '../table-record.ts';
import { checkTags } from '../tags.ts';
import { findTable } from './tables.ts';

/** Time to live, backups, tags and policies of tables, and limits of the account. */
export const settingOperations: OperationTable<DynamoDB, DynamoDbState> = {
  UpdateTimeToLive: {
    permissions: (input: UpdateTimeToLiveInput, { cloud }) =>
      onTable(cloud, 'UpdateTimeToLive', input.TableName),
    run: (input: UpdateTimeToLiveInput, { cloud, store }) => updateTimeToLive(cloud, store, input),
  },
  DescribeTimeToLive: {
    readOnly: true,
    permissions: (input: DescribeTimeToLiveInput, { cloud }) =>
      onTable(cloud, 'DescribeTimeToLive', input.TableName),
    run: (input: DescribeTimeToLiveInput, { store }): DescribeTimeToLiveOutput =>
      describeTimeToLive(findTable(store, input.TableName)),
  },
  DescribeContinuousBackups: {
    readOnly: true,
    permissions: (input: DescribeContinuousBackupsInput, { cloud }) =>
      onTable(cloud, 'DescribeContinuousBackups', input.TableName),
    run: (
      input: DescribeContinuousBackupsInput,
      { cloud, store },
    ): DescribeContinuousBackupsOutput => ({
      ContinuousBackupsDescription: describeBackups(cloud, findTable(store, input.TableName)),
    }),
  },
  UpdateContinuousBackups: {
    permissions: (input: UpdateContinuousBackupsInput, { cloud }) =>
      onTable(cloud, 'UpdateContinuousBackups', input.TableName),
    run: (input: UpdateContinuousBackupsInput, { cloud, store }) =>
      updateBackups(cloud, store, input),
  },
  TagResource: {
    permissions: (input: TagResourceInput, { cloud }) =>
      onTable(cloud, 'TagResource', input.ResourceArn),
    run(input: Checked<TagResourceInput>, { store }): object {
      const table = ofArn(store, input.ResourceArn);
      store.save({ ...table, tags: checkTags(table.tags, input.Tags) });
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceInput, { cloud }) =>
      onTable(cloud, 'UntagResource', input.ResourceArn),
    run(input: UntagResourceInput, { store }): object {
      const table = ofArn(store, input.ResourceArn);
      const left = Object.entries(table.tags).filter(([key]) => !input.TagKeys?.includes(key));
      store.save({ ...table, tags: Object.fromEntries(left) });
      return {};
    },
  },
  ListTagsOfResource: {
    readOnly: true,
    permissions: (input: ListTagsOfResourceInput, { cloud }) =>
      onTable(cloud, 'ListTagsOfResource', input.ResourceArn),
    run: (input: ListTagsOfResourceInput, { store }) => listTags(store, input),
  },
  PutResourcePolicy: {
    permissions: (input: PutResourcePolicyInput, { cloud }) =>
      onTable(cloud, 'PutResourcePolicy', input.ResourceArn),
    run(input: Checked<PutResourcePolicyInput>, { store, cloud }): PutResourcePolicyOutput {
      const table = ofArn(store, input.ResourceArn);
      checkRevision(table, input.ExpectedRevisionId);
      const policy = readPolicy(cloud, input.Policy);
      store.save({ ...table, policy });
      return { RevisionId: policy.revision };
    },
  },
  GetResourcePolicy: {
    readOnly: true,
    permissions: (input: GetResourcePolicyInput, { cloud }) =>
      onTable(cloud, 'GetResourcePolicy', input.ResourceArn),
    run(input: Checked<GetResourcePolicyInput>, { store }): GetResourcePolicyOutput {
      const { policy } = ofArn(store, input.ResourceArn);
      if (policy === undefined) throw new PolicyNotFoundException(input.ResourceArn);
      return { Policy: policy.text, RevisionId: policy.revision };
    },
  },
  DeleteResourcePolicy: {
    permissions: (input: DeleteResourcePolicyInput, { cloud }) =>
      onTable(cloud, 'DeleteResourcePolicy', input.ResourceArn),
    run(input: DeleteResourcePolicyInput, { store }): DeleteResourcePolicyOutput {
      const { policy, ...table } = ofArn(store, input.ResourceArn);
      checkRevision({ ...table, ...(policy && { policy }) }, input.ExpectedRevisionId);
      store.save(table);
      return policy === undefined ? {} : { RevisionId: policy.revision };
    },
  },
  DescribeLimits: {
    readOnly: true,
    permissions: () => ({ action: 'dynamodb:DescribeLimits', resource: '*' }),
    run: (): DescribeLimitsOutput => ({
      AccountMaxReadCapacityUnits: 80_000,
      AccountMaxWriteCapacityUnits: 80_000,
      TableMaxReadCapacityUnits: 40_000,
      TableMaxWriteCapacityUnits: 40_000,
    }),
  },
  DescribeEndpoints: {
    readOnly: true,
    permissions: () => ({ action: 'dynamodb:DescribeEndpoints', resource: '*' }),
    run: (_input: object, { cloud }) => ({
      Endpoints: [{ Address: endpointOf(cloud), CachePeriodInMinutes: 1440 }],
    }),
  },
};

/** The host and port for clients that discover endpoints. */
function endpointOf(cloud: Cloud): string {
  return (cloud.endpoint ?? `http://dynamodb.${cloud.region}.amazonaws.com`).replace(
    /^\w+:\/\//,
    '',
  );
}

/** @throws ResourceNotFoundException */
function ofArn(store: DynamoStore, arn: string | undefined): TableRecord {
  const table = store.tables.get(tableNameOf(arn));
  if (table === undefined) {
    throw new ResourceNotFoundException(
      `Requested resource not found: ResourcArn: ${arn ?? ''} not found`,
    );
  }
  return table;
}

function checkRevision(table: TableRecord, expected: string | undefined): void {
  if (expected === undefined) return;
  const current = table.policy?.revision ?? 'NO_POLICY';
  if (expected !== current) throw new PolicyNotFoundException(table.name);
}

function updateTimeToLive(
  cloud: Cloud,
  store: DynamoStore,
  input: UpdateTimeToLiveInput,
): UpdateTimeToLiveOutput {
  const { TimeToLiveSpecification: specification } = input;
  checkMembers([
    { member: 'timeToLiveSpecification', value: specification, required: true },
    {
      member: 'timeToLiveSpecification.attributeName',
      value: specification?.AttributeName,
      required: specification !== undefined,
      minimumLength: 1,
      maximumLength: 255,
    },
    {
      member: 'timeToLiveSpecification.enabled',
      value: specification?.Enabled,
      required: specification !== undefined,
    },
  ]);
  const table = findTable(store, input.TableName);
  const attribute = specification?.AttributeName ?? '';
  const enabled = specification?.Enabled === true;
  checkTimeToLive(cloud, table, attribute, enabled);
  store.save({ ...table, timeToLive: { attribute, enabled, changedAt: cloud.clock.now() } });
  return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
}

function checkTimeToLive(
  cloud: Cloud,
  { timeToLive }: TableRecord,
  attribute: string,
  enabled: boolean,
): void {
  const isEnabled = timeToLive?.enabled === true;
  if (isEnabled === enabled) {
    throw new ValidationException(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
  }
  if (isEnabled && timeToLive.attribute !== attribute) {
    throw new ValidationException(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${timeToLive.attribute}`,
    );
  }
  if (timeToLive !== undefined && timeToLive.changedAt + TTL_CHANGE_MS > cloud.clock.now()) {
    throw new ValidationException(
      'Time to live has been modified multiple times within a fixed interval',
    );
  }
}

function describeTimeToLive({ timeToLive }: TableRecord): DescribeTimeToLiveOutput {
  return {
    TimeToLiveDescription:
      timeToLive?.enabled === true
        ? { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive.attribute }
        : { TimeToLiveStatus: 'DISABLED' },
  };
}

function describeBackups(cloud: Cloud, { recovery }: TableRecord): ContinuousBackupsDescription {
  if (recovery?.enabled !== true) {
    return {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    };
  }
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: recovery.days,
      EarliestRestorableDateTime: new Date(recovery.since),
      LatestRestorableDateTime: new Date(cloud.clock.now()),
    },
  };
}

function updateBackups(
  cloud: Cloud,
  store: DynamoStore,
  input: UpdateContinuousBackupsInput,
): UpdateContinuousBackupsOutput {
  const { PointInTimeRecoverySpecification: specification } = input;
  checkMembers([
    { member: 'pointInTimeRecoverySpecification', value: specification, required: true },
    {
      member: 'pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled',
      value: specification?.PointInTimeRecoveryEnabled,
      required: specification !== undefined,
    },
    {
      member: 'pointInTimeRecoverySpecification.recoveryPeriodInDays',
      value: specification?.RecoveryPeriodInDays,
      minimum: 1,
      maximum: RECOVERY_DAYS,
    },
  ]);
  const found = store.tables.get(tableNameOf(input.TableName));
  const table = found ?? findTable(store, input.TableName);
  const enabled = specification?.PointInTimeRecoveryEnabled === true;
  const recovery = {
    enabled,
    since: table.recovery?.enabled === true ? table.recovery.since : cloud.clock.now(),
    days: specification?.RecoveryPeriodInDays ?? table.recovery?.days ?? RECOVERY_DAYS,
  };
  const changed = { ...table, recovery };
  store.save(changed);
  return { ContinuousBackupsDescription: describeBackups(cloud, changed) };
}

function listTags(store: DynamoStore, input: ListTagsOfResourceInput): ListTagsOfResourceOutput {
  const { tags } = ofArn(store, input.ResourceArn);
  const all = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const request = { limit: LIST_TAGS_LIMIT, token: input.NextToken };
  const { items, next } = pageByName(all, ({ Key }) => Key, request);
  return { Tags: [...items], ...(next !== undefined && { NextToken: next }) };
}
