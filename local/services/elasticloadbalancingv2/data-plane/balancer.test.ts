import { once } from 'node:events';
import { createServer, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/cloud.testing.ts';
import { createElasticLoadBalancingV2Service } from '../index.ts';

let runtime: TestRuntime;
let elb: ElasticLoadBalancingV2;
let servers: Server[];

beforeEach(async () => {
  servers = [];
  runtime = await startTestRuntime([createElasticLoadBalancingV2Service]);
  elb = new ElasticLoadBalancingV2(runtime.clientConfig);
});

afterEach(async () => {
  elb.destroy();
  await runtime.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A target of this machine; its port. */
async function serve(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A load balancer in front of these ports, all of them healthy; its address and ARN. */
async function balance(ports: readonly number[], attributes: Readonly<Record<string, string>>) {
  const { TargetGroups: [group] = [] } = await elb.createTargetGroup({
    Name: 'group',
    Port: 80,
    Protocol: 'HTTP',
    TargetType: 'ip',
    VpcId: 'vpc-1',
  });
  const TargetGroupArn = group?.TargetGroupArn ?? '';
  await elb.modifyTargetGroupAttributes({
    TargetGroupArn,
    Attributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
  });
  await elb.registerTargets({
    TargetGroupArn,
    Targets: ports.map((Port) => ({ Id: '127.0.0.1', Port })),
  });
  const { LoadBalancers: [balancer] = [] } = await elb.createLoadBalancer({
    Name: 'front',
    Subnets: ['subnet-a', 'subnet-b'],
  });
  const LoadBalancerArn = balancer?.LoadBalancerArn ?? '';
  await elb.createListener({
    LoadBalancerArn,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn }],
  });
  await vi.waitFor(async () => {
    const { TargetHealthDescriptions: all = [] } = await elb.describeTargetHealth({
      TargetGroupArn,
    });
    expect(all.map(({ TargetHealth }) => TargetHealth?.State)).toEqual(ports.map(() => 'healthy'));
  });
  return { address: `http://${balancer?.DNSName}`, LoadBalancerArn };
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
it('sends requests past a target that still works on one, if the group counts outstanding ones', async () => {
  const held: (() => void)[] = [];
  const targets = await Promise.all(
    ['a', 'b'].map((name) =>
      serve(({ url }, response) => {
        if (url !== '/slow') response.end(name);
        else held.push(() => void response.end(name));
      }),
    ),
  );
  const { address } = await balance(targets, {
    'load_balancing.algorithm.type': 'least_outstanding_requests',
  });
  const answerOf = async (path: string) => (await fetch(`${address}${path}`)).text();

  const slow = answerOf('/slow');
  await vi.waitFor(() => expect(held).toHaveLength(1));
  const others = [await answerOf('/'), await answerOf('/'), await answerOf('/')];
  held.forEach((release) => release());

  const busy = await slow;
  expect(others).toEqual(Array(3).fill(busy === 'a' ? 'b' : 'a'));
});

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-408-issues
it('answers with 408 when a client sends no more of its request for the idle timeout', async () => {
  const { address, LoadBalancerArn } = await balance(
    [await serve((message, response) => void message.on('end', () => response.end()).resume())],
    {},
  );
  await elb.modifyLoadBalancerAttributes({
    LoadBalancerArn,
    Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '1' }],
  });

  const sent = request(address, { method: 'POST', headers: { 'content-length': 2 } });
  sent.write('x');
  const [response] = await once(sent, 'response');

  expect(response.statusCode).toBe(408);
  sent.destroy();
});
