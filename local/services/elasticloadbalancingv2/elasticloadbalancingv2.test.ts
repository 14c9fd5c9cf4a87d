import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createCloudWatchService } from '../cloudwatch/index.ts';
import { createElasticLoadBalancingV2Service } from './index.ts';

let runtime: TestRuntime;
let clock: VirtualClock;
let elb: ElasticLoadBalancingV2;
let servers: Server[] = [];

beforeEach(async () => {
  clock = createVirtualClock(Date.now());
  runtime = await startTestRuntime([createElasticLoadBalancingV2Service, createCloudWatchService], {
    clock,
  });
  elb = new ElasticLoadBalancingV2(runtime.clientConfig);
});

afterEach(async () => {
  elb.destroy();
  await runtime.stop();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  servers = [];
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

const named =
  (name: string): RequestListener =>
  (_request, response) =>
    void response.end(name);

async function createBalancer(Name = 'front'): Promise<{ arn: string; url: string }> {
  const { LoadBalancers: [balancer] = [] } = await elb.createLoadBalancer({
    Name,
    Subnets: ['subnet-a', 'subnet-b'],
    Scheme: 'internal',
  });
  return { arn: balancer?.LoadBalancerArn ?? '', url: `http://${balancer?.DNSName}` };
}

async function createGroup(Name: string, more: object = {}): Promise<string> {
  const { TargetGroups: [group] = [] } = await elb.createTargetGroup({
    Name,
    Port: 80,
    Protocol: 'HTTP',
    TargetType: 'ip',
    VpcId: 'vpc-1',
    ...more,
  });
  return group?.TargetGroupArn ?? '';
}

async function forwardTo(LoadBalancerArn: string, ...groups: [string, number][]): Promise<string> {
  const { Listeners: [listener] = [] } = await elb.createListener({
    LoadBalancerArn,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [forward(...groups)],
  });
  return listener?.ListenerArn ?? '';
}

const forward = (...groups: [string, number][]) => ({
  Type: 'forward' as const,
  ForwardConfig: {
    TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
  },
});

const register = (TargetGroupArn: string, Port: number) =>
  elb.registerTargets({ TargetGroupArn, Targets: [{ Id: '127.0.0.1', Port }] });

async function stateOf(TargetGroupArn: string) {
  const { TargetHealthDescriptions: all = [] } = await elb.describeTargetHealth({ TargetGroupArn });
  return all.map(({ TargetHealth }) => [TargetHealth?.State, TargetHealth?.Reason]);
}

const untilHealthy = (group: string) =>
  vi.waitFor(async () => expect(await stateOf(group)).toEqual([['healthy', undefined]]), {
    timeout: 10_000,
  });

const sum = async (MetricName: string, Dimensions: { Name: string; Value: string }[]) => {
  const { cloud } = runtime;
  const found = await cloud.call<{ Datapoints?: { Sum?: number }[] }>(
    { kind: 'account', arn: 'arn:aws:iam::000000000000:root' },
    'cloudwatch',
    'GetMetricStatistics',
    {
      Namespace: 'AWS/ApplicationELB',
      MetricName,
      Dimensions,
      Period: 3_600,
      Statistics: ['Sum'],
      StartTime: new Date(clock.now() - 3_600_000),
      EndTime: new Date(clock.now() + 3_600_000),
    },
  );
  return (found.Datapoints ?? []).reduce((all, { Sum = 0 }) => all + Sum, 0);
};

it('deals requests by the weights of the target groups, and counts them by group', async () => {
  const { arn, url } = await createBalancer();
  const [blue, green] = [await createGroup('blue'), await createGroup('green')];
  const ListenerArn = await forwardTo(arn, [blue, 90], [green, 10]);
  await register(blue, await serve(named('blue')));
  await register(green, await serve(named('green')));
  await untilHealthy(blue);
  await untilHealthy(green);

  const ask = async (count: number) => {
    const answers: string[] = [];
    for (let index = 0; index < count; index += 1) answers.push(await (await fetch(url)).text());
    return answers.filter((answer) => answer === 'green').length;
  };
  const before = await ask(20);
  await elb.modifyListener({ ListenerArn, DefaultActions: [forward([blue, 0], [green, 100])] });
  const after = await ask(10);

  expect([before, after]).toEqual([2, 10]);
  const LoadBalancer = { Name: 'LoadBalancer', Value: arn.split(':loadbalancer/')[1] ?? '' };
  const TargetGroup = { Name: 'TargetGroup', Value: green.split(':').at(-1) ?? '' };
  expect(await sum('RequestCount', [LoadBalancer])).toBe(30);
  expect(await sum('RequestCount', [TargetGroup, LoadBalancer])).toBe(12);
  expect(await sum('RequestCountPerTarget', [TargetGroup])).toBe(12);
  expect(await sum('HTTPCode_Target_2XX_Count', [TargetGroup, LoadBalancer])).toBe(12);
});

describe('answers of the load balancer itself', () => {
  it('answers 503 without targets, 502 for a target that hangs up, and 504 for one that is silent', async () => {
    const { arn, url } = await createBalancer();
    const group = await createGroup('group');
    await forwardTo(arn, [group, 1]);
    await elb.modifyLoadBalancerAttributes({
      LoadBalancerArn: arn,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '1' }],
    });
    const port = await serve((request, response) => {
      if (request.url === '/hang') request.socket.destroy();
      else if (request.url !== '/silent') response.end('ok');
    });

    const empty = await fetch(url);
    await register(group, port);
    await untilHealthy(group);
    const hung = await fetch(`${url}/hang`);
    const silent = await fetch(`${url}/silent`);

    expect([empty.status, hung.status, silent.status]).toEqual([503, 502, 504]);
    expect(await empty.text()).toContain('503 Service Temporarily Unavailable');
    const LoadBalancer = { Name: 'LoadBalancer', Value: arn.split(':loadbalancer/')[1] ?? '' };
    expect(await sum('HTTPCode_ELB_5XX_Count', [LoadBalancer])).toBe(3);
    expect(await sum('HTTPCode_ELB_502_Count', [LoadBalancer])).toBe(1);
    // Only requests for which a target was chosen:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    expect(await sum('RequestCount', [LoadBalancer])).toBe(2);
  });

  it('passes a body of 20 MB on in both directions', async () => {
    const { arn, url } = await createBalancer();
    const group = await createGroup('group');
    await forwardTo(arn, [group, 1]);
    await register(group, await serve((request, response) => void request.pipe(response)));
    await untilHealthy(group);
    const body = Buffer.alloc(20 * 1024 * 1024, 'x');

    const answer = await fetch(url, { method: 'POST', body });

    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBe(body.byteLength);
  });

  it('answers only requests for this machine', async () => {
    const { arn, url } = await createBalancer();
    await forwardTo(arn, [await createGroup('group'), 1]);

    // `fetch` sends no other Host.
    const { hostname, port } = new URL(url);
    const status = await new Promise((resolve, reject) => {
      httpRequest({ hostname, port, headers: { host: 'example.com' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });

    expect(status).toBe(403);
  });
});

describe('health checks', () => {
  it('take a target out after two failures, send to it while there is no other, and bring it back after five', async () => {
    let status = 200;
    const { arn, url } = await createBalancer();
    const group = await createGroup('group', { HealthCheckPath: '/ping' });
    const port = await serve((request, response) => {
      response.statusCode = request.url === '/ping' ? status : 200;
      response.end();
    });
    expect(await stateOf(group)).toEqual([]);
    await register(group, port);
    expect(await stateOf(group)).toEqual([['unused', 'Target.NotInUse']]);
    await forwardTo(arn, [group, 1]);
    await untilHealthy(group);

    const pass = async (checks: number) => {
      for (let index = 0; index < checks; index += 1) {
        clock.advance(30_000);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return stateOf(group);
    };
    status = 500;
    expect(await pass(1)).toEqual([['healthy', undefined]]);
    expect(await pass(1)).toEqual([['unhealthy', 'Target.ResponseCodeMismatch']]);
    expect((await fetch(url)).status).toBe(200);
    status = 200;
    expect(await pass(4)).toEqual([['unhealthy', 'Target.ResponseCodeMismatch']]);
    expect(await pass(1)).toEqual([['healthy', undefined]]);
  });

  it('call a target unhealthy that nothing listens on', async () => {
    const { arn } = await createBalancer();
    const group = await createGroup('group');
    await forwardTo(arn, [group, 1]);
    await register(group, 1);
    expect(await stateOf(group)).toEqual([['initial', 'Elb.RegistrationInProgress']]);

    clock.advance(60_000);

    await vi.waitFor(async () =>
      expect(await stateOf(group)).toEqual([['unhealthy', 'Target.FailedHealthChecks']]),
    );
  });
});

it('lets the requests of a deregistered target end, and sends it no new ones', async () => {
  const { arn, url } = await createBalancer();
  const group = await createGroup('group');
  await forwardTo(arn, [group, 1]);
  let finish: (() => void) | undefined;
  const slow = await serve((request, response) => {
    if (request.url === '/slow') finish = () => void response.end('slow');
    else response.end('old');
  });
  await register(group, slow);
  await untilHealthy(group);
  const pending = fetch(`${url}/slow`);
  await vi.waitFor(() => expect(finish).toBeDefined());

  await elb.deregisterTargets({
    TargetGroupArn: group,
    Targets: [{ Id: '127.0.0.1', Port: slow }],
  });

  expect(await stateOf(group)).toEqual([['draining', 'Target.DeregistrationInProgress']]);
  expect((await fetch(url)).status).toBe(503);
  clock.advance(299_000);
  finish?.();
  expect(await (await pending).text()).toBe('slow');
  clock.advance(1_000);
  expect(await stateOf(group)).toEqual([]);
});

it('chooses the first rule that a request meets', async () => {
  const { arn, url } = await createBalancer();
  const [one, other] = [await createGroup('one'), await createGroup('other')];
  const ListenerArn = await forwardTo(arn, [one, 1]);
  await register(one, await serve(named('one')));
  await register(other, await serve(named('other')));
  await elb.createRule({
    ListenerArn,
    Priority: 10,
    Conditions: [
      { Field: 'path-pattern', Values: ['/models/*'] },
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } },
    ],
    Actions: [{ Type: 'forward', TargetGroupArn: other }],
  });
  await elb.createRule({
    ListenerArn,
    Priority: 5,
    Conditions: [
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Stop', Values: ['y?s'] } },
    ],
    Actions: [
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '418', MessageBody: 'no' } },
    ],
  });
  await elb.createRule({
    ListenerArn,
    Priority: 20,
    Conditions: [{ Field: 'path-pattern', Values: ['/old'] }],
    Actions: [{ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Path: '/new' } }],
  });
  await untilHealthy(one);
  await untilHealthy(other);

  const texts = [];
  for (const path of ['/models/a?v=2', '/models/a?v=1', '/']) {
    texts.push(await (await fetch(`${url}${path}`)).text());
  }
  const fixed = await fetch(url, { headers: { 'x-stop': 'YES' } });
  const moved = await fetch(`${url}/old?a=b`, { redirect: 'manual' });

  expect(texts).toEqual(['other', 'one', 'one']);
  expect([fixed.status, await fixed.text()]).toEqual([418, 'no']);
  expect([moved.status, moved.headers.get('location')]).toEqual([301, `${url}/new?a=b`]);
  const { Rules = [] } = await elb.describeRules({ ListenerArn });
  expect(Rules.map(({ Priority }) => Priority)).toEqual(['5', '10', '20', 'default']);
});

