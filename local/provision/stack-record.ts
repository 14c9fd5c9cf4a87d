import type { Cloud } from '../cloud/cloud.ts';
import type { Table } from '../store/index.ts';
import type { Provisioned } from './resource-type.ts';

/** A resource as it was created, with what it was created from. */
export interface ResourceRecord extends Provisioned {
  readonly logicalId: string;
  readonly type: string;
  /** Digest of the resolved properties; another one means a change to apply. */
  readonly digest: string;
  /** Epoch milliseconds. */
  readonly appliedAt: number;
  /** Its DeletionPolicy keeps it when a template no longer holds it. */
  readonly isRetained?: true;
}

/** A stack as it stands; the CloudFormation service shows it. */
export interface StackRecord {
  readonly stackName: string;
  readonly stackId: string;
  readonly status: 'CREATE_COMPLETE' | 'UPDATE_COMPLETE';
  /** Digest of template and runtime; the same one means that nothing is to be done. */
  readonly digest: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly resources: readonly ResourceRecord[];
  readonly outputs: readonly StackOutput[];
  /** Resources and properties that have no effect here, in words. */
  readonly notEmulated: readonly string[];
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** Where stacks are remembered, by name. */
export function stackTable(cloud: Cloud): Table<StackRecord> {
  return cloud.store.table<StackRecord>('cloudformation.stacks', {
    stackName: 'string',
    stackId: 'string',
    status: 'string',
    digest: 'string',
    createdAt: 'number',
    updatedAt: 'number',
    resources: 'list',
    outputs: 'list',
    notEmulated: 'list',
  });
}
