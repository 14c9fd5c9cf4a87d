import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { Template } from 'aws-cdk-lib/assertions';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { createStack } from '../../infra/testing/project-stack.testing.ts';
import { createVirtualClock, type VirtualClock } from '../../local/host/clock.ts';
import { createCloudWatchService } from '../../local/services/cloudwatch/index.ts';
import { InvocationMetrics } from '../../local/services/sagemaker/hosting/invocation-metrics.ts';
import { startTestRuntime, type TestRuntime } from '../../local/testing/cloud.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';

const MINUTE_MS = 60_000;
const REQUESTS_PER_MINUTE = 600;
const CANARY_SHARE = 0.1;
const MINUTES_BEFORE = 10;
const MINUTES_OF_CANARY = 3;
/** The longest evaluation period of an alarm, and one minute for its delay. */
const MINUTES_AFTER = 11;

/** A model's behaviour towards clients: the percentage of failures, and the latency. */
interface Behaviour {
  readonly errorPercent: number;
  readonly latencyMilliseconds: number;
  readonly wrongAnswers?: number;
}

const good: Behaviour = { errorPercent: 0, latencyMilliseconds: 5 };

let alarms: readonly PutMetricAlarmCommandInput[];
let clock: VirtualClock;
let runtime: TestRuntime;
let cloudwatch: CloudWatchClient;
let metrics: InvocationMetrics;
let rung: Set<string>;

/** The alarms of the template: properties that CloudWatch reads have the names of its API. */
beforeAll(() => {
  const trial = { type: 'ab', percent: 20, timeLimitHours: 24, whenTimeIsUp: 'promote' } as const;
  const tried = defineProject({
    ...(abalone as ProjectInput),
    serving: { ...abalone.serving, trial },
  });
  alarms = [abalone, tried]
    .flatMap((project) => {
      const template = Template.fromStack(createStack(project).stack);
      return Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    })
    .map(({ Properties }) => Properties as PutMetricAlarmCommandInput)
    .filter(({ AlarmName }) => /-(rollback|trial)-/.test(AlarmName ?? ''));
});

beforeEach(async () => {
  rung = new Set();
  clock = createVirtualClock(Date.UTC(2026, 10, 20, 10));
  runtime = await startTestRuntime([createCloudWatchService], { clock });
  cloudwatch = new CloudWatchClient(runtime.clientConfig);
  metrics = new InvocationMetrics(runtime.cloud);
  for (const alarm of alarms) await cloudwatch.send(new PutMetricAlarmCommand(alarm));
});

afterEach(() => runtime.stop());

function answer(variant: string, config: string, requests: number, behaviour: Behaviour): void {
  for (let request = 0; request < requests; request += 1) {
    const fails = request < Math.round((requests * behaviour.errorPercent) / 100);
    metrics.record({
      endpointName: 'abalone',
      variantName: variant,
      configName: config,
      instanceCount: 1,
      status: fails ? 500 : 200,
      modelLatencyMicroseconds: behaviour.latencyMilliseconds * 1_000,
      overheadLatencyMicroseconds: 1_000,
      timestamp: clock.now(),
    });
  }
  metrics.flush();
}

/** Each model gets this number of requests, and fails all of them. */
function failEach(requests: number): void {
  answer('AllTraffic', 'new', requests, { ...good, errorPercent: 100 });
  answer('Challenger', 'trial', requests, { ...good, errorPercent: 100 });
}

function report(wrongAnswers: number): void {
  runtime.cloud.recordMetric({
    namespace: 'Stepmill',
    name: 'WrongAnswers',
    dimensions: { service: 'smoke-test', Project: 'abalone', Environment: 'dev' },
    value: wrongAnswers,
    unit: 'Count',
    timestamp: clock.now(),
  });
}

/** Advances the clock by a minute, after which the alarms are evaluated. */
async function pass(): Promise<void> {
  clock.advance(MINUTE_MS);
  for (const name of await ringing()) rung.add(name);
}

async function ringing(): Promise<readonly string[]> {
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ StateValue: 'ALARM' }),
  );
  return MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []);
}

async function pastMinutes(minutes: number, one: () => void): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    one();
    await pass();
  }
}

