import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Principal } from '../../cloud/principal.ts';
import type { Service, ServiceEvent } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { permissionOperations } from './bus-permissions.ts';
import { busOperations } from './buses.ts';
import { connectionOperations } from './connections.ts';
import { DeliveryQueue } from './delivery/delivery-queue.ts';
import { dispatchEvent, triggerRule } from './dispatch.ts';
import { AccessDeniedException, ValidationException } from './errors.ts';
import { createEnvelope, type EventEnvelope } from './event.ts';
import { forwardedEntry } from './forwarded.ts';
import { ownerOfRequest, putEventsOperations } from './put-events.ts';
import { ruleOperations } from './rules.ts';
import { Scheduler } from './schedule/scheduler.ts';
import type { Dispatch, EventBridgeState } from './state.ts';
import { busNameOf, DEFAULT_BUS, EventBridgeStore, type RuleRecord } from './store.ts';
import { tagOperations } from './tags.ts';
import { targetOperations } from './targets.ts';
import { testEventPatternOperations } from './test-event-pattern.ts';

/** Amazon EventBridge: buses, rules, targets and delivery. */
export function createEventBridgeService(cloud: Cloud): Service {
  const store = new EventBridgeStore(cloud);
  const queue = new DeliveryQueue(cloud, store, (principal, busArn, event) =>
    forward(cloud, principal, busArn, event),
  );
  const scheduler = new Scheduler(cloud, store, (rule) =>
    triggerRule(cloud, queue, rule, scheduledEvent(cloud, rule), 'sender'),
  );
  const dispatch: Dispatch = (busName, event, origin) =>
    dispatchEvent(cloud, store, queue, busName, event, origin);
  const state: EventBridgeState = {
    cloud,
    store,
    dispatch,
    onRuleChange: (rule, busName, name) => scheduler.set(busName, name, rule),
  };
  return {
    name: 'eventbridge',
    operations: bindOperations(
      state,
      busOperations,
      permissionOperations,
      ruleOperations,
      targetOperations,
      tagOperations,
      putEventsOperations,
      testEventPatternOperations,
      connectionOperations,
    ),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new ValidationException(describeViolations(violations)),
    systemTagRefused: () => new ValidationException(SYSTEM_TAG_REFUSED),
    ownerOf: ownerOfRequest,
    resourcePolicy: (arn) => store.bus(busNameOf(arn))?.policy,
    onEvent(event: ServiceEvent) {
      dispatch(DEFAULT_BUS, createEnvelope(cloud, event), 'sender');
    },
    start() {
      queue.resume();
      scheduler.start();
    },
    halt() {
      queue.stop();
      scheduler.stop();
    },
  };
}

/** Puts an event on another bus as `principal`. The event keeps its id, account and time. */
async function forward(
  cloud: Cloud,
  principal: Principal,
  busArn: string,
  event: EventEnvelope,
): Promise<void> {
  const Entries = [forwardedEntry(busArn, event)];
  await cloud.handOn(principal, 'eventbridge', 'PutEvents', { Entries });
}

function scheduledEvent(cloud: Cloud, rule: RuleRecord): EventEnvelope {
  return createEnvelope(cloud, {
    source: 'aws.events',
    'detail-type': 'Scheduled Event',
    resources: [rule.arn],
    detail: {},
  });
}
