import type { Table } from '../../../store/index.ts';
import type { SageMakerState } from '../state.ts';
import { Stopped } from './endpoint-work.ts';
import { publishDeploymentState, publishEndpointState } from './events.ts';
import type {
  DeploymentRecord,
  EndpointRecord,
  FleetPhase,
  FleetRecord,
  VariantState,
} from './records.ts';

/** The fleets that a phase is about. */
type PhaseSubject = 'live' | 'green' | 'both';

/** The record of one endpoint, and the events about its changes. */
export class EndpointState {
  readonly #sagemaker: SageMakerState;
  readonly #table: Table<EndpointRecord>;
  readonly #name: string;

  constructor(sagemaker: SageMakerState, table: Table<EndpointRecord>, name: string) {
    this.#sagemaker = sagemaker;
    this.#table = table;
    this.#name = name;
  }

  get name(): string {
    return this.#name;
  }

  get record(): EndpointRecord {
    const record = this.#table.get(this.#name);
    if (record === undefined) throw new Error(`The endpoint ${this.#name} has no record.`);
    return record;
  }

  /** @throws Stopped when no update is in progress */
  get deployment(): DeploymentRecord {
    const { deployment } = this.record;
    if (deployment === undefined) throw new Stopped();
    return deployment;
  }

  change(change: Partial<EndpointRecord>): void {
    this.put({ ...this.record, ...change });
  }

  put(record: EndpointRecord): void {
    this.#table.put(this.#name, { ...record, lastModifiedTime: this.#now() });
  }

  delete(): void {
    this.#table.delete(this.#name);
  }

  publish(): void {
    publishEndpointState(this.#sagemaker, this.record);
  }

  /** Records a phase of an update in the fleets' variants, and publishes it. */
  enterPhase(
    subject: PhaseSubject,
    status: FleetPhase['status'],
    message: (state: VariantState) => string,
  ): void {
    const withPhase = (fleet: FleetRecord): FleetRecord => ({
      ...fleet,
      phase: {
        status,
        startTime: this.#now(),
        messages: Object.fromEntries(fleet.states.map((state) => [state.name, message(state)])),
      },
    });
    const { live, deployment } = this.record;
    this.change({
      live: subject === 'green' ? live : withPhase(live),
      ...(deployment === undefined || subject === 'live'
        ? {}
        : { deployment: { ...deployment, green: withPhase(deployment.green) } }),
    });
    publishDeploymentState(this.#sagemaker, this.record);
  }

  #now(): number {
    return this.#sagemaker.cloud.clock.now();
  }
}
