import type { Action, Matcher, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';

export type Texts = Readonly<Record<string, string>>;

/** Times are in epoch milliseconds. */
export interface LoadBalancerRecord {
  readonly arn: string;
  readonly name: string;
  readonly scheme: 'internal' | 'internet-facing';
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly attributes: Texts;
  readonly tags: Texts;
  readonly createdAt: number;
  /** The port of this machine that its first listener gets. */
  readonly localPort: number;
}

export interface TargetRecord {
  readonly id: string;
  readonly port: number;
  /** When its deregistration began. */
  readonly deregisteredAt?: number;
}

export interface TargetGroupRecord {
  readonly arn: string;
  readonly name: string;
  readonly port: number;
  readonly vpcId: string;
  readonly check: HealthCheckSettings;
  readonly attributes: Texts;
  readonly tags: Texts;
  readonly targets: readonly TargetRecord[];
  readonly createdAt: number;
}

export interface HealthCheckSettings {
  readonly path: string;
  /** `traffic-port`, or a number. */
  readonly port: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly matcher: Matcher;
}

export interface ListenerRecord {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly certificates: readonly string[];
  readonly sslPolicy?: string;
  readonly defaultActions: readonly Action[];
  readonly tags: Texts;
  /** The port of this machine that it listens on. */
  readonly localPort: number;
  readonly createdAt: number;
}

export interface RuleRecord {
  readonly arn: string;
  readonly listenerArn: string;
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly Action[];
  readonly tags: Texts;
}

/** The tables of Elastic Load Balancing, each by ARN. */
export class BalancerStore {
  readonly loadBalancers: Table<LoadBalancerRecord>;
  readonly targetGroups: Table<TargetGroupRecord>;
  readonly listeners: Table<ListenerRecord>;
  readonly rules: Table<RuleRecord>;

  constructor({ store }: Cloud) {
    this.loadBalancers = store.table('elasticloadbalancingv2.load-balancers', {
      arn: 'string',
      name: 'string',
      scheme: 'string',
      subnets: 'list',
      securityGroups: 'list',
      attributes: 'object',
      tags: 'object',
      createdAt: 'number',
      localPort: 'number',
    });
    this.targetGroups = store.table('elasticloadbalancingv2.target-groups', {
      arn: 'string',
      name: 'string',
      port: 'number',
      vpcId: 'string',
      check: 'object',
      attributes: 'object',
      tags: 'object',
      targets: 'list',
      createdAt: 'number',
    });
    this.listeners = store.table('elasticloadbalancingv2.listeners', {
      arn: 'string',
      loadBalancerArn: 'string',
      port: 'number',
      protocol: 'string',
      certificates: 'list',
      defaultActions: 'list',
      tags: 'object',
      localPort: 'number',
      createdAt: 'number',
    });
    this.rules = store.table('elasticloadbalancingv2.rules', {
      arn: 'string',
      listenerArn: 'string',
      priority: 'number',
      conditions: 'list',
      actions: 'list',
      tags: 'object',
    });
  }

  allLoadBalancers(): readonly LoadBalancerRecord[] {
    return valuesOf(this.loadBalancers);
  }

  allTargetGroups(): readonly TargetGroupRecord[] {
    return valuesOf(this.targetGroups);
  }

  /** The listeners of a load balancer, or all, in the order of their creation. */
  listenersOf(loadBalancerArn?: string): readonly ListenerRecord[] {
    return valuesOf(this.listeners)
      .filter((one) => loadBalancerArn === undefined || one.loadBalancerArn === loadBalancerArn)
      .sort((one, other) => one.createdAt - other.createdAt || one.port - other.port);
  }

  /** The rules of a listener in the order in which they are evaluated, without the default rule. */
  rulesOf(listenerArn: string): readonly RuleRecord[] {
    return valuesOf(this.rules)
      .filter((rule) => rule.listenerArn === listenerArn)
      .sort((one, other) => one.priority - other.priority);
  }
}

function valuesOf<Value>(table: Table<Value>): Value[] {
  return Array.from(table.entries(), ([, value]) => value);
}
