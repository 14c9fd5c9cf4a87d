import type { Cloud } from '../../cloud.ts';
import { readEmbeddedMetrics } from './embedded-metrics.ts';
import { compileFilter } from './filter-pattern.ts';
import { type GroupRecord, type LogsStore, type StreamRecord, streamKey } from './store.ts';

/** Writes events to a stream that is there, in the order given, and records the metrics in them. */
export function ingest(
  cloud: Cloud,
  store: LogsStore,
  stream: StreamRecord,
  events: readonly { readonly timestamp: number; readonly message: string }[],
  writerBehindMs = 0,
): void {
  const now = cloud.clock.now();
  let { firstEventAt, lastEventAt } = stream;
  for (const { timestamp, message } of events) {
    store.events.append(streamKey(stream.group, stream.name), { t: timestamp, i: now, m: message });
    firstEventAt = Math.min(firstEventAt ?? timestamp, timestamp);
    lastEventAt = Math.max(lastEventAt ?? timestamp, timestamp);
    for (const datum of readEmbeddedMetrics(message)) {
      cloud.recordMetric({ ...datum, timestamp: (datum.timestamp ?? now) + writerBehindMs });
    }
    applyMetricFilters(cloud, store, stream.group, timestamp, message);
  }
  store.putStream({ ...stream, firstEventAt, lastEventAt, lastIngestionAt: now });
}

/** The stream a service writes to; it and its group are made where they are missing. */
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

function applyMetricFilters(
  cloud: Cloud,
  store: LogsStore,
  group: string,
  timestamp: number,
  message: string,
): void {
  for (const [, filter] of store.metricFilters.entries({ prefix: streamKey(group, '') })) {
    if (!compileFilter(filter.pattern)(message)) continue;
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
}