/** A rollout by canary that is rolled back at its end; `before` is the live model. */
async function rollOut(before: Behaviour, next: Behaviour): Promise<void> {
  const canary = REQUESTS_PER_MINUTE * CANARY_SHARE;
  const alone = () => answer('AllTraffic', 'old', REQUESTS_PER_MINUTE, before);
  await pastMinutes(MINUTES_BEFORE, alone);
  rung.clear();
  await pastMinutes(MINUTES_OF_CANARY, () => {
    answer('AllTraffic', 'old', REQUESTS_PER_MINUTE - canary, before);
    answer('AllTraffic', 'new', canary, next);
    report(next.wrongAnswers ?? 0);
  });
  await pastMinutes(MINUTES_AFTER, alone);
}

/** A trial, in which both models answer. */
async function tryBeside(next: Behaviour): Promise<void> {
  await pastMinutes(MINUTES_OF_CANARY, () => {
    answer('AllTraffic', 'trial', REQUESTS_PER_MINUTE * 0.8, good);
    answer('Challenger', 'trial', REQUESTS_PER_MINUTE * 0.2, next);
  });
}

const rollouts: readonly (readonly [string, Behaviour, Behaviour, readonly string[]])[] = [
  ['a good model', good, good, []],
  [
    'a model that always errs',
    good,
    { ...good, errorPercent: 100 },
    ['abalone-rollback-errors', 'abalone-rollback-error-increase'],
  ],
  [
    'a model that errs more than one that errs',
    { ...good, errorPercent: 20 },
    { ...good, errorPercent: 90 },
    ['abalone-rollback-errors', 'abalone-rollback-error-increase'],
  ],
  [
    'a model that errs as one that errs',
    { ...good, errorPercent: 20 },
    { ...good, errorPercent: 20 },
    ['abalone-rollback-errors'],
  ],
  ['a slow model', good, { ...good, latencyMilliseconds: 600 }, ['abalone-rollback-latency']],
  [
    'a model that answers wrongly',
    good,
    { ...good, wrongAnswers: 1 },
    ['abalone-rollback-wrong-answers'],
  ],
];

const trials: readonly (readonly [string, Behaviour, readonly string[]])[] = [
  ['a good model', good, []],
  ['a model that errs', { ...good, errorPercent: 2 }, ['abalone-trial-errors']],
  ['a slow model', { ...good, latencyMilliseconds: 600 }, ['abalone-trial-latency']],
];

describe('The alarms of the synthesized app', () => {
  it.each(rollouts)('ring for %s while it is rolled out', async (_what, before, next, expected) => {
    await rollOut(before, next);

    expect([...rung].sort()).toEqual([...expected].sort());
  });

  it.each(trials)('ring for %s on trial', async (_what, next, expected) => {
    await tryBeside(next);

    expect([...rung]).toEqual(expected);
  });

  it('have all rung in one of these', () => {
    const expected = [...rollouts.flatMap((one) => one[3]), ...trials.flatMap((one) => one[2])];

    expect(new Set(alarms.map(({ AlarmName }) => AlarmName))).toEqual(new Set(expected));
  });

  it('do not ring for requests to a quiet endpoint that no model could answer', async () => {
    await pastMinutes(MINUTES_BEFORE, () => answer('AllTraffic', 'old', 1, good));
    await pastMinutes(MINUTES_OF_CANARY, () => failEach(1));
    expect([...rung]).toEqual([]);

    await pastMinutes(MINUTES_OF_CANARY, () => failEach(2));
    expect([...rung].sort()).toEqual([
      'abalone-rollback-error-increase',
      'abalone-rollback-errors',
      'abalone-trial-errors',
    ]);
  });

  it('leave the next rollout alone, minutes after a model was taken back', async () => {
    await rollOut(good, { errorPercent: 100, latencyMilliseconds: 600, wrongAnswers: 3 });

    expect(await ringing()).toEqual([]);
  });

  it('leave a good model alone that replaces one that erred for as long as they look back', async () => {
    await pastMinutes(MINUTES_AFTER, () =>
      answer('AllTraffic', 'old', REQUESTS_PER_MINUTE, { ...good, errorPercent: 100 }),
    );
    expect(await ringing()).toEqual(['abalone-rollback-errors']);
    rung.clear();

    await pastMinutes(MINUTES_AFTER, () => answer('AllTraffic', 'new', REQUESTS_PER_MINUTE, good));
    expect([...rung]).not.toContain('abalone-rollback-error-increase');
  });

  it('have one period each, which is all that CloudWatch has for the metrics of one alarm', () => {
    for (const { AlarmName: name, Metrics = [], Period } of alarms) {
      const periods = new Set(
        Metrics.flatMap(({ MetricStat }) => MetricStat?.Period ?? []).concat(Period ?? []),
      );
      expect({ name, periods }).toEqual({ name, periods: new Set([60]) });
    }
  });
});
