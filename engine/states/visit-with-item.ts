import { mapContext, type Thread } from '../execution/thread.ts';
import type { InspectionStage, Visit } from '../flow/visit.ts';
import type { MapItem } from '../host.ts';
import type { Json } from '../json.ts';

/** The visit to a Map, as `ItemSelector` sees it: with the item in the context object. */
export class VisitWithItem implements Visit {
  readonly #thread: Thread;
  readonly #item: MapItem;

  constructor(thread: Thread, item: MapItem) {
    this.#thread = thread;
    this.#item = item;
  }

  get input(): Json {
    return this.#thread.input;
  }

  context(): Json {
    return { ...this.#thread.context(), ...mapContext(this.#item) };
  }

  variable(name: string): Json | undefined {
    return this.#thread.variable(name);
  }

  assign(): void {
    throw new TypeError('An ItemSelector assigns nothing.');
  }

  now(): number {
    return this.#thread.now();
  }

  random(): number {
    return this.#thread.random();
  }

  uuid(): string {
    return this.#thread.uuid();
  }

  inspect(stage: InspectionStage, value: Json): void {
    this.#thread.inspect(stage, value);
  }
}
