import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { BalancerStore } from './store.ts';

/** The load balancers whose listeners or rules forward to a target group. */
export function loadBalancersOf(store: BalancerStore, targetGroupArn: string): readonly string[] {
  const found = new Set<string>();
  for (const listener of store.listenersOf()) {
    const actions = [
      ...listener.defaultActions,
      ...store.rulesOf(listener.arn).flatMap((rule) => rule.actions),
    ];
    if (groupsOf(actions).includes(targetGroupArn)) found.add(listener.loadBalancerArn);
  }
  return [...found];
}

/** The target groups that actions forward to. */
function groupsOf(actions: readonly Action[]): readonly string[] {
  return actions.flatMap(({ ForwardConfig }) =>
    (ForwardConfig?.TargetGroups ?? []).flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []),
  );
}
