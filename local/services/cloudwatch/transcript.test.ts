import { describe, expect, it } from 'vitest';
import { type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { createIamService } from '../iam/index.ts';
import { createSnsService } from '../sns/index.ts';
import { createSqsService } from '../sqs/index.ts';
import { createStsService } from '../sts/index.ts';
import { createCloudWatchService } from './index.ts';

const Namespace = 'N';
const T0 = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number) => new Date(T0 + seconds * 1_000);
const put = (...MetricData: readonly object[]): Step => [
  'PutMetricData',
  { Namespace, MetricData },
];
const m = (more: object) => ({ MetricName: 'm', ...more });
const D = [{ Name: 'd', Value: '1' }];
const statistics = (more: object): Step => [
  'GetMetricStatistics',
  {
    Namespace,
    MetricName: 'm',
    StartTime: at(0),
    EndTime: at(600),
    Period: 60,
    Statistics: ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'],
    ...more,
  },
];
const data = (...MetricDataQueries: readonly object[]): Step => [
  'GetMetricData',
  { StartTime: at(0), EndTime: at(600), MetricDataQueries },
];
const stat = (Id: string, Stat: string, more: object = {}) => ({
  Id,
  ReturnData: false,
  MetricStat: { Metric: { Namespace, MetricName: 'm' }, Period: 60, Stat },
  ...more,
});
const shown = (Stat: string) => data(stat('a', Stat, { ReturnData: true }));
const math = (Expression: string): Step =>
  data(stat('a', 'Sum'), stat('b', 'Average'), { Id: 'e', Expression });

/** Two series of three values, which share the pages. */
const paged = (more: object) => ({
  StartTime: at(0),
  EndTime: at(180),
  MetricDataQueries: ['Sum', 'Maximum'].map((Stat) =>
    stat(Stat.toLowerCase(), Stat, { ReturnData: true }),
  ),
  ...more,
});

