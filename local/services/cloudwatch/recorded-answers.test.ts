import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../host/clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createCloudWatchService } from './index.ts';

// AWS's answers are in the snapshots of LocalStack's tests (Apache-2.0), which are recorded against
// AWS: tests/aws/services/cloudwatch/test_cloudwatch.snapshot.json, commit 8b9a79f0 (2026-03-23).

const START = Date.UTC(2026, 10, 20, 10, 0);
const MINUTE_MS = 60_000;

let runtime: TestRuntime;
let cloudwatch: CloudWatchClient;

beforeAll(async () => {
  runtime = await startTestRuntime([createCloudWatchService], { clock: createVirtualClock(START) });
  cloudwatch = new CloudWatchClient(runtime.clientConfig);
});

afterAll(() => runtime.stop());

async function put(Namespace: string, data: readonly MetricDatum[]): Promise<void> {
  const MetricData = data.map((datum) => ({ Timestamp: new Date(START), ...datum }));
  await cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
}

function read(
  Namespace: string,
  stats: readonly { Stat: string; Period?: number; Unit?: 'Seconds' }[],
  more: Partial<GetMetricDataCommandInput> = {},
) {
  const Metric = { Namespace, MetricName: 'm' };
  return cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: stats.map((stat, index) => ({
        Id: `r${index}`,
        MetricStat: { Metric, Period: 60, ...stat },
      })),
      StartTime: new Date(START),
      EndTime: new Date(START + 20 * MINUTE_MS),
      ScanBy: 'TimestampAscending',
      ...more,
    }),
  );
}

describe('values of different units', () => {
  beforeAll(() =>
    put('Units', [
      { MetricName: 'm', Value: 5, Unit: 'Seconds' },
      { MetricName: 'm', Value: 7, Unit: 'Count' },
      { MetricName: 'm', Value: 1 },
    ]),
  );

  it('are separate datapoints', async () => {
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Units',
        MetricName: 'm',
        StartTime: new Date(START),
        EndTime: new Date(START + MINUTE_MS),
        Period: 60,
        Statistics: ['Average'],
      }),
    );

    expect(Datapoints.map(({ Average, Unit }) => [Average, Unit])).toEqual([
      [7, 'Count'],
      [5, 'Seconds'],
      [1, 'None'],
    ]);
  });

  it('are selected by the query; otherwise a message names the selected unit', async () => {
    const named = await read('Units', [{ Stat: 'Sum', Unit: 'Seconds' }]);
    const unnamed = await read('Units', [{ Stat: 'Sum' }]);

    expect(named.MetricDataResults).toMatchObject([{ Label: 'm', Values: [5] }]);
    expect(unnamed.MetricDataResults).toMatchObject([
      {
        Values: [7],
        Messages: [
          { Code: 'MultipleUnits', Value: "Multiple units returned: '[Count, Seconds, None]'" },
        ],
      },
    ]);
  });
});

describe('labels', () => {
  it.each([
    [
      [{ Stat: 'Sum' }, { Stat: 'Average' }],
      ['m Sum', 'm Average'],
    ],
    [
      [{ Stat: 'Sum' }, { Stat: 'Minimum', Period: 120 }],
      ['m Sum 60', 'm Minimum 120'],
    ],
    [
      [{ Stat: 'Sum' }, { Stat: 'Sum', Period: 120 }],
      ['m 60', 'm 120'],
    ],
    [
      [{ Stat: 'Sum' }, { Stat: 'Sum' }],
      ['m', 'm'],
    ],
  ])('of %j contain what differs', async (stats, labels) => {
    await put('Labels', [{ MetricName: 'm', Value: 1 }]);
    const { MetricDataResults = [] } = await read('Labels', stats);

    expect(MetricDataResults.map(({ Label }) => Label)).toEqual(labels);
  });
});

