import type {
  CreateModelPackageInput,
  ModelApprovalStatus,
  ModelPackageStatus,
} from '@aws-sdk/client-sagemaker';
import type { Table } from '../../../store/index.ts';
import type { SageMaker } from '../sagemaker.ts';

export interface ModelPackageGroupRecord {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly description?: string;
  /** The highest version ever given: those of deleted packages are not given again. */
  readonly lastVersion: number;
  readonly policy?: string;
}

export interface ModelPackageRecord {
  /** `<group>/<version>` of a versioned package. */
  readonly name: string;
  readonly arn: string;
  readonly group?: string;
  readonly version?: number;
  /** As created, with what updates changed. */
  readonly input: Omit<CreateModelPackageInput, 'Tags' | 'ClientToken' | 'ModelApprovalStatus'>;
  readonly status: ModelPackageStatus;
  readonly approval?: ModelApprovalStatus;
  readonly approvalDescription?: string;
  readonly creationTime: number;
  /** Absent until the first update. */
  readonly lastModifiedTime?: number;
}

export function groupTable(sagemaker: SageMaker): Table<ModelPackageGroupRecord> {
  return sagemaker.cloud.store.table('sagemaker.model-package-groups', {
    name: 'string',
    arn: 'string',
    creationTime: 'number',
    lastVersion: 'number',
  });
}

/** Versions sort as numbers do: the key of a versioned package pads them. */
export function packageTable(sagemaker: SageMaker): Table<ModelPackageRecord> {
  return sagemaker.cloud.store.table('sagemaker.model-packages', {
    name: 'string',
    arn: 'string',
    input: 'object',
    status: 'string',
    creationTime: 'number',
  });
}

export function packageKey(group: string | undefined, name: string, version?: number): string {
  return group === undefined ? name : `${group}/${String(version).padStart(9, '0')}`;
}
