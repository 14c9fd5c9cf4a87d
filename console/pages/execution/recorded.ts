import type { Schemas } from '../../../api/client/index.ts';
import {
  type JsonObject,
  type RenderedEvent,
  type Replay,
  replay,
} from '../../../engine/replay/index.ts';
import { type Ending, readEndings } from './statuses.ts';
import { readVisits, type Visit } from './visits.ts';

type ApiEvent = Schemas['HistoryEvent'];

/** All that the history of an execution says. */
export interface Recorded extends Replay {
  readonly visits: readonly Visit[];
  readonly endings: readonly Ending[];
  /** When the events were, ascending. */
  readonly times: readonly number[];
}

/** Reads a history, or the first part of one. */
export function readRecorded(definition: JsonObject, events: readonly ApiEvent[]): Recorded {
  const rendered = events.map(
    (event) =>
      ({
        ...event,
        previousEventId: event.previousEventId ?? 0,
        timestamp: Date.parse(event.timestamp),
      }) as RenderedEvent,
  );
  const replayed = replay(definition, rendered);
  return {
    ...replayed,
    visits: readVisits(replayed.events),
    endings: readEndings(replayed.events),
    times: rendered.map(({ timestamp }) => timestamp),
  };
}
