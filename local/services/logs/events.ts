import type {
  CloudWatchLogs,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
  OutputLogEvent,
  PutLogEventsRequest,
  PutLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Cloud } from '../../cloud/cloud.ts';
import type { OperationTable } from '../../cloud/operation.ts';
import { SharedTime } from '../../host/shared-time.ts';
import { comparePlaces, EarliestEvents, parsePlace, renderPlace } from './earliest-events.ts';
import { InvalidParameterException, ResourceNotFoundException } from './errors.ts';
import { compileFilter } from './filter-pattern.ts';
import { findGroup, onGroup } from './group-name.ts';
import { append, type IncomingEvent, recordMetricsInTurns } from './ingest.ts';
import {
  EVENT_OVERHEAD_BYTES,
  EVENTS_PER_PAGE,
  NEWEST_EVENT_MS,
  OLDEST_EVENT_MS,
  PUT_BYTES,
  PUT_SPAN_MS,
} from './limits.ts';
import { Message } from './message.ts';
import { Page } from './page.ts';
import type { LogsState } from './state.ts';
import { type EventRecord, type LogsStore, type StreamRecord, streamKey } from './store.ts';

/** Writing and reading events. */
export const eventOperations: OperationTable<CloudWatchLogs, LogsState> = {
  PutLogEvents: {
    permissions: (input: PutLogEventsRequest, { cloud }) =>
      onGroup(cloud, 'PutLogEvents', input, input.logStreamName),
    run: (input: PutLogEventsRequest, { cloud, store }) => putEvents(cloud, store, input),
  },
  GetLogEvents: {
    readOnly: true,
    permissions: (input: GetLogEventsRequest, { cloud }) =>
      onGroup(cloud, 'GetLogEvents', input, input.logStreamName),
    run: (input: GetLogEventsRequest, { store }) => getEvents(store, input),
  },
  FilterLogEvents: {
    readOnly: true,
    permissions: (input: FilterLogEventsRequest, { cloud }) =>
      onGroup(cloud, 'FilterLogEvents', input),
    run: (input: FilterLogEventsRequest, { store }) => filterEvents(store, input),
  },
};

function findStream(
  store: LogsStore,
  input: {
    readonly logGroupName?: string | undefined;
    readonly logGroupIdentifier?: string | undefined;
    readonly logStreamName: string | undefined;
  },
): StreamRecord {
  const group = findGroup(store, input);
  const stream = store.stream(group.name, input.logStreamName ?? '');
  if (stream === undefined) throw new ResourceNotFoundException('log stream');
  return stream;
}

async function putEvents(
  cloud: Cloud,
  store: LogsStore,
  input: PutLogEventsRequest,
): Promise<PutLogEventsResponse> {
  const stream = findStream(store, input);
  const given = input.logEvents as readonly IncomingEvent[];
  const events = given.map(({ timestamp, message }) => ({ timestamp, message }));
  checkEvents(events);
  const now = cloud.clock.now();
  const tooOld = events.filter(({ timestamp }) => timestamp < now - OLDEST_EVENT_MS).length;
  const firstTooNew = events.findIndex(({ timestamp }) => timestamp > now + NEWEST_EVENT_MS);
  const end = firstTooNew < 0 ? events.length : firstTooNew;
  const taken = events.slice(tooOld, end);
  append(cloud, store, stream, taken);
  await recordMetricsInTurns(cloud, store, stream.group, taken);
  const rejected = {
    ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    ...(firstTooNew >= 0 && { tooNewLogEventStartIndex: firstTooNew }),
  };
  return {
    nextSequenceToken: String(store.events.length(streamKey(stream.group, stream.name))),
    ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
  };
}

