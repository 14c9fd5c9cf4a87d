import { ResourceNotFoundException } from './errors.ts';
import { type BusRecord, busNameOf, type EventBridgeStore, type RuleRecord } from './store.ts';

/** @throws ResourceNotFoundException in AWS's words */
export function findBus(store: EventBridgeStore, nameOrArn: string | undefined): BusRecord {
  const name = busNameOf(nameOrArn);
  const bus = store.bus(name);
  if (bus === undefined) throw new ResourceNotFoundException(`Event bus ${name} does not exist.`);
  return bus;
}

/** @throws ResourceNotFoundException in AWS's words */
export function findRule(
  store: EventBridgeStore,
  busNameOrArn: string | undefined,
  name: string | undefined,
): RuleRecord {
  const bus = findBus(store, busNameOrArn);
  const rule = store.rule(bus.name, name ?? '');
  if (rule === undefined) {
    throw new ResourceNotFoundException(`Rule ${name} does not exist on EventBus ${bus.name}.`);
  }
  return rule;
}
