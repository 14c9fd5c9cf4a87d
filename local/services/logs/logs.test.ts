import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  type GetLogEventsCommandOutput,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricDatum, Service } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { createVirtualClock, type VirtualClock } from '../../host/clock.ts';
import { settle, startTestRuntime, type TestRuntime } from '../../testing/cloud.testing.ts';
import { createLogsService } from './index.ts';

let runtime: TestRuntime;
let logs: CloudWatchLogsClient;
let clock: VirtualClock;
let metrics: MetricDatum[];

function createListener(): Service {
  return {
    name: 'cloudwatch',
    operations: {},
    accessDenied: (message) => new ServiceError('AccessDenied', message),
    onMetric: (datum) => metrics.push(datum),
  };
}

beforeEach(async () => {
  metrics = [];
  clock = createVirtualClock();
  runtime = await startTestRuntime([createLogsService, createListener], { clock });
  logs = new CloudWatchLogsClient(runtime.clientConfig);
});

afterEach(async () => {
  await runtime.stop();
});

const group = { logGroupName: '/aws/lambda/observer' };

function write(message: string, logStream = 'one'): void {
  runtime.cloud.writeLogLine({ logGroup: group.logGroupName, logStream, message });
  clock.advance(1_000);
}

async function filter(filterPattern: string): Promise<readonly (string | undefined)[]> {
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ ...group, filterPattern }));
  return events.map(({ message }) => message);
}

const read = (options: object) =>
  logs.send(new GetLogEventsCommand({ ...group, logStreamName: 'one', ...options }));

/** The numbers that messages begin with. */
const numbers = (events: readonly { readonly message?: string | undefined }[] = []) =>
  events.map(({ message = '' }) => Number.parseInt(message, 10));

const upTo = (from: number, end: number) =>
  Array.from({ length: end - from }, (_, index) => from + index);

const textOf = ({ events }: GetLogEventsCommandOutput) => events?.map(({ message }) => message);

describe('a log stream', () => {
  it('is read in pages in both directions; at the end the token stays the same', async () => {
    for (let line = 1; line <= 5; line += 1) write(`line ${line}`);

    const first = await read({ startFromHead: true, limit: 2 });
    const second = await read({ nextToken: first.nextForwardToken, limit: 10 });
    const end = await read({ nextToken: second.nextForwardToken });
    const latest = await read({ limit: 2 });
    const before = await read({ limit: 2, nextToken: latest.nextBackwardToken });

    expect(textOf(first)).toEqual(['line 1', 'line 2']);
    expect(textOf(second)).toEqual(['line 3', 'line 4', 'line 5']);
    expect(textOf(end)).toEqual([]);
    expect(end.nextForwardToken).toBe(second.nextForwardToken);
    expect(textOf(latest)).toEqual(['line 4', 'line 5']);
    expect(textOf(before)).toEqual(['line 2', 'line 3']);
  });

  it('is read in pages of at most a megabyte', async () => {
    // A page of 10,000 long events would have gigabytes.
    const line = 'x'.repeat(100_000);
    for (let index = 0; index < 25; index += 1) write(`${index}${line}`);

    const first = await read({ startFromHead: true });
    const second = await read({ nextToken: first.nextForwardToken });
    const last = await read({});
    const filtered = await logs.send(new FilterLogEventsCommand(group));
    const rest = await logs.send(
      new FilterLogEventsCommand({ ...group, nextToken: filtered.nextToken }),
    );

    expect(numbers(first.events)).toEqual(upTo(0, 10));
    expect(numbers(second.events)).toEqual(upTo(10, 20));
    expect(numbers(last.events)).toEqual(upTo(15, 25));
    expect(numbers(filtered.events)).toEqual(upTo(0, 10));
    expect(numbers(rest.events)).toEqual(upTo(10, 20));
  });

  it('accepts events of applications and rejects those that are too old', async () => {
    await logs.send(new CreateLogGroupCommand(group));
    await logs.send(new CreateLogStreamCommand({ ...group, logStreamName: 'app' }));
    const now = clock.now() - 14 * 86_400_000 + 1_000;

    const answer = await logs.send(
      new PutLogEventsCommand({
        ...group,
        logStreamName: 'app',
        logEvents: [
          { timestamp: now - 2_000, message: 'old' },
          { timestamp: now, message: 'new' },
        ],
      }),
    );

    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    expect(await filter('')).toEqual(['new']);
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ ...group, orderBy: 'LastEventTime', descending: true }),
    );
    expect(logStreams).toMatchObject([{ logStreamName: 'app', lastEventTimestamp: now }]);
  });
});

