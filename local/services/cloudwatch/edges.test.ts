import { describe, expect, it } from 'vitest';
import type { Service } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
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
const ALARMS = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:topic';
const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const alarm = (AlarmName: string | undefined, more: object = {}): Step => [
  'PutMetricAlarm',
  {
    AlarmName,
    Namespace,
    MetricName: 'm',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    ...more,
  },
];
const composite = (AlarmRule: string | undefined, more: object = {}): Step => [
  'PutCompositeAlarm',
  { AlarmName: 'both', AlarmRule, ...more },
];
const ring = (AlarmName: string, StateValue: string): readonly Step[] => [
  ['SetAlarmState', { AlarmName, StateValue, StateReason: 'by hand', StateReasonData: '{"a":1}' }],
  { advanceSeconds: 1 },
];
const received: Step = [
  'sqs:ReceiveMessage',
  { QueueUrl: '/000000000000/heard', MaxNumberOfMessages: 10 },
];
const withoutMetric = {
  Namespace: undefined,
  MetricName: undefined,
  Statistic: undefined,
  Period: undefined,
};
const stat = (Id: string, more: object = {}) => ({
  Id,
  MetricStat: { Metric: { Namespace, MetricName: 'm' }, Period: 60, Stat: 'Sum', ...more },
  ReturnData: false,
});

const notifications: readonly Step[] = [
  ['sns:CreateTopic', { Name: 'topic' }],
  ['sqs:CreateQueue', { QueueName: 'heard' }],
  [
    'sqs:SetQueueAttributes',
    {
      QueueUrl: '/000000000000/heard',
      Attributes: {
        Policy:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}',
      },
    },
  ],
  [
    'sns:Subscribe',
    {
      TopicArn: TOPIC,
      Protocol: 'sqs',
      Endpoint: 'arn:aws:sqs:us-east-1:000000000000:heard',
      Attributes: { RawMessageDelivery: 'true' },
    },
  ],
  alarm('plain', { AlarmActions: [TOPIC] }),
  alarm('full', {
    AlarmDescription: 'd',
    AlarmActions: [TOPIC, LAMBDA, 'arn:aws:ec2:us-east-1:000000000000:other'],
    OKActions: [TOPIC, 'arn:aws:lambda:us-east-1:000000000000:function:missing'],
    InsufficientDataActions: [`${TOPIC}x`],
    Dimensions: [
      { Name: 'd', Value: '1' },
      { Name: 'a', Value: '2' },
    ],
    Unit: 'Seconds',
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    TreatMissingData: 'breaching',
    Statistic: undefined,
    ExtendedStatistic: 'p90',
    EvaluateLowSampleCountPercentile: 'ignore',
  }),
  alarm('math', {
    ...withoutMetric,
    AlarmActions: [LAMBDA, 'arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:x'],
    Metrics: [
      {
        ...stat('a', { Unit: 'Seconds' }),
        MetricStat: {
          Metric: { Namespace, MetricName: 'm', Dimensions: [{ Name: 'd', Value: '1' }] },
          Period: 60,
          Stat: 'Sum',
          Unit: 'Seconds',
        },
      },
      { Id: 'e', Expression: 'a * 2', Label: 'twice', ReturnData: true },
    ],
  }),
  alarm('silent', { AlarmActions: [TOPIC], ActionsEnabled: false }),
  composite(`ALARM(plain) OR ALARM("${ALARMS}:full")`, {
    AlarmDescription: 'c',
    AlarmActions: [TOPIC],
    OKActions: [TOPIC],
  }),
  ...['plain', 'full', 'math', 'silent'].flatMap((name) => ring(name, 'ALARM')),
  received,
  ...ring('plain', 'ALARM'),
  ...['plain', 'full', 'math'].flatMap((name) => ring(name, 'OK')),
  received,
  ...ring('full', 'INSUFFICIENT_DATA'),
  received,
  ...['plain', 'full', 'math', 'silent', 'both'].map(
    (AlarmName): Step => [
      'DescribeAlarmHistory',
      { AlarmName, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    ],
  ),
  ['DescribeAlarmHistory', { HistoryItemType: 'Action', MaxRecords: 2 }, 'page'],
  [
    'DescribeAlarmHistory',
    (answered) => ({
      HistoryItemType: 'Action',
      MaxRecords: 2,
      NextToken: answered('page.NextToken'),
    }),
  ],
  ['DescribeAlarmHistory', { StartDate: at(4), EndDate: at(5) }],
  ['DescribeAlarmHistory', { AlarmTypes: ['CompositeAlarm'] }],
  ['DescribeAlarmHistory', { NextToken: 'wrong' }],
  ['DescribeAlarms', { ActionPrefix: 'arn:aws:lambda' }],
  ['DescribeAlarms', { ActionPrefix: `${TOPIC}x` }],
  ['DescribeAlarms', { ChildrenOfAlarmName: 'both' }],
  ['DescribeAlarms', { ParentsOfAlarmName: 'plain' }],
];

