import type { Failure } from '../../../../engine/index.ts';
import type { ServiceEvent } from '../../../cloud/service.ts';
import type { ExecutionRecord } from '../stores/execution-store.ts';
import type { ExpressRecord } from '../stores/express-store.ts';
import { ExpressExecutions, type SyncExecution } from './express-executions.ts';
import { Forgetting } from './forgetting.ts';
import { MapRuns } from './map-runs.ts';
import type { StartRequest } from './records.ts';
import { ResumeFence } from './resume-fence.ts';
import type { RunnerServices } from './runner-services.ts';
import { RunningExecutions } from './running-executions.ts';
import { StandardExecutions } from './standard-executions.ts';

/** Runs executions on the engine: what operations and the cloud can do with them. */
export class Runner {
  readonly #services: RunnerServices;
  readonly #running: RunningExecutions;
  readonly #forgetting: Forgetting;
  readonly #standard: StandardExecutions;
  readonly #express: ExpressExecutions;
  readonly #mapRuns: MapRuns;
  readonly #fence: ResumeFence;

  constructor(services: RunnerServices) {
    this.#services = services;
    this.#fence = new ResumeFence(services.cloud.store);
    const running = new RunningExecutions(services);
    const forgetting = new Forgetting(services);
    const standard = new StandardExecutions(services, {
      running,
      forgetting,
      startMapRun: (plan, parent) => this.#mapRuns.starter(plan, parent),
    });
    const express = new ExpressExecutions(services, running);
    this.#running = running;
    this.#forgetting = forgetting;
    this.#standard = standard;
    this.#express = express;
    this.#mapRuns = new MapRuns(services, { running, standard, express });
  }

  /** Starts a Standard execution. */
  start(request: StartRequest): ExecutionRecord {
    return this.#standard.start(request);
  }

  /** Starts an asynchronous Express execution. */
  startExpress(request: StartRequest): ExpressRecord {
    return this.#express.start(request);
  }

  /** Starts a synchronous Express execution. */
  startSync(request: StartRequest): SyncExecution {
    return this.#express.startSync(request);
  }

  stop(arn: string, failure: Failure): void {
    this.#running.stop(arn, failure);
  }

  /** Continues a failed execution from its failed state. Returns the date of the redrive. */
  redrive(execution: ExecutionRecord, token: string | undefined): number {
    return this.#standard.redrive(execution, token);
  }

  /** Whether a machine has executions in progress. */
  hasRunning(machineArn: string): boolean {
    return this.#running.hasAny(machineArn);
  }

  /** Applies UpdateMapRun to a map run in progress. */
  mapRunChanged(arn: string): void {
    this.#mapRuns.changed(arn);
  }

  /** Hands an event of another service to the tasks that wait for one. */
  hear(event: ServiceEvent): void {
    this.#running.hear(event);
  }

  /** Resumes the executions that ran when the last runtime ended. */
  async resumeAll(): Promise<void> {
    const { executions } = this.#services;
    this.#forgetting.sweep();
    const standard: ExecutionRecord[] = [];
    // A map run resumes its own children: Express children start again as new executions.
    for (const execution of executions.running()) {
      if (execution.type === 'EXPRESS') executions.remove(execution);
      else if (execution.mapRunArn === undefined) standard.push(execution);
    }
    await this.#fence.resume([
      ...standard.map((execution) => this.#standard.resumption(execution)),
      ...this.#express.resumptions(),
    ]);
    this.#mapRuns.abortOrphans();
  }

  /** The runtime ends: executions take no further step, and the next runtime resumes them. */
  close(): void {
    this.#fence.halt();
    this.#running.close();
    this.#forgetting.cancel();
  }
}
