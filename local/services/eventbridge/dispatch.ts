import type { Cloud } from '../../cloud/cloud.ts';
import { flattenEvent, matchesPattern } from '../../event-patterns/index.ts';
import type { DeliveryQueue } from './delivery/delivery-queue.ts';
import { targetKindOf } from './delivery/target-kind.ts';
import type { EventEnvelope } from './event.ts';
import { recordRuleMetric } from './metrics.ts';
import type { EventBridgeStore, RuleRecord } from './store.ts';

/** Where an event entered a bus. */
export type Origin = 'sender' | 'other-bus';

/** Sends an event to the targets of the rules of a bus that it matches. */
export function dispatchEvent(
  cloud: Cloud,
  store: EventBridgeStore,
  queue: DeliveryQueue,
  busName: string,
  event: EventEnvelope,
  origin: Origin,
): void {
  const rules = store.compiledRules(busName);
  if (rules.length === 0) return;
  const flat = flattenEvent(event);
  for (const { record, pattern } of rules) {
    if (pattern === undefined || !matchesPattern(flat, pattern)) continue;
    recordRuleMetric(cloud, record, 'MatchedEvents');
    triggerRule(cloud, queue, record, event, origin);
  }
}

/**
 * Sends an event to every target of a rule. An event that came from another bus is not sent to a further
 * bus: EventBridge forwards an event once, so that buses that target each other do not form a loop.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
 */
export function triggerRule(
  cloud: Cloud,
  queue: DeliveryQueue,
  rule: RuleRecord,
  event: EventEnvelope,
  origin: Origin,
): void {
  recordRuleMetric(cloud, rule, 'TriggeredRules');
  const now = cloud.clock.now();
  for (const target of rule.targets) {
    if (origin === 'other-bus' && targetKindOf(target.Arn ?? '') === 'event-bus') {
      cloud.logger.info(
        { rule: rule.arn, target: target.Arn, event: event.id },
        'An event that came from another bus was not sent to a third bus, as on AWS',
      );
      continue;
    }
    const uniqueId = cloud.random.uuid();
    queue.add({
      // Sorted by time, so that a restarted runtime keeps the order.
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
