import type { ServiceEvent } from '../../../cloud/service.ts';

export type EventListener = (event: ServiceEvent) => void;

/** The tasks in flight that want to hear of events. */
export class EventListeners {
  readonly #listeners = new Set<EventListener>();

  /** Returns what ends the subscription. */
  add(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  hear(event: ServiceEvent): void {
    // A copy: a listener may end its subscription.
    const listeners = Array.from(this.#listeners);
    for (const listener of listeners) listener(event);
  }
}
