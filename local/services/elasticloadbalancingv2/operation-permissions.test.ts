import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createElasticLoadBalancingV2Service } from './index.ts';

const ARN = 'arn:aws:elasticloadbalancing:us-east-1:000000000000';
const BALANCER = `${ARN}:loadbalancer/app/a/1`;
const GROUP = `${ARN}:targetgroup/a/2`;
const LISTENER = `${ARN}:listener/app/a/1/3`;
const needs = (action: string, resource = '*') => `elasticloadbalancing:${action} ${resource}`;
const RULE = `${ARN}:listener-rule/app/a/1/3/4`;

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    Name: 'a',
    LoadBalancerArn: BALANCER,
    TargetGroupArn: GROUP,
    ListenerArn: LISTENER,
    RuleArn: RULE,
    RulePriorities: [{ RuleArn: RULE, Priority: 1 }],
    ResourceArns: [BALANCER],
    Tags: [{ Key: 'a', Value: 'b' }],
  };

  expect(permissionsOf(createElasticLoadBalancingV2Service, input)).toEqual({
    AddTags: [needs('AddTags', BALANCER)],
    CreateListener: [
      needs('CreateListener', BALANCER),
      needs('AddTags', `${ARN}:listener/app/a/1/*`),
    ],
    CreateLoadBalancer: [
      needs('CreateLoadBalancer', `${ARN}:loadbalancer/app/a/*`),
      needs('AddTags', `${ARN}:loadbalancer/app/a/*`),
    ],
    CreateRule: [
      needs('CreateRule', LISTENER),
      needs('AddTags', `${ARN}:listener-rule/app/a/1/3/*`),
    ],
    CreateTargetGroup: [
      needs('CreateTargetGroup', `${ARN}:targetgroup/a/*`),
      needs('AddTags', `${ARN}:targetgroup/a/*`),
    ],
    DeleteListener: [needs('DeleteListener', LISTENER)],
    DeleteLoadBalancer: [needs('DeleteLoadBalancer', BALANCER)],
    DeleteRule: [needs('DeleteRule', RULE)],
    DeleteTargetGroup: [needs('DeleteTargetGroup', GROUP)],
    DeregisterTargets: [needs('DeregisterTargets', GROUP)],
    DescribeListeners: [needs('DescribeListeners')],
    DescribeLoadBalancerAttributes: [needs('DescribeLoadBalancerAttributes')],
    DescribeLoadBalancers: [needs('DescribeLoadBalancers')],
    DescribeRules: [needs('DescribeRules')],
    DescribeTags: [needs('DescribeTags')],
    DescribeTargetGroupAttributes: [needs('DescribeTargetGroupAttributes')],
    DescribeTargetGroups: [needs('DescribeTargetGroups')],
    DescribeTargetHealth: [needs('DescribeTargetHealth')],
    ModifyListener: [needs('ModifyListener', LISTENER)],
    ModifyLoadBalancerAttributes: [needs('ModifyLoadBalancerAttributes', BALANCER)],
    ModifyRule: [needs('ModifyRule', RULE)],
    ModifyTargetGroup: [needs('ModifyTargetGroup', GROUP)],
    ModifyTargetGroupAttributes: [needs('ModifyTargetGroupAttributes', GROUP)],
    RegisterTargets: [needs('RegisterTargets', GROUP)],
    RemoveTags: [needs('RemoveTags', BALANCER)],
    SetRulePriorities: [needs('SetRulePriorities', RULE)],
    SetSecurityGroups: [needs('SetSecurityGroups', BALANCER)],
    SetSubnets: [needs('SetSubnets', BALANCER)],
  });
});