const rules = [
  'TRUE',
  'FALSE',
  'NOT TRUE',
  'NOT (NOT TRUE)',
  '(TRUE)',
  '((TRUE) AND FALSE)',
  'TRUE AND TRUE OR FALSE',
  'FALSE OR FALSE OR TRUE',
  'TRUE AND FALSE AND TRUE',
  "alarm('plain')",
  'OK("plain")',
  'INSUFFICIENT_DATA(plain)',
  `ALARM(${ALARMS}:plain)`,
  'ALARM(plain) and not ok(plain)',
  'TRUE TRUE',
  'AND TRUE',
  'NOT',
  '(TRUE',
  'TRUE)',
  '()',
  'ALARM()',
  'ALARM(plain',
  'OTHER(plain)',
  '',
  `${'('.repeat(100)}TRUE${')'.repeat(100)}`,
  `${'('.repeat(101)}TRUE${')'.repeat(101)}`,
  `${'NOT '.repeat(100)}TRUE`,
  Array.from({ length: 101 }, () => 'ALARM(plain)').join(' OR '),
];

const dashboards: readonly Step[] = ['d1', 'd2', 'e'].map((DashboardName) => [
  'PutDashboard',
  { DashboardName, DashboardBody: '{"widgets":[]}' },
]);

const alarms: readonly Step[] = [
  alarm(undefined),
  alarm('a', { ComparisonOperator: undefined }),
  alarm('a', { EvaluationPeriods: undefined }),
  alarm('a', { ThresholdMetricId: 'e' }),
  alarm('a', { ComparisonOperator: 'GreaterThanUpperThreshold' }),
  alarm('a', { ComparisonOperator: 'LessThanLowerThreshold' }),
  alarm('a', { Metrics: [stat('a')] }),
  alarm('a', { ...withoutMetric }),
  alarm('a', { Namespace: undefined }),
  alarm('a', { Period: undefined }),
  alarm('a', { Period: 10 }),
  alarm('a', { Period: 30 }),
  ...[1, 20, 59, 61, 120].map((Period) => alarm('a', { Period })),
  alarm('a', { Period: 90 }),
  alarm('a', { Period: 60, EvaluationPeriods: 1_440 }),
  alarm('a', { Period: 60, EvaluationPeriods: 1_441 }),
  alarm('a', { Period: 3_600, EvaluationPeriods: 168 }),
  alarm('a', { Period: 3_600, EvaluationPeriods: 169 }),
  alarm('a', { Period: 3_540, EvaluationPeriods: 25 }),
  alarm('a', { DatapointsToAlarm: 0 }),
  alarm('a', { DatapointsToAlarm: 2 }),
  alarm('a', { DatapointsToAlarm: 1 }),
  alarm('a', { ...withoutMetric, Metrics: Array.from({ length: 11 }, (_, i) => stat(`a${i}`)) }),
  alarm('a', { ...withoutMetric, Metrics: [stat('a'), stat('b')] }),
  alarm('a', {
    ...withoutMetric,
    Metrics: [
      { ...stat('a'), ReturnData: true },
      { ...stat('b'), ReturnData: true },
    ],
  }),
  alarm('a', { ...withoutMetric, Metrics: [{ ...stat('a', { Stat: 'p101' }), ReturnData: true }] }),
  alarm('a', { ...withoutMetric, Metrics: [{ Id: 'e', Expression: 'a +', ReturnData: true }] }),
  alarm('a', { ...withoutMetric, Metrics: [{ Id: 'e', Expression: 'b', ReturnData: true }] }),
  alarm('a', {
    ...withoutMetric,
    Metrics: [stat('a'), { Id: 'e', Expression: 'METRICS()', ReturnData: true }],
  }),
  alarm('plain', { Tags: [{ Key: 'team', Value: 'ml' }] }),
  ['UntagResource', { ResourceARN: `${ALARMS}:plain`, TagKeys: ['team'] }],
  ['UntagResource', { ResourceARN: `${ALARMS}:none`, TagKeys: ['team'] }],
  ['ListTagsForResource', { ResourceARN: `${ALARMS}:plain` }],
  ['ListTagsForResource', { ResourceARN: 'no arn' }],
  [
    'TagResource',
    {
      ResourceARN: `${ALARMS}:plain`,
      Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })),
    },
  ],
  composite(undefined),
  composite('TRUE', { AlarmName: undefined }),
  composite('TRUE', { ActionsSuppressor: 'plain' }),
  composite('ALARM(both)'),
  alarm('both'),
  ...rules.flatMap((rule): readonly Step[] => [
    composite(rule),
    { advanceSeconds: 1 },
    ['DescribeAlarms', { AlarmNames: ['both'], AlarmTypes: ['CompositeAlarm'] }],
  ]),
  ['SetAlarmState', { AlarmName: 'plain', StateValue: 'OK' }],
  ['SetAlarmState', { AlarmName: 'plain', StateReason: 'x' }],
  ['DeleteAlarms', { AlarmNames: ['plain', 'missing'] }],
  ['DeleteAlarms', { AlarmNames: ['both'] }],
  ['DeleteAlarms', { AlarmNames: ['plain'] }],
  ['DescribeAlarms', { NextToken: 'wrong' }],
  ['DescribeAlarms', { MaxRecords: 101 }],
  ...dashboards,
  ['ListDashboards'],
  ['ListDashboards', { DashboardNamePrefix: 'd' }],
  ['ListDashboards', { NextToken: 'wrong' }],
  ['PutDashboard', { DashboardName: 'd1', DashboardBody: '[]' }],
  ['PutDashboard', { DashboardName: 'd1', DashboardBody: '{"widgets":{}}' }],
  ['PutDashboard', { DashboardName: 'd1' }],
  ['DeleteDashboards', { DashboardNames: ['d1', 'd2'] }],
  ['ListDashboards'],
];