describe('datapoints', () => {
  it('are returned in pages of MaxDatapoints', async () => {
    const minutes = [...Array.from({ length: 7 }).keys()];
    await put(
      'Pages',
      minutes.map((minute) => ({
        MetricName: 'm',
        Value: minute,
        Timestamp: new Date(START + minute * MINUTE_MS),
      })),
    );
    const pages: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const more = { MaxDatapoints: 4, ...(NextToken !== undefined && { NextToken }) };
      const page = await read('Pages', [{ Stat: 'Sum' }, { Stat: 'Maximum' }], more);
      pages.push(
        page.MetricDataResults?.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]),
      );
      ({ NextToken } = page);
    } while (NextToken !== undefined);

    expect(pages).toEqual([
      [['r0', [0, 1, 2, 3], 'PartialData']],
      [
        ['r0', [4, 5, 6], 'Complete'],
        ['r1', [0], 'PartialData'],
      ],
      [['r1', [1, 2, 3, 4], 'PartialData']],
      [['r1', [5, 6], 'Complete']],
    ]);
  });
});

const listMetrics = (NextToken?: string) =>
  cloudwatch.send(
    new ListMetricsCommand({
      Namespace: 'Listed',
      ...(NextToken !== undefined && { NextToken }),
    }),
  );

it('lists each metric once if others are added between two pages', async () => {
  const names = Array.from({ length: 600 }, (_, number) => `m${number}`);
  await put(
    'Listed',
    names.map((MetricName) => ({ MetricName, Value: 1 })),
  );
  const first = await listMetrics();
  await put('Listed', [{ MetricName: 'a', Value: 1 }]);
  const second = await listMetrics(first.NextToken);

  const listed = [...(first.Metrics ?? []), ...(second.Metrics ?? [])].map(
    ({ MetricName }) => MetricName,
  );
  expect(first.Metrics).toHaveLength(500);
  expect(listed).toHaveLength(names.length);
  expect(new Set(listed)).toEqual(new Set(names));
});

const calculate = async (Expression: string, minutes = 3) => {
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [
        ...['a', 'b', 'none'].map((name) => ({
          Id: name,
          MetricStat: {
            Metric: { Namespace: 'Math', MetricName: name },
            Period: 60,
            Stat: 'Sum',
          },
          ReturnData: false,
        })),
        { Id: 'result', Expression },
      ],
      StartTime: new Date(START),
      EndTime: new Date(START + minutes * MINUTE_MS),
      ScanBy: 'TimestampAscending',
    }),
  );
  return MetricDataResults.map(({ Values }) => Values);
};

function alarm(Expression: string) {
  return cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'math',
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      Threshold: 1,
      Metrics: [
        {
          Id: 'a',
          MetricStat: { Metric: { Namespace: 'Math', MetricName: 'a' }, Period: 60, Stat: 'Sum' },
          ReturnData: false,
        },
        { Id: 'result', Expression },
      ],
    }),
  );
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
describe('metric math', () => {
  beforeAll(() =>
    put('Math', [
      { MetricName: 'a', Value: 1 },
      { MetricName: 'a', Value: 2, Timestamp: new Date(START + MINUTE_MS) },
      { MetricName: 'b', Value: 9 },
      { MetricName: 'b', Value: 7, Timestamp: new Date(START + 2 * MINUTE_MS) },
    ]),
  );

  // START is Friday, 2026-11-20, 10:00 UTC.
  it.each([
    ['FIRST([a, b])', [[1, 2]]],
    ['LAST([a, b])', [[9, 7]]],
    ['METRIC_COUNT([a, b]) + 0 * a', [[2, 2]]],
    ['REMOVE_EMPTY([none, a])', [[1, 2]]],
    ['SORT([a, b, none], SUM, DESC)', [[9, 7], [1, 2], []]],
    [
      'SORT([b, a], MAX, ASC)',
      [
        [1, 2],
        [9, 7],
      ],
    ],
    ['SORT([a, b], AVG, DESC, 1)', [[9, 7]]],
    ['SLICE(SORT([a, b], MIN, DESC), 0, 1)', [[9, 7]]],
    ['SLICE([a, b], 1)', [[9, 7]]],
    ['DIFF_TIME(b)', [[120]]],
    ['MINUTE(a)', [[0, 1, 2]]],
    ['HOUR(a)', [[10, 10, 10]]],
    ['DAY(a)', [[5, 5, 5]]],
    ['DATE(a)', [[20, 20, 20]]],
    ['MONTH(a)', [[11, 11, 11]]],
    ['YEAR(a)', [[2026, 2026, 2026]]],
    ['EPOCH(a) - EPOCH(b)', [[0, 0, 0]]],
  ])('computes %s', async (expression, expected) => {
    expect(await calculate(expression)).toEqual(expected);
  });

  it.each([
    ["SEARCH('{Math} MetricName=\"a\"', 'Sum', 300)", 'SEARCH'],
    ['ANOMALY_DETECTION_BAND(a, 2)', 'ANOMALY_DETECTION_BAND'],
    ['1 + SERVICE_QUOTA(a)', 'SERVICE_QUOTA'],
    ['SELECT AVG(a) FROM Math', 'SELECT (Metrics Insights)'],
  ])('names an unsupported function: %s', async (expression, name) => {
    const refused = {
      name: 'NotImplemented',
      message: expect.stringContaining(`has no ${name} in metric math`),
    };

    await expect(calculate(expression)).rejects.toMatchObject(refused);
    await expect(alarm(expression)).rejects.toMatchObject(refused);
  });

  it.each(['NONSENSE(a)', 'a +', 'SORT([a, b], MEDIAN, ASC)', 'SLICE([a], 0.5)'])(
    'rejects what AWS does not know: %s',
    async (expression) => {
      await expect(calculate(expression)).rejects.toMatchObject({ name: 'ValidationException' });
    },
  );

  it('returns extended statistics beside the others', async () => {
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Math',
        MetricName: 'b',
        StartTime: new Date(START),
        EndTime: new Date(START + MINUTE_MS),
        Period: 60,
        ExtendedStatistics: ['p99.9', 'IQM', 'TM(10%:90%)', 'PR(:10)', 'tc90', 'WM(:8)'],
      }),
    );

    expect(Datapoints[0]?.ExtendedStatistics).toEqual({
      'p99.9': 9,
      IQM: 9,
      'TM(10%:90%)': 9,
      'PR(:10)': 100,
      tc90: 1,
      'WM(:8)': 8,
    });
  });
});

