import type {
  CreateLogGroupRequest,
  CreateLogStreamRequest,
  DeleteLogGroupRequest,
  DeleteLogStreamRequest,
  DeleteRetentionPolicyRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  LogGroup,
  LogStream,
  PutRetentionPolicyRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Cloud } from '../../cloud/cloud.ts';
import { operation } from '../../cloud/operation.ts';
import type { AnyOperation } from '../../cloud/service.ts';
import {
  InvalidParameterException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from './errors.ts';
import { findGroup, groupArn, groupNameOf, onGroup } from './group-name.ts';
import { newGroup, newStream } from './ingest.ts';
import { DESCRIBE_PAGE_SIZE, RETENTION_DAYS } from './limits.ts';
import { type GroupRecord, type LogsStore, type StreamRecord, streamKey } from './store.ts';

/** Log groups and streams. */
export function groupOperations(
  cloud: Cloud,
  store: LogsStore,
): Readonly<Record<string, AnyOperation>> {
  return {
    CreateLogGroup: operation(
      (input: CreateLogGroupRequest) => onGroup(cloud, 'CreateLogGroup', input),
      (input) => createGroup(cloud, store, input),
    ),
    DeleteLogGroup: operation(
      (input: DeleteLogGroupRequest) => onGroup(cloud, 'DeleteLogGroup', input),
      (input) => deleteGroup(store, findGroup(store, input).name),
    ),
    DescribeLogGroups: operation(
      (_input: DescribeLogGroupsRequest) => onGroup(cloud, 'DescribeLogGroups', {}),
      (input) => describeGroups(cloud, store, input),
    ),
    PutRetentionPolicy: operation(
      (input: PutRetentionPolicyRequest) => onGroup(cloud, 'PutRetentionPolicy', input),
      (input): object => {
        const days = input.retentionInDays ?? 0;
        if (!RETENTION_DAYS.includes(days)) {
          throw new InvalidParameterException(
            `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
          );
        }
        const group = findGroup(store, input);
        store.groups.put(group.name, { ...group, retentionDays: days });
        return {};
      },
    ),
    DeleteRetentionPolicy: operation(
      (input: DeleteRetentionPolicyRequest) => onGroup(cloud, 'DeleteRetentionPolicy', input),
      (input): object => {
        const group = findGroup(store, input);
        store.groups.put(group.name, { ...group, retentionDays: undefined });
        return {};
      },
    ),
    CreateLogStream: operation(
      (input: CreateLogStreamRequest) =>
        onGroup(cloud, 'CreateLogStream', input, input.logStreamName),
      (input): object => {
        const group = findGroup(store, input);
        const name = input.logStreamName ?? '';
        checkStreamName(name);
        if (store.stream(group.name, name) !== undefined) {
          throw new ResourceAlreadyExistsException('log stream');
        }
        store.putStream(newStream(cloud, group.name, name));
        return {};
      },
    ),
    DeleteLogStream: operation(
      (input: DeleteLogStreamRequest) =>
        onGroup(cloud, 'DeleteLogStream', input, input.logStreamName),
      (input): object => {
        const stream = store.stream(findGroup(store, input).name, input.logStreamName ?? '');
        if (stream === undefined) throw new ResourceNotFoundException('log stream');
        store.deleteStream(stream);
        return {};
      },
    ),
    DescribeLogStreams: operation(
      (input: DescribeLogStreamsRequest) => onGroup(cloud, 'DescribeLogStreams', input),
      (input) => describeStreams(cloud, store, input),
    ),
    ...tagOperations(store),
  };
}

function createGroup(cloud: Cloud, store: LogsStore, input: CreateLogGroupRequest): object {
  const name = groupNameOf(input);
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
    throw new InvalidParameterException(
      `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
    );
  }
  if (store.groups.has(name)) throw new ResourceAlreadyExistsException('log group');
  store.groups.put(name, {
    ...newGroup(cloud, name),
    tags: input.tags ?? {},
    kmsKeyId: input.kmsKeyId,
    logGroupClass: input.logGroupClass ?? 'STANDARD',
  });
  return {};
}

function checkStreamName(name: string): void {
  if (/^[^:*]{1,512}$/.test(name)) return;
  throw new InvalidParameterException(
    `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
  );
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
  const limit = input.limit ?? DESCRIBE_PAGE_SIZE;
  const range = {
    ...(input.logGroupNamePrefix !== undefined && { prefix: input.logGroupNamePrefix }),
    ...(input.nextToken !== undefined && { after: input.nextToken }),
  };
  const groups = [...store.groups.entries(range)]
    .map(([, group]) => group)
    .filter(({ name }) => name.includes(input.logGroupNamePattern ?? ''));
  const page = groups.slice(0, limit);
  const last = page.at(-1);
  return {
    logGroups: page.map((group) => renderGroup(cloud, store, group)),
    ...(groups.length > limit && last !== undefined && { nextToken: last.name }),
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
  const limit = input.limit ?? DESCRIBE_PAGE_SIZE;
  const byTime = input.orderBy === 'LastEventTime';
  if (byTime && input.logStreamNamePrefix !== undefined) {
    throw new InvalidParameterException(
      'Cannot order by LastEventTime with a logStreamNamePrefix.',
    );
  }
  const streams = [...store.streams(group.name, input.logStreamNamePrefix ?? '')];
  if (byTime) streams.sort((a, b) => (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0));
  if (input.descending === true) streams.reverse();
  const start = Number(input.nextToken ?? 0);
  const page = streams.slice(start, start + limit);
  return {
    logStreams: page.map((stream) => renderStream(cloud, stream)),
    ...(start + limit < streams.length && { nextToken: String(start + limit) }),
  };
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

function tagOperations(store: LogsStore): Readonly<Record<string, AnyOperation>> {
  const find = (arn: string | undefined) =>
    findGroup(store, arn === undefined ? {} : { logGroupIdentifier: arn });
  return {
    TagResource: operation(
      (input: TagResourceRequest) => on('TagResource', input.resourceArn),
      (input): object => {
        const group = find(input.resourceArn);
        store.groups.put(group.name, { ...group, tags: { ...group.tags, ...input.tags } });
        return {};
      },
    ),
    UntagResource: operation(
      (input: UntagResourceRequest) => on('UntagResource', input.resourceArn),
      (input): object => {
        const group = find(input.resourceArn);
        const left = Object.entries(group.tags).filter(([key]) => !input.tagKeys?.includes(key));
        store.groups.put(group.name, { ...group, tags: Object.fromEntries(left) });
        return {};
      },
    ),
    ListTagsForResource: operation(
      (input: ListTagsForResourceRequest) => on('ListTagsForResource', input.resourceArn),
      (input): ListTagsForResourceResponse => ({ tags: { ...find(input.resourceArn).tags } }),
    ),
  };
}

function on(action: string, arn: string | undefined) {
  return {
    action: `logs:${action}`,
    resource: arn ?? '*',
  };
}