const metrics: readonly Step[] = [
  ['PutMetricData', { Namespace: '', MetricData: [m({ Value: 1 })] }],
  ['PutMetricData', { Namespace: 'AWS/X', MetricData: [m({ Value: 1 })] }],
  ['PutMetricData', { Namespace }],
  put({ Value: 1 }),
  put(m({})),
  put(m({ Value: Number.NaN })),
  put(m({ Value: Number.POSITIVE_INFINITY })),
  put(m({ Value: 1, Unit: 'Other' })),
  put(m({ Value: 1, Values: [1] })),
  put(m({ Values: [1, 2], Counts: [1] })),
  put(m({ Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } })),
  put(m({ StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } })),
  put(
    m({
      Value: 1,
      Dimensions: Array.from({ length: 31 }, (_, i) => ({ Name: `${i}`, Value: 'v' })),
    }),
  ),
  put(m({ Value: 1, Dimensions: [{ Name: ':d', Value: '1' }] })),
  put(m({ Value: 1, StorageResolution: 2 })),
  put(m({ Value: 1, Timestamp: at(-15 * 86_400) })),
  put(m({ Value: 1, Timestamp: at(3 * 3_600) })),
  put(
    m({ Value: 1, Timestamp: at(0) }),
    m({ Value: 3, Timestamp: at(59) }),
    m({ Value: 10, Timestamp: at(60) }),
    m({ Values: [1, 2, 3], Counts: [2, 1, 1], Timestamp: at(120) }),
    m({
      StatisticValues: { SampleCount: 4, Sum: 20, Minimum: 2, Maximum: 8 },
      Timestamp: at(240),
    }),
    m({ Value: 5, Dimensions: D, Unit: 'Seconds', Timestamp: at(0) }),
    { MetricName: 'other', Value: 7, Timestamp: at(300) },
  ),
  ['ListMetrics'],
  ['ListMetrics', { Namespace, MetricName: 'm' }],
  ['ListMetrics', { Namespace, Dimensions: [{ Name: 'd' }] }],
  ['ListMetrics', { Namespace, Dimensions: [{ Name: 'd', Value: '2' }] }],
  ['ListMetrics', { RecentlyActive: 'PT3H' }],
  statistics({}),
  statistics({ Dimensions: D, Unit: 'Seconds' }),
  statistics({ Dimensions: D, Unit: 'Count' }),
  statistics({ Period: 300 }),
  statistics({ Period: 0 }),
  statistics({ StartTime: at(60), EndTime: at(120) }),
  statistics({ StartTime: at(600), EndTime: at(0) }),
  statistics({ Statistics: undefined, ExtendedStatistics: ['p50', 'p90', 'tm90'] }),
  statistics({ Statistics: undefined }),
  statistics({ Statistics: undefined, ExtendedStatistics: ['p101'] }),
  ...[
    'Sum',
    'Average',
    'SampleCount',
    'p0',
    'p50',
    'p99.9',
    'p100',
    'tm50',
    'IQM',
    'wm98',
    'PR(1:2)',
    'TC(1:2)',
    'TS(1:2)',
    ...['TC(1:1)', 'TC(2:3)', 'TC(:2)', 'TC(2:)', 'PR(:2)', 'PR(2:2)', 'TC(0%:100%)'],
    ...['TS(10%:50%)', 'TC(50%:100%)', 'TM(-1%:50%)', 'TM(50%:101%)', 'TM(50%:50%)'],
    ...['TM(1:50%)', 'TM(%:5)', 'PR(1%:2%)', 'WM(1:2)', 'WM(10%:90%)', 'tc90', 'ts90', 'p'],
    'Other',
  ].map(shown),
  ...[
    'a + b',
    'a - b * 2',
    'a / 0',
    'a ^ 2',
    '-a',
    'a > 5',
    'a >= 10',
    'a < 10',
    'a <= 10',
    'a == 10',
    'a != 10',
    'a > 5 AND b < 5',
    'a > 5 OR b > 1',
    'ABS(a - 5)',
    'CEIL(b)',
    'FLOOR(b)',
    'AVG(a)',
    'SUM(a)',
    'MIN(a)',
    'MAX(a)',
    'STDDEV(a)',
    'METRICS()',
    'SUM(METRICS())',
    'AVG([a, b])',
    'FILL(a, 0)',
    'FILL(a, REPEAT)',
    'FILL(a, LINEAR)',
    'IF(a > 5, a, b)',
    'IF(a > 5, 1)',
    'RATE(a)',
    'DIFF(a)',
    'DIFF_TIME(a)',
    'PERIOD(a)',
    'RUNNING_SUM(a)',
    'DATAPOINT_COUNT(a)',
    'TIME_SERIES(3)',
    'LOG(a)',
    'LOG10(a)',
    'SLICE(METRICS(), 1)',
    'SORT(METRICS(), MAX, DESC)',
    'REMOVE_EMPTY(METRICS())',
    'HOUR(a)',
    'MINUTE(a)',
    'a +',
    'UNKNOWN(a)',
    'c + 1',
    '(a',
    `${'-'.repeat(99)}a`,
    `${'-'.repeat(100)}a`,
    '5',
  ].map(math),
  data(),
  data(stat('A', 'Sum')),
  data(stat('a', 'Sum'), stat('a', 'Sum')),
  data(stat('a', 'Sum')),
  [
    'GetMetricData',
    {
      StartTime: at(0),
      EndTime: at(600),
      ScanBy: 'TimestampAscending',
      MaxDatapoints: 2,
      MetricDataQueries: [stat('a', 'Sum', { ReturnData: true, Label: 'shown' })],
    },
  ],
  // A page that holds all of them has no token; the next page has nothing of a metric that was shown.
  ...[1, 3, 4, 6].flatMap((MaxDatapoints): readonly Step[] => [
    ['GetMetricData', paged({ MaxDatapoints }), 'page'],
    [
      'GetMetricData',
      (answered) => paged({ MaxDatapoints, NextToken: answered('page.NextToken') }),
    ],
  ]),
  ['GetMetricData', paged({ NextToken: '-1' })],
  ['GetMetricData', paged({ NextToken: '1.5' })],
];

const alarm = (AlarmName: string, more: object = {}): Step => [
  'PutMetricAlarm',
  {
    AlarmName,
    Namespace,
    MetricName: 'm',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 2,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    ...more,
  },
];
const composite = (AlarmRule: string): Step => [
  'PutCompositeAlarm',
  { AlarmName: 'both', AlarmRule },
];
const values = (...numbers: readonly number[]): readonly Step[] =>
  numbers.flatMap((Value): readonly Step[] => [put(m({ Value })), { advanceSeconds: 60 }]);
const states: Step = ['DescribeAlarms', { AlarmNamePrefix: 'w' }];

