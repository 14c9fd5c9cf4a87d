import type { Cloud } from '../../cloud/cloud.ts';
import { SharedTime } from '../../host/shared-time.ts';
import { readEmbeddedMetrics } from './embedded-metrics.ts';
import { compileFilter } from './filter-pattern.ts';
import { Message } from './message.ts';
import {
  type GroupRecord,
  type LogsStore,
  type MetricFilterRecord,
  type StreamRecord,
  streamKey,
} from './store.ts';

/** An event before it is stored. */
export interface IncomingEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** Appends events to an existing stream, in the given order. */
export function append(
  cloud: Cloud,
  store: LogsStore,
  stream: StreamRecord,
  events: readonly IncomingEvent[],
): void {
  const now = cloud.clock.now();
  let { firstEventAt, lastEventAt } = stream;
  for (const { timestamp, message } of events) {
    store.events.append(streamKey(stream.group, stream.name), { t: timestamp, i: now, m: message });
    firstEventAt = Math.min(firstEventAt ?? timestamp, timestamp);
    lastEventAt = Math.max(lastEventAt ?? timestamp, timestamp);
  }
  store.putStream({ ...stream, firstEventAt, lastEventAt, lastIngestionAt: now });
}

/** Records the embedded metrics of an event and those of the metric filters of its group. */
export function recordMetrics(
  cloud: Cloud,
  store: LogsStore,
  group: string,
  event: IncomingEvent,
  writerBehindMs = 0,
): void {
  for (const step of metricSteps(cloud, store, group, event, writerBehindMs)) step();
}

/** Like {@link recordMetrics}, but yields to other work: a megabyte of events may hold millions of values. */
export async function recordMetricsInTurns(
  cloud: Cloud,
  store: LogsStore,
  group: string,
  events: readonly IncomingEvent[],
): Promise<void> {
  const time = new SharedTime();
  for (const event of events) {
    let steps = 0;
    for (const step of metricSteps(cloud, store, group, event, 0)) {
      step();
      steps += 1;
      if (steps % STEPS_PER_TURN === 0) await time.share();
    }
    await time.share();
  }
}

/** Steps between two checks of the elapsed time. */
const STEPS_PER_TURN = 8;

/** Records one value, or evaluates one filter. */
type Step = () => void;

function* metricSteps(
  cloud: Cloud,
  store: LogsStore,
  group: string,
  { timestamp, message: text }: IncomingEvent,
  writerBehindMs: number,
): Generator<Step> {
  const message = new Message(text);
  for (const datum of readEmbeddedMetrics(message)) {
    const at = (datum.timestamp ?? cloud.clock.now()) + writerBehindMs;
    yield () => cloud.recordMetric({ ...datum, timestamp: at });
  }
  for (const [, filter] of store.metricFilters.entries({ prefix: streamKey(group, '') })) {
    yield () => applyMetricFilter(cloud, filter, timestamp, message);
  }
}

/** The stream that a service writes to; creates the group if it does not exist. */
export function streamFor(
  cloud: Cloud,
  store: LogsStore,
  group: string,
  name: string,
): StreamRecord {
  if (!store.groups.has(group)) store.groups.put(group, newGroup(cloud, group));
  return store.stream(group, name) ?? newStream(cloud, group, name);
}

export function newGroup(cloud: Cloud, name: string): GroupRecord {
  return {
    name,
    createdAt: cloud.clock.now(),
    retentionDays: undefined,
    logGroupClass: 'STANDARD',
    kmsKeyId: undefined,
    tags: {},
  };
}

export function newStream(cloud: Cloud, group: string, name: string): StreamRecord {
  return {
    group,
    name,
    createdAt: cloud.clock.now(),
    firstEventAt: undefined,
    lastEventAt: undefined,
    lastIngestionAt: undefined,
  };
}

function applyMetricFilter(
  cloud: Cloud,
  filter: MetricFilterRecord,
  timestamp: number,
  message: Message,
): void {
  if (!compileFilter(filter.pattern)(message)) return;
  for (const { metricName, metricNamespace, metricValue, unit } of filter.transformations) {
    const value = Number(metricValue);
    if (Number.isNaN(value)) continue;
    cloud.recordMetric({
      namespace: metricNamespace,
      name: metricName,
      dimensions: {},
      value,
      unit: unit ?? 'None',
      timestamp,
    });
  }
}
