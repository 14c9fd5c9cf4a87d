import { array, assert as check, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EarliestEvents, parsePlace, renderPlace } from './earliest-events.ts';

function pageOf(limit: number, places: readonly { t: number; s: number }[], message = 'x') {
  const events = new EarliestEvents(limit);
  for (const [index, { t, s }] of places.entries()) {
    const place = { timestamp: t, stream: `stream ${s}`, index };
    events.add(place, { message, timestamp: t, logStreamName: place.stream, eventId: `${index}` });
  }
  return events.page();
}

describe('the earliest events', () => {
  it('are the first of all in their order, found in any order', () => {
    const place = record({ t: integer({ min: 0, max: 9 }), s: integer({ min: 0, max: 3 }) });
    check(
      property(array(place, { maxLength: 60 }), integer({ min: 1, max: 8 }), (places, limit) => {
        const { events, hasMore } = pageOf(limit, places);

        const all = places
          .map(({ t, s }, index) => ({ t, s, index }))
          .toSorted((a, b) => a.t - b.t || a.s - b.s || a.index - b.index);
        const first = all.slice(0, limit).map(({ index }) => `${index}`);
        expect(events.map(({ eventId }) => eventId)).toEqual(first);
        expect(hasMore).toBe(all.length > limit);
      }),
    );
  });

  it('have at most a megabyte together', () => {
    const places = Array.from({ length: 50 }, (_, t) => ({ t: 50 - t, s: 0 }));
    const { events, last, hasMore } = pageOf(10_000, places, 'x'.repeat(200_000));

    expect(events.map(({ timestamp }) => timestamp)).toEqual([1, 2, 3, 4, 5]);
    expect(last).toEqual({ timestamp: 5, stream: 'stream 0', index: 45 });
    expect(hasMore).toBe(true);
  });
});

it('a place is a token and comes back', () => {
  const place = { timestamp: 1_764_000_000_000, stream: '2026/11/29/[$LATEST]a/b', index: 7 };

  expect(parsePlace(renderPlace(place))).toEqual(place);
  expect(() => parsePlace('12')).toThrow('The specified nextToken is invalid.');
});
