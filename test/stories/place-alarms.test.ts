import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Project } from '../../definition/index.ts';
import { sharedStack } from '../../infra/testing/project-stack.testing.ts';
import {
  abaloneInContainers,
  abaloneOnLambda,
} from '../../infra/testing/served-projects.testing.ts';
import type { Cloud } from '../../local/cloud/cloud.ts';
import { createVirtualClock, type VirtualClock } from '../../local/host/clock.ts';
import { createCloudWatchService } from '../../local/services/cloudwatch/index.ts';
import { recordRequest } from '../../local/services/elasticloadbalancingv2/data-plane/request-metrics.ts';
import { recordInvocationMetric } from '../../local/services/lambda/invocation-metrics.ts';
import { startTestRuntime, type TestRuntime } from '../../local/testing/cloud.testing.ts';

// The alarms that take a model back on Lambda and in containers, by CloudWatch's rules: alarms.test.ts has those of endpoints.

const MINUTE_MS = 60_000;
const REQUESTS_PER_MINUTE = 60;
const MINUTES_BEFORE = 10;
const BALANCER = 'app/abalone/1';
const BALANCER_ARN = `arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/${BALANCER}`;
const GROUP_ARN = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/abalone/1';

/** What becomes of the requests of a minute. */
interface Minute {
  readonly failed?: number;
  readonly slow?: number;
  /** Lambda throttles them, or the load balancer has no task for them. */
  readonly unserved?: number;
  readonly wrongAnswers?: number;
}

const good: Minute = {};
const milliseconds = ({ slow = 0 }: Minute, request: number) => (request < slow ? 6_000 : 5);

function askFunction(cloud: Cloud, minute: Minute): void {
  const invocation = { record: { name: 'abalone-serving', version: '2' }, qualifier: 'live' };
  const { failed = 0, unserved = 0 } = minute;
  const note = (name: string, value: number, unit = 'Count') =>
    recordInvocationMetric(cloud, invocation, { name, value, unit });
  for (let request = 0; request < REQUESTS_PER_MINUTE - unserved; request += 1) {
    note('Invocations', 1);
    note('Errors', request < failed ? 1 : 0);
    note('Duration', milliseconds(minute, request), 'Milliseconds');
  }
  for (let request = 0; request < unserved; request += 1) note('Throttles', 1);
}

function askService(cloud: Cloud, minute: Minute): void {
  const { failed = 0, unserved = 0 } = minute;
  for (let request = 0; request < REQUESTS_PER_MINUTE - unserved; request += 1) {
    recordRequest(cloud, {
      loadBalancerArn: BALANCER_ARN,
      targetGroupArn: GROUP_ARN,
      status: request < failed ? 500 : 200,
      isOwn: false,
      targetSeconds: milliseconds(minute, request) / 1_000,
    });
  }
  for (let request = 0; request < unserved; request += 1) {
    recordRequest(cloud, { loadBalancerArn: BALANCER_ARN, status: 503, isOwn: true });
  }
}

/** As a template has it: what CloudFormation would know is the load balancer only. */
function alarmsOf(project: Project): readonly PutMetricAlarmCommandInput[] {
  const found = Template.fromStack(sharedStack(project).stack).findResources(
    'AWS::CloudWatch::Alarm',
  );
  return Object.values(found)
    .map(({ Properties }) => {
      const text = JSON.stringify(Properties).replaceAll(
        /\{"Fn::GetAtt":\["[^"]+","LoadBalancerFullName"\]\}/g,
        JSON.stringify(BALANCER),
      );
      return JSON.parse(text) as PutMetricAlarmCommandInput;
    })
    .filter(({ AlarmName }) => AlarmName?.includes('-rollback-'));
}

const both: readonly (readonly [string, Minute, readonly string[]])[] = [
  ['is good', good, []],
  ['always fails', { failed: 6 }, ['error-increase', 'errors']],
  ['fails one request in a minute, which may be the client’s', { failed: 1 }, []],
  ['is slow', { slow: 6 }, ['latency']],
  ['answers wrongly', { wrongAnswers: 1 }, ['wrong-answers']],
];
const places = [
  {
    place: 'on Lambda',
    project: abaloneOnLambda,
    ask: askFunction,
    models: [...both, ['is throttled in a burst', { unserved: 30 }, ['throttles']] as const],
  },
  {
    place: 'in containers',
    project: abaloneInContainers,
    ask: askService,
    models: [
      ...both,
      ['has no task in a burst', { unserved: 30 }, ['error-increase', 'errors']] as const,
    ],
  },
];

describe.each(places)('The alarms of a model $place', ({ project, ask, models }) => {
  let clock: VirtualClock;
  let runtime: TestRuntime;
  let cloudwatch: CloudWatchClient;
  let alarms: readonly PutMetricAlarmCommandInput[];

  beforeAll(async () => {
    alarms = alarmsOf(project);
    clock = createVirtualClock(Date.UTC(2026, 10, 30, 10));
    runtime = await startTestRuntime([createCloudWatchService], { clock });
    cloudwatch = new CloudWatchClient(runtime.clientConfig);
    for (const alarm of alarms) await cloudwatch.send(new PutMetricAlarmCommand(alarm));
  });

  afterAll(async () => {
    cloudwatch.destroy();
    await runtime.stop();
  });

  async function ringing(): Promise<readonly string[]> {
    const { MetricAlarms = [] } = await cloudwatch.send(
      new DescribeAlarmsCommand({ StateValue: 'ALARM' }),
    );
    return MetricAlarms.map(({ AlarmName = '' }) => AlarmName.replace(/^.*-rollback-/, '')).sort();
  }

  /** @returns the alarms that were in ALARM */
  async function pass(minutes: number, minute: Minute): Promise<readonly string[]> {
    const rung = new Set<string>();
    for (let passed = 0; passed < minutes; passed += 1) {
      ask(runtime.cloud, minute);
      runtime.cloud.recordMetric({
        namespace: 'Stepmill',
        name: 'WrongAnswers',
        dimensions: { service: 'smoke-test', Project: 'abalone', Environment: 'dev' },
        value: minute.wrongAnswers ?? 0,
        unit: 'Count',
      });
      clock.advance(MINUTE_MS);
      for (const name of await ringing()) rung.add(name);
    }
    return [...rung].sort();
  }

  it.each(models)('judge a model that %s', async (_, minute, expected) => {
    await pass(MINUTES_BEFORE + 1, good);
    expect(await ringing()).toEqual([]);

    expect(await pass(2, minute)).toEqual(expected);
  });

  it('are all raised in one of these', () => {
    const names = alarms.map(({ AlarmName = '' }) => AlarmName.replace(/^.*-rollback-/, ''));

    expect(names.sort()).toEqual([...new Set(models.flatMap(([, , expected]) => expected))].sort());
  });
});
