import type { CreateTrainingJobRequest, SecondaryStatus } from '@aws-sdk/client-sagemaker';
import type { Table } from '../../../store/index.ts';
import type { SageMakerState } from '../state.ts';
import type { TrainingJobRecord, TrainingMetric } from './records.ts';
import { publishTrainingState } from './training-events.ts';
import type { Phase, TrainingResult } from './training-run.ts';

/** AWS's message of each secondary status. AWS documents that they may change, but people read them. */
const MESSAGES = {
  Starting: 'Starting the training job',
  Downloading: 'Downloading input data',
  Training: 'Training image download completed. Training in progress.',
  Uploading: 'Uploading generated training model',
  Stopping: 'Stopping the training job',
} as const;

/** Records the transitions and metrics of training jobs, and publishes each transition. */
export class TrainingProgress {
  readonly #sagemaker: SageMakerState;
  readonly #jobs: Table<TrainingJobRecord>;

  constructor(sagemaker: SageMakerState, jobs: Table<TrainingJobRecord>) {
    this.#sagemaker = sagemaker;
    this.#jobs = jobs;
  }

  begin(name: string, arn: string, input: CreateTrainingJobRequest): void {
    const now = this.#now();
    const job: TrainingJobRecord = {
      name,
      arn,
      input,
      status: 'InProgress',
      secondaryStatus: 'Starting',
      transitions: [],
      metrics: [],
      hasModel: false,
      creationTime: now,
      lastModifiedTime: now,
    };
    this.#change(job, 'Starting', MESSAGES.Starting);
  }

  enter(name: string, phase: Phase): void {
    const job = this.#jobs.get(name);
    // A stopping job keeps its status while it downloads or trains.
    if (job === undefined || (job.status === 'Stopping' && phase !== 'Uploading')) return;
    this.#change({ ...job, startTime: job.startTime ?? this.#now() }, phase, MESSAGES[phase]);
  }

  recordMetric(name: string, metric: TrainingMetric): void {
    const job = this.#jobs.get(name);
    if (job === undefined) return;
    const others = job.metrics.filter((known) => known.name !== metric.name);
    this.#jobs.put(name, { ...job, metrics: [...others, metric] });
    this.#sagemaker.cloud.recordMetric({
      namespace: '/aws/sagemaker/TrainingJobs',
      name: metric.name,
      dimensions: { TrainingJobName: name },
      value: metric.value,
      unit: 'None',
    });
  }

  stop(job: TrainingJobRecord): void {
    this.#change({ ...job, status: 'Stopping' }, 'Stopping', MESSAGES.Stopping);
  }

  end(job: TrainingJobRecord, { secondaryStatus, message, ...result }: TrainingResult): void {
    this.#change({ ...job, ...result, endTime: this.#now() }, secondaryStatus, message);
  }

  /** Ends the former transition, begins a new one, and publishes the change. */
  #change(job: TrainingJobRecord, status: SecondaryStatus, message: string): void {
    const now = this.#now();
    const former = job.transitions.map((transition) =>
      transition.endTime === undefined ? { ...transition, endTime: now } : transition,
    );
    const ended = job.endTime === undefined ? {} : { endTime: now };
    const changed: TrainingJobRecord = {
      ...job,
      secondaryStatus: status,
      transitions: [...former, { status, startTime: now, message, ...ended }],
      lastModifiedTime: now,
    };
    this.#jobs.put(job.name, changed);
    publishTrainingState(this.#sagemaker, changed);
  }

  #now(): number {
    return this.#sagemaker.cloud.clock.now();
  }
}