describe('a batch of events', () => {
  it('spans a day at most', async () => {
    await logs.send(new CreateLogGroupCommand(group));
    await logs.send(new CreateLogStreamCommand({ ...group, logStreamName: 'app' }));
    const put = (spanMs: number) =>
      logs.send(
        new PutLogEventsCommand({
          ...group,
          logStreamName: 'app',
          logEvents: [
            { timestamp: clock.now() - spanMs, message: 'first' },
            { timestamp: clock.now(), message: 'last' },
          ],
        }),
      );
    await put(86_400_000);

    // AWS's words: https://github.com/moby/moby/issues/41529.
    await expect(put(86_400_001)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message:
        'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    });
  });
});

describe('filter patterns', () => {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
  it('of JSON match JSON events only', async () => {
    for (const line of ['plain text', '5', '"text"', 'null', '{"b":1}', '{"a":1}']) write(line);

    expect(await filter('{ $.a NOT EXISTS }')).toEqual(['{"b":1}']);
    expect(await filter('{ $.a != 1 || $.a NOT EXISTS }')).toEqual(['{"b":1}']);
  });

  it('select events of all streams in chronological order', async () => {
    write('ERROR disk full', 'two');
    write('INFO all well', 'one');
    write('ERROR disk slow', 'one');
    write('{"level":"ERROR","row":7}', 'two');
    write('{"level":"INFO","row":9}', 'two');

    expect(await filter('ERROR disk')).toEqual(['ERROR disk full', 'ERROR disk slow']);
    expect(await filter('"all well"')).toEqual(['INFO all well']);
    expect(await filter('disk -full')).toEqual(['ERROR disk slow']);
    expect(await filter('?full ?well')).toEqual(['ERROR disk full', 'INFO all well']);
    expect(await filter('{ $.level = "ERROR" && $.row > 3 }')).toEqual([
      '{"level":"ERROR","row":7}',
    ]);
    expect(await filter('{ $.row = 9 || $.level = ERR* }')).toHaveLength(2);
    await expect(filter('[ip, user]')).rejects.toMatchObject({
      message: expect.stringContaining('[ip, user]'),
    });
  });

  it('of JSON support nested parentheses and members in brackets', async () => {
    write('{"level":"ERROR","row":7,"a":{"b-c":["x","say \\"y\\""]}}');
    write('{"level":"INFO","row":9}');

    expect(await filter('{ ($.row = 7) || ($.row = 8) }')).toHaveLength(1);
    expect(await filter('{($.row>7&&$.row<10)||(($.level="ERROR"))}')).toHaveLength(2);
    expect(await filter('{ $.a.b-c[0] = x }')).toHaveLength(1);
    expect(await filter(`{ $['a']["b-c"][0] = "x" }`)).toHaveLength(1);
    expect(await filter('{ $.a.b-c[1] = "say \\"y\\"" }')).toHaveLength(1);
    expect(await filter('{ $.a.b-c[2] exists }')).toHaveLength(0);
    expect(await filter('{ $.constructor EXISTS }')).toHaveLength(0);
  });

  it.each([
    '{ $.a = ',
    '{ $.a = }',
    '{ $.a = 1',
    '{ $.a }',
    '{ $.a == 1 }',
    '{ $.a = 1 && }',
    '{ $.a = 1 $.b = 2 }',
    '{ ($.a = 1 }',
    '{ $.a = 1) }',
    '{ a = 1 }',
    '{ $ = 1 }',
    '{ $.a = "1 }',
    '{ $.a = 1 } x',
    '{}',
    '{ $.a IS }',
    '[ip, user',
    '%ERR',
  ])('that are broken are refused: %s', async (pattern) => {
    write('x');

    await expect(filter(pattern)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `Invalid filter pattern: ${pattern.trim()}`,
    });
  });

  // As users quote CloudWatch Logs: "Invalid character(s) in term ':'".
  it.each([
    ['level:error', ':'],
    ['a,b', ','],
    ['(timeout)', '('],
    ['"open', '"'],
    ['ERROR*', '*'],
    ['?a-b', '-'],
  ])('have terms in double quotes where they hold other characters: %s', async (pattern, odd) => {
    write('x');

    await expect(filter(pattern)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `Invalid character(s) in term '${odd}'`,
    });
  });

  it.each(['{ $.a = %x% }', '{ $.a[*] = 1 }', '{ $.* = 1 }', '%ERR.*%'])(
    'that AWS has beside are refused by name: %s',
    async (pattern) => {
      write('x');

      await expect(filter(pattern)).rejects.toMatchObject({
        message: expect.stringContaining('does not understand the filter pattern'),
      });
    },
  );
});

