import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Service, ServiceEvent } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createCloudWatchService } from './index.ts';

let runtime: TestRuntime;
let cloudwatch: CloudWatchClient;
let clock: VirtualClock;
let published: ServiceEvent[];

const START = Date.UTC(2026, 10, 20, 10, 0);

function createListener(): Service {
  return {
    name: 'eventbridge',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
    onEvent: (event) => published.push(event),
  };
}

beforeEach(async () => {
  published = [];
  clock = createVirtualClock(START);
  runtime = await startTestRuntime([createCloudWatchService, createListener], { clock });
  cloudwatch = new CloudWatchClient(runtime.clientConfig);
});

afterEach(async () => {
  await runtime.stop();
});

function put(name: string, values: readonly number[], minute = 0): Promise<unknown> {
  return cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: 'Stepmill',
      MetricData: [
        {
          MetricName: name,
          Dimensions: [{ Name: 'Project', Value: 'abalone' }],
          Timestamp: new Date(START + minute * 60_000),
          Values: [...values],
          Unit: 'Count',
        },
      ],
    }),
  );
}

const metric = (MetricName: string) => ({
  Namespace: 'Stepmill',
  MetricName,
  Dimensions: [{ Name: 'Project', Value: 'abalone' }],
});

function stat(Id: string, name: string) {
  return {
    Id,
    ReturnData: false,
    MetricStat: { Metric: metric(name), Period: 60, Stat: 'Sum' },
  };
}

async function stateOf(name: string): Promise<string | undefined> {
  const { MetricAlarms, CompositeAlarms } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name] }),
  );
  return MetricAlarms?.[0]?.StateValue ?? CompositeAlarms?.[0]?.StateValue;
}

