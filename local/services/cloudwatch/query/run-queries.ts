import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { ValidationException } from '../errors.ts';
import { dimensionRecord } from '../metrics/metric-key.ts';
import type { MetricsStore } from '../metrics/metrics-store.ts';
import { parseStatistic } from '../metrics/statistic.ts';
import { evaluate, type Scope, type Value } from './evaluate.ts';
import { InvalidExpression, parseExpression } from './expression.ts';
import { readSeries, type Series, type Window } from './series.ts';

/** A query with what it gave; several series where its expression gives several. */
export interface QueryAnswer {
  readonly query: MetricDataQuery;
  readonly series: readonly Series[];
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
  const byId = new Map(queries.map((query) => [query.Id ?? '', query]));
  const done = new Map<string, Value>();
  const underWay = new Set<string>();
  const window = windowFor(periodOf(queries));

  const scope: Scope = {
    window,
    resolve(id) {
      const known = done.get(id);
      if (known !== undefined) return known;
      const query = byId.get(id);
      if (query === undefined || underWay.has(id)) {
        throw new InvalidExpression(`unknown or circular metric id ${id}`);
      }
      underWay.add(id);
      const value = answer(query);
      underWay.delete(id);
      done.set(id, value);
      return value;
    },
    metrics(text) {
      return queries
        .filter((query) => query.MetricStat !== undefined && (query.Id ?? '').includes(text))
        .flatMap((query) => listOf(scope.resolve(query.Id ?? ''), window));
    },
  };

  function answer(query: MetricDataQuery): Value {
    if (query.MetricStat !== undefined) return readStat(store, query, windowFor);
    return evaluate(parseExpression(query.Expression ?? ''), scope);
  }

  return queries.map((query) => {
    try {
      return { query, series: listOf(scope.resolve(query.Id ?? ''), window) };
    } catch (error) {
      if (!(error instanceof InvalidExpression)) throw error;
      const message = `Error in expression '${query.Id}': ${error.message}`;
      throw Object.assign(new ValidationException(message), { cause: error });
    }
  });
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
): Series {
  const statistic = parseStatistic(stat?.Stat ?? '');
  if (statistic === undefined) {
    throw new ValidationException(
      `The value ${stat?.Stat} for parameter MetricDataQueries.${Id}.MetricStat.Stat is not supported.`,
    );
  }
  const metric = {
    namespace: stat?.Metric?.Namespace ?? '',
    name: stat?.Metric?.MetricName ?? '',
    dimensions: dimensionRecord(stat?.Metric?.Dimensions),
  };
  return readSeries(store, metric, statistic, windowFor(stat?.Period ?? 60), stat?.Unit);
}

function listOf(value: Value, { start, end, periodMs }: Window): readonly Series[] {
  if (typeof value !== 'number') return Array.isArray(value) ? value : [value as Series];
  const series = new Map<number, number>();
  for (let time = start; time < end; time += periodMs) series.set(time, value);
  return [series];
}