const data = (MetricDataQueries: readonly object[], more: object = {}): Step => [
  'GetMetricData',
  { StartTime: at(0), EndTime: at(600), MetricDataQueries, ...more },
];
const math = (Expression: string): Step =>
  data([stat('a'), stat('b', { Stat: 'Average' }), { Id: 'e', Expression }]);
const statistics = (more: object): Step => [
  'GetMetricStatistics',
  {
    Namespace,
    MetricName: 'm',
    StartTime: at(0),
    EndTime: at(600),
    Period: 60,
    Statistics: ['Sum'],
    ...more,
  },
];

const EXPRESSIONS = [
  '3 + a',
  'a + METRICS()',
  'METRICS() + a',
  'METRICS() * METRICS()',
  'METRICS() - 1',
  'METRICS("a")',
  'METRICS("x")',
  "METRICS('b')",
  '"text"',
  'a + "text"',
  '-METRICS()',
  '-3',
  '- -a',
  'ABS(-a)',
  'ABS(METRICS())',
  'ABS(-3)',
  'ABS()',
  'SUM(3)',
  'SUM([a])',
  'SUM([])',
  'MAX([a, b])',
  'MIN([a, b])',
  'STDDEV([a, b])',
  'AVG(b)',
  'FIRST(METRICS())',
  'LAST(METRICS())',
  'FIRST([])',
  'FILL(METRICS(), 1)',
  'FILL(a, b)',
  'FILL(a, [b, a])',
  'FILL(3, 1)',
  'FILL(a)',
  'IF(1, a)',
  'IF(0, a)',
  'IF(0, a, b)',
  'IF(a, b)',
  'IF(a > 5, METRICS(), b)',
  'IF(a > 5, 1, [b])',
  'IF(a)',
  'RATE(METRICS())',
  'DIFF(METRICS())',
  'DIFF_TIME(METRICS())',
  'RUNNING_SUM(METRICS())',
  'PERIOD(METRICS())',
  'TIME_SERIES(a)',
  'SLICE(METRICS(), 0, 1)',
  'SLICE(METRICS(), -1)',
  'SLICE(METRICS(), 5)',
  'SORT(METRICS(), SUM, ASC)',
  'SORT(METRICS(), AVG, DESC, 1)',
  'SORT(METRICS(), MIN, DESC)',
  'SORT(METRICS(), LAST_VALUE, DESC)',
  'SORT(METRICS(), STDDEV, ASC)',
  'SORT(METRICS(), COUNT, DESC)',
  'SORT(METRICS(), OTHER, DESC)',
  'REMOVE_EMPTY([a, TIME_SERIES(1)])',
  'DATAPOINT_COUNT(METRICS())',
  'DAY(a)',
  'DATE(a)',
  'MONTH(a)',
  'YEAR(a)',
  'EPOCH(a)',
  'MINUTE(METRICS())',
  'LOG(0)',
  'a ^ 0.5',
  '2 ^ 3 ^ 2',
  'a - 1 - 1',
  'a / 2 / 5',
  '1 + 2 * a',
  '(1 + 2) * a',
  'NOT a',
  'a AND b',
  'a OR b',
  'a && b',
  'a || b',
  '1 AND 0',
  'a = 1',
  'a ! b',
  'a b',
  '',
  '()',
  '[a',
  'a,',
  '1.5e3 + a',
  '.5 * a',
  '1..2',
  `${'('.repeat(64)}a${')'.repeat(64)}`,
  `${'('.repeat(101)}a${')'.repeat(101)}`,
  'e',
  'SEARCH("{N} m", "Sum", 60)',
  'ANOMALY_DETECTION_BAND(a)',
  'INSIGHT_RULE_METRIC("r", "Sum")',
];