const many = <One>(count: number, one: (index: number) => One) =>
  Array.from({ length: count }, (_, index) => one(index));

describe('metrics in logs', () => {
  it('of the embedded format are recorded with their dimensions and all values', async () => {
    write(
      JSON.stringify({
        _aws: {
          Timestamp: 1_795_169_742_000,
          CloudWatchMetrics: [
            {
              Namespace: 'Stepmill',
              Dimensions: [['Project', 'Environment']],
              Metrics: [
                { Name: 'Mse', Unit: 'None' },
                { Name: 'Runs', Unit: 'Count' },
              ],
            },
          ],
        },
        Project: 'abalone',
        Environment: 'local',
        Mse: 4.5,
        Runs: [1, 2],
      }),
    );

    const common = {
      namespace: 'Stepmill',
      dimensions: { Project: 'abalone', Environment: 'local' },
      timestamp: 1_795_169_742_000,
    };
    expect(metrics).toEqual([
      { ...common, name: 'Mse', unit: 'None', value: 4.5 },
      { ...common, name: 'Runs', unit: 'Count', value: 1 },
      { ...common, name: 'Runs', unit: 'Count', value: 2 },
    ]);
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
  describe('of the embedded format', () => {
    const line = (
      Dimensions: readonly (readonly string[])[],
      metrics: number,
      values: number,
      directives = 1,
    ) =>
      JSON.stringify({
        _aws: {
          Timestamp: 1_795_169_742_000,
          CloudWatchMetrics: many(directives, () => ({
            Namespace: 'Stepmill',
            Dimensions,
            Metrics: many(metrics, () => ({ Name: 'm' })),
          })),
        },
        m: many(values, Number),
      });

    it('are recorded once for a repeated dimension set', () => {
      write(line([...many(100, () => []), ['b', 'a'], ['a', 'b', 'a']], 1, 1));

      expect(metrics).toHaveLength(2);
    });

    it.each([
      [
        '20,001 values in its metadata',
        line(
          many(20_001, () => []),
          1,
          1,
        ),
      ],
      ['101 metrics', line([[]], 101, 1)],
      ['101 values', line([[]], 1, 101)],
      ['31 dimensions', line([many(31, String)], 1, 1)],
      ['more than 10,000 values', line([[], ['a']], 100, 100)],
      ['more than 10,000 values in its directives', line([[]], 100, 100, 2)],
    ])('are left out of an event with %s', (_, message) => {
      write(message);

      expect(metrics).toEqual([]);
    });

    it('are recorded up to the limits of a directive', () => {
      write(line([[]], 100, 100));

      expect(metrics).toHaveLength(10_000);
    });
  });

  it('are recorded at the time of AWS, even if the clock of their writer is behind', () => {
    const Timestamp = 1_795_169_742_000;
    const CloudWatchMetrics = [
      { Namespace: 'Stepmill', Dimensions: [[]], Metrics: [{ Name: 'Mse' }] },
    ];

    runtime.cloud.writeLogLine({
      logGroup: group.logGroupName,
      logStream: 'one',
      message: JSON.stringify({ _aws: { Timestamp, CloudWatchMetrics }, Mse: 4.5 }),
      writerBehindMs: 60_000,
    });

    expect(metrics).toMatchObject([{ name: 'Mse', timestamp: Timestamp + 60_000 }]);
  });

  it('of metric filters are recorded for every matching event', async () => {
    await logs.send(new CreateLogGroupCommand(group));
    await logs.send(
      new PutMetricFilterCommand({
        ...group,
        filterName: 'errors',
        filterPattern: 'ERROR',
        metricTransformations: [{ metricName: 'Errors', metricNamespace: 'App', metricValue: '1' }],
      }),
    );
    write('ERROR one');
    write('INFO two');

    expect(metrics).toMatchObject([{ namespace: 'App', name: 'Errors', value: 1 }]);
  });
});

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
describe('a quota', () => {
  it('allows 100 metric filters in a log group', async () => {
    await logs.send(new CreateLogGroupCommand(group));
    const put = (index: number) =>
      logs.send(
        new PutMetricFilterCommand({
          ...group,
          filterName: `filter-${index}`,
          filterPattern: 'ERROR',
          metricTransformations: [{ metricName: 'E', metricNamespace: 'App', metricValue: '1' }],
        }),
      );
    for (const index of upTo(0, 100)) await put(index);

    await expect(put(100)).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(put(99)).resolves.toBeDefined();
  });

  it('allows ten resource policies', async () => {
    const policyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'es.amazonaws.com' },
        Action: 'logs:PutLogEvents',
        Resource: '*',
      },
    });
    const put = (index: number) =>
      logs.send(new PutResourcePolicyCommand({ policyName: `policy-${index}`, policyDocument }));
    for (const index of upTo(0, 10)) await put(index);

    await expect(put(10)).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(put(9)).resolves.toBeDefined();
  });
});

