import type { Cloud } from '../../cloud/cloud.ts';
import type { Permission } from '../../cloud/service.ts';

const ID_DIGITS = 16;

const newId = ({ random }: Cloud) => random.hex(ID_DIGITS);

/** `<kind>/<rest>` in this account and region. */
export function balancerArn(cloud: Cloud, resource: string): string {
  return cloud.arn('elasticloadbalancing', resource);
}

export function newLoadBalancerArn(cloud: Cloud, name: string): string {
  return balancerArn(cloud, `loadbalancer/app/${name}/${newId(cloud)}`);
}

export function newTargetGroupArn(cloud: Cloud, name: string): string {
  return balancerArn(cloud, `targetgroup/${name}/${newId(cloud)}`);
}

export function newListenerArn(cloud: Cloud, loadBalancerArn: string): string {
  return `${loadBalancerArn.replace(':loadbalancer/', ':listener/')}/${newId(cloud)}`;
}

export function newRuleArn(cloud: Cloud, listenerArn: string): string {
  return `${listenerArn.replace(':listener/', ':listener-rule/')}/${newId(cloud)}`;
}

/** What metrics name: `app/<name>/<id>` of a load balancer, `targetgroup/<name>/<id>` of a target group. */
export function dimensionOf(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  return resource.replace(/^loadbalancer\//, '');
}

export function on(action: string, resource = '*'): Permission {
  return { action: `elasticloadbalancing:${action}`, resource };
}