const queries: readonly Step[] = [
  put(m({ Value: 1, Timestamp: at(0) }), m({ Value: 3, Timestamp: at(59) })),
  put(m({ Value: 10, Timestamp: at(60) }), m({ Value: -2.5, Timestamp: at(180) })),
  put(m({ Value: 7, Timestamp: at(240) }), m({ Value: 7, Timestamp: at(301) })),
  ['PutMetricData', { MetricData: [m({ Value: 1 })] }],
  put({ MetricName: undefined, Value: 1 }),
  put(m({ Values: [] })),
  put(
    m({
      Value: 1,
      Dimensions: Array.from({ length: 30 }, (_, i) => ({ Name: `${i}`, Value: 'v' })),
    }),
  ),
  put(m({ Values: Array.from({ length: 150 }, (_, i) => i) })),
  put(m({ Values: Array.from({ length: 151 }, (_, i) => i) })),
  put(m({ Value: 2 ** 360 })),
  put(m({ Value: 2 ** 361 })),
  put(m({ Value: -(2 ** 361) })),
  put(...Array.from({ length: 1_001 }, () => m({ Value: 1 }))),
  [
    'PutMetricData',
    { Namespace, EntityMetricData: [{ Entity: {}, MetricData: [m({ Value: 1 })] }] },
  ],
  put(m({ Value: 1, Timestamp: at(-14 * 86_400 + 60) })),
  put(m({ Value: 1, Timestamp: at(-14 * 86_400 - 60) })),
  put(m({ Value: 1, Timestamp: at(7_140) })),
  put(m({ Value: 1, Timestamp: at(7_260) })),
  ...EXPRESSIONS.map(math),
  data([stat('a')], { StartTime: undefined }),
  data([stat('a')], { EndTime: undefined }),
  data([stat('a')], { StartTime: at(600) }),
  data(Array.from({ length: 501 }, (_, i) => stat(`a${i}`))),
  data([{ Id: 'a' }]),
  data([{ ...stat('a'), Expression: '1' }]),
  data([{ ...stat('a', { Stat: 'Other' }) }]),
  data([{ ...stat('a', { Period: 0 }) }]),
  data([{ ...stat('a', { Period: 90 }) }]),
  data([{ ...stat('a', { Period: 120 }), ReturnData: true }]),
  data([{ ...stat('a', { Unit: 'Count' }), ReturnData: true }]),
  data([{ ...stat('a'), ReturnData: true }], { StartTime: at(30), EndTime: at(150) }),
  data([{ ...stat('a'), ReturnData: true }], { NextToken: 'wrong' }),
  data([{ ...stat('a'), ReturnData: true }], { MaxDatapoints: 3 }),
  [
    'GetMetricData',
    {
      StartTime: at(0),
      EndTime: at(600),
      MaxDatapoints: 2,
      MetricDataQueries: [
        { ...stat('a'), ReturnData: true },
        { ...stat('b'), ReturnData: true },
      ],
    },
    'data',
  ],
  [
    'GetMetricData',
    (answered) => ({
      StartTime: at(0),
      EndTime: at(600),
      MaxDatapoints: 2,
      NextToken: answered('data.NextToken'),
      MetricDataQueries: [
        { ...stat('a'), ReturnData: true },
        { ...stat('b'), ReturnData: true },
      ],
    }),
  ],
  data([{ ...stat('a'), ReturnData: true }], { LabelOptions: { Timezone: '+0100' } }),
  data([{ ...stat('a'), ReturnData: true, Label: '${MAX} of ${LABEL}' }]),
  statistics({ Namespace: undefined }),
  statistics({ MetricName: undefined }),
  statistics({ StartTime: undefined }),
  statistics({ EndTime: undefined }),
  statistics({ EndTime: at(86_400) }),
  statistics({ EndTime: at(86_460) }),
  statistics({ Period: 90 }),
  statistics({ ExtendedStatistics: ['p50'] }),
  statistics({ StartTime: at(61), EndTime: at(241) }),
  ['ListMetrics', { NextToken: 'wrong' }],
  ['ListMetrics', { RecentlyActive: 'PT1H' }],
  ['ListMetrics', { Dimensions: [{ Name: '0', Value: 'v' }] }],
  { advanceSeconds: 3 * 3_600 },
  ['ListMetrics', { RecentlyActive: 'PT3H' }],
  { advanceSeconds: 14 * 86_400 },
  ['ListMetrics'],
  { advanceSeconds: 2 * 86_400 },
  data([{ ...stat('a'), ReturnData: true }]),
];

/** A Lambda that notes what alarms send to it; the function `missing` does not exist. */
function lambdaOf(noted: string[]): Service {
  return {
    name: 'lambda',
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
    operations: {
      Invoke: {
        permissions: () => [],
        run(input: { readonly FunctionName: string; readonly Payload: Uint8Array }) {
          if (input.FunctionName.endsWith('missing')) throw new ServiceError('NotFound', 'missing');
          noted.push(`${input.FunctionName} ${Buffer.from(input.Payload).toString()}`);
        },
      },
    },
  };
}

describe('CloudWatch answers at its edges', () => {
  it.each(Object.entries({ notifications, alarms, queries }))(
    'about %s as in the transcript',
    async (name, steps) => {
      const noted: string[] = [];
      const transcript = await transcriptOf(
        'cloudwatch',
        [
          createIamService,
          createStsService,
          createCloudWatchService,
          createSnsService,
          createSqsService,
          () => lambdaOf(noted),
        ],
        steps,
      );

      const whole = `${transcript}\nInvoked:\n${noted.join('\n')}\n`;
      await expect(whole).toMatchFileSnapshot(`transcripts/edges-of-${name}.txt`);
    },
  );
});
