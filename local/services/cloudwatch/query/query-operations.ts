import type {
  CloudWatch,
  Datapoint,
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  ListMetricsInput,
  ListMetricsOutput,
  MetricDataQuery,
  MetricDataResult,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import { pageByName } from '../../../cloud/pages.ts';
import { doInTurns, SharedTime } from '../../../host/shared-time.ts';
import {
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  MissingRequiredParameterException,
  ValidationException,
} from '../errors.ts';
import {
  DATAPOINTS_PER_PAGE,
  LISTED_MS,
  METRICS_PER_PAGE,
  QUERIES_PER_REQUEST,
  STATISTICS_DATAPOINTS,
} from '../limits.ts';
import {
  dimensionList,
  dimensionRecord,
  type MetricName,
  metricKey,
} from '../metrics/metric-key.ts';
import type { MetricsStore } from '../metrics/metrics-store.ts';
import { isExtended, parseStatistic } from '../metrics/statistic.ts';
import type { CloudWatchState } from '../state.ts';
import { prepareQueries, type QueryAnswer } from './run-queries.ts';
import { alignedWindow, computeSeries, readPoints, type Series } from './series.ts';

/** Operations that read metrics. */
export const queryOperations: OperationTable<CloudWatch, CloudWatchState> = {
  GetMetricData: {
    readOnly: true,
    permissions: () => on('GetMetricData'),
    run: (input: Checked<GetMetricDataInput>, { metrics }) => getMetricData(metrics, input),
  },
  GetMetricStatistics: {
    readOnly: true,
    permissions: () => on('GetMetricStatistics'),
    run: (input: Checked<GetMetricStatisticsInput>, { metrics }) =>
      getMetricStatistics(metrics, input),
  },
  ListMetrics: {
    readOnly: true,
    permissions: () => on('ListMetrics'),
    run: (input: ListMetricsInput, { cloud, metrics }) => listMetrics(cloud, metrics, input),
  },
};

async function getMetricData(
  store: MetricsStore,
  input: Checked<GetMetricDataInput>,
): Promise<GetMetricDataOutput> {
  const queries = input.MetricDataQueries;
  const { StartTime: start, EndTime: end } = input;
  if (start >= end) {
    throw new ValidationException(
      'The parameter StartTime must be less than the parameter EndTime.',
    );
  }
  if (queries.length > QUERIES_PER_REQUEST) {
    throw new ValidationException(
      `The collection MetricDataQueries must not have a size greater than ${QUERIES_PER_REQUEST}.`,
    );
  }
  checkQueries(queries);
  const prepared = prepareQueries(store, queries, (period) =>
    alignedWindow(start.getTime(), end.getTime(), period),
  );
  const time = new SharedTime();
  const answers: QueryAnswer[] = [];
  // Metrics are read first: an expression may refer to all of them.
  for (const query of queries) await doInTurns(prepared.read(query), time);
  for (const query of queries.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    answers.push(prepared.answer(query));
    await time.share();
  }
  answers.sort((a, b) => queries.indexOf(a.query) - queries.indexOf(b.query));
  const ascending = input.ScanBy === 'TimestampAscending';
  const shown = answers.filter(({ query }) => query.ReturnData !== false);
  const labels = labelsOf(shown.map(({ query }) => query));
  const results = shown.flatMap(({ query, series, messages }) =>
    series.map((one) => ({
      ...render(query, one, ascending),
      Label: labels.get(query.Id ?? '') ?? query.Id,
      ...(messages.length > 0 && { Messages: [...messages] }),
    })),
  );
  return { ...pageOfData(results, input), Messages: [] };
}

/** A page of the datapoints of all results, in order. The token is the number of datapoints before the page. */
function pageOfData(
  results: readonly MetricDataResult[],
  { MaxDatapoints: limit = DATAPOINTS_PER_PAGE, NextToken: token }: GetMetricDataInput,
): Pick<GetMetricDataOutput, 'MetricDataResults' | 'NextToken'> {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0) {
    throw new ValidationException('The token supplied to the function is invalid');
  }
  const MetricDataResults: MetricDataResult[] = [];
  let before = 0;
  for (const result of results) {
    const { Timestamps = [], Values = [] } = result;
    const from = Math.max(0, start - before);
    const to = Math.min(Values.length, start + limit - before);
    const isEmpty = Values.length === 0 && token === undefined;
    if (from < to || isEmpty) {
      MetricDataResults.push({
        ...result,
        Timestamps: Timestamps.slice(from, to),
        Values: Values.slice(from, to),
        StatusCode: to < Values.length ? 'PartialData' : 'Complete',
      });
    }
    before += Values.length;
  }
  const isLast = start + limit >= before;
  return { MetricDataResults, ...(!isLast && { NextToken: String(start + limit) }) };
}

/** The name of a metric, with its statistic and period if those differ within the request. */
function labelsOf(queries: readonly MetricDataQuery[]): ReadonlyMap<string, string | undefined> {
  const stats = queries.flatMap(({ MetricStat }) => MetricStat ?? []);
  const someStatistics = new Set(stats.map(({ Stat }) => Stat)).size > 1;
  const somePeriods = new Set(stats.map(({ Period }) => Period)).size > 1;
  return new Map(
    queries.map(({ Id = '', Label, MetricStat: stat }) => {
      if (Label !== undefined || stat === undefined) return [Id, Label];
      const parts = [stat.Metric?.MetricName];
      if (someStatistics) parts.push(stat.Stat);
      if (somePeriods) parts.push(String(stat.Period));
      return [Id, parts.join(' ')];
    }),
  );
}

