import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { EventEnvelope } from './event.ts';

/** The events of entries that a bus forwards to another, also to one of another account: they keep what they are. */
const EVENTS = new WeakMap<PutEventsRequestEntry, EventEnvelope>();

/** An entry of PutEvents that puts an event on a bus as it is. */
export function forwardedEntry(busArn: string, event: EventEnvelope): PutEventsRequestEntry {
  const entry = { EventBusName: busArn };
  EVENTS.set(entry, event);
  return entry;
}

/** The event of an entry that another bus forwarded; undefined for one of a sender. */
export function forwardedEvent(entry: PutEventsRequestEntry): EventEnvelope | undefined {
  return EVENTS.get(entry);
}
