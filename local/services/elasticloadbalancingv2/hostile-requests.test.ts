import { get } from 'node:http';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Principal } from '../../cloud/principal.ts';
import { createVirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { TargetHealths } from './data-plane/target-healths.ts';
import { createElasticLoadBalancingV2Service } from './index.ts';
import { BalancerStore, type TargetGroupRecord } from './store.ts';

const ROOT: Principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };

let runtime: TestRuntime;
let elb: ElasticLoadBalancingV2;

beforeEach(async () => {
  runtime = await startTestRuntime([createElasticLoadBalancingV2Service, createCloudWatchService], {
    clock: createVirtualClock(Date.now()),
  });
  elb = new ElasticLoadBalancingV2(runtime.clientConfig);
});

afterEach(async () => {
  elb.destroy();
  await runtime.stop();
});

const createGroup = async (more: object = {}): Promise<string> => {
  const { TargetGroups: [group] = [] } = await elb.createTargetGroup({
    Name: 'group',
    Port: 80,
    Protocol: 'HTTP',
    TargetType: 'ip',
    VpcId: 'vpc-1',
    ...more,
  });
  return group?.TargetGroupArn ?? '';
};

const createBalancer = async () => {
  const { LoadBalancers: [balancer] = [] } = await elb.createLoadBalancer({
    Name: 'front',
    Subnets: ['subnet-a', 'subnet-b'],
  });
  return { arn: balancer?.LoadBalancerArn ?? '', port: Number(balancer?.DNSName?.split(':')[1]) };
};

const listen = (LoadBalancerArn: string, action: object, Port = 80) =>
  elb.createListener({
    LoadBalancerArn,
    Port,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'forward', ...action }],
  });

const statusOf = (port: number, headers: Record<string, string> = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    get({ host: '127.0.0.1', port, headers, agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .on('timeout', () => reject(new Error('no answer')));
  });

describe('health checks', () => {
  it.each([
    ['a path with a space', { HealthCheckPath: '/a b' }],
    ['a path beyond ASCII', { HealthCheckPath: '/é' }],
    ['a path without a slash', { HealthCheckPath: 'ping' }],
    ['a port above 65535', { HealthCheckPort: '65536' }],
    ['a port that is a word', { HealthCheckPort: 'http' }],
  ])('refuses %s', async (_name, check) => {
    await expect(createGroup(check)).rejects.toMatchObject({ Code: 'ValidationError' });
    const TargetGroupArn = await createGroup();
    await expect(elb.modifyTargetGroup({ TargetGroupArn, ...check })).rejects.toMatchObject({
      Code: 'ValidationError',
    });
  });

  it('fails for a target alone whose stored check cannot be asked', async () => {
    const TargetGroupArn = await createGroup();
    await listen((await createBalancer()).arn, { TargetGroupArn });
    const { cloud } = runtime;
    const store = new BalancerStore(cloud);
    const record = store.targetGroups.get(TargetGroupArn);
    const group = { ...record, check: { ...record?.check, path: '/a b' } } as TargetGroupRecord;
    const target = { id: '127.0.0.1', port: 1 };
    store.targetGroups.put(TargetGroupArn, { ...group, targets: [target] });
    const healths = new TargetHealths(cloud, store);

    healths.begin(TargetGroupArn, target);

    const clock = cloud.clock as ReturnType<typeof createVirtualClock>;
    await vi.waitFor(async () => {
      clock.advance(60_000);
      expect(healths.describe(group, target)).toMatchObject({
        State: 'unhealthy',
        Reason: 'Target.FailedHealthChecks',
      });
    });
    healths.stop();
  });
});

it.each([
  ['redirect', { RedirectConfig: { StatusCode: 'HTTP_302', Host: 'a\r\nx: y' } }],
  ['redirect', { RedirectConfig: { StatusCode: 'HTTP_302', Path: '/é' } }],
  ['redirect', { RedirectConfig: { StatusCode: 'HTTP_302', Path: 'a' } }],
  ['redirect', { RedirectConfig: { StatusCode: 'HTTP_302', Query: 'a b' } }],
  ['fixed-response', { FixedResponseConfig: { StatusCode: '200', ContentType: 'a\r\nx: y' } }],
])('refuses a %s that no header can carry: %j', async (Type, config) => {
  const { arn } = await createBalancer();
  await expect(listen(arn, { Type, ...config })).rejects.toMatchObject({ Code: 'ValidationError' });
});

const addresses = (count: number) => ({
  'x-forwarded-for': Array.from({ length: count }, () => '192.0.2.1').join(', '),
});

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-463-issues */
it('answers 463 to more than 30 addresses in X-Forwarded-For', async () => {
  const { arn, port } = await createBalancer();
  await listen(arn, { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } });

  expect(await statusOf(port, addresses(30))).toBe(200);
  expect(await statusOf(port, addresses(31))).toBe(463);
});

it.each([
  ['append', 463],
  ['preserve', 502],
  ['remove', 502],
])('ends a request that a listener forwards to itself, in mode %s', async (Value, status) => {
  const { arn, port } = await createBalancer();
  const TargetGroupArn = await createGroup({ Matcher: { HttpCode: '200-599' } });
  await listen(arn, { TargetGroupArn });
  const Key = 'routing.http.xff_header_processing.mode';
  await elb.modifyLoadBalancerAttributes({ LoadBalancerArn: arn, Attributes: [{ Key, Value }] });
  await elb.registerTargets({ TargetGroupArn, Targets: [{ Id: '127.0.0.1', Port: port }] });

  await vi.waitFor(async () => expect(await statusOf(port)).toBe(status), { timeout: 10_000 });
});

it('registers a target once that a request names twice', async () => {
  const TargetGroupArn = await createGroup();
  const Targets = [1, 2].map(() => ({ Id: '127.0.0.1', Port: 9 }));

  await elb.registerTargets({ TargetGroupArn, Targets });

  const { TargetHealthDescriptions } = await elb.describeTargetHealth({ TargetGroupArn });
  expect(TargetHealthDescriptions).toHaveLength(1);
});

const call = (operation: string, input: object) =>
  runtime.cloud.call<Record<string, never>>(ROOT, 'elasticloadbalancingv2', operation, input);

describe('at the same time', () => {
  it('creates one load balancer of a name', async () => {
    const input = { Name: 'same', Subnets: ['subnet-a', 'subnet-b'] };

    await Promise.all([1, 2, 3].map(() => call('CreateLoadBalancer', input)));

    expect((await elb.describeLoadBalancers({})).LoadBalancers).toHaveLength(1);
  });

  it('does not bring a listener back that is deleted while its port is opened', async () => {
    const { arn } = await createBalancer();
    const action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } };
    const listener = { LoadBalancerArn: arn, Protocol: 'HTTP', DefaultActions: [action] };

    await Promise.allSettled([
      call('CreateListener', { ...listener, Port: 80 }),
      call('CreateListener', { ...listener, Port: 81 }),
      call('DeleteLoadBalancer', { LoadBalancerArn: arn }),
    ]);

    expect(new BalancerStore(runtime.cloud).listenersOf()).toEqual([]);
  });
});
