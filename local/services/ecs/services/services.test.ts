import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CreateServiceCommandInput,
  type DeploymentConfiguration,
  ECS,
  type Service,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Principal } from '../../../cloud/principal.ts';
import type { ServiceEvent } from '../../../cloud/service.ts';
import { createScaledClock, type RunningClock } from '../../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/cloud.testing.ts';
import { createApplicationAutoScalingService } from '../../application-autoscaling/index.ts';
import { createCloudWatchService } from '../../cloudwatch/index.ts';
import { createEcrService } from '../../ecr/index.ts';
import { createElasticLoadBalancingV2Service } from '../../elasticloadbalancingv2/index.ts';
import { createLogsService } from '../../logs/index.ts';
import { createEcsService } from '../index.ts';

const ROOT: Principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };
const ROLE = 'arn:aws:iam::000000000000:role/ecs';
const PYTHON = 'public.ecr.aws/docker/library/python:3.12-slim';
/** Minutes of baking pass in a second; while processes start, the clock runs at the speed of the wall. */
const SPEED = 60;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let folder: string;
let runtime: TestRuntime;
let clock: RunningClock;
let ecs: ECS;
let elb: ElasticLoadBalancingV2;
const events: ServiceEvent[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ecs-services-'));
  clock = createScaledClock(SPEED);
  runtime = await startTestRuntime(
    [
      createElasticLoadBalancingV2Service,
      createEcsService,
      createEcrService,
      createLogsService,
      createCloudWatchService,
      createApplicationAutoScalingService,
      () => ({
        name: 'eventbridge',
        operations: {},
        accessDenied: () => new Error('denied') as never,
        onEvent: (event) => void events.push(event),
      }),
    ],
    { pythonFolder: folder, containers: 'process', clock },
  );
  ecs = new ECS(runtime.clientConfig);
  elb = new ElasticLoadBalancingV2(runtime.clientConfig);
  const Service = ['ecs-tasks.amazonaws.com', 'ecs.amazonaws.com'];
  await runtime.cloud.call(ROOT, 'iam', 'CreateRole', {
    RoleName: 'ecs',
    AssumeRolePolicyDocument: JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
    }),
  });
  await runtime.cloud.call(ROOT, 'iam', 'PutRolePolicy', {
    RoleName: 'ecs',
    PolicyName: 'all',
    PolicyDocument: JSON.stringify({
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    }),
  });
  await ecs.createCluster({ clusterName: 'c' });
});

afterAll(async () => {
  ecs.destroy();
  elb.destroy();
  clock.stop();
  await runtime.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Answers with its name; `/ping` with a status. */
const SERVER = `
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        is_ping = self.path == "/ping"
        body = os.environ["NAME"].encode()
        self.send_response(int(os.environ["PING" if is_ping else "STATUS"]))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments):
        pass
port = int(os.environ["PORT"]) if os.environ.get("LISTENS", "yes") == "yes" else 0
http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
`;

let count = 0;

async function define(
  environment: Readonly<Record<string, string>>,
  command = ['python3', '-c', SERVER],
): Promise<string> {
  count += 1;
  const all = { PING: '200', STATUS: '200', ...environment };
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family: `f${count}`,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'app',
        image: PYTHON,
        command,
        stopTimeout: 2,
        portMappings: [{ containerPort: 8080 }],
        environment: Object.entries(all).map(([name, value]) => ({ name, value })),
      },
    ],
  });
  return taskDefinition?.taskDefinitionArn ?? '';
}

interface Front {
  readonly url: string;
  readonly listener: string;
  readonly groups: readonly [string, string];
  readonly rule: string;
}

async function createFront(name: string): Promise<Front> {
  const { LoadBalancers: [balancer] = [] } = await elb.createLoadBalancer({
    Name: name,
    Subnets: ['a', 'b'],
    Scheme: 'internal',
  });
  const groups = await Promise.all(
    ['blue', 'green'].map(async (color) => {
      const { TargetGroups: [group] = [] } = await elb.createTargetGroup({
        Name: `${name}-${color}`,
        Port: 8080,
        Protocol: 'HTTP',
        TargetType: 'ip',
        VpcId: 'v',
        HealthCheckPath: '/ping',
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
      });
      await elb.modifyTargetGroupAttributes({
        TargetGroupArn: group?.TargetGroupArn,
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
      });
      return group?.TargetGroupArn ?? '';
    }),
  );
  const [blue = '', green = ''] = groups;
  const { Listeners: [listener] = [] } = await elb.createListener({
    LoadBalancerArn: balancer?.LoadBalancerArn,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  });
  const { Rules: [rule] = [] } = await elb.createRule({
    ListenerArn: listener?.ListenerArn,
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', Values: ['*'] }],
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: blue, Weight: 100 },
            { TargetGroupArn: green, Weight: 0 },
          ],
        },
      },
    ],
  });
  return {
    url: `http://${balancer?.DNSName}`,
    listener: listener?.ListenerArn ?? '',
    groups: [blue, green],
    rule: rule?.RuleArn ?? '',
  };
}

