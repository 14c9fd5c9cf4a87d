import { expect, it } from 'vitest';
import type { HistoryEvent } from '../../../engine/replay/index.ts';
import { type EventFilter, filterEvents } from './event-filter.ts';
import { readVisits } from './visits.ts';

const TYPES: readonly HistoryEvent['type'][] = [
  'ExecutionStarted',
  'TaskStateEntered',
  'TaskScheduled',
  'TaskFailed',
  'TaskScheduled',
  'TaskFailed',
  'TaskStateExited',
  'TaskStateEntered',
  'TaskScheduled',
  'TaskFailed',
  'TaskScheduled',
  'TaskSucceeded',
  'TaskStateExited',
  'FailStateEntered',
  'ExecutionFailed',
];

const events = TYPES.map(
  (type, index): HistoryEvent => ({
    id: index + 1,
    previousEventId: index,
    timestamp: index,
    type,
    frame: 0,
    details: {},
  }),
);

it.each<[EventFilter, readonly number[]]>([
  ['failed', [4, 6, 10, 14, 15]],
  ['retried', [4, 5, 10, 11]],
  ['caught', [6, 7]],
])('leaves what was %s', (filter, expected) => {
  expect(filterEvents(events, readVisits(events), filter).map(({ id }) => id)).toEqual(expected);
});
