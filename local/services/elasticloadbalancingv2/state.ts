import type { Cloud } from '../../cloud/cloud.ts';
import type { ListenerServers } from './data-plane/listener-servers.ts';
import type { TargetHealths } from './data-plane/target-healths.ts';
import { NotFoundException } from './errors.ts';
import type {
  BalancerStore,
  ListenerRecord,
  LoadBalancerRecord,
  RuleRecord,
  TargetGroupRecord,
} from './store.ts';

/** What the operations of Elastic Load Balancing share. */
export interface BalancerState {
  readonly cloud: Cloud;
  readonly store: BalancerStore;
  readonly healths: TargetHealths;
  readonly servers: ListenerServers;
}

type Stores = Pick<BalancerState, 'store'>;

/** @throws NotFoundException */
export function findLoadBalancer({ store }: Stores, arn = ''): LoadBalancerRecord {
  const found = store.loadBalancers.get(arn);
  if (found === undefined) throw new NotFoundException('LoadBalancer', arn);
  return found;
}

/** @throws NotFoundException */
export function findTargetGroup({ store }: Stores, arn = ''): TargetGroupRecord {
  const found = store.targetGroups.get(arn);
  if (found === undefined) throw new NotFoundException('TargetGroup', arn);
  return found;
}

/** @throws NotFoundException */
export function findListener({ store }: Stores, arn = ''): ListenerRecord {
  const found = store.listeners.get(arn);
  if (found === undefined) throw new NotFoundException('Listener', arn);
  return found;
}

/** @throws NotFoundException */
export function findRule({ store }: Stores, arn = ''): RuleRecord {
  const found = store.rules.get(arn);
  if (found === undefined) throw new NotFoundException('Rule', arn);
  return found;
}