const alarms: readonly Step[] = [
  alarm(''),
  alarm('a'.repeat(256)),
  alarm('a', { Period: 15 }),
  alarm('a', { EvaluationPeriods: 0 }),
  alarm('a', { DatapointsToAlarm: 3 }),
  alarm('a', { Period: 86_400, EvaluationPeriods: 8 }),
  alarm('a', { ComparisonOperator: 'Other' }),
  alarm('a', { Statistic: undefined }),
  alarm('a', { ExtendedStatistic: 'p90' }),
  alarm('a', { Statistic: undefined, ExtendedStatistic: 'p101' }),
  alarm('a', { Threshold: undefined }),
  alarm('a', { TreatMissingData: 'other' }),
  alarm('a', {
    AlarmActions: Array.from({ length: 6 }, (_, i) => `arn:aws:sns:us-east-1:000000000000:t${i}`),
  }),
  alarm('a', { AlarmDescription: 'd', Tags: [{ Key: 'team', Value: 'ml' }] }),
  alarm('a', { AlarmDescription: 'changed', Dimensions: D, Unit: 'Seconds' }),
  alarm('math', {
    Namespace: undefined,
    MetricName: undefined,
    Statistic: undefined,
    Period: undefined,
    Metrics: [stat('a', 'Sum'), { Id: 'e', Expression: 'a * 2', ReturnData: true }],
  }),
  ['DescribeAlarms'],
  ['DescribeAlarms', { AlarmNames: ['a', 'missing'] }],
  ['DescribeAlarms', { AlarmNamePrefix: 'm' }],
  ['DescribeAlarms', { MaxRecords: 1 }, 'page'],
  ['DescribeAlarms', (answered) => ({ MaxRecords: 1, NextToken: answered('page.NextToken') })],
  ['DescribeAlarms', { StateValue: 'ALARM' }],
  ['DescribeAlarmsForMetric', { Namespace, MetricName: 'm' }],
  ['DescribeAlarmsForMetric', { Namespace, MetricName: 'm', Dimensions: D }],
  composite('ALARM(missing)'),
  composite('ALARM(a'),
  composite('ALARM(a) AND NOT OK(math) OR FALSE'),
  ['DescribeAlarms', { AlarmTypes: ['CompositeAlarm'] }],
  ['SetAlarmState', { AlarmName: 'a', StateValue: 'ALARM', StateReason: 'by hand' }],
  ['SetAlarmState', { AlarmName: 'missing', StateValue: 'ALARM', StateReason: 'x' }],
  ['SetAlarmState', { AlarmName: 'a', StateValue: 'Other', StateReason: 'x' }],
  { advanceSeconds: 1 },
  ['DescribeAlarms', { AlarmNames: ['a', 'both'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }],
  ['DescribeAlarmHistory', { AlarmName: 'a' }],
  [
    'DescribeAlarmHistory',
    { AlarmName: 'a', HistoryItemType: 'StateUpdate', ScanBy: 'TimestampAscending' },
  ],
  ['DeleteAlarms', { AlarmNames: ['both'] }],
  ['DeleteAlarms', { AlarmNames: ['a', 'math'] }],
  ...[
    'GreaterThanThreshold',
    'GreaterThanOrEqualToThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ].map((ComparisonOperator) =>
    alarm(`w-${ComparisonOperator}`, { ComparisonOperator, EvaluationPeriods: 1 }),
  ),
  ...['breaching', 'notBreaching', 'ignore', 'missing'].map((TreatMissingData) =>
    alarm(`w-missing-${TreatMissingData}`, { TreatMissingData }),
  ),
  alarm('w-2-of-3', { EvaluationPeriods: 3, DatapointsToAlarm: 2 }),
  alarm('w-no-queries', { Metrics: [], EvaluationPeriods: 1 }),
  ...[99, 100].map((count) => composite(`${'NOT '.repeat(count)}TRUE`)),
  ['DeleteAlarms', { AlarmNames: ['both'] }],
  ...values(5),
  states,
  ...values(6, 6),
  states,
  ...values(4),
  states,
  { advanceSeconds: 600 },
  states,
  ['DescribeAlarmHistory', { AlarmName: 'w-2-of-3' }],
  ['DisableAlarmActions', { AlarmNames: ['w-2-of-3'] }],
  ['DescribeAlarms', { AlarmNames: ['w-2-of-3'] }],
  ['EnableAlarmActions', { AlarmNames: ['w-2-of-3', 'missing'] }],
  ['DescribeAlarms', { AlarmNames: ['w-2-of-3'] }],
  [
    'ListTagsForResource',
    { ResourceARN: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:w-2-of-3' },
  ],
  [
    'TagResource',
    {
      ResourceARN: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:w-2-of-3',
      Tags: [{ Key: 'a', Value: '1' }],
    },
  ],
  [
    'ListTagsForResource',
    { ResourceARN: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:w-2-of-3' },
  ],
  ['ListTagsForResource', { ResourceARN: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:none' }],
  ['PutDashboard', { DashboardName: 'd', DashboardBody: '{' }],
  ['PutDashboard', { DashboardName: 'a b', DashboardBody: '{"widgets":[]}' }],
  ['PutDashboard', { DashboardName: 'd', DashboardBody: '{"widgets":[]}' }],
  ['GetDashboard', { DashboardName: 'd' }],
  ['GetDashboard', { DashboardName: 'missing' }],
  ['ListDashboards', { DashboardNamePrefix: 'd' }],
  ['DeleteDashboards', { DashboardNames: ['d', 'missing'] }],
  ['DeleteDashboards', { DashboardNames: ['d'] }],
];

const factories = [
  createIamService,
  createStsService,
  createCloudWatchService,
  createSnsService,
  createSqsService,
];

const CHAIN = Array.from({ length: 12 }, (_, index) => `w${String(index + 1).padStart(2, '0')}`);
const TWO_WEEKS_SECONDS = 14 * 86_400;
const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index));
const metricQuery = (Id: string, more: object = {}) => ({
  Id,
  MetricStat: { Metric: { Namespace, MetricName: 'm' }, Period: 60, Stat: 'Sum' },
  ...more,
});

/**
 * Both sides of limits: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html and
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html.
 */
const limits: readonly Step[] = [
  ...[-TWO_WEEKS_SECONDS - 0.001, -TWO_WEEKS_SECONDS, 7_200, 7_200.001].map((seconds) =>
    put(m({ Value: 1, Timestamp: at(seconds) })),
  ),
  ...[2 ** 360, -(2 ** 360), 2 ** 361, -(2 ** 361)].map((Value) => put(m({ Value }))),
  ...[0, 1, 2 ** 360, 2 ** 361].map((count) => put(m({ Values: [1], Counts: [count] }))),
  put(...times(1_000, () => m({ Value: 1 }))),
  put(...times(1_001, () => m({ Value: 1 }))),
  ...[30, 31].map((length) =>
    put(m({ Value: 1, Dimensions: times(length, (i) => ({ Name: `${i}`, Value: 'v' })) })),
  ),
  data(...times(500, (index) => metricQuery(`q${index}`, { ReturnData: index === 0 }))),
  data(...times(501, (index) => metricQuery(`q${index}`, { ReturnData: index === 0 }))),
  ...[10, 11].map((count) =>
    alarm('metrics', {
      ...{ Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined },
      Metrics: [
        ...times(count, (index) => metricQuery(`q${index}`, { ReturnData: false })),
        { Id: 'e', Expression: 'q0 + q1' },
      ],
    }),
  ),
  // Each evaluation changes one more of a chain, the last one first; eleven follow at once, the twelfth at the next minute.
  alarm('x', { TreatMissingData: 'ignore' }),
  ...CHAIN.toReversed().map(
    (AlarmName, index): Step => [
      'PutCompositeAlarm',
      { AlarmName, AlarmRule: `ALARM("${CHAIN[12 - index] ?? 'x'}")` },
    ],
  ),
  { advanceSeconds: 1 },
  ['SetAlarmState', { AlarmName: 'x', StateValue: 'ALARM', StateReason: 'test' }],
  ['DescribeAlarms', { AlarmNamePrefix: 'w', StateValue: 'OK', AlarmTypes: ['CompositeAlarm'] }],
  { advanceSeconds: 60 },
  ['DescribeAlarms', { AlarmNames: ['w01'], AlarmTypes: ['CompositeAlarm'] }],
  ...[1, 1.001].flatMap((seconds) =>
    ['StartDate', 'EndDate'].map(
      (bound): Step => [
        'DescribeAlarmHistory',
        { AlarmName: 'x', HistoryItemType: 'StateUpdate', [bound]: at(seconds) },
      ],
    ),
  ),
];

describe('CloudWatch answers', () => {
  it.each(Object.entries({ metrics, alarms, limits }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const transcript = await transcriptOf('cloudwatch', factories, steps);

      await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
    },
  );
});
