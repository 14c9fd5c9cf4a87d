import type { Effort } from '../effort.ts';
import type { Thread } from '../execution/thread.ts';
import type { InspectionStage, Visit } from '../flow/visit.ts';
import type { MapItem } from '../host.ts';
import type { Json } from '../json.ts';

/**
 * The visit to a Map with the item in the context object, for `ItemSelector` only. The states of an iteration do
 * not see the item (https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html, and the
 * context object in AWS's error for a state that reads it).
 */
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

  get effort(): Effort {
    return this.#thread.effort;
  }

  context(): Json {
    const { index, value, key, source } = this.#item;
    return {
      ...this.#thread.context(),
      Map: {
        Item: {
          Index: index,
          Value: value,
          ...(key !== undefined && { Key: key }),
          ...(source !== undefined && { Source: source }),
        },
      },
    };
  }

  variable(name: string): Json | undefined {
    return this.#thread.variable(name);
  }

  assign(): void {
    throw new TypeError('An ItemSelector cannot assign variables.');
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
