import type { LogGroupClass } from '@aws-sdk/client-cloudwatch-logs';
import type { Cloud } from '../../cloud/cloud.ts';
import type { PolicyDocument } from '../../cloud/service.ts';
import type { SharedTime } from '../../host/shared-time.ts';
import type { Log, Table } from '../../store/index.ts';

export interface GroupRecord {
  readonly name: string;
  readonly createdAt: number;
  readonly retentionDays: number | undefined;
  readonly logGroupClass: LogGroupClass;
  readonly kmsKeyId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StreamRecord {
  readonly group: string;
  readonly name: string;
  readonly createdAt: number;
  readonly firstEventAt: number | undefined;
  readonly lastEventAt: number | undefined;
  readonly lastIngestionAt: number | undefined;
}

/** One event. The names are short because there are many records. */
export interface EventRecord {
  /** When it happened. */
  readonly t: number;
  /** When it was ingested. */
  readonly i: number;
  readonly m: string;
}

export interface PolicyRecord {
  readonly name: string;
  readonly document: PolicyDocument;
  readonly text: string;
  readonly modifiedAt: number;
}

export interface MetricFilterRecord {
  readonly group: string;
  readonly name: string;
  readonly pattern: string;
  readonly createdAt: number;
  readonly transformations: readonly {
    readonly metricName: string;
    readonly metricNamespace: string;
    readonly metricValue: string;
    readonly unit?: string;
  }[];
}

/** Groups, streams and events. */
export class LogsStore {
  readonly groups: Table<GroupRecord>;
  readonly policies: Table<PolicyRecord>;
  readonly metricFilters: Table<MetricFilterRecord>;
  readonly events: Log<EventRecord>;
  readonly #streams: Table<StreamRecord>;

  constructor(cloud: Cloud) {
    this.groups = cloud.store.table('logs.groups', {
      name: 'string',
      createdAt: 'number',
      logGroupClass: 'string',
      tags: 'object',
    });
    this.policies = cloud.store.table('logs.policies', {
      name: 'string',
      document: 'object',
      text: 'string',
      modifiedAt: 'number',
    });
    this.metricFilters = cloud.store.table('logs.metric-filters', {
      group: 'string',
      name: 'string',
      pattern: 'string',
      createdAt: 'number',
      transformations: 'list',
    });
    this.events = cloud.store.log('logs.events');
    this.#streams = cloud.store.table('logs.streams', {
      group: 'string',
      name: 'string',
      createdAt: 'number',
    });
  }

  stream(group: string, name: string): StreamRecord | undefined {
    return this.#streams.get(streamKey(group, name));
  }

  putStream(stream: StreamRecord): void {
    this.#streams.put(streamKey(stream.group, stream.name), stream);
  }

  /** The streams of a group, by name. */
  *streams(group: string, prefix = ''): Generator<StreamRecord> {
    for (const [, stream] of this.#streams.entries({ prefix: streamKey(group, prefix) })) {
      yield stream;
    }
  }

  /** Deletes the events at the beginning of a stream that happened before `oldest`. */
  async forgetEvents(
    stream: StreamRecord,
    oldest: number,
    { time, isStopped }: Forgetting,
  ): Promise<void> {
    const key = streamKey(stream.group, stream.name);
    const length = this.events.length(key);
    for (let from = this.events.first(key); from < length; from += BLOCK_EVENTS) {
      const block = this.events.read(key, { from, limit: BLOCK_EVENTS, skipDamaged: true });
      const kept = block.findIndex(({ t }) => t >= oldest);
      if (kept >= 0) {
        this.#trim(stream, from + kept, block[kept]?.t);
        return;
      }
      await time.share();
      if (isStopped()) return;
    }
  }

  #trim({ group, name }: StreamRecord, before: number, firstEventAt: number | undefined): void {
    this.events.trim(streamKey(group, name), before);
    // The stream may have changed since it was read.
    const stream = this.stream(group, name);
    if (stream !== undefined) this.putStream({ ...stream, firstEventAt });
  }

  deleteStream(stream: StreamRecord): void {
    this.#streams.delete(streamKey(stream.group, stream.name));
    this.events.delete(streamKey(stream.group, stream.name));
  }
}

/** Lets a long sweep yield to other work. */
export interface Forgetting {
  readonly time: SharedTime;
  readonly isStopped: () => boolean;
}

/** How many events one read takes. */
const BLOCK_EVENTS = 500;

/** The key of a stream; neither name may contain `*`. */
export function streamKey(group: string, stream: string): string {
  return `${group}*${stream}`;
}
