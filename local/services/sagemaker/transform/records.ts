import type { CreateTransformJobRequest, TransformJobStatus } from '@aws-sdk/client-sagemaker';
import type { Table } from '../../../store/index.ts';
import type { ContainerSpec } from '../hosting/records.ts';
import type { JobRecord } from '../jobs/records.ts';
import type { SageMakerState } from '../state.ts';

export interface TransformJobRecord extends JobRecord {
  readonly input: CreateTransformJobRequest;
  readonly status: TransformJobStatus;
  /** A copy: the model may be deleted while the job runs. */
  readonly model: TransformModel;
}

export interface TransformModel {
  readonly name: string;
  readonly roleArn: string;
  readonly containers: readonly ContainerSpec[];
}

export function transformTable(sagemaker: SageMakerState): Table<TransformJobRecord> {
  return sagemaker.cloud.store.table('sagemaker.transform-jobs', {
    name: 'string',
    arn: 'string',
    creationTime: 'number',
    lastModifiedTime: 'number',
    input: 'object',
    status: 'string',
    model: { name: 'string', roleArn: 'string', containers: ['object'] },
  });
}
