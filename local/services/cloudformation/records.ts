import type {
  Change,
  ChangeSetStatus,
  ExecutionStatus,
  Parameter,
  ResourceStatus,
  Tag,
} from '@aws-sdk/client-cloudformation';
import type { Cloud } from '../../cloud/cloud.ts';
import { type TemplateRecord, templateTable } from '../../provision/index.ts';
import type { Log, Table } from '../../store/index.ts';

export interface ChangeSetRecord {
  readonly id: string;
  readonly name: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly status: ChangeSetStatus;
  readonly reason?: string;
  readonly execution: ExecutionStatus;
  readonly template: string;
  readonly parameters: readonly Parameter[];
  readonly tags: readonly Tag[];
  readonly capabilities: readonly string[];
  readonly changes: readonly Change[];
  readonly createdAt: number;
}

export interface EventRecord {
  readonly id: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status:
    | ResourceStatus
    | 'REVIEW_IN_PROGRESS'
    | 'ROLLBACK_COMPLETE'
    | 'ROLLBACK_IN_PROGRESS'
    | 'UPDATE_ROLLBACK_COMPLETE'
    | 'UPDATE_ROLLBACK_IN_PROGRESS';
  readonly reason?: string;
  readonly at: number;
}

/** The tables of CloudFormation beside the stacks, which provisioning writes. */
export class CloudFormationStore {
  readonly changeSets: Table<ChangeSetRecord>;
  readonly templates: Table<TemplateRecord>;
  /** By the id of the stack. */
  readonly events: Log<EventRecord>;

  constructor(cloud: Cloud) {
    const { store } = cloud;
    this.changeSets = store.table('cloudformation.change-sets', {
      id: 'string',
      name: 'string',
      stackName: 'string',
      stackId: 'string',
      type: 'string',
      status: 'string',
      execution: 'string',
      template: 'string',
      parameters: 'list',
      tags: 'list',
      capabilities: 'list',
      changes: 'list',
      createdAt: 'number',
    });
    this.templates = templateTable(cloud);
    this.events = store.log('cloudformation.events');
  }

  /** The change sets of a stack. */
  changeSetsOf(stackName: string): readonly ChangeSetRecord[] {
    const prefix = `${stackName}|`;
    return Array.from(this.changeSets.entries({ prefix }), ([, changeSet]) => changeSet);
  }

  putChangeSet(changeSet: ChangeSetRecord): void {
    this.changeSets.put(`${changeSet.stackName}|${changeSet.name}`, changeSet);
  }

  deleteChangeSet({ name, stackName }: ChangeSetRecord): void {
    this.changeSets.delete(`${stackName}|${name}`);
  }
}