function serviceInput(
  serviceName: string,
  taskDefinition: string,
  front: Front,
  deploymentConfiguration: DeploymentConfiguration,
): CreateServiceCommandInput {
  const isShifting =
    deploymentConfiguration.strategy !== undefined &&
    deploymentConfiguration.strategy !== 'ROLLING';
  return {
    cluster: 'c',
    serviceName,
    taskDefinition,
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['a', 'b'] } },
    deploymentConfiguration,
    loadBalancers: [
      {
        targetGroupArn: front.groups[0],
        containerName: 'app',
        containerPort: 8080,
        ...(isShifting && {
          advancedConfiguration: {
            alternateTargetGroupArn: front.groups[1],
            productionListenerRule: front.rule,
            roleArn: ROLE,
          },
        }),
      },
    ],
  };
}

async function describeService(name: string): Promise<Service> {
  const { services: [service] = [] } = await ecs.describeServices({
    cluster: 'c',
    services: [name],
  });
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
}

async function newestDeployment(service: string): Promise<ServiceDeployment> {
  const { serviceDeployments: [brief] = [] } = await ecs.listServiceDeployments({
    cluster: 'c',
    service,
  });
  const { serviceDeployments: [deployment] = [] } = await ecs.describeServiceDeployments({
    serviceDeploymentArns: [brief?.serviceDeploymentArn ?? ''],
  });
  if (deployment === undefined) throw new Error(`no deployment of ${service}`);
  return deployment;
}

const untilDeployed = (service: string, status = 'SUCCESSFUL') =>
  vi.waitFor(
    async () => {
      const deployment = await newestDeployment(service);
      if (deployment.status !== status) {
        const { deployments, events: lines = [] } = await describeService(service);
        throw new Error(
          JSON.stringify(
            { deployment, deployments, lines: lines.slice(0, 8).map(({ message }) => message) },
            null,
            1,
          ),
        );
      }
      return deployment;
    },
    { timeout: 60_000, interval: 100 },
  );

async function weights(rule: string): Promise<readonly (number | undefined)[]> {
  const { Rules: [found] = [] } = await elb.describeRules({ RuleArns: [rule] });
  return (found?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).map(({ Weight }) => Weight);
}

const remove = async (service: string) => {
  await ecs.deleteService({ cluster: 'c', service, force: true });
  await vi.waitFor(async () => expect((await describeService(service)).status).toBe('INACTIVE'), {
    timeout: 30_000,
    interval: 100,
  });
};

/** Asks 50 times a second until it is stopped. */
function ask(url: string): { stop(): Promise<Readonly<Record<string, number>>> } {
  const answers: Record<string, number> = {};
  const pending = new Set<Promise<void>>();
  const one = async () => {
    const answer = await fetch(url).then(
      async (response) =>
        `${response.status} ${response.status === 200 ? await response.text() : ''}`.trim(),
      (error: unknown) => String(error),
    );
    answers[answer] = (answers[answer] ?? 0) + 1;
  };
  const interval = setInterval(() => {
    const asked = one().finally(() => pending.delete(asked));
    pending.add(asked);
  }, 20);
  return {
    async stop() {
      clearInterval(interval);
      await Promise.all(pending);
      return answers;
    },
  };
}

const putAlarm = (AlarmName: string) =>
  runtime.cloud.call(ROOT, 'cloudwatch', 'PutMetricAlarm', {
    AlarmName,
    Namespace: 'N',
    MetricName: 'M',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
  });

const ring = (AlarmName: string) =>
  runtime.cloud.call(ROOT, 'cloudwatch', 'SetAlarmState', {
    AlarmName,
    StateValue: 'ALARM',
    StateReason: 'test',
  });

/** Application Auto Scaling of the service `scaled`. */
const scale = (operation: string, input: object) =>
  runtime.cloud.call(ROOT, 'application-autoscaling', operation, {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/c/scaled',
    ScalableDimension: 'ecs:service:DesiredCount',
    ...input,
  });

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html */
describe('target tracking', () => {
  it('starts a second task under a load', async () => {
    const front = await createFront('scaled');
    await ecs.createService(serviceInput('scaled', await define({ NAME: 'one' }), front, {}));
    await untilDeployed('scaled');
    const { LoadBalancers: [balancer] = [] } = await elb.describeLoadBalancers({
      Names: ['scaled'],
    });
    const [, label] = balancer?.LoadBalancerArn?.split('loadbalancer/') ?? [];
    await scale('RegisterScalableTarget', { MinCapacity: 1, MaxCapacity: 2 });
    await scale('PutScalingPolicy', {
      PolicyName: 'requests',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 20,
        ScaleInCooldown: 0,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: `${label}/${front.groups[0].split(':').at(-1)}`,
        },
      },
    });

    const asking = ask(front.url);
    await vi.waitFor(async () => expect((await describeService('scaled')).runningCount).toBe(2), {
      timeout: 60_000,
      interval: 200,
    });
    const answers = await asking.stop();

    expect(Object.keys(answers)).toEqual(['200 one']);
    await remove('scaled');
  });
});

