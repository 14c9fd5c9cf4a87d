import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import { Balancer } from './data-plane/balancer.ts';
import { ListenerServers } from './data-plane/listener-servers.ts';
import { TargetHealths } from './data-plane/target-healths.ts';
import { answerWithin } from './data-plane/within-cloud.ts';
import { AccessDenied, ValidationError } from './errors.ts';
import { listenerOperations } from './listeners.ts';
import { loadBalancerOperations } from './load-balancers.ts';
import { ruleOperations } from './rules.ts';
import type { BalancerState } from './state.ts';
import { BalancerStore } from './store.ts';
import { tagOperations } from './tags.ts';
import { targetGroupOperations } from './target-groups.ts';
import { targetOperations } from './targets.ts';

/** Elastic Load Balancing: Application Load Balancers. */
export function createElasticLoadBalancingV2Service(cloud: Cloud): Service {
  const store = new BalancerStore(cloud);
  const healths = new TargetHealths(cloud, store);
  const balancer = new Balancer(cloud, store, healths);
  const servers = new ListenerServers(cloud, store, balancer);
  const state: BalancerState = { cloud, store, healths, servers };
  return {
    name: 'elasticloadbalancingv2',
    operations: bindOperations(
      state,
      loadBalancerOperations,
      targetGroupOperations,
      targetOperations,
      listenerOperations,
      ruleOperations,
      tagOperations,
    ),
    accessDenied: (message) => new AccessDenied(message),
    invalidInput: (violations) => new ValidationError(describeViolations(violations)),
    systemTagRefused: () => new ValidationError(SYSTEM_TAG_REFUSED),
    web: (request) => answerWithin(balancer, store, request),
    async start() {
      await servers.openAll();
      healths.resume();
    },
    halt: () => healths.stop(),
    async stop() {
      await servers.closeAll();
      balancer.stop();
    },
  };
}
