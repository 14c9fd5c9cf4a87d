import type { ServiceEvent } from '../../../cloud/service.ts';
import type { Task } from './task.ts';

/** AWS polls in case an event was lost; the interval is not documented. */
const POLL_SECONDS = 60;

/** Waits for an event, the next poll or the end of the task. It misses no event between two waits. */
export class Changes {
  readonly #task: Task;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(task: Task, concerns: (event: ServiceEvent) => boolean) {
    this.#task = task;
    task.onEvent((event) => {
      if (concerns(event)) this.#change();
    });
    task.signal.addEventListener('abort', () => this.#change(), { once: true });
  }

  async next(): Promise<void> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        const timer = this.#task.cloud.clock.setTimer(POLL_SECONDS * 1000, resolve);
        this.#wake = () => {
          timer.cancel();
          resolve();
        };
      });
    }
    this.#changed = false;
    this.#wake = undefined;
  }

  #change(): void {
    this.#changed = true;
    this.#wake?.();
  }
}
