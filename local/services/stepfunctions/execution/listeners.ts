import type { ServiceEvent } from '../../../cloud/service.ts';

export type EventListener = (event: ServiceEvent) => void;

/** The tasks in progress that listen for events. */
export class EventListeners {
  readonly #listeners = new Set<EventListener>();

  /** Returns a function that ends the subscription. */
  add(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  hear(event: ServiceEvent): void {
    // A copy, because a listener can end its subscription.
    const listeners = Array.from(this.#listeners);
    for (const listener of listeners) listener(event);
  }
}
