import type {
  CreateProcessingJobRequest,
  CreateTrainingJobRequest,
  ProcessingJobStatus,
  SecondaryStatus,
  TrainingJobStatus,
} from '@aws-sdk/client-sagemaker';
import type { Table } from '../../../store/index.ts';
import type { SageMakerState } from '../state.ts';

/** What jobs of every kind have in common. Times are in epoch milliseconds. */
export interface JobRecord {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly creationTime: number;
  readonly lastModifiedTime: number;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly failureReason?: string;
}

export interface ProcessingJobRecord extends JobRecord {
  readonly input: CreateProcessingJobRequest;
  readonly status: ProcessingJobStatus;
  readonly exitMessage?: string;
}

interface TrainingTransition {
  readonly status: SecondaryStatus;
  readonly startTime: number;
  readonly endTime?: number;
  readonly message: string;
}

export interface TrainingMetric {
  readonly name: string;
  readonly value: number;
  readonly timestamp: number;
}

export interface TrainingJobRecord extends JobRecord {
  readonly input: CreateTrainingJobRequest;
  readonly status: TrainingJobStatus;
  readonly secondaryStatus: SecondaryStatus;
  readonly transitions: readonly TrainingTransition[];
  readonly metrics: readonly TrainingMetric[];
  /** Whether the job uploaded a model.tar.gz. */
  readonly hasModel: boolean;
}

export function processingTable(sagemaker: SageMakerState): Table<ProcessingJobRecord> {
  return sagemaker.cloud.store.table('sagemaker.processing-jobs', {
    name: 'string',
    arn: 'string',
    creationTime: 'number',
    lastModifiedTime: 'number',
    input: 'object',
    status: 'string',
  });
}

export function trainingTable(sagemaker: SageMakerState): Table<TrainingJobRecord> {
  return sagemaker.cloud.store.table('sagemaker.training-jobs', {
    name: 'string',
    arn: 'string',
    creationTime: 'number',
    lastModifiedTime: 'number',
    input: 'object',
    status: 'string',
    secondaryStatus: 'string',
    transitions: 'list',
    metrics: 'list',
    hasModel: 'boolean',
  });
}
