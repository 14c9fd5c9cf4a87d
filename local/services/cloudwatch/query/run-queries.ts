import type { MessageData, MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import { ValidationException } from '../errors.ts';
import { VALUES_PER_REQUEST } from '../limits.ts';
import { dimensionRecord, type MetricName } from '../metrics/metric-key.ts';
import type { MetricsStore } from '../metrics/metrics-store.ts';
import { parseStatistic } from '../metrics/statistic.ts';
import { evaluate, type Scope, seriesOf, type Value } from './evaluate.ts';
import { InvalidExpression, parseExpression } from './expression.ts';
import { readWithUnits, type Series, type Window } from './series.ts';

/** A query with what it gave; several series where its expression gives several. */
export interface QueryAnswer {
  readonly query: MetricDataQuery;
  readonly series: readonly Series[];
  /** What AWS adds about the result. */
  readonly messages: readonly MessageData[];
}

/** Queries that may refer to each other, each to be answered by itself. */
export interface Queries {
  /** @throws ValidationException in AWS's manner */
  answer(query: MetricDataQuery): QueryAnswer;
}

/**
 * Answers queries that may refer to each other.
 *
 * @param windowFor the time span for a period in seconds
 * @throws ValidationException in AWS's manner
 */
export function runQueries(
  store: MetricsStore,
  queries: readonly MetricDataQuery[],
  windowFor: (periodSeconds: number) => Window,
): readonly QueryAnswer[] {
  const prepared = prepareQueries(store, queries, windowFor);
  return queries.map((query) => prepared.answer(query));
}

/** As {@link runQueries}, for callers that let others have a turn between two queries. */
export function prepareQueries(
  store: MetricsStore,
  queries: readonly MetricDataQuery[],
  windowFor: (periodSeconds: number) => Window,
): Queries {
  const byId = new Map(queries.map((query) => [query.Id ?? '', query]));
  const done = new Map<string, Value>();
  const unitsOf = new Map<MetricDataQuery, readonly string[]>();
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
    if (query.MetricStat !== undefined) {
      const { series, units } = readStat(store, query, windowFor);
      unitsOf.set(query, units);
      return series;
    }
    return evaluate(parseExpression(query.Expression ?? ''), scope);
  }

  return {
    answer(query) {
      try {
        const series = seriesOf(scope.resolve(query.Id ?? ''), scope);
        return { query, series, messages: messagesOf(query, unitsOf.get(query)) };
      } catch (error) {
        if (!(error instanceof InvalidExpression)) throw error;
        const message = `Error in expression '${query.Id}': ${error.message}`;
        throw Object.assign(new ValidationException(message), { cause: error });
      }
    },
  };
}

/** Expressions have the longest period of the metrics they are about. */
function periodOf(queries: readonly MetricDataQuery[]): number {
  const periods = queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 0);
  return Math.max(...periods, 0) || 300;
}

function readStat(
  store: MetricsStore,
  { Id, MetricStat: stat }: MetricDataQuery,
  windowFor: (periodSeconds: number) => Window,
): { readonly series: Series; readonly units: readonly string[] } {
  const statistic = parseStatistic(stat?.Stat ?? '');
  if (statistic === undefined) {
    throw new ValidationException(
      `The value ${stat?.Stat} for parameter MetricDataQueries.${Id}.MetricStat.Stat is not supported.`,
    );
  }
  const window = windowFor(stat?.Period ?? 60);
  return readWithUnits(store, metricOf(stat), statistic, window, stat?.Unit);
}

function metricOf(stat: MetricStat | undefined): MetricName {
  return {
    namespace: stat?.Metric?.Namespace ?? '',
    name: stat?.Metric?.MetricName ?? '',
    dimensions: dimensionRecord(stat?.Metric?.Dimensions),
  };
}

/** A query that names no unit is told when it had a choice. */
function messagesOf(
  { MetricStat: stat }: MetricDataQuery,
  units: readonly string[] = [],
): readonly MessageData[] {
  if (stat === undefined || stat.Unit !== undefined || units.length < 2) return [];
  return [{ Code: 'MultipleUnits', Value: `Multiple units returned: '[${units.join(', ')}]'` }];
}
