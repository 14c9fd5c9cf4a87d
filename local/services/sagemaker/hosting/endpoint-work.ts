import type { Cloud } from '../../../cloud/cloud.ts';

/** Thrown when the runtime stops: the work resumes at the next start. */
export class Stopped extends Error {}

/** The background work of one endpoint: one task after the other, until the runtime stops. */
export class EndpointWork {
  readonly #cloud: Cloud;
  readonly #endpointName: string;
  readonly #stopping = new AbortController();
  #last: Promise<void> = Promise.resolve();

  constructor(cloud: Cloud, endpointName: string) {
    this.#cloud = cloud;
    this.#endpointName = endpointName;
  }

  /** Aborted when the runtime stops. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Resolves when no task is left; never rejects. */
  get settled(): Promise<void> {
    return this.#last;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** @throws Stopped */
  checkStopped(): void {
    if (this.signal.aborted) throw new Stopped();
  }

  isStop(error: unknown): boolean {
    return error instanceof Stopped || this.signal.aborted;
  }

  /** Runs a task after those that were begun before. */
  begin(task: () => Promise<void>): void {
    const former = this.#last;
    this.#last = (async () => {
      await former;
      try {
        await task();
      } catch (error) {
        if (this.isStop(error)) return;
        this.#cloud.logger.error(
          { endpoint: this.#endpointName, error },
          'A task of an endpoint failed',
        );
      }
    })();
  }

  /** Holds the clock during the task, because processes start in real time. */
  async holdingClock(task: () => Promise<void>): Promise<void> {
    const release = this.#cloud.clock.hold();
    try {
      await task();
    } finally {
      release();
    }
  }

  /** Waits in real time; returns early when the runtime stops. */
  pause(realMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, realMs);
      this.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
