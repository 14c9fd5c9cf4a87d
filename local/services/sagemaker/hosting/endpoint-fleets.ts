import { WeightedTurns } from '../../../cloud/weighted-turns.ts';
import type { HostingContext } from './context.ts';
import type { EndpointState } from './endpoint-state.ts';
import { Fleet } from './fleet.ts';
import type { FleetRecord, VariantState } from './records.ts';
import type { VariantFleet } from './variant-fleet.ts';

/** The fleet and variant that serve a request. */
export interface Target {
  readonly fleet: Fleet;
  readonly variant: VariantFleet;
}

/** The new fleet of an update, and the part of the traffic that it gets, from 0 to 1. */
interface GreenFleet {
  readonly fleet: Fleet;
  readonly share: number;
}

/** The fleets of one endpoint, and how requests are divided among them. */
export class EndpointFleets {
  readonly #context: HostingContext;
  readonly #state: EndpointState;
  readonly #fleetTurns = new WeightedTurns();
  readonly #variantTurns = new Map<string, WeightedTurns>();
  #live: Fleet;
  #green: GreenFleet | undefined;
  #ready: Promise<void> = Promise.resolve();

  constructor(context: HostingContext, state: EndpointState) {
    this.#context = context;
    this.#state = state;
    this.#live = this.#fleetOf(state.record.live);
  }

  /** The fleet that serves, or will serve once the endpoint is created. */
  get live(): Fleet {
    return this.#live;
  }

  /** The new fleet of an update. */
  get green(): Fleet | undefined {
    return this.#green?.fleet;
  }

  /** Resolves when the live fleet serves again after a restart of the runtime. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  get all(): readonly Fleet[] {
    return this.#green === undefined ? [this.#live] : [this.#live, this.#green.fleet];
  }

  /** Makes requests wait for the live fleet. */
  waitFor(ready: Promise<void>): void {
    this.#ready = ready;
  }

  /** Replaces a live fleet that failed to start. */
  renewLive(record: FleetRecord): void {
    this.#live = this.#fleetOf(record);
  }

  addGreen(record: FleetRecord): Fleet {
    const fleet = this.#fleetOf(record);
    this.#green = { fleet, share: 0 };
    return fleet;
  }

  /** Sends this part of the traffic, from 0 to 1, to the green fleet. */
  shift(share: number): void {
    if (this.#green !== undefined) this.#green = { ...this.#green, share };
  }

  dropGreen(): void {
    this.#green = undefined;
  }

  /** Makes the green fleet the live one. */
  promote(green: Fleet): void {
    this.#variantTurns.delete(this.#live.spec.id);
    this.#live = green;
    this.#green = undefined;
  }

  /** The target of the next request; undefined if the named variant does not exist. */
  async target(variantName: string | undefined): Promise<Target | undefined> {
    await this.#ready;
    const fleet = this.#nextFleet();
    const variant = fleet.variants[this.#nextVariant(fleet, variantName)];
    return variant === undefined ? undefined : { fleet, variant };
  }

  /** The part of a production variant's traffic that is copied to the shadow variant. */
  shadowShare(fleet: Fleet): number {
    const production = this.#weightOf(fleet, fleet.variants[0]?.spec.name);
    const shadow = this.#weightOf(fleet, fleet.shadows[0]?.spec.name);
    return production === 0 ? 0 : Math.min(1, shadow / production);
  }

  #nextFleet(): Fleet {
    if (this.#green === undefined) return this.#live;
    const { fleet, share } = this.#green;
    return this.#fleetTurns.next([1 - share, share]) === 1 ? fleet : this.#live;
  }

  #nextVariant(fleet: Fleet, variantName: string | undefined): number {
    const { variants } = fleet;
    if (variantName !== undefined) {
      return variants.findIndex((variant) => variant.spec.name === variantName);
    }
    if (variants.length === 1) return 0;
    let turns = this.#variantTurns.get(fleet.spec.id);
    if (turns === undefined) {
      turns = new WeightedTurns();
      this.#variantTurns.set(fleet.spec.id, turns);
    }
    return turns.next(variants.map((variant) => this.#weightOf(fleet, variant.spec.name)));
  }

  #weightOf(fleet: Fleet, variantName: string | undefined): number {
    return this.#stateOf(fleet, variantName)?.currentWeight ?? 0;
  }

  #stateOf(fleet: Fleet, variantName: string | undefined): VariantState | undefined {
    const { live, deployment } = this.#state.record;
    const record = live.spec.id === fleet.spec.id ? live : deployment?.green;
    return record?.states.find((state) => state.name === variantName);
  }

  #fleetOf(record: FleetRecord): Fleet {
    return new Fleet(this.#context, this.#state.name, record.spec);
  }
}
