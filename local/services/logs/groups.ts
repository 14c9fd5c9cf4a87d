import type {
  CloudWatchLogs,
  CreateLogGroupRequest,
  CreateLogStreamRequest,
  DeleteLogGroupRequest,
  DeleteLogStreamRequest,
  DeleteRetentionPolicyRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  LogGroup,
  LogStream,
  PutRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { pageByName } from '../../cloud/pages.ts';
import {
  InvalidParameterException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from './errors.ts';
import { findGroup, groupArn, groupNameOf, onGroup } from './group-name.ts';
import { newGroup, newStream } from './ingest.ts';
import { DESCRIBE_PAGE_SIZE, RETENTION_DAYS } from './limits.ts';
import type { LogsState } from './state.ts';
import { type GroupRecord, type LogsStore, type StreamRecord, streamKey } from './store.ts';

/** Log groups and streams. */
export const groupOperations: OperationTable<CloudWatchLogs, LogsState> = {
  CreateLogGroup: {
    permissions: (input: CreateLogGroupRequest, { cloud }) =>
      onGroup(cloud, 'CreateLogGroup', input),
    run: (input: CreateLogGroupRequest, { cloud, store }) => createGroup(cloud, store, input),
  },
  DeleteLogGroup: {
    permissions: (input: DeleteLogGroupRequest, { cloud }) =>
      onGroup(cloud, 'DeleteLogGroup', input),
    run: (input: DeleteLogGroupRequest, { store }) =>
      deleteGroup(store, findGroup(store, input).name),
  },
  DescribeLogGroups: {
    readOnly: true,
    permissions: (_input: DescribeLogGroupsRequest, { cloud }) =>
      onGroup(cloud, 'DescribeLogGroups', {}),
    run: (input: DescribeLogGroupsRequest, { cloud, store }) => describeGroups(cloud, store, input),
  },
  PutRetentionPolicy: {
    permissions: (input: PutRetentionPolicyRequest, { cloud }) =>
      onGroup(cloud, 'PutRetentionPolicy', input),
    run(input: Checked<PutRetentionPolicyRequest>, { store }): object {
      const days = input.retentionInDays;
      if (!RETENTION_DAYS.includes(days)) {
        throw new InvalidParameterException(
          `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
        );
      }
      const group = findGroup(store, input);
      store.groups.put(group.name, { ...group, retentionDays: days });
      return {};
    },
  },
  DeleteRetentionPolicy: {
    permissions: (input: DeleteRetentionPolicyRequest, { cloud }) =>
      onGroup(cloud, 'DeleteRetentionPolicy', input),
    run(input: DeleteRetentionPolicyRequest, { store }): object {
      const group = findGroup(store, input);
      store.groups.put(group.name, { ...group, retentionDays: undefined });
      return {};
    },
  },
  CreateLogStream: {
    permissions: (input: CreateLogStreamRequest, { cloud }) =>
      onGroup(cloud, 'CreateLogStream', input, input.logStreamName),
    run(input: Checked<CreateLogStreamRequest>, { store, cloud }): object {
      const group = findGroup(store, input);
      const name = input.logStreamName;
      if (store.stream(group.name, name) !== undefined) {
        throw new ResourceAlreadyExistsException('log stream');
      }
      store.putStream(newStream(cloud, group.name, name));
      return {};
    },
  },
  DeleteLogStream: {
    permissions: (input: DeleteLogStreamRequest, { cloud }) =>
      onGroup(cloud, 'DeleteLogStream', input, input.logStreamName),
    run(input: Checked<DeleteLogStreamRequest>, { store }): object {
      const stream = store.stream(findGroup(store, input).name, input.logStreamName);
      if (stream === undefined) throw new ResourceNotFoundException('log stream');
      store.deleteStream(stream);
      return {};
    },
  },
  DescribeLogStreams: {
    readOnly: true,
    permissions: (input: DescribeLogStreamsRequest, { cloud }) =>
      onGroup(cloud, 'DescribeLogStreams', input),
    run: (input: DescribeLogStreamsRequest, { cloud, store }) =>
      describeStreams(cloud, store, input),
  },
};

function createGroup(cloud: Cloud, store: LogsStore, input: CreateLogGroupRequest): object {
  const name = groupNameOf(input);
  if (store.groups.has(name)) throw new ResourceAlreadyExistsException('log group');
  store.groups.put(name, {
    ...newGroup(cloud, name),
    tags: input.tags ?? {},
    kmsKeyId: input.kmsKeyId,
    logGroupClass: input.logGroupClass ?? 'STANDARD',
  });
  return {};
}

function deleteGroup(store: LogsStore, name: string): object {
  for (const stream of Array.from(store.streams(name))) store.deleteStream(stream);
  for (const [key] of Array.from(store.metricFilters.entries({ prefix: streamKey(name, '') }))) {
    store.metricFilters.delete(key);
  }
  store.groups.delete(name);
  return {};
}

function describeGroups(
  cloud: Cloud,
  store: LogsStore,
  input: DescribeLogGroupsRequest,
): DescribeLogGroupsResponse {
  if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined) {
    throw new InvalidParameterException(
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  }
  const { limit = DESCRIBE_PAGE_SIZE, nextToken: token } = input;
  const groups = [...store.groups.entries({ prefix: input.logGroupNamePrefix ?? '' })]
    .map(([, group]) => group)
    .filter(({ name }) => name.includes(input.logGroupNamePattern ?? ''));
  const { items, next } = pageByName(groups, ({ name }) => name, { limit, token });
  return {
    logGroups: items.map((group) => renderGroup(cloud, store, group)),
    ...(next !== undefined && { nextToken: next }),
  };
}

function renderGroup(cloud: Cloud, store: LogsStore, group: GroupRecord): LogGroup {
  const filters = [...store.metricFilters.entries({ prefix: streamKey(group.name, '') })];
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
    metricFilterCount: filters.length,
    arn: `${groupArn(cloud, group.name)}:*`,
    logGroupArn: groupArn(cloud, group.name),
    storedBytes: 0,
    ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
    logGroupClass: group.logGroupClass,
  };
}

function describeStreams(
  cloud: Cloud,
  store: LogsStore,
  input: DescribeLogStreamsRequest,
): DescribeLogStreamsResponse {
  const group = findGroup(store, input);
  const { limit = DESCRIBE_PAGE_SIZE, nextToken: token, descending: isDescending = false } = input;
  const byTime = input.orderBy === 'LastEventTime';
  if (byTime && input.logStreamNamePrefix !== undefined) {
    throw new InvalidParameterException(
      'Cannot order by LastEventTime with a logStreamNamePrefix.',
    );
  }
  const streams = [...store.streams(group.name, input.logStreamNamePrefix ?? '')];
  if (byTime) streams.sort((a, b) => (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0));
  if (isDescending) streams.reverse();
  const keyOf = byTime ? timeKeyOf : ({ name }: StreamRecord) => name;
  const { items, next } = pageByName(streams, keyOf, { limit, token, isDescending });
  return {
    logStreams: items.map((stream) => renderStream(cloud, stream)),
    ...(next !== undefined && { nextToken: next }),
  };
}

/** The digits of the latest time that a date can hold. */
const TIME_DIGITS = 16;

function timeKeyOf({ lastEventAt = 0, name }: StreamRecord): string {
  return `${String(lastEventAt).padStart(TIME_DIGITS, '0')}|${name}`;
}

function renderStream(cloud: Cloud, stream: StreamRecord): LogStream {
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    ...(stream.firstEventAt !== undefined && { firstEventTimestamp: stream.firstEventAt }),
    ...(stream.lastEventAt !== undefined && { lastEventTimestamp: stream.lastEventAt }),
    ...(stream.lastIngestionAt !== undefined && { lastIngestionTime: stream.lastIngestionAt }),
    uploadSequenceToken: '0',
    arn: `${groupArn(cloud, stream.group)}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}
