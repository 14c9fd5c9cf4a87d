import type { Cloud } from '../../cloud/cloud.ts';
import type { Origin } from './dispatch.ts';
import type { EventEnvelope } from './event.ts';
import type { EventBridgeStore, RuleRecord } from './store.ts';

/** Sends an event to the targets of the rules that it matches. */
export type Dispatch = (busName: string, event: EventEnvelope, origin: Origin) => void;

/** Called with a rule that was put, or with undefined when a rule was deleted. */
export type RuleListener = (rule: RuleRecord | undefined, busName: string, name: string) => void;

/** What the operations of EventBridge share. */
export interface EventBridgeState {
  readonly cloud: Cloud;
  readonly store: EventBridgeStore;
  readonly dispatch: Dispatch;
  readonly onRuleChange: RuleListener;
}
