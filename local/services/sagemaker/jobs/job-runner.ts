import type { Table } from '../../../store/index.ts';
import { ResourceInUse, ValidationException } from '../errors.ts';
import { MAX_FAILURE_REASON_CHARACTERS } from '../limits.ts';
import type { SageMakerState } from '../state.ts';
import type { JobRecord } from './records.ts';
import { Gate } from './run-container.ts';

/** How a run is ended before its container ends. */
export interface RunControl {
  /** Aborted when the job is stopped by a request. */
  readonly stop: AbortSignal;
  /** True when the runtime stops: the job stays in progress and runs again at the next start. */
  readonly isAbandoned: () => boolean;
}

/** What each kind of job does differently. */
export interface JobKind<Job extends JobRecord, Result> {
  readonly label: 'processing job' | 'training job' | 'transform job';
  readonly jobs: Table<Job>;
  /** AWS's message for a job that does not exist. */
  missing(name: string | undefined): string;
  /** AWS's message for the name of an existing job. */
  taken(job: Job): string;
  run(job: Job, control: RunControl): Promise<Result>;
  /** The result of a job that this runtime failed to run. */
  failed(reason: string): Result;
  /** The result of a job that was stopping when the runtime stopped. */
  stopped(job: Job): Result;
  /** Records that a job is stopping, and publishes it. */
  recordStop(job: Job): void;
  /** Records how a job ended, and publishes it. */
  recordEnd(job: Job, result: Result): void;
}

/** Runs the jobs of one kind: each once, in the background. */
export class JobRunner<Job extends JobRecord, Result> {
  readonly #sagemaker: SageMakerState;
  readonly #kind: JobKind<Job, Result>;
  readonly #controllers = new Map<string, AbortController>();
  readonly #runs = new Set<Promise<void>>();
  readonly #gate = new Gate();
  #isAbandoned = false;

  constructor(sagemaker: SageMakerState, kind: JobKind<Job, Result>) {
    this.#sagemaker = sagemaker;
    this.#kind = kind;
  }

  /** @throws ValidationException if there is no such job */
  find(name: string | undefined): Job {
    const job = this.#kind.jobs.get(name ?? '');
    if (job === undefined) throw new ValidationException(this.#kind.missing(name));
    return job;
  }

  /** @throws ResourceInUse if there is such a job */
  checkUnused(name: string): void {
    const job = this.#kind.jobs.get(name);
    if (job !== undefined) throw new ResourceInUse(this.#kind.taken(job));
  }

  /** Runs a job that is recorded as in progress. */
  start(name: string): void {
    const controller = new AbortController();
    this.#controllers.set(name, controller);
    const control = { stop: controller.signal, isAbandoned: () => this.#isAbandoned };
    const run = this.#passGate(() => this.#run(name, control))
      .catch((error: unknown) => {
        if (this.#isAbandoned) return;
        this.#logger.error({ job: name, error: String(error) }, 'A job run failed');
      })
      .finally(() => {
        this.#controllers.delete(name);
        this.#runs.delete(run);
      });
    this.#runs.add(run);
  }

  /** @throws ValidationException if the job has ended */
  stop(name: string | undefined): void {
    const job = this.find(name);
    if (job.status === 'Stopping') return;
    if (job.status !== 'InProgress') {
      throw new ValidationException(
        `The request was rejected because the ${this.#kind.label} is in status ${job.status}.`,
      );
    }
    this.#kind.recordStop(job);
    this.#controllers.get(job.name)?.abort();
  }

  /** Runs the jobs again that were in progress when the runtime stopped. */
  resume(): void {
    for (const [name, job] of this.#kind.jobs.entries()) {
      if (job.status === 'InProgress') this.start(name);
      if (job.status === 'Stopping') this.#kind.recordEnd(job, this.#kind.stopped(job));
    }
  }

  /** Ends every run without a result. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  /** Resolves once no run uses its folder any more, so that the next start can use it. */
  async ended(): Promise<void> {
    await Promise.all(this.#runs);
  }

  async #passGate(work: () => Promise<void>): Promise<void> {
    await this.#gate.pass(async () => {
      // Jobs take real time, so a faster clock must wait for them.
      const release = this.#sagemaker.cloud.clock.hold();
      try {
        if (!this.#isAbandoned) await work();
      } finally {
        release();
      }
    });
  }

  async #run(name: string, control: RunControl): Promise<void> {
    const result = await this.#resultOf(this.find(name), control);
    if (!this.#isAbandoned) this.#kind.recordEnd(this.find(name), result);
  }

  /** An error of this runtime ends the job with AWS's internal error. */
  async #resultOf(job: Job, control: RunControl): Promise<Result> {
    try {
      return await this.#kind.run(job, control);
    } catch (error) {
      if (!this.#isAbandoned) {
        this.#logger.error(
          { job: job.name, error: String(error) },
          `A ${this.#kind.label} failed to run`,
        );
      }
      const reason = `InternalServerError: We encountered an internal error. Please try again. (${String(error)})`;
      return this.#kind.failed(reason.slice(0, MAX_FAILURE_REASON_CHARACTERS));
    }
  }

  get #logger() {
    return this.#sagemaker.cloud.logger;
  }
}