describe('a datum', () => {
  const at = 'MetricData.member.1';
  const statistics = { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 };
  const exclusive = (one: string, other: string) =>
    `The parameters ${at}.${one} and ${at}.${other} are mutually exclusive and you have specified both.`;
  const invalid = (value: number, parameter: string) =>
    `The value ${value} for parameter ${at}.${parameter} is invalid.`;

  it.each<[string, Omit<MetricDatum, 'MetricName'>, string, string]>([
    // test_put_metric_data_validation
    [
      'Value and Values',
      { Value: 1, Values: [1] },
      'InvalidParameterCombinationException',
      exclusive('Value', 'Values'),
    ],
    [
      'Value and StatisticValues',
      { Value: 1, StatisticValues: statistics },
      'InvalidParameterCombinationException',
      exclusive('Value', 'StatisticValues'),
    ],
    [
      'fewer Values than Counts',
      { Values: [1], Counts: [1, 2] },
      'InvalidParameterValueException',
      `The parameters ${at}.Values and ${at}.Counts must be of the same size.`,
    ],
    // https://github.com/awslabs/amazon-kinesis-producer/issues/188
    [
      'a maximum below the minimum',
      { StatisticValues: { ...statistics, Minimum: 2.1 } },
      'InvalidParameterValueException',
      `The parameter ${at}.StatisticValues.Maximum must be greater than ${at}.StatisticValues.Minimum.`,
    ],
    // The rest: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
    [
      'a negative count',
      { Values: [1, 2], Counts: [1, -1] },
      'InvalidParameterValueException',
      invalid(-1, 'Counts.member.2'),
    ],
    [
      'no samples',
      { StatisticValues: { ...statistics, SampleCount: 0 } },
      'InvalidParameterValueException',
      invalid(0, 'StatisticValues.SampleCount'),
    ],
    [
      'a sum beyond the range',
      { StatisticValues: { ...statistics, Sum: 1e109 } },
      'InvalidParameterValueException',
      invalid(1e109, 'StatisticValues.Sum'),
    ],
    [
      '151 values',
      { Values: Array.from({ length: 151 }, (_, index) => index) },
      'InvalidParameterValueException',
      `The collection ${at}.Values must not have a size greater than 150.`,
    ],
    [
      'a resolution other than a second and a minute',
      { Value: 1, StorageResolution: 30 },
      'InvalidParameterValueException',
      invalid(30, 'StorageResolution'),
    ],
  ])('is refused with %s', async (_what, datum, name, message) => {
    await expect(put('Refused', [{ MetricName: 'm', ...datum }])).rejects.toMatchObject({
      name,
      message,
    });
  });

  it('is taken with equal extremes and fractional counts', async () => {
    const StatisticValues = { SampleCount: 1, Sum: 5, Minimum: 5, Maximum: 5 };
    await put('Taken', [
      { MetricName: 'm', StatisticValues },
      { MetricName: 'm', Values: [5], Counts: [0.5], StorageResolution: 1 },
    ]);

    const { MetricDataResults } = await read('Taken', [{ Stat: 'SampleCount' }]);
    expect(MetricDataResults?.[0]?.Values).toEqual([1.5]);
  });
});

