import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Clients } from './clients.ts';
import type { Trial, TrialVariant } from './trial.ts';

/** What SageMaker measured of a variant since the trial began. */
export interface VariantMetrics {
  readonly invocations: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  /** Milliseconds; the mean over the trial's minutes, by their requests. Undefined without requests. */
  readonly p50Milliseconds: number | undefined;
  /** Milliseconds; of the slowest of the trial's minutes. Undefined without requests. */
  readonly p99Milliseconds: number | undefined;
}

/**
 * Periods begin on the clock, so a long one would count requests from before the trial. GetMetricData
 * gives 100,800 datapoints at once, minutes for 15 days.
 */
const PERIOD_SECONDS = { upToADay: 60, longer: 300 } as const;
const DAY_SECONDS = 86_400;
/** For requests that were under way when the time was up. */
const GRACE_MS = 3_600_000;

/** Reads a variant's metrics from CloudWatch. */
export async function readVariantMetrics(
  { cloudwatch }: Clients,
  trial: Trial,
  variant: TrialVariant,
): Promise<VariantMetrics> {
  // Ends with the trial, not now: a runtime's clock may run ahead of this machine's.
  const end = new Date((trial.endsAt ?? new Date()).getTime() + GRACE_MS);
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: trial.startedAt,
      EndTime: end,
      MetricDataQueries: queriesOf(trial, variant, end),
    }),
  );
  const valuesOf = (id: string) => MetricDataResults.find(({ Id }) => Id === id)?.Values ?? [];
  const counts = valuesOf('count');
  const p50 = valuesOf('p50');
  const p99 = valuesOf('p99');
  return {
    invocations: sum(valuesOf('invocations')),
    clientErrors: sum(valuesOf('client')),
    serverErrors: sum(valuesOf('server')),
    // ModelLatency is in microseconds.
    p50Milliseconds: p50.length === 0 ? undefined : weightedMean(p50, counts) / 1_000,
    p99Milliseconds: p99.length === 0 ? undefined : Math.max(...p99) / 1_000,
  };
}

function queriesOf(trial: Trial, variant: TrialVariant, end: Date): MetricDataQuery[] {
  const spanSeconds = (end.getTime() - trial.startedAt.getTime()) / 1_000;
  const period =
    spanSeconds <= DAY_SECONDS + GRACE_MS / 1_000 ? PERIOD_SECONDS.upToADay : PERIOD_SECONDS.longer;
  const query = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/SageMaker',
        MetricName,
        Dimensions: [
          { Name: 'EndpointName', Value: trial.endpointName },
          { Name: 'VariantName', Value: variant.name },
        ],
      },
      Period: period,
      Stat,
    },
  });
  return [
    query('invocations', 'Invocations', 'Sum'),
    query('client', 'Invocation4XXErrors', 'Sum'),
    query('server', 'Invocation5XXErrors', 'Sum'),
    query('count', 'ModelLatency', 'SampleCount'),
    query('p50', 'ModelLatency', 'p50'),
    query('p99', 'ModelLatency', 'p99'),
  ];
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  return sum(values.map((value, index) => value * (weights[index] ?? 0))) / sum(weights);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
