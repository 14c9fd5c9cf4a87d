import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { retryPauseMs } from '../../../host/retry-pause.ts';
import type { HostingContext } from './context.ts';
import { endpointLog, Instance } from './instance.ts';
import { MAX_PROCESSES_PER_VARIANT } from './limits.ts';
import { type PreparedContainer, prepareContainers } from './model-artifacts.ts';
import type { VariantSpec } from './records.ts';

const RESTART_PAUSES = { firstMs: 500, longestMs: 30_000 };

/**
 * The instances of one variant of one fleet. Up to `MAX_PROCESSES_PER_VARIANT` of them are real; a
 * crashed one is replaced, as AWS does, a little later each time.
 */
export class VariantFleet {
  readonly spec: VariantSpec;
  readonly #context: HostingContext;
  readonly #endpointName: string;
  readonly #folder: string;
  #prepared: readonly PreparedContainer[] = [];
  #instances: readonly Instance[] = [];
  #instanceCount = 0;
  #stopped = false;
  #restarts = 0;
  #turn = 0;
  /** Instances that were taken out and still answer what they had. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(
    context: HostingContext,
    endpointName: string,
    place: { readonly spec: VariantSpec; readonly folder: string },
  ) {
    this.#context = context;
    this.#endpointName = endpointName;
    this.spec = place.spec;
    this.#folder = join(place.folder, place.spec.name);
  }

  /** @throws FleetFailure; nothing is left running then */
  async start(instanceCount: number): Promise<void> {
    this.#prepared = await prepareContainers(this.#context.sagemaker, this.spec, this.#folder);
    await this.scaleTo(instanceCount);
  }

  get instanceCount(): number {
    return this.#instanceCount;
  }

  get processIds(): readonly number[] {
    return this.#instances.flatMap((instance) => instance.processIds);
  }

  get outstanding(): number {
    return this.#instances.reduce((sum, instance) => sum + instance.outstanding, 0);
  }

  /** The instance with the fewest requests; those with equally few take turns. */
  pick(): Instance | undefined {
    const count = this.#instances.length;
    let best: Instance | undefined;
    for (let offset = 0; offset < count; offset += 1) {
      const instance = this.#instances[(this.#turn + offset) % count];
      if (
        instance !== undefined &&
        (best === undefined || instance.outstanding < best.outstanding)
      ) {
        best = instance;
      }
    }
    this.#turn = (this.#turn + 1) % Math.max(1, count);
    return best;
  }

  /** Starts what is missing, or takes out what is too much once it has answered. */
  async scaleTo(instanceCount: number): Promise<void> {
    const processes = Math.min(instanceCount, MAX_PROCESSES_PER_VARIANT);
    const surplus = this.#instances.slice(processes);
    this.#instances = this.#instances.slice(0, processes);
    for (const instance of surplus) this.#leave(instance);
    const missing = processes - this.#instances.length;
    const started = await Promise.allSettled(
      Array.from({ length: Math.max(0, missing) }, () => this.#launch()),
    );
    const failed = started.find((result) => result.status === 'rejected');
    const fresh = started.flatMap((result) =>
      result.status === 'fulfilled' ? [result.value] : [],
    );
    if (failed !== undefined || this.#stopped) {
      await Promise.all(fresh.map((instance) => instance.stop()));
      if (failed !== undefined) throw failed.reason;
      return;
    }
    this.#instances = [...this.#instances, ...fresh];
    for (const instance of fresh) this.#watch(instance);
    this.#instanceCount = instanceCount;
  }

  /** Ends all processes once they have answered what they had; the caller sends no more. */
  async drain(): Promise<void> {
    this.#stopped = true;
    const instances = this.#instances;
    await Promise.all(instances.map((instance) => idle(instance)));
    this.#instances = [];
    await Promise.all([...instances.map((instance) => instance.stop()), ...this.#leaving]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Ends all processes now; what was unpacked stays for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const instances = this.#instances;
    this.#instances = [];
    await Promise.all(instances.map((instance) => instance.stop()));
  }

  #launch(): Promise<Instance> {
    const log = endpointLog(this.#endpointName, this.spec.name);
    return Instance.start(this.#context, log, this.spec, this.#prepared);
  }

  #leave(instance: Instance): void {
    const leaving = idle(instance).then(() => instance.stop());
    this.#leaving.add(leaving);
    void leaving.finally(() => this.#leaving.delete(leaving));
  }

  #watch(instance: Instance): void {
    void instance.crashed().then(() => this.#replace(instance));
  }

  async #replace(crashed: Instance): Promise<void> {
    if (this.#stopped || !this.#instances.includes(crashed)) return;
    const { logger } = this.#context.sagemaker.cloud;
    logger.warn(
      { endpoint: this.#endpointName, variant: this.spec.name, instance: crashed.id },
      'A model container ended by itself; the instance is replaced.',
    );
    this.#instances = this.#instances.filter((instance) => instance !== crashed);
    await crashed.stop();
    this.#restartLater();
  }

  #restartLater(): void {
    const pauseMs = retryPauseMs(this.#restarts, RESTART_PAUSES);
    this.#restarts += 1;
    setTimeout(() => void this.#restart(), pauseMs).unref();
  }

  async #restart(): Promise<void> {
    if (this.#stopped) return;
    try {
      await this.scaleTo(this.#instanceCount);
    } catch (error) {
      const { logger } = this.#context.sagemaker.cloud;
      logger.error({ endpoint: this.#endpointName, error }, 'The instance could not be replaced.');
      this.#restartLater();
    }
  }
}

const IDLE_POLL_MS = 5;

/** A request runs for at most its timeout, so this ends. In real time, as requests are. */
async function idle(instance: Instance): Promise<void> {
  while (instance.outstanding > 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, IDLE_POLL_MS);
    });
  }
}
