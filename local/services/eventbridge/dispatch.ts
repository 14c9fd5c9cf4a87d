import type { Cloud } from '../../cloud.ts';
import { flattenEvent, matchesPattern } from '../../event-patterns/index.ts';
import type { DeliveryQueue } from './delivery/delivery-queue.ts';
import type { EventEnvelope } from './event.ts';
import { recordRuleMetric } from './metrics.ts';
import type { EventBridgeStore, RuleRecord } from './store.ts';

/** Finds the rules of a bus that an event satisfies and sends it to their targets. */
export function dispatchEvent(
  cloud: Cloud,
  store: EventBridgeStore,
  queue: DeliveryQueue,
  busName: string,
  event: EventEnvelope,
): void {
  const rules = store.compiledRules(busName);
  if (rules.length === 0) return;
  const flat = flattenEvent(event);
  for (const { record, pattern } of rules) {
    if (pattern === undefined || !matchesPattern(flat, pattern)) continue;
    recordRuleMetric(cloud, record, 'MatchedEvents');
    triggerRule(cloud, queue, record, event);
  }
}

/** Sends an event to every target of a rule. */
export function triggerRule(
  cloud: Cloud,
  queue: DeliveryQueue,
  rule: RuleRecord,
  event: EventEnvelope,
): void {
  recordRuleMetric(cloud, rule, 'TriggeredRules');
  const now = cloud.clock.now();
  for (const target of rule.targets) {
    const uniqueId = cloud.random.uuid();
    queue.add({
      // Sorted by time, so that a restarted runtime goes on in order.
      id: `${now.toString().padStart(15, '0')}-${uniqueId}`,
      rule: { name: rule.name, busName: rule.busName, arn: rule.arn },
      target,
      event,
      uniqueId,
      firstAttemptAt: now,
      nextAttemptAt: now,
      failures: 0,
    });
  }
}