it('tells targets who asked, and how', async () => {
  const { arn, url } = await createBalancer();
  const group = await createGroup('group');
  await forwardTo(arn, [group, 1]);
  const port = await serve(
    (request, response) => void response.end(JSON.stringify(request.headers)),
  );
  await register(group, port);
  await untilHealthy(group);

  const answer = await fetch(url, { headers: { 'x-forwarded-for': '10.0.0.1', 'x-mine': 'y' } });

  expect(await answer.json()).toMatchObject({
    host: new URL(url).host,
    'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]+-[0-9a-f]{24}$/),
    'x-forwarded-for': '10.0.0.1, 127.0.0.1',
    'x-forwarded-port': '80',
    'x-forwarded-proto': 'http',
    'x-mine': 'y',
  });
});

describe('bad requests', () => {
  it.each([
    ['subnets', () => elb.createLoadBalancer({ Name: 'a', Subnets: ['s'] }), 'ValidationError'],
    [
      'a target elsewhere',
      async () => {
        const TargetGroupArn = await createGroup('g');
        return elb.registerTargets({ TargetGroupArn, Targets: [{ Id: '10.0.0.1', Port: 80 }] });
      },
      'InvalidTarget',
    ],
    [
      'a group of instances',
      () => elb.createTargetGroup({ Name: 'i', Port: 80, Protocol: 'HTTP', VpcId: 'v' }),
      'NotImplemented',
    ],
    [
      'a network load balancer',
      () => elb.createLoadBalancer({ Name: 'n', Type: 'network', Subnets: ['a', 'b'] }),
      'NotImplemented',
    ],
    [
      'HTTPS without a certificate',
      async () => {
        const { arn } = await createBalancer();
        return elb.createListener({
          LoadBalancerArn: arn,
          Port: 443,
          Protocol: 'HTTPS',
          DefaultActions: [forward([await createGroup('g'), 1])],
        });
      },
      'ValidationError',
    ],
    [
      'another balancer with the name',
      async () => {
        await createBalancer('same');
        return elb.createLoadBalancer({ Name: 'same', Subnets: ['x', 'y'] });
      },
      'DuplicateLoadBalancerName',
    ],
    [
      'a group in use',
      async () => {
        const { arn } = await createBalancer();
        const TargetGroupArn = await createGroup('g');
        await forwardTo(arn, [TargetGroupArn, 1]);
        return elb.deleteTargetGroup({ TargetGroupArn });
      },
      'ResourceInUse',
    ],
    [
      'an unknown group',
      async () => {
        const { arn } = await createBalancer();
        return forwardTo(arn, [`${arn}x`, 1]);
      },
      'TargetGroupNotFound',
    ],
  ] as [string, () => Promise<unknown>, string][])('refuses %s', async (_name, act, code) => {
    await expect(act()).rejects.toMatchObject({ Code: code });
  });
});