describe('a log group', () => {
  it('deletes streams that are older than its retention', async () => {
    write('first');
    await logs.send(new PutRetentionPolicyCommand({ ...group, retentionInDays: 1 }));
    clock.advance(26 * 3_600_000);

    const { logGroups } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/' }),
    );
    expect(logGroups).toMatchObject([{ logGroupName: group.logGroupName, retentionInDays: 1 }]);
    expect(await filter('')).toEqual([]);
  });

  it('deletes old events of a stream that is still in use', async () => {
    // If only whole streams were deleted, a stream in use would grow without end.
    await logs.send(new CreateLogGroupCommand(group));
    await logs.send(new PutRetentionPolicyCommand({ ...group, retentionInDays: 1 }));

    for (let hour = 0; hour < 72; hour += 1) {
      write(`at ${hour}`);
      clock.advance(3_600_000);
      await settle();
    }

    const messages = await filter('');
    const head = await read({ startFromHead: true });

    // The events of one day, and one event that has just expired.
    expect(messages.length).toBeGreaterThanOrEqual(24);
    expect(messages.length).toBeLessThanOrEqual(26);
    expect(messages.at(-1)).toBe('at 71');
    expect(textOf(head)).toEqual(messages);
  });

  it('that exists cannot be created again, and one that does not exist cannot be read', async () => {
    await logs.send(new CreateLogGroupCommand(group));

    await expect(logs.send(new CreateLogGroupCommand(group))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    });
    await expect(
      logs.send(new FilterLogEventsCommand({ logGroupName: 'nothing' })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });
});

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
it.each([
  ['names of streams beside a prefix', { logStreamNames: ['one'], logStreamNamePrefix: 'o' }],
  ['a name of the group beside its identifier', { logGroupIdentifier: group.logGroupName }],
])('refuses a search by %s', async (_what, more) => {
  write('a line');

  await expect(logs.send(new FilterLogEventsCommand({ ...group, ...more }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});