const sum = (Expression: string) => ({ Id: 'sum', Expression });

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
describe('an alarm', () => {
  const Metric = { Namespace: 'Math', MetricName: 'a' };
  const metric = (Id: string, ReturnData = false) => ({
    Id,
    ReturnData,
    MetricStat: { Metric, Period: 60, Stat: 'Sum' },
  });
  const base = {
    AlarmName: 'refused',
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    Threshold: 1,
  } as const;
  const simple = { ...Metric, Period: 60, Statistic: 'Sum' } as const;

  it.each<[string, Partial<PutMetricAlarmCommandInput>, RegExp]>([
    [
      'two results',
      { Metrics: [metric('a', true), sum('a')] },
      /^Exactly one element of the metrics list should return data\.$/,
    ],
    ['no result', { Metrics: [metric('a')] }, /^Exactly one element/],
    ['two statistics', { ...simple, ExtendedStatistic: 'p99' }, /mutually exclusive/],
    ['an id in upper case', { Metrics: [metric('A'), sum('A')] }, /the id A does not begin/],
    ['an id twice', { Metrics: [metric('a'), metric('a'), sum('a')] }, /the id a repeats/],
    ['an id of none', { Metrics: [metric('a'), sum('a + b')] }, /unknown metric id b/],
    [
      'periods of more than a day',
      { ...simple, EvaluationPeriods: 1_441 },
      /more than a day \(EvaluationPeriods \* Period must be <= 86400\)/,
    ],
    ['hours of more than a week', { ...simple, Period: 3_600, EvaluationPeriods: 169 }, /week/],
  ])('is not put with %s', async (_what, more, message) => {
    await expect(
      cloudwatch.send(new PutMetricAlarmCommand({ ...base, ...more })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it('accepts hours of a week, and names of functions in its expression', async () => {
    const week = { ...base, ...simple, Period: 3_600, EvaluationPeriods: 168 };
    const sorted = { ...base, Metrics: [metric('a'), sum('SLICE(SORT([a], AVG, DESC), 0)')] };

    await cloudwatch.send(new PutMetricAlarmCommand(week));
    await expect(cloudwatch.send(new PutMetricAlarmCommand(sorted))).resolves.toBeDefined();
  });
});

describe('times', () => {
  const VALUE = 'InvalidParameterValueException';

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
  it.each([
    [-14 * 86_400_000 - 1_000, 'within the past two weeks'],
    [2 * 3_600_000 + 1_000, 'no more than two hours in the future'],
  ])('of a value are rejected %i milliseconds from now', async (offset, words) => {
    const Timestamp = new Date(START + offset);

    await expect(put('Times', [{ MetricName: 'm', Value: 1, Timestamp }])).rejects.toMatchObject({
      name: VALUE,
      message: `The parameter MetricData.member.1.Timestamp must specify a time ${words}.`,
    });
  });

  // Recorded: test_invalid_amount_of_datapoints, error-invalid-time-frame.
  it('of statistics are rejected if the end is before the start', async () => {
    await expect(
      cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'Math',
          MetricName: 'a',
          StartTime: new Date(START),
          EndTime: new Date(START),
          Period: 60,
          Statistics: ['Sum'],
        }),
      ),
    ).rejects.toMatchObject({
      name: VALUE,
      message: 'The parameter StartTime must be less than the parameter EndTime.',
    });
  });
});
