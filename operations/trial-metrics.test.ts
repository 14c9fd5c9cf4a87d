import type { GetMetricDataCommandInput, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { expect, it } from 'vitest';
import type { Trial } from './trial.ts';
import { readVariantMetrics } from './trial-metrics.ts';

const variant = { name: 'AllTraffic', packageArn: 'arn:1', version: 1, percent: 80 };
const startedAt = new Date('2026-11-21T15:10:33Z');

async function read(hours: number, results: readonly MetricDataResult[]) {
  const sent: GetMetricDataCommandInput[] = [];
  const cloudwatch = {
    send: ({ input }: { input: GetMetricDataCommandInput }) => {
      sent.push(input);
      return Promise.resolve({ MetricDataResults: results });
    },
  };
  const endsAt = new Date(startedAt.getTime() + hours * 3_600_000);
  const trial = { endpointName: 'abalone', startedAt, endsAt } as Trial;
  const metrics = await readVariantMetrics({ cloudwatch } as never, trial, variant);
  return { metrics, periods: sent.flatMap(({ MetricDataQueries = [] }) => MetricDataQueries) };
}

it.each([
  [1, 60],
  [24, 60],
  [720, 300],
])(
  'asks of a trial of %i h for periods of %i s, none of which begins long before it',
  async (hours, seconds) => {
    const { periods } = await read(hours, []);

    expect(new Set(periods.map(({ MetricStat }) => MetricStat?.Period))).toEqual(
      new Set([seconds]),
    );
  },
);

it('weighs the median of each period by its requests, and takes the slowest p99', async () => {
  const { metrics } = await read(24, [
    { Id: 'invocations', Values: [9, 1] },
    { Id: 'client', Values: [1, 1] },
    { Id: 'count', Values: [9, 1] },
    { Id: 'p50', Values: [1_000, 11_000] },
    { Id: 'p99', Values: [3_000, 12_000] },
  ]);

  expect(metrics).toEqual({
    invocations: 10,
    clientErrors: 2,
    serverErrors: 0,
    p50Milliseconds: 2,
    p99Milliseconds: 12,
  });
});