describe('metrics', () => {
  it('are returned as statistics, including percentiles', async () => {
    await put(
      'Latency',
      Array.from({ length: 100 }, (_, index) => index + 1),
    );

    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...metric('Latency'),
        StartTime: new Date(START),
        EndTime: new Date(START + 60_000),
        Period: 60,
        Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'],
        ExtendedStatistics: ['p99'],
      }),
    );

    const [point] = Datapoints ?? [];
    expect(point).toMatchObject({
      SampleCount: 100,
      Sum: 5050,
      Average: 50.5,
      Minimum: 1,
      Maximum: 100,
      Unit: 'Count',
    });
    expect(point?.ExtendedStatistics?.['p99']).toBeCloseTo(99, -0.5);
  });

  it('are used in metric math', async () => {
    await put('Errors', [1, 1], 0);
    await put('Requests', [4, 4], 0);
    await put('Requests', [5], 1);

    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(START),
        EndTime: new Date(START + 120_000),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [
          stat('e', 'Errors'),
          stat('r', 'Requests'),
          { Id: 'rate', Expression: '100 * e / r' },
          { Id: 'filled', Expression: 'IF(FILL(e, 0) > 0, 1, 0)' },
          { Id: 'total', Expression: 'SUM(METRICS())' },
          { Id: 'most', Expression: 'MAX([e, r])' },
        ],
      }),
    );

    expect(MetricDataResults?.map(({ Id, Values }) => [Id, Values])).toEqual([
      // A missing value counts as 0: query/evaluate.test.ts.
      ['rate', [25, 0]],
      ['filled', [1, 0]],
      ['total', [10, 5]],
      ['most', [8, 5]],
    ]);
  });

  it('of services and applications are listed; a namespace of AWS is rejected', async () => {
    runtime.cloud.recordMetric({
      namespace: 'AWS/Lambda',
      name: 'Errors',
      dimensions: { FunctionName: 'f' },
      value: 1,
      unit: 'Count',
    });
    await put('Runs', [1]);

    const { Metrics } = await cloudwatch.send(new ListMetricsCommand({}));
    const refused = cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: 'AWS/Lambda',
        MetricData: [{ MetricName: 'x', Value: 1 }],
      }),
    );

    expect(Metrics?.map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`)).toEqual([
      'AWS/Lambda Errors',
      'Stepmill Runs',
    ]);
    await expect(refused).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The value AWS/ for parameter Namespace is invalid.',
    });
  });

  it('are received from requests of more than 10 KiB, which the SDK compresses', async () => {
    const MetricData = Array.from({ length: 500 }, (_, index) => ({
      MetricName: `metric-${index}`,
      Value: index,
    }));

    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Many', MetricData }));

    const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Many' }));
    expect(Metrics).toHaveLength(500);
  });
});

describe('alarms', () => {
  const errors = {
    AlarmName: 'errors',
    ...metric('Errors'),
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  } as const;

  it('follow their metric every minute and publish state changes', async () => {
    await cloudwatch.send(new PutMetricAlarmCommand(errors));
    const states = [await stateOf('errors')];
    clock.advance(61_000);
    states.push(await stateOf('errors'));
    await put('Errors', [3], 1);
    clock.advance(60_000);
    states.push(await stateOf('errors'));
    clock.advance(5 * 60_000);
    states.push(await stateOf('errors'));

    expect(states).toEqual(['INSUFFICIENT_DATA', 'OK', 'ALARM', 'OK']);
    const changes = published.filter(
      (event) => event['detail-type'] === 'CloudWatch Alarm State Change',
    );
    expect(changes.map(({ detail }) => detail)).toMatchObject([
      {
        state: { value: 'OK' },
        previousState: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' },
      },
      {
        alarmName: 'errors',
        state: {
          value: 'ALARM',
          reason:
            'Threshold Crossed: 1 out of the last 1 datapoints [3.0 (20/11/26 10:01:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
          timestamp: '2026-11-20T10:02:01.000+0000',
        },
        configuration: {
          metrics: [
            {
              metricStat: {
                stat: 'Sum',
                period: 60,
                metric: { dimensions: { Project: 'abalone' } },
              },
              returnData: true,
            },
          ],
        },
      },
      { state: { value: 'OK' } },
    ]);
    const { AlarmHistoryItems } = await cloudwatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'errors', HistoryItemType: 'StateUpdate' }),
    );
    expect(AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from OK to ALARM',
      'Alarm updated from INSUFFICIENT_DATA to OK',
    ]);
  });

  it('of metric math and of other alarms are evaluated', async () => {
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'rate',
        Metrics: [
          {
            Id: 'e',
            MetricStat: { Metric: metric('Errors'), Period: 60, Stat: 'Sum' },
            ReturnData: false,
          },
          {
            Id: 'r',
            MetricStat: { Metric: metric('Requests'), Period: 60, Stat: 'Sum' },
            ReturnData: false,
          },
          { Id: 'rate', Expression: 'e / r * 100', ReturnData: true },
        ],
        EvaluationPeriods: 2,
        DatapointsToAlarm: 1,
        Threshold: 10,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await cloudwatch.send(
      new PutCompositeAlarmCommand({
        AlarmName: 'any',
        AlarmRule: 'ALARM("rate") AND NOT INSUFFICIENT_DATA(rate)',
      }),
    );
    await put('Errors', [1], 0);
    await put('Requests', [5], 0);
    clock.advance(61_000);

    expect([await stateOf('rate'), await stateOf('any')]).toEqual(['ALARM', 'ALARM']);
  });

  it('can be set by SetAlarmState; invalid ones are rejected', async () => {
    await cloudwatch.send(new PutMetricAlarmCommand(errors));
    await cloudwatch.send(
      new SetAlarmStateCommand({
        AlarmName: 'errors',
        StateValue: 'ALARM',
        StateReason: 'testing',
      }),
    );

    expect(await stateOf('errors')).toBe('ALARM');
    await expect(
      cloudwatch.send(new PutMetricAlarmCommand({ ...errors, DatapointsToAlarm: 2 })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(
      cloudwatch.send(new PutMetricAlarmCommand({ ...errors, Period: 10 })),
    ).rejects.toMatchObject({ message: expect.stringContaining('periods of 10 seconds') });
    await expect(
      cloudwatch.send(
        new SetAlarmStateCommand({ AlarmName: 'missing', StateValue: 'OK', StateReason: '' }),
      ),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });
});
