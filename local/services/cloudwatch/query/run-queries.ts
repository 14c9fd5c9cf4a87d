import type { MessageData, MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import { doAtOnce, type Turns } from '../../../host/shared-time.ts';
import { ValidationException } from '../errors.ts';
import { VALUES_PER_REQUEST } from '../limits.ts';
import { dimensionRecord, type MetricName } from '../metrics/metric-key.ts';
import type { MetricsStore } from '../metrics/metrics-store.ts';
import { parseStatistic, type Statistic } from '../metrics/statistic.ts';
import { evaluate, type Scope, seriesOf, type Value } from './evaluate.ts';
import { InvalidExpression, parseExpression } from './expression.ts';
import { computeSeries, readPoints, type Series, type Window } from './series.ts';

/** A query with its result, which has several series if its expression returns several. */
export interface QueryAnswer {
  readonly query: MetricDataQuery;
  readonly series: readonly Series[];
  /** AWS's messages about the result. */
  readonly messages: readonly MessageData[];
}

/** Queries that may refer to each other; each is answered separately. */
export interface Queries {
  /** Reads the metrics of a query before it is answered. @throws ValidationException */
  read(query: MetricDataQuery): Turns<void>;
  /** @throws ValidationException */
  answer(query: MetricDataQuery): QueryAnswer;
}

/**
 * Answers queries that may refer to each other.
 *
 * @param windowFor the time span for a period in seconds
 * @throws ValidationException
 */
export function runQueries(
  store: MetricsStore,
  queries: readonly MetricDataQuery[],
  windowFor: (periodSeconds: number) => Window,
): readonly QueryAnswer[] {
  const prepared = prepareQueries(store, queries, windowFor);
  for (const query of queries) doAtOnce(prepared.read(query));
  return queries.map((query) => prepared.answer(query));
}

/** Like {@link runQueries}, for callers that yield to other work. All metrics are read before an expression is answered. */
export function prepareQueries(
  store: MetricsStore,
  queries: readonly MetricDataQuery[],
  windowFor: (periodSeconds: number) => Window,
): Queries {
  const byId = new Map(queries.map((query) => [query.Id ?? '', query]));
  const done = new Map<string, Value>();
  const units = new Map<string, readonly string[]>();
  const underWay = new Set<string>();
  let computed = 0;

  const scope: Scope = {
    window: windowFor(periodOf(queries)),
    resolve(id) {
      const known = done.get(id);
      if (known !== undefined) return known;
      const query = byId.get(id);
      if (query === undefined || underWay.has(id)) {
        throw new InvalidExpression(`unknown or circular metric id ${id}`);
      }
      underWay.add(id);
      const value = valueOf(query);
      underWay.delete(id);
      done.set(id, value);
      return value;
    },
    metrics(text) {
      return queries
        .filter((query) => query.MetricStat !== undefined && (query.Id ?? '').includes(text))
        .flatMap((query) => seriesOf(scope.resolve(query.Id ?? ''), scope));
    },
    charge(values) {
      computed += values;
      if (computed <= VALUES_PER_REQUEST) return;
      throw new InvalidExpression(
        `the request computes more than ${VALUES_PER_REQUEST} values; increase Period or decrease the time range`,
      );
    },
  };

  function valueOf(query: MetricDataQuery): Value {
    return evaluate(parseExpression(query.Expression ?? ''), scope);
  }

  return {
    *read(query) {
      const { Id: id = '', MetricStat: stat } = query;
      if (stat === undefined) return;
      const statistic = statisticOf(query);
      const readings = yield* readPoints(store, metricOf(stat), windowFor(stat.Period ?? 60));
      units.set(id, [...readings.keys()]);
      done.set(id, yield* computeSeries(readings, statistic, stat.Unit));
    },
    answer(query) {
      try {
        const series = seriesOf(scope.resolve(query.Id ?? ''), scope);
        return { query, series, messages: messagesOf(query, units.get(query.Id ?? '') ?? []) };
      } catch (error) {
        if (!(error instanceof InvalidExpression)) throw error;
        const message = `Error in expression '${query.Id}': ${error.message}`;
        throw Object.assign(new ValidationException(message), { cause: error });
      }
    },
  };
}

/** An expression has the longest period of its metrics. */
function periodOf(queries: readonly MetricDataQuery[]): number {
  const periods = queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 0);
  return Math.max(...periods, 0) || 300;
}

function statisticOf({ Id, MetricStat: stat }: MetricDataQuery): Statistic {
  const statistic = parseStatistic(stat?.Stat ?? '');
  if (statistic !== undefined) return statistic;
  throw new ValidationException(
    `The value ${stat?.Stat} for parameter MetricDataQueries.${Id}.MetricStat.Stat is not supported.`,
  );
}

function metricOf(stat: MetricStat | undefined): MetricName {
  return {
    namespace: stat?.Metric?.Namespace ?? '',
    name: stat?.Metric?.MetricName ?? '',
    dimensions: dimensionRecord(stat?.Metric?.Dimensions),
  };
}

/** AWS's message about the units that a query without a unit could select. */
function messagesOf(
  { MetricStat: stat }: MetricDataQuery,
  units: readonly string[],
): readonly MessageData[] {
  if (stat === undefined || stat.Unit !== undefined || units.length < 2) return [];
  return [{ Code: 'MultipleUnits', Value: `Multiple units returned: '[${units.join(', ')}]'` }];
}
