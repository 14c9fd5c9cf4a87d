import type { Schemas } from '../../../api/client/index.ts';
import {
  GrowingReplay,
  type JsonObject,
  type RenderedEvent,
  type Replay,
} from '../../../engine/replay/index.ts';
import { type Ending, readEndings } from './statuses.ts';
import { type Visit, VisitReader } from './visits.ts';

type ApiEvent = Schemas['HistoryEvent'];

/** All that the history of an execution says. */
export interface Recorded extends Replay {
  readonly visits: readonly Visit[];
  readonly endings: readonly Ending[];
  /** When the events were, ascending. */
  readonly times: readonly number[];
}

/** Reads a history that comes in parts. */
export class RecordedReader {
  readonly definition: JsonObject;
  readonly #replay: GrowingReplay;
  readonly #visits = new VisitReader();
  /** Those that were added. */
  #count = 0;

  constructor(definition: JsonObject) {
    this.definition = definition;
    this.#replay = new GrowingReplay(definition);
  }

  get count(): number {
    return this.#count;
  }

  /** Takes the events that follow, without gaps. */
  add(events: readonly ApiEvent[]): void {
    this.#replay.add(events.map(toRendered));
    this.#visits.add(this.#replay.read().events.slice(this.#count));
    this.#count += events.length;
  }

  read(): Recorded {
    const replayed = this.#replay.read();
    return {
      ...replayed,
      visits: this.#visits.visits,
      endings: readEndings(replayed.events),
      times: replayed.events.map(({ timestamp }) => timestamp),
    };
  }
}

function toRendered(event: ApiEvent): RenderedEvent {
  return {
    ...event,
    previousEventId: event.previousEventId ?? 0,
    timestamp: Date.parse(event.timestamp),
  } as RenderedEvent;
}
