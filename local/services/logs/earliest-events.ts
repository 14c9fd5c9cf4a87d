import type { FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { InvalidParameterException } from './errors.ts';
import { EVENT_OVERHEAD_BYTES, PAGE_BYTES } from './limits.ts';
import { Page } from './page.ts';

/** Where an event stands in a filtered listing: by time, then by stream, then by its place in the stream. */
export interface Place {
  readonly timestamp: number;
  readonly stream: string;
  readonly index: number;
}

interface Found {
  readonly place: Place;
  readonly event: FilteredLogEvent;
}

/** What is kept beyond one page before it is sorted and cut. */
const KEPT_PAGES = 2;

/**
 * The first events of a listing, however many match and in which order they are found: a page is kept in memory,
 * not all that match.
 */
export class EarliestEvents {
  readonly #limit: number;
  #found: Found[] = [];
  #bytes = 0;
  /** What is later was cut off already. */
  #end: Place | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(place: Place, event: FilteredLogEvent): void {
    if (this.#end !== undefined && comparePlaces(place, this.#end) > 0) return;
    this.#found.push({ place, event });
    this.#bytes += bytesOf(event);
    const isMuch =
      this.#found.length > KEPT_PAGES * this.#limit || this.#bytes > KEPT_PAGES * PAGE_BYTES;
    if (isMuch) this.#cut();
  }

  page() {
    this.#cut();
    return {
      events: this.#found.map(({ event }) => event),
      last: this.#found.at(-1)?.place,
      hasMore: this.#end !== undefined,
    };
  }

  #cut(): void {
    const page = new Page(this.#limit);
    const sorted = this.#found.sort((one, other) => comparePlaces(one.place, other.place));
    const kept = sorted.filter(({ event }) => page.takes(event.message ?? ''));
    if (kept.length < sorted.length) this.#end = kept.at(-1)?.place;
    this.#found = kept;
    this.#bytes = kept.reduce((bytes, { event }) => bytes + bytesOf(event), 0);
  }
}

function bytesOf({ message = '' }: FilteredLogEvent): number {
  return Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
}

export function comparePlaces(one: Place, other: Place): number {
  return (
    one.timestamp - other.timestamp ||
    (one.stream === other.stream ? 0 : compareNames(one.stream, other.stream)) ||
    one.index - other.index
  );
}

function compareNames(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

export function renderPlace({ timestamp, stream, index }: Place): string {
  return `${timestamp}/${index}/${stream}`;
}

/** @throws InvalidParameterException */
export function parsePlace(token: string): Place {
  const [, timestamp, index, stream] = /^(\d{1,15})\/(\d{1,15})\/(.+)$/su.exec(token) ?? [];
  if (stream === undefined) {
    throw new InvalidParameterException('The specified nextToken is invalid.');
  }
  return { timestamp: Number(timestamp), stream, index: Number(index) };
}