describe('a rolling deployment', () => {
  it('replaces the tasks without a failed request, and one that was killed', async () => {
    const front = await createFront('roll');
    const configuration = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    await ecs.createService(
      serviceInput('roll', await define({ NAME: 'one' }), front, configuration),
    );
    await untilDeployed('roll');
    const asking = ask(front.url);

    await ecs.updateService({
      cluster: 'c',
      service: 'roll',
      taskDefinition: await define({ NAME: 'two' }),
    });
    await untilDeployed('roll');
    const answers = await asking.stop();

    expect(Object.keys(answers).toSorted()).toEqual(['200 one', '200 two']);
    const service = await describeService('roll');
    expect(service).toMatchObject({
      status: 'ACTIVE',
      runningCount: 1,
      pendingCount: 0,
      deployments: [
        {
          status: 'PRIMARY',
          rolloutState: 'COMPLETED',
          desiredCount: 1,
          runningCount: 1,
          failedTasks: 0,
        },
      ],
    });
    const lines = (service.events ?? []).map(({ message = '' }) =>
      message.replaceAll(/[0-9a-f]{16,}|\d{19}/g, '…'),
    );
    expect(lines.slice(0, 3)).toEqual([
      '(service roll) has reached a steady state.',
      '(service roll) (deployment ecs-svc/…) deployment completed.',
      expect.stringContaining('(service roll) has stopped 1 running tasks'),
    ]);

    const { taskArns: [task = ''] = [] } = await ecs.listTasks({
      cluster: 'c',
      serviceName: 'roll',
    });
    await ecs.stopTask({ cluster: 'c', task });
    await vi.waitFor(
      async () => {
        const { taskArns = [] } = await ecs.listTasks({ cluster: 'c', serviceName: 'roll' });
        expect(taskArns).toHaveLength(1);
        expect(taskArns).not.toContain(task);
        expect((await fetch(front.url)).status).toBe(200);
      },
      { timeout: 30_000, interval: 100 },
    );
    await remove('roll');
  });

  it.concurrent.each([
    ['exits at once', ['python3', '-c', 'import sys; sys.exit(3)'], {}],
    ['never becomes healthy', undefined, { PING: '500' }],
    ['ignores its port', undefined, { LISTENS: 'no' }],
  ])('goes back when the new task %s', async (name, command, environment) => {
    const label = name.replaceAll(' ', '-');
    const front = await createFront(label.slice(0, 20));
    await ecs.createService(
      serviceInput(label, await define({ NAME: 'good' }), front, {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: true,
          thresholdConfiguration: { type: 'COUNT', value: 2 },
        },
      }),
    );
    await untilDeployed(label);
    const asking = ask(front.url);

    await ecs.updateService({
      cluster: 'c',
      service: label,
      taskDefinition: await define({ NAME: 'bad', ...environment }, command),
    });
    const deployment = await untilDeployed(label, 'ROLLBACK_SUCCESSFUL');
    const answers = await asking.stop();

    expect(deployment).toMatchObject({
      statusReason: 'ECS deployment circuit breaker: tasks failed to start.',
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 2, threshold: 2 },
      rollback: { reason: 'ECS deployment circuit breaker: tasks failed to start.' },
    });
    expect(Object.keys(answers)).toEqual(['200 good']);
    const names = events
      .filter(({ resources }) => resources[0]?.endsWith(`/${label}`) === true)
      .map(({ detail }) => (detail as { eventName: string }).eventName)
      .filter((one) => one.startsWith('SERVICE_DEPLOYMENT'));
    expect(names).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_FAILED',
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
    ]);
    await remove(label);
  });
});

