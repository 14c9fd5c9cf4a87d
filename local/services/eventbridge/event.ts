import type { Cloud } from '../../cloud/cloud.ts';

/** An event as targets get it. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** `YYYY-MM-DDTHH:MM:SSZ`, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** What whoever sends an event says of it; the rest the bus adds. */
export interface EventContent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: object;
  /** @default now */
  readonly time?: Date;
}

/** Puts an event into the envelope all events share. */
export function createEnvelope(cloud: Cloud, content: EventContent): EventEnvelope {
  return {
    version: '0',
    id: cloud.random.uuid(),
    'detail-type': content['detail-type'],
    source: content.source,
    account: cloud.accountId,
    time: wholeSeconds(content.time ?? new Date(cloud.clock.now())),
    region: cloud.region,
    resources: content.resources,
    detail: content.detail,
  };
}

/** AWS prints an event's time without a fraction. */
export function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
