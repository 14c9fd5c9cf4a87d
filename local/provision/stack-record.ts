import type { Cloud } from '../cloud/cloud.ts';
import type { Table } from '../store/index.ts';
import type { Properties, Provisioned } from './resource-type.ts';

/** A provisioned resource, with a digest of its properties. */
export interface ResourceRecord extends Provisioned {
  readonly logicalId: string;
  readonly type: string;
  /** A digest of the resolved properties; a different one means an update. */
  readonly digest: string;
  /** The resolved properties, for a rollback; records of earlier versions have none. */
  readonly properties?: Properties;
  /** Epoch milliseconds. */
  readonly appliedAt: number;
  /** Whether its DeletionPolicy retains it when a template no longer has it. */
  readonly isRetained?: true;
}

/** A provisioned stack; the CloudFormation service shows it. */
export interface StackRecord {
  readonly stackName: string;
  readonly stackId: string;
  readonly status:
    | 'CREATE_COMPLETE'
    | 'ROLLBACK_COMPLETE'
    | 'ROLLBACK_FAILED'
    | 'UPDATE_IN_PROGRESS'
    | 'UPDATE_COMPLETE'
    | 'UPDATE_ROLLBACK_COMPLETE'
    | 'UPDATE_ROLLBACK_FAILED';
  /** A digest of template and runtime; the same one means that nothing has to be done. Empty while it is updated. */
  readonly digest: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly resources: readonly ResourceRecord[];
  readonly outputs: readonly StackOutput[];
  /** Descriptions of resources and properties that have no effect here. */
  readonly notEmulated: readonly string[];
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** The table of stacks, by name. */
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

/** What a stack was last given; the CloudFormation service shows it. */
export interface TemplateRecord {
  readonly template: string;
  readonly parameters: readonly {
    readonly ParameterKey?: string | undefined;
    readonly ParameterValue?: string | undefined;
  }[];
  readonly tags: readonly {
    readonly Key: string | undefined;
    readonly Value: string | undefined;
  }[];
  /** Undefined for a stack that the runtime's start has provisioned. */
  readonly changeSetId?: string;
}

/** The table of templates, by the name of the stack. */
export function templateTable(cloud: Cloud): Table<TemplateRecord> {
  return cloud.store.table<TemplateRecord>('cloudformation.templates', {
    template: 'string',
    parameters: 'list',
    tags: 'list',
  });
}
