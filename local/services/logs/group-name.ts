import type { Cloud } from '../../cloud/cloud.ts';
import type { Permission } from '../../cloud/service.ts';
import { InvalidParameterException, ResourceNotFoundException } from './errors.ts';
import type { GroupRecord, LogsStore } from './store.ts';

interface NamesGroup {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** The name of the group in a request that contains its name or ARN. */
export function groupNameOf(input: NamesGroup): string {
  if (input.logGroupName !== undefined && input.logGroupIdentifier !== undefined) {
    throw new InvalidParameterException(
      'Only one of the fields logGroupName or logGroupIdentifier can be specified.',
    );
  }
  const named = input.logGroupName ?? input.logGroupIdentifier;
  if (named === undefined || named === '') {
    throw new InvalidParameterException(
      'One of the fields logGroupName or logGroupIdentifier is required.',
    );
  }
  const [, name = named] = named.split(':log-group:');
  return name.replace(/:\*$/, '');
}

/** @throws ResourceNotFoundException */
export function findGroup(store: LogsStore, input: NamesGroup): GroupRecord {
  const group = store.groups.get(groupNameOf(input));
  if (group === undefined) throw new ResourceNotFoundException('log group');
  return group;
}

export function groupArn(cloud: Cloud, name: string): string {
  return cloud.arn('logs', `log-group:${name}`);
}

/** Policies name groups as `…:log-group:NAME:*`, so AWS authorizes every action on the ARN of a stream. */
export function onGroup(
  cloud: Cloud,
  action: string,
  input: NamesGroup,
  stream?: string,
): Permission {
  const name = input.logGroupName ?? input.logGroupIdentifier;
  const resource = name === undefined ? '*' : groupArn(cloud, groupNameOf(input));
  return { action: `logs:${action}`, resource: `${resource}:log-stream:${stream ?? ''}` };
}
