import type { Cloud } from '../../cloud/cloud.ts';

/** An event as targets receive it. */
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

/** The members that the sender of an event provides; the bus adds the others. */
export interface EventContent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: object;
  /** @default now */
  readonly time?: Date;
}

/** Wraps the content of an event in the common envelope. */
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

/** AWS renders the time of an event in whole seconds. */
export function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
