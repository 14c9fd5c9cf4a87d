import type { Table } from '../../../store/index.ts';
import type { HostingContext } from './context.ts';
import { EndpointFleets, type Target } from './endpoint-fleets.ts';
import { createEndpoint, deleteEndpoint, resizeEndpoint, startLive } from './endpoint-lifecycle.ts';
import type { EndpointParts } from './endpoint-parts.ts';
import { rollBack, rollOut } from './endpoint-rollout.ts';
import { EndpointState } from './endpoint-state.ts';
import { EndpointWork } from './endpoint-work.ts';
import type { Fleet } from './fleet.ts';
import type { EndpointRecord } from './records.ts';
import type { RollbackAlarms } from './rollback-alarms.ts';

export interface ControllerOptions {
  readonly context: HostingContext;
  readonly table: Table<EndpointRecord>;
  readonly alarms: RollbackAlarms;
  readonly name: string;
  /** Called when the endpoint is gone. */
  readonly onDeleted: () => void;
}

/**
 * One endpoint: its fleets, its traffic and the change in progress. Everything that must survive a kill
 * is in the record of the endpoint before it takes effect.
 */
export class EndpointController {
  readonly #parts: EndpointParts;
  readonly #onDeleted: () => void;

  constructor({ context, table, alarms, name, onDeleted }: ControllerOptions) {
    const { cloud } = context.sagemaker;
    const state = new EndpointState(context.sagemaker, table, name);
    const fleets = new EndpointFleets(context, state);
    const work = new EndpointWork(cloud, name);
    this.#parts = { cloud, state, fleets, work, alarms };
    this.#onDeleted = onDeleted;
  }

  get name(): string {
    return this.#parts.state.name;
  }

  get record(): EndpointRecord {
    return this.#parts.state.record;
  }

  /** The live fleet, and the green one during an update. */
  get fleets(): readonly Fleet[] {
    return this.#parts.fleets.all;
  }

  create(): void {
    this.#change(createEndpoint);
  }

  /** Carries out the deployment in the record. */
  deploy(): void {
    this.#change(rollOut);
  }

  /** Brings the variants to the sizes in the record. */
  resize(): void {
    this.#change(resizeEndpoint);
  }

  delete(): void {
    this.#change((parts) => this.#delete(parts));
  }

  /** Resumes the work of the record after a restart. A bake in progress starts again. */
  resume(): void {
    const { status, deployment, resizing } = this.record;
    if (status === 'Failed') return;
    if (status === 'Creating') return this.#begin(createEndpoint);
    if (status === 'Deleting') return this.#begin((parts) => this.#delete(parts));
    this.#parts.fleets.waitFor(startLive(this.#parts));
    if (deployment?.rollbackReason !== undefined) {
      const reason = deployment.rollbackReason;
      return this.#begin((parts) => rollBack(parts, deployment, reason));
    }
    if (deployment !== undefined) return this.#begin(rollOut);
    if (resizing !== undefined) return this.#begin(resizeEndpoint);
  }

  /** Ends the work and leaves the record as it is. */
  halt(): void {
    this.#parts.work.stop();
  }

  /** Ends the processes. */
  async stop(): Promise<void> {
    this.halt();
    await Promise.all(this.fleets.map((fleet) => fleet.stop()));
    await this.#parts.work.settled;
  }

  /** The target of the next request; undefined if the named variant does not exist. */
  target(variantName: string | undefined): Promise<Target | undefined> {
    return this.#parts.fleets.target(variantName);
  }

  /** The part of a production variant's traffic that is copied to the shadow variant. */
  shadowShare(fleet: Fleet): number {
    return this.#parts.fleets.shadowShare(fleet);
  }

  #change(task: (parts: EndpointParts) => Promise<void>): void {
    this.#parts.state.publish();
    this.#begin(task);
  }

  #begin(task: (parts: EndpointParts) => Promise<void>): void {
    this.#parts.work.begin(() => task(this.#parts));
  }

  async #delete(parts: EndpointParts): Promise<void> {
    await deleteEndpoint(parts);
    this.#onDeleted();
  }
}
