import { EVENT_FILTERS, type EventFilter } from './event-filter.ts';

/** The views of an execution. */
export const VIEWS = ['graph', 'states', 'timeline', 'events'] as const;
export type View = (typeof VIEWS)[number];

/** What is shown of an execution. */
export interface ExecutionSearch {
  /** @default graph */
  readonly view?: View;
  /** The selected state. */
  readonly state?: string;
  /** The event that entered the state. @default the last one */
  readonly visit?: number;
  /** The event after which the execution is shown. @default the last one */
  readonly at?: number;
  /** Of the events. @default all */
  readonly only?: EventFilter;
}

/** Reads the query of the page's address; what it does not know is left out. */
export function readExecutionSearch({
  view,
  state,
  visit,
  at,
  only,
}: Readonly<Record<string, unknown>>): ExecutionSearch {
  const known = VIEWS.find((each) => each === view);
  const filter = EVENT_FILTERS.find((each) => each === only);
  return {
    ...(known === undefined ? {} : { view: known }),
    ...(typeof state === 'string' ? { state } : {}),
    ...(isEventId(visit) ? { visit } : {}),
    ...(isEventId(at) ? { at } : {}),
    ...(filter === undefined ? {} : { only: filter }),
  };
}

function isEventId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