describe('a shifting deployment', () => {
  it.each([
    ['BLUE_GREEN', { bakeTimeInMinutes: 1 }],
    [
      'CANARY',
      {
        bakeTimeInMinutes: 1,
        canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 2 },
      },
    ],
    [
      'LINEAR',
      { bakeTimeInMinutes: 0, linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 } },
    ],
  ] as const)(
    '%s moves the traffic to the other target group without a failed request',
    async (strategy, more) => {
      const label = strategy.toLowerCase().replace('_', '-');
      const front = await createFront(label);
      await ecs.createService(
        serviceInput(label, await define({ NAME: 'blue' }), front, { strategy, ...more }),
      );
      await untilDeployed(label);
      expect(await weights(front.rule)).toEqual([100, 0]);
      const asking = ask(front.url);

      await ecs.updateService({
        cluster: 'c',
        service: label,
        taskDefinition: await define({ NAME: 'green' }),
      });
      const deployment = await untilDeployed(label);
      const answers = await asking.stop();

      expect(Object.keys(answers).toSorted()).toEqual(['200 blue', '200 green']);
      expect(await weights(front.rule)).toEqual([0, 100]);
      expect(deployment).toMatchObject({
        lifecycleStage: 'CLEAN_UP',
        targetServiceRevision: { requestedProductionTrafficWeight: 100 },
      });
      const shifts = ((await describeService(label)).events ?? [])
        .flatMap(({ message = '' }) => /shifted (\d+) percent/.exec(message)?.[1] ?? [])
        .toReversed();
      expect(shifts).toEqual(
        {
          BLUE_GREEN: ['100', '100'],
          CANARY: ['100', '20', '100'],
          LINEAR: ['100', '40', '80', '100'],
        }[strategy],
      );
      await remove(label);
    },
  );

  it('goes back at once when an alarm goes into ALARM while it bakes', async () => {
    const front = await createFront('alarmed');
    await putAlarm('errors');
    const configuration: DeploymentConfiguration = {
      strategy: 'CANARY',
      bakeTimeInMinutes: 0,
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 60 },
      alarms: { alarmNames: ['errors'], enable: true, rollback: true },
    };
    await ecs.createService(
      serviceInput('alarmed', await define({ NAME: 'blue' }), front, configuration),
    );
    await untilDeployed('alarmed');
    await ecs.updateService({
      cluster: 'c',
      service: 'alarmed',
      taskDefinition: await define({ NAME: 'green', STATUS: '500' }),
    });
    await vi.waitFor(async () => expect(await weights(front.rule)).toEqual([90, 10]), {
      timeout: 30_000,
    });

    await ring('errors');
    const deployment = await untilDeployed('alarmed', 'ROLLBACK_SUCCESSFUL');

    expect(deployment).toMatchObject({
      statusReason: 'ECS deployment alarms: alarm detected: errors.',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    });
    expect(await weights(front.rule)).toEqual([100, 0]);

    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    await ring('errors');
    await ecs.updateService({
      cluster: 'c',
      service: 'alarmed',
      taskDefinition: await define({ NAME: 'green' }),
      deploymentConfiguration: {
        ...configuration,
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
      },
    });
    expect(await untilDeployed('alarmed')).toMatchObject({ alarms: { status: 'DISABLED' } });
    await remove('alarmed');
  });

  it('is rolled back on request, and replaced by a newer one', async () => {
    const front = await createFront('stopped');
    const configuration: DeploymentConfiguration = {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 1_000,
    };
    await ecs.createService(
      serviceInput('stopped', await define({ NAME: 'blue' }), front, configuration),
    );
    await untilDeployed('stopped');
    await ecs.updateService({
      cluster: 'c',
      service: 'stopped',
      taskDefinition: await define({ NAME: 'green' }),
    });
    await vi.waitFor(async () => expect(await weights(front.rule)).toEqual([0, 100]), {
      timeout: 30_000,
    });

    const { serviceDeploymentArn } = await newestDeployment('stopped');
    await ecs.stopServiceDeployment({ serviceDeploymentArn, stopType: 'ROLLBACK' });
    await untilDeployed('stopped', 'ROLLBACK_SUCCESSFUL');
    expect(await (await fetch(front.url)).text()).toBe('blue');

    await ecs.updateService({
      cluster: 'c',
      service: 'stopped',
      taskDefinition: await define({ NAME: 'red' }),
    });
    await vi.waitFor(async () => expect(await weights(front.rule)).toEqual([0, 100]), {
      timeout: 30_000,
    });
    await ecs.updateService({
      cluster: 'c',
      service: 'stopped',
      taskDefinition: await define({ NAME: 'white' }),
      deploymentConfiguration: { ...configuration, bakeTimeInMinutes: 0 },
    });
    await untilDeployed('stopped');
    expect(await (await fetch(front.url)).text()).toBe('white');
    const { serviceDeployments = [] } = await ecs.listServiceDeployments({
      cluster: 'c',
      service: 'stopped',
    });
    expect(serviceDeployments.map(({ status }) => status)).toEqual([
      'SUCCESSFUL',
      'STOPPED',
      'ROLLBACK_SUCCESSFUL',
      'SUCCESSFUL',
    ]);
    await remove('stopped');
  });
});
