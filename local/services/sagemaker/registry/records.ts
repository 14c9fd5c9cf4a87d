import type {
  CreateModelPackageInput,
  ModelApprovalStatus,
  ModelPackageStatus,
} from '@aws-sdk/client-sagemaker';
import type { Store, Table } from '../../../store/index.ts';
import type { SageMakerState } from '../state.ts';

export interface ModelPackageGroupRecord {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly description?: string;
  /** The highest version so far; versions of deleted packages are not used again. */
  readonly lastVersion: number;
  readonly policy?: string;
}

export interface ModelPackageRecord {
  /** `<group>/<version>` of a versioned package. */
  readonly name: string;
  readonly arn: string;
  readonly group?: string;
  readonly version?: number;
  /** The request that created it, with later updates. */
  readonly input: Omit<CreateModelPackageInput, 'Tags' | 'ClientToken' | 'ModelApprovalStatus'>;
  readonly status: ModelPackageStatus;
  readonly approval?: ModelApprovalStatus;
  readonly approvalDescription?: string;
  readonly creationTime: number;
  /** Absent until the first update. */
  readonly lastModifiedTime?: number;
}

/** What the operations of the model registry share. */
export interface Registry extends SageMakerState {
  /** By name. */
  readonly groups: Table<ModelPackageGroupRecord>;
  /** By `packageKey`. */
  readonly packages: Table<ModelPackageRecord>;
  /** The ARN of the package that was created with a client token, by token. */
  readonly packageTokens: Table<string>;
}

export function openRegistry(sagemaker: SageMakerState): Registry {
  const { store } = sagemaker.cloud;
  return {
    ...sagemaker,
    groups: groupTable(store),
    packages: packageTable(store),
    packageTokens: store.table<string>('sagemaker.model-package-tokens', 'string'),
  };
}

function groupTable(store: Store): Table<ModelPackageGroupRecord> {
  return store.table('sagemaker.model-package-groups', {
    name: 'string',
    arn: 'string',
    creationTime: 'number',
    lastVersion: 'number',
  });
}

function packageTable(store: Store): Table<ModelPackageRecord> {
  return store.table('sagemaker.model-packages', {
    name: 'string',
    arn: 'string',
    input: 'object',
    status: 'string',
    creationTime: 'number',
  });
}

/** Versions are padded, so that the keys sort in the order of the versions. */
export function packageKey(group: string | undefined, name: string, version?: number): string {
  return group === undefined ? name : `${group}/${String(version).padStart(9, '0')}`;
}
