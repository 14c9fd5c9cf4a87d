import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Origin } from './dispatch.ts';
import type { EventEnvelope } from './event.ts';
import type { EventBridgeStore, RuleRecord } from './store.ts';

/** Events that another bus forwards keep their id, account and time. Only this service can make such entries. */
export type ForwardedEntries = WeakMap<PutEventsRequestEntry, EventEnvelope>;

/** Sends an event to the targets of the rules that it matches. */
export type Dispatch = (busName: string, event: EventEnvelope, origin: Origin) => void;

/** Called with a rule that was put, or with undefined when a rule was deleted. */
export type RuleListener = (rule: RuleRecord | undefined, busName: string, name: string) => void;

/** What the operations of EventBridge share. */
export interface EventBridgeState {
  readonly cloud: Cloud;
  readonly store: EventBridgeStore;
  readonly forwarded: ForwardedEntries;
  readonly dispatch: Dispatch;
  readonly onRuleChange: RuleListener;
}
