import type { LoadBalancer } from '@aws-sdk/client-ecs';
import type {
  DescribeRulesOutput,
  DescribeTargetHealthOutput,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Cloud } from '../../../cloud/cloud.ts';
import { assumeRole, type Principal } from '../../../cloud/principal.ts';
import type { TaskTarget } from '../store.ts';
import type { RevisionRecord } from './records.ts';

const ECS = 'ecs.amazonaws.com';

/** Stands for the service-linked role of Amazon ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles-for-clusters.html */
export function linkedRole({ accountId, partition }: Cloud): Principal {
  return { kind: 'account', arn: `arn:${partition}:iam::${accountId}:root` };
}

/** What a service asks of its load balancers, each with the role that its settings name. */
export class ServiceBalancers {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** The target group of a revision's tasks. */
  groupOf({ isAlternate }: Pick<RevisionRecord, 'isAlternate'>, balancer: LoadBalancer): string {
    const alternate = balancer.advancedConfiguration?.alternateTargetGroupArn;
    return (isAlternate ? alternate : undefined) ?? balancer.targetGroupArn ?? '';
  }

  async register(balancer: LoadBalancer | undefined, target: TaskTarget): Promise<void> {
    await this.#call(balancer, 'RegisterTargets', {
      TargetGroupArn: target.group,
      Targets: [{ Id: target.id, Port: target.port }],
    });
  }

  async deregister(balancer: LoadBalancer | undefined, target: TaskTarget): Promise<void> {
    await this.#call(balancer, 'DeregisterTargets', {
      TargetGroupArn: target.group,
      Targets: [{ Id: target.id, Port: target.port }],
    });
  }

  /** What the load balancer says about a target; undefined if the target group is gone. */
  async healthOf(target: TaskTarget): Promise<TargetHealthDescription['TargetHealth']> {
    try {
      const { TargetHealthDescriptions: [found] = [] } =
        await this.#cloud.call<DescribeTargetHealthOutput>(
          linkedRole(this.#cloud),
          'elasticloadbalancingv2',
          'DescribeTargetHealth',
          { TargetGroupArn: target.group, Targets: [{ Id: target.id, Port: target.port }] },
        );
      return found?.TargetHealth;
    } catch (error) {
      if (error instanceof Error && error.name === 'TargetGroupNotFound') return undefined;
      throw error;
    }
  }

  /**
   * Gives a share of a rule's traffic to the tasks of a revision, and the rest to the other target group.
   *
   * @param percent from 0 to 100
   */
  async shift(
    balancer: LoadBalancer,
    rule: string,
    revision: RevisionRecord,
    percent: number,
  ): Promise<void> {
    const { alternateTargetGroupArn: alternate = '' } = balancer.advancedConfiguration ?? {};
    const primary = balancer.targetGroupArn ?? '';
    const [own, other] = weightsOf(percent);
    const [target, source] = revision.isAlternate ? [alternate, primary] : [primary, alternate];
    const TargetGroups = [
      { TargetGroupArn: target, Weight: own },
      { TargetGroupArn: source, Weight: other },
    ].toSorted((one) => (one.TargetGroupArn === primary ? -1 : 1));
    const actions = [{ Type: 'forward', ForwardConfig: { TargetGroups } }];
    const listener = await this.#listenerOfDefault(balancer, rule);
    if (listener === undefined)
      await this.#call(balancer, 'ModifyRule', { RuleArn: rule, Actions: actions });
    else
      await this.#call(balancer, 'ModifyListener', {
        ListenerArn: listener,
        DefaultActions: actions,
      });
  }

  /** The listener whose default rule this is. */
  async #listenerOfDefault(balancer: LoadBalancer, rule: string): Promise<string | undefined> {
    const { Rules: [found] = [] } = await this.#call<DescribeRulesOutput>(
      balancer,
      'DescribeRules',
      {
        RuleArns: [rule],
      },
    );
    if (found?.IsDefault !== true) return undefined;
    return rule.slice(0, rule.lastIndexOf('/')).replace(':listener-rule/', ':listener/');
  }

  async #call<Output>(
    balancer: LoadBalancer | undefined,
    operation: string,
    input: object,
  ): Promise<Output> {
    const principal = await this.#principal(balancer);
    return this.#cloud.call<Output>(principal, 'elasticloadbalancingv2', operation, input);
  }

  async #principal(balancer: LoadBalancer | undefined): Promise<Principal> {
    const role = balancer?.advancedConfiguration?.roleArn;
    if (role === undefined) return linkedRole(this.#cloud);
    return assumeRole(this.#cloud, ECS, role, 'ECSServiceDeployment');
  }
}

const MOST_WEIGHT = 999;

/** Weights of a percentage, which may have a decimal place. */
function weightsOf(percent: number): readonly [number, number] {
  if (Number.isInteger(percent)) return [percent, 100 - percent];
  const own = Math.max(1, Math.round((percent / 100) * MOST_WEIGHT));
  return [own, MOST_WEIGHT - own];
}
