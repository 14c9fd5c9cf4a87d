import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Cloud } from '../../../cloud/cloud.ts';
import { createScaledClock } from '../../../host/clock.ts';
import { startTestRuntime } from '../../../testing/cloud.testing.ts';
import { createCloudWatchService } from '../../cloudwatch/index.ts';
import { createEcrService } from '../../ecr/index.ts';
import { createElasticLoadBalancingV2Service } from '../../elasticloadbalancingv2/index.ts';
import { createLogsService } from '../../logs/index.ts';
import { createEcsService } from '../index.ts';

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const SERVER = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["NAME"].encode())
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`;

vi.setConfig({ testTimeout: 180_000 });

/** A runtime of this folder whose clock runs fast; what it stores when it stops is what a kill leaves. */
async function open(folder: string) {
  const clock = createScaledClock(60);
  const runtime = await startTestRuntime(
    [
      createElasticLoadBalancingV2Service,
      createEcsService,
      createEcrService,
      createLogsService,
      createCloudWatchService,
    ],
    { stateFolder: join(folder, 'state'), pythonFolder: folder, containers: 'process', clock },
  );
  return {
    cloud: runtime.cloud,
    async close() {
      clock.stop();
      await runtime.stop();
    },
  };
}

const ecs = <Output>(cloud: Cloud, operation: string, input: object) =>
  cloud.call<Output>(ROOT, 'ecs', operation, { cluster: 'default', ...input });
const elb = <Output>(cloud: Cloud, operation: string, input: object) =>
  cloud.call<Output>(ROOT, 'elasticloadbalancingv2', operation, input);

const define = (cloud: Cloud, name: string) =>
  ecs(cloud, 'RegisterTaskDefinition', {
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'app',
        image: 'public.ecr.aws/docker/library/python:3.12-slim',
        command: ['python3', '-c', SERVER],
        portMappings: [{ containerPort: 8080 }],
        environment: [{ name: 'NAME', value: name }],
        stopTimeout: 2,
      },
    ],
  });

async function createFront(cloud: Cloud) {
  await cloud.call(ROOT, 'iam', 'CreateRole', {
    RoleName: 'ecs',
    AssumeRolePolicyDocument: JSON.stringify({
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    }),
  });
  await cloud.call(ROOT, 'iam', 'AttachRolePolicy', {
    RoleName: 'ecs',
    PolicyArn: 'arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers',
  });
  const group = async (Name: string) => {
    const kind = { Port: 80, Protocol: 'HTTP', TargetType: 'ip', VpcId: 'v' };
    const { TargetGroups } = await elb<{ TargetGroups: [{ TargetGroupArn: string }] }>(
      cloud,
      'CreateTargetGroup',
      { Name, ...kind },
    );
    return TargetGroups[0].TargetGroupArn;
  };
  const [blue, green] = [await group('blue'), await group('green')];
  const { LoadBalancers } = await elb<{
    LoadBalancers: [{ LoadBalancerArn: string; DNSName: string }];
  }>(cloud, 'CreateLoadBalancer', { Name: 'front', Subnets: ['a', 'b'] });
  const [{ DNSName, LoadBalancerArn }] = LoadBalancers;
  const answer = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }];
  const { Listeners } = await elb<{ Listeners: [{ ListenerArn: string }] }>(
    cloud,
    'CreateListener',
    {
      LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: answer,
    },
  );
  const TargetGroups = [
    { TargetGroupArn: blue, Weight: 100 },
    { TargetGroupArn: green, Weight: 0 },
  ];
  const { Rules } = await elb<{ Rules: [{ RuleArn: string }] }>(cloud, 'CreateRule', {
    ListenerArn: Listeners[0].ListenerArn,
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', Values: ['*'] }],
    Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
  });
  return { url: `http://${DNSName}`, blue, green, rule: Rules[0].RuleArn };
}

const statuses = async (cloud: Cloud) => {
  const { serviceDeployments } = await ecs<{ serviceDeployments: { status: string }[] }>(
    cloud,
    'ListServiceDeployments',
    { service: 'web' },
  );
  return serviceDeployments.map(({ status }) => status);
};

async function stopNewest(cloud: Cloud): Promise<void> {
  const { serviceDeployments } = await ecs<{
    serviceDeployments: [{ serviceDeploymentArn: string }];
  }>(cloud, 'ListServiceDeployments', { service: 'web' });
  const [{ serviceDeploymentArn }] = serviceDeployments;
  await ecs(cloud, 'StopServiceDeployment', { serviceDeploymentArn });
}

it('resumes a canary and a rollback after a kill, with new tasks behind the same address', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ecs-resume-'));
  const patience = { timeout: 80_000, interval: 100 };
  let runtime = await open(folder);
  await ecs(runtime.cloud, 'CreateCluster', {});
  const front = await createFront(runtime.cloud);
  await define(runtime.cloud, 'one');
  await ecs(runtime.cloud, 'CreateService', {
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['a', 'b'] } },
    deploymentConfiguration: {
      strategy: 'CANARY',
      bakeTimeInMinutes: 0,
      canaryConfiguration: { canaryPercent: 50, canaryBakeTimeInMinutes: 5 },
    },
    loadBalancers: [
      {
        targetGroupArn: front.blue,
        containerName: 'app',
        containerPort: 8080,
        advancedConfiguration: {
          alternateTargetGroupArn: front.green,
          productionListenerRule: front.rule,
          roleArn: 'arn:aws:iam::000000000000:role/ecs',
        },
      },
    ],
  });
  await vi.waitFor(
    async () => expect(await statuses(runtime.cloud)).toEqual(['SUCCESSFUL']),
    patience,
  );
  await define(runtime.cloud, 'two');
  await ecs(runtime.cloud, 'UpdateService', { service: 'web', taskDefinition: 'web' });
  const names = async () => {
    const answers = [];
    for (let index = 0; index < 4; index += 1) answers.push(await (await fetch(front.url)).text());
    return answers.toSorted();
  };
  await vi.waitFor(
    async () => expect(await names()).toEqual(['one', 'one', 'two', 'two']),
    patience,
  );

  await runtime.close();
  runtime = await open(folder);

  expect(await statuses(runtime.cloud)).toEqual(['IN_PROGRESS', 'SUCCESSFUL']);
  await vi.waitFor(
    async () => expect(await statuses(runtime.cloud)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']),
    patience,
  );
  expect(await names()).toEqual(['two', 'two', 'two', 'two']);

  await define(runtime.cloud, 'three');
  await ecs(runtime.cloud, 'UpdateService', { service: 'web', taskDefinition: 'web' });
  await vi.waitFor(async () => expect(await names()).toContain('three'), patience);
  await stopNewest(runtime.cloud);
  await runtime.close();
  runtime = await open(folder);
  await vi.waitFor(
    async () => expect((await statuses(runtime.cloud))[0]).toBe('ROLLBACK_SUCCESSFUL'),
    patience,
  );
  // A rollback has ended when its tasks answer.
  expect(await names()).toEqual(['two', 'two', 'two', 'two']);
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
});