function checkEvents(
  events: readonly { readonly timestamp: number; readonly message: string }[],
): void {
  let bytes = 0;
  let last = 0;
  for (const { timestamp, message } of events) {
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    if (timestamp < last) {
      throw new InvalidParameterException(
        'Log events in a single PutLogEvents request must be in chronological order.',
      );
    }
    last = timestamp;
  }
  const first = events[0]?.timestamp ?? 0;
  if (last - first > PUT_SPAN_MS) {
    throw new InvalidParameterException(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
  if (bytes > PUT_BYTES) {
    throw new InvalidParameterException(
      `Upload too large: ${bytes} bytes exceeds limit of ${PUT_BYTES}`,
    );
  }
}

interface Span {
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
}

/** GetLogEvents excludes events at the end time, FilterLogEvents includes them. */
function isWithin(event: EventRecord, { startTime, endTime }: Span, inclusive: boolean): boolean {
  if (startTime !== undefined && event.t < startTime) return false;
  return endTime === undefined || (inclusive ? event.t <= endTime : event.t < endTime);
}

function getEvents(store: LogsStore, input: GetLogEventsRequest): GetLogEventsResponse {
  const stream = findStream(store, input);
  const key = streamKey(stream.group, stream.name);
  const length = store.events.length(key);
  const limit = Math.min(input.limit ?? EVENTS_PER_PAGE, EVENTS_PER_PAGE);
  const [direction, position] = parseToken(input.nextToken);
  const forwards = direction === undefined ? input.startFromHead === true : direction === 'f';
  const start = store.events.first(key);
  const from = Math.max(start, position ?? (forwards ? start : length));
  const found = collect(store, key, { from, forwards, limit, span: input });
  const first = found.at(0)?.index ?? from;
  const last = found.at(-1)?.index ?? from - 1;
  return {
    events: found.map(({ event }) => render(event)),
    nextForwardToken: `f/${String(last + 1).padStart(20, '0')}`,
    nextBackwardToken: `b/${String(first).padStart(20, '0')}`,
  };
}

function parseToken(
  token: string | undefined,
): readonly ['f' | 'b' | undefined, number | undefined] {
  if (token === undefined) return [undefined, undefined];
  const match = /^([fb])\/(\d+)$/.exec(token);
  if (match === null) {
    throw new InvalidParameterException('The specified nextToken is invalid.');
  }
  return [match[1] as 'f' | 'b', Number(match[2])];
}

interface Collecting {
  /** Forwards: the index of the first event; backwards: the index after the last event. */
  readonly from: number;
  readonly forwards: boolean;
  readonly limit: number;
  readonly span: Span;
}

/** Number of events per read: fewer where events are long, because a read blocks other work. */
class BlockSize {
  static readonly #FEWEST = 16;
  static readonly #MOST = 512;
  static readonly #CHARACTERS = 1_048_576;

  next = BlockSize.#FEWEST;

  note(block: readonly EventRecord[]): void {
    let characters = 0;
    for (const { m } of block) characters += m.length;
    const each = Math.max(1, characters / Math.max(1, block.length));
    const count = Math.floor(BlockSize.#CHARACTERS / each);
    this.next = Math.min(BlockSize.#MOST, Math.max(1, count));
  }
}

/** Reads blocks of a stream until the page is full. The result is in the order of the stream. */
function collect(
  store: LogsStore,
  key: string,
  { from, forwards, limit, span }: Collecting,
): readonly { readonly index: number; readonly event: EventRecord }[] {
  const length = store.events.length(key);
  const found: { readonly index: number; readonly event: EventRecord }[] = [];
  const page = new Page(limit);
  const blocks = new BlockSize();
  let index = forwards ? from : from - 1;
  while (!page.isFull && index >= store.events.first(key) && index < length) {
    const block = store.events.read(key, { from: index, limit: blocks.next, reverse: !forwards });
    if (block.length === 0) break;
    blocks.note(block);
    for (const event of block) {
      if (isWithin(event, span, false) && page.takes(event.m)) found.push({ index, event });
      index += forwards ? 1 : -1;
    }
  }
  return forwards ? found : found.reverse();
}

function render(event: EventRecord): OutputLogEvent {
  return { timestamp: event.t, message: event.m, ingestionTime: event.i };
}

async function filterEvents(
  store: LogsStore,
  input: FilterLogEventsRequest,
): Promise<FilterLogEventsResponse> {
  if ((input.logStreamNames ?? []).length > 0 && input.logStreamNamePrefix !== undefined) {
    throw new InvalidParameterException(
      'Only one of the fields logStreamNames or logStreamNamePrefix can be specified.',
    );
  }
  const group = findGroup(store, input);
  const filter = compileFilter(input.filterPattern);
  const names = new Set(input.logStreamNames);
  const after = input.nextToken === undefined ? undefined : parsePlace(input.nextToken);
  const found = new EarliestEvents(Math.min(input.limit ?? EVENTS_PER_PAGE, EVENTS_PER_PAGE));
  const time = new SharedTime();
  for (const stream of [...store.streams(group.name, input.logStreamNamePrefix ?? '')]) {
    if (names.size > 0 && !names.has(stream.name)) continue;
    if (isOutside(stream, input)) continue;
    if (after !== undefined && (stream.lastEventAt ?? 0) < after.timestamp) continue;
    const key = streamKey(group.name, stream.name);
    const length = store.events.length(key);
    // Only GetLogEvents reports a damaged page; here the other streams of the group are still searched.
    const blocks = new BlockSize();
    for (let from = store.events.first(key); from < length; ) {
      const size = blocks.next;
      const block = store.events.read(key, { from, limit: size, skipDamaged: true });
      blocks.note(block);
      for (const [offset, event] of block.entries()) {
        if (!isWithin(event, input, true)) continue;
        const place = { timestamp: event.t, stream: stream.name, index: from + offset };
        if (after !== undefined && comparePlaces(place, after) <= 0) continue;
        if (!filter(new Message(event.m))) continue;
        found.add(place, {
          logStreamName: stream.name,
          ...render(event),
          eventId: eventId(stream, from + offset, event),
        });
      }
      from += size;
      await time.share();
    }
  }
  const { events, last, hasMore } = found.page();
  return {
    events,
    searchedLogStreams: [],
    ...(hasMore && last !== undefined && { nextToken: renderPlace(last) }),
  };
}

function isOutside(stream: StreamRecord, { startTime, endTime }: Span): boolean {
  if (stream.lastEventAt === undefined) return true;
  if (startTime !== undefined && stream.lastEventAt < startTime) return true;
  return endTime !== undefined && (stream.firstEventAt ?? 0) > endTime;
}

/** Unique in the account and increasing with time, as `aws logs tail` expects. */
function eventId(stream: StreamRecord, index: number, event: EventRecord): string {
  const place = stream.createdAt % 1_000_000;
  return `${event.t}${String(place).padStart(6, '0')}${String(index).padStart(10, '0')}`;
}
