import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostingContext } from './context.ts';
import type { FleetSpec } from './records.ts';
import { VariantFleet } from './variant-fleet.ts';

/** The processes of one endpoint config: blue or green. */
export class Fleet {
  readonly spec: FleetSpec;
  readonly variants: readonly VariantFleet[];
  readonly shadows: readonly VariantFleet[];
  readonly #folder: string;

  constructor(context: HostingContext, endpointName: string, spec: FleetSpec) {
    this.spec = spec;
    this.#folder = join(context.folder, endpointName, spec.id);
    const make = (variant: FleetSpec['variants'][number]) =>
      new VariantFleet(context, endpointName, { spec: variant, folder: this.#folder });
    this.variants = spec.variants.map(make);
    this.shadows = spec.shadows.map(make);
  }

  /**
   * Starts the instances of every variant.
   *
   * @throws FleetFailure; then no process is left running
   */
  async start(countOf: (variantName: string) => number): Promise<void> {
    const started = await Promise.allSettled(
      this.#all.map((variant) => variant.start(countOf(variant.spec.name))),
    );
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    await this.drain();
    throw failed.reason;
  }

  variant(name: string): VariantFleet | undefined {
    return this.#all.find((variant) => variant.spec.name === name);
  }

  /** Ends the processes after their last answers, and removes the unpacked models. */
  async drain(): Promise<void> {
    await Promise.all(this.#all.map((variant) => variant.drain()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Ends the processes immediately; the files stay for the next start. */
  async stop(): Promise<void> {
    await Promise.all(this.#all.map((variant) => variant.stop()));
  }

  get #all(): readonly VariantFleet[] {
    return [...this.variants, ...this.shadows];
  }
}
