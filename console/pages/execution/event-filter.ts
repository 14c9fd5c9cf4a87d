import type { HistoryEvent } from '../../../engine/replay/index.ts';
import type { Visit } from './visits.ts';

/** What of a history can be looked at alone. */
export const EVENT_FILTERS = ['failed', 'retried', 'caught'] as const;
export type EventFilter = (typeof EVENT_FILTERS)[number];

const BAD_END = /^Execution(?:Failed|Aborted|TimedOut)$/;

/** The events that a filter leaves. */
export function filterEvents(
  events: readonly HistoryEvent[],
  visits: readonly Visit[],
  filter: EventFilter,
): readonly HistoryEvent[] {
  const ids = new Set(visits.flatMap(FINDERS[filter]));
  return events.filter(
    ({ id, type }) => ids.has(id) || (filter === 'failed' && BAD_END.test(type)),
  );
}

const FINDERS: Readonly<Record<EventFilter, (visit: Visit) => readonly number[]>> = {
  failed: ({ type, id, failures }) => [
    ...failures.map((failure) => failure.id),
    ...(type === 'Fail' ? [id] : []),
  ],
  /** Each further attempt, and the failure before it. */
  retried({ attempts, failures }) {
    return attempts.slice(1).flatMap((attempt) => {
      const before = failures.findLast(({ id }) => id < attempt);
      return before === undefined ? [attempt] : [before.id, attempt];
    });
  },
  /** The error, and the event with which the state left for its catcher. */
  caught({ attempts, failures, exitedId }) {
    const last = failures.at(-1);
    if (exitedId === undefined || last === undefined) return [];
    return last.id > (attempts.at(-1) ?? 0) ? [last.id, exitedId] : [];
  },
};
