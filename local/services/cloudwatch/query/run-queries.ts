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
  return new PreparedQueries(store, queries, windowFor);
}

class PreparedQueries implements Queries, Scope {
  readonly window: Window;
  readonly #store: MetricsStore;
  readonly #queries: ReadonlyMap<string, MetricDataQuery>;
  readonly #windowFor: (periodSeconds: number) => Window;
  readonly #values = new Map<string, Value>();
  readonly #units = new Map<string, readonly string[]>();
  /** The expressions that are being computed, of which none may refer to itself. */
  readonly #underWay = new Set<string>();
  #computedValues = 0;

  constructor(
    store: MetricsStore,
    queries: readonly MetricDataQuery[],
    windowFor: (periodSeconds: number) => Window,
  ) {
    this.#store = store;
    this.#queries = new Map(queries.map((query) => [query.Id ?? '', query]));
    this.#windowFor = windowFor;
    this.window = windowFor(periodOf(queries));
  }

  *read(query: MetricDataQuery): ReturnType<Queries['read']> {
    const { Id: id = '', MetricStat: stat } = query;
    if (stat === undefined) return;
    const statistic = statisticOf(query);
    const window = this.#windowFor(stat.Period ?? 60);
    const readings = yield* readPoints(this.#store, metricOf(stat), window);
    this.#units.set(id, [...readings.keys()]);
    this.#values.set(id, yield* computeSeries(readings, statistic, stat.Unit));
  }

  answer(query: MetricDataQuery): QueryAnswer {
    const { Id: id = '' } = query;
    try {
      const series = seriesOf(this.resolve(id), this);
      return { query, series, messages: messagesOf(query, this.#units.get(id) ?? []) };
    } catch (error) {
      if (!(error instanceof InvalidExpression)) throw error;
      const message = `Error in expression '${query.Id}': ${error.message}`;
      throw Object.assign(new ValidationException(message), { cause: error });
    }
  }

  resolve(id: string): Value {
    const known = this.#values.get(id);
    if (known !== undefined) return known;
    const query = this.#queries.get(id);
    if (query === undefined || this.#underWay.has(id)) {
      throw new InvalidExpression(`unknown or circular metric id ${id}`);
    }
    this.#underWay.add(id);
    const value = evaluate(parseExpression(query.Expression ?? ''), this);
    this.#underWay.delete(id);
    this.#values.set(id, value);
    return value;
  }

  metrics(text: string): ReturnType<Scope['metrics']> {
    return [...this.#queries]
      .filter(([id, query]) => query.MetricStat !== undefined && id.includes(text))
      .flatMap(([id]) => seriesOf(this.resolve(id), this));
  }

  charge(values: number): void {
    this.#computedValues += values;
    if (this.#computedValues <= VALUES_PER_REQUEST) return;
    throw new InvalidExpression(
      `the request computes more than ${VALUES_PER_REQUEST} values; increase Period or decrease the time range`,
    );
  }
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