function rankOf({ MetricStat }: MetricDataQuery): number {
  return MetricStat === undefined ? 1 : 0;
}

function checkQueries(queries: readonly MetricDataQuery[]): void {
  const ids = new Set<string>();
  for (const { Id = '', MetricStat, Expression } of queries) {
    if (!/^[a-z]\w*$/.test(Id)) {
      throw new ValidationException(
        `The value ${Id} for parameter MetricDataQueries.member.Id is invalid.`,
      );
    }
    if (ids.has(Id))
      throw new ValidationException(
        'The values for parameter id in MetricDataQueries are not unique.',
      );
    ids.add(Id);
    if ((MetricStat === undefined) === (Expression === undefined)) {
      throw new ValidationException(
        `Either Expression or MetricStat must be set in MetricDataQueries.${Id}, and not both.`,
      );
    }
  }
}

function render(query: MetricDataQuery, series: Series, ascending: boolean): MetricDataResult {
  const entries = [...series].sort(([a], [b]) => (ascending ? a - b : b - a));
  return {
    Id: query.Id,
    Timestamps: entries.map(([time]) => new Date(time)),
    Values: entries.map(([, value]) => value),
    StatusCode: 'Complete',
  };
}

async function getMetricStatistics(
  store: MetricsStore,
  input: Checked<GetMetricStatisticsInput>,
): Promise<GetMetricStatisticsOutput> {
  const { Namespace: namespace, MetricName: name, StartTime, EndTime, Period: period } = input;
  const names = [...(input.Statistics ?? []), ...(input.ExtendedStatistics ?? [])];
  if (names.length === 0) throw new MissingRequiredParameterException('Statistics');
  if (StartTime >= EndTime) {
    throw new InvalidParameterValueException(
      'The parameter StartTime must be less than the parameter EndTime.',
    );
  }
  const window = alignedWindow(StartTime.getTime(), EndTime.getTime(), period);
  if ((window.end - window.start) / window.periodMs > STATISTICS_DATAPOINTS) {
    throw new InvalidParameterCombinationException(
      `You have requested up to ${(window.end - window.start) / window.periodMs} datapoints, which exceeds the limit of ${STATISTICS_DATAPOINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  const metric: MetricName = { namespace, name, dimensions: dimensionRecord(input.Dimensions) };
  const statistics = names.map((statistic) => {
    const compute = parseStatistic(statistic);
    if (compute === undefined) {
      throw new ValidationException(
        `The value ${statistic} for parameter ExtendedStatistics is not supported.`,
      );
    }
    return [statistic, compute] as const;
  });
  const time = new SharedTime();
  const readings = await doInTurns(readPoints(store, metric, window), time);
  const Datapoints: Datapoint[] = [];
  for (const unit of input.Unit === undefined ? readings.keys() : [input.Unit]) {
    const columns: (readonly [string, Series])[] = [];
    for (const [statistic, compute] of statistics) {
      const series = await doInTurns(computeSeries(readings, compute, unit), time);
      columns.push([statistic, series]);
    }
    Datapoints.push(...datapoints(columns, unit as StandardUnit));
  }
  return { Label: name, Datapoints };
}

/** Values of different units are never combined. */
function datapoints(
  columns: readonly (readonly [string, Series])[],
  Unit: StandardUnit,
): Datapoint[] {
  const times = [...new Set(columns.flatMap(([, series]) => [...series.keys()]))];
  return times.map((time) => {
    const values = columns.flatMap(([name, series]) => {
      const value = series.get(time);
      return value === undefined ? [] : [[name, value] as const];
    });
    const extended = values.filter(([name]) => isExtended(name));
    return {
      Timestamp: new Date(time),
      ...Object.fromEntries(values.filter(([name]) => !isExtended(name))),
      ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
      Unit,
    };
  });
}

function listMetrics(
  cloud: Cloud,
  store: MetricsStore,
  input: ListMetricsInput,
): ListMetricsOutput {
  const since = cloud.clock.now() - (input.RecentlyActive === 'PT3H' ? 3 * 3_600_000 : LISTED_MS);
  const found = [...store.metrics()].filter(
    ({ namespace, name, dimensions, lastAt }) =>
      lastAt >= since &&
      [undefined, namespace].includes(input.Namespace) &&
      [undefined, name].includes(input.MetricName) &&
      (input.Dimensions ?? []).every(
        ({ Name = '', Value }) =>
          Name in dimensions && [undefined, dimensions[Name]].includes(Value),
      ),
  );
  const request = { limit: METRICS_PER_PAGE, token: input.NextToken };
  const { items, next } = pageByName(found, metricKey, request);
  return {
    Metrics: items.map((metric) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: dimensionList(metric.dimensions),
    })),
    ...(next !== undefined && { NextToken: next }),
  };
}

function on(action: string) {
  return { action: `cloudwatch:${action}`, resource: '*' };
}
