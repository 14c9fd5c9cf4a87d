import { type Expression, InvalidExpression, UnsupportedFunction } from './expression.ts';
import type { Series, Window } from './series.ts';

/** The result of an expression: a number, a time series, or several of these. */
export type Value = number | Series | readonly Series[];

/** The queries that an expression may refer to. */
export interface Scope {
  readonly window: Window;
  /** @throws InvalidExpression for an id that is not defined */
  resolve(id: string): Value;
  /** The series of all metrics in the request whose id contains a text. */
  metrics(text: string): readonly Series[];
  /** Counts values before they are computed. @throws InvalidExpression if a request computes too many */
  charge(values: number): void;
}

/** Computes a metric math expression. @throws InvalidExpression */
export function evaluate(expression: Expression, scope: Scope): Value {
  const value = compute(expression, scope);
  scope.charge(sizeOf(value));
  return value;
}

function sizeOf(value: Value): number {
  if (typeof value === 'number') return 1;
  if (!isList(value)) return value.size;
  return value.reduce((size, series) => size + series.size, value.length);
}

function compute(expression: Expression, scope: Scope): Value {
  switch (expression.type) {
    case 'number':
      return expression.value;
    case 'text':
      throw new InvalidExpression('a text stands where a number or a metric should');
    case 'name':
      return scope.resolve(expression.name);
    case 'list':
      return expression.items.flatMap((item) => seriesOf(evaluate(item, scope), scope));
    case 'negative':
      return map(evaluate(expression.of, scope), (value) => -value);
    case 'binary':
      return combine(
        evaluate(expression.left, scope),
        evaluate(expression.right, scope),
        operatorOf(expression.operator),
      );
    case 'call':
      return call(expression.name, expression.arguments, scope);
  }
}

type Operator = (left: number, right: number) => number;

const OPERATORS: Readonly<Record<string, Operator>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

function operatorOf(text: string): Operator {
  const name = { '&&': 'AND', '||': 'OR' }[text] ?? text;
  const operator = OPERATORS[name];
  if (operator === undefined) throw new InvalidExpression(`unknown operator ${text}`);
  return operator;
}

function isList(value: Value): value is readonly Series[] {
  return Array.isArray(value);
}

function map(value: Value, change: (value: number) => number): Value {
  if (typeof value === 'number') return change(value);
  if (isList(value)) return value.map((series) => mapSeries(series, change));
  return mapSeries(value, change);
}

function mapSeries(series: Series, change: (value: number) => number): Series {
  return onlyNumbers([...series].map(([time, value]) => [time, change(value)]));
}

/** A division by zero has no value at that time. */
function onlyNumbers(entries: readonly (readonly [number, number])[]): Series {
  return new Map(entries.filter(([, value]) => Number.isFinite(value)));
}

function combine(left: Value, right: Value, operator: Operator): Value {
  if (typeof left === 'number') {
    return typeof right === 'number'
      ? operator(left, right)
      : map(right, (value) => operator(left, value));
  }
  if (typeof right === 'number') return map(left, (value) => operator(value, right));
  if (isList(left)) {
    return left.map((series, index) =>
      combineSeries(series, isList(right) ? (right[index] ?? new Map()) : right, operator),
    );
  }
  if (isList(right)) return right.map((series) => combineSeries(left, series, operator));
  return combineSeries(left, right, operator);
}

/**
 * Combines the times at which one of the series has a value; where the other has none, it counts as 0.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-arithmetic
 */
function combineSeries(left: Series, right: Series, operator: Operator): Series {
  const times = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => a - b);
  return onlyNumbers(
    times.map((time) => [time, operator(left.get(time) ?? 0, right.get(time) ?? 0)]),
  );
}

/** A number as a series with the same value at every time. */
export function seriesOf(value: Value, scope: Scope): readonly Series[] {
  if (typeof value !== 'number') return isList(value) ? value : [value];
  return [new Map(timesOf(scope).map((time) => [time, value]))];
}

function timesOf(scope: Scope): readonly number[] {
  const { start, end, periodMs } = scope.window;
  scope.charge((end - start) / periodMs);
  const times: number[] = [];
  for (let time = start; time < end; time += periodMs) times.push(time);
  return times;
}

type Reducer = (values: readonly number[]) => number;

const sum: Reducer = (values) => values.reduce((total, value) => total + value, 0);
const average: Reducer = (values) => sum(values) / values.length;

/** For several series: a value for each time. For one series: one value for all times. */
const REDUCERS: Readonly<Record<string, Reducer>> = {
  SUM: sum,
  AVG: average,
  MAX: (values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  MIN: (values) =>
    values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  STDDEV: (values) => {
    const mean = average(values);
    return Math.sqrt(average(values.map((value) => (value - mean) ** 2)));
  },
  DATAPOINT_COUNT: (values) => values.length,
};

/** A part of the time of a value, in UTC; Monday is day 1. */
const CALENDAR: Readonly<Record<string, (time: Date) => number>> = {
  MINUTE: (time) => time.getUTCMinutes(),
  HOUR: (time) => time.getUTCHours(),
  DAY: (time) => time.getUTCDay() || 7,
  DATE: (time) => time.getUTCDate(),
  MONTH: (time) => time.getUTCMonth() + 1,
  YEAR: (time) => time.getUTCFullYear(),
  EPOCH: (time) => time.getTime() / 1_000,
};

const MAPPERS: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  LOG: Math.log,
  LOG10: Math.log10,
};

function call(name: string, args: readonly Expression[], scope: Scope): Value {
  const reducer = Object.hasOwn(REDUCERS, name) ? REDUCERS[name] : undefined;
  if (reducer !== undefined) return reduce(reducer, argument(name, args, 0, scope));
  const mapper = Object.hasOwn(MAPPERS, name) ? MAPPERS[name] : undefined;
  if (mapper !== undefined) return map(argument(name, args, 0, scope), mapper);
  const calendar = Object.hasOwn(CALENDAR, name) ? CALENDAR[name] : undefined;
  if (calendar !== undefined) {
    argument(name, args, 0, scope);
    return new Map(timesOf(scope).map((time) => [time, calendar(new Date(time))]));
  }
  switch (name) {
    case 'IF':
      return choose(args, scope);
    case 'FILL':
      return fill(args, scope);
    case 'METRICS': {
      const [prefix] = args;
      return scope.metrics(prefix?.type === 'text' ? prefix.value : '');
    }
    case 'PERIOD':
      return scope.window.periodMs / 1_000;
    case 'TIME_SERIES':
      return seriesOf(argument(name, args, 0, scope), scope)[0] ?? new Map();
    case 'FIRST':
      return listOf(name, args, scope)[0] ?? new Map();
    case 'LAST':
      return listOf(name, args, scope).at(-1) ?? new Map();
    case 'METRIC_COUNT':
      return listOf(name, args, scope).length;
    case 'REMOVE_EMPTY':
      return listOf(name, args, scope).filter((series) => series.size > 0);
    case 'SLICE':
      return slice(args, scope);
    case 'SORT':
      return sort(args, scope);
    case 'DIFF':
    case 'DIFF_TIME':
    case 'RATE':
    case 'RUNNING_SUM':
      return overTime(name, argument(name, args, 0, scope), scope);
    default:
      throw isUnsupported(name)
        ? new UnsupportedFunction(name)
        : new InvalidExpression(`Unsupported function: ${name}`);
  }
}

/** Functions of AWS that this runtime does not have. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  'ANOMALY_DETECTION_BAND',
  'DB_PERF_INSIGHTS',
  'INSIGHT_RULE_METRIC',
  'LAMBDA',
  'SEARCH',
  'SERVICE_QUOTA',
]);

function isUnsupported(name: string): boolean {
  return UNSUPPORTED.has(name);
}

/** Checks an expression before any data is read. @throws UnsupportedFunction */
export function checkFunctions(expression: Expression): void {
  switch (expression.type) {
    case 'call':
      if (isUnsupported(expression.name)) throw new UnsupportedFunction(expression.name);
      for (const one of expression.arguments) checkFunctions(one);
      return;
    case 'list':
      for (const one of expression.items) checkFunctions(one);
      return;
    case 'binary':
      checkFunctions(expression.left);
      checkFunctions(expression.right);
      return;
    case 'negative':
      checkFunctions(expression.of);
      return;
    case 'number':
    case 'text':
    case 'name':
  }
}

function listOf(name: string, args: readonly Expression[], scope: Scope): readonly Series[] {
  return seriesOf(argument(name, args, 0, scope), scope);
}

function slice(args: readonly Expression[], scope: Scope): Value {
  const all = listOf('SLICE', args, scope);
  const begin = wholeNumber('SLICE', argument('SLICE', args, 1, scope));
  if (args[2] === undefined) return all[begin] ?? new Map();
  return all.slice(begin, wholeNumber('SLICE', argument('SLICE', args, 2, scope)));
}

function wholeNumber(name: string, value: Value): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new InvalidExpression(`${name} takes whole numbers from 0`);
}

const SORTED_BY: ReadonlySet<string> = new Set(['AVG', 'MIN', 'MAX', 'SUM']);

/** `SORT(METRICS(), MAX, DESC, 10)`: series without values are last. */
function sort(args: readonly Expression[], scope: Scope): Value {
  const all = listOf('SORT', args, scope);
  const by = wordOf(args[1]);
  const order = wordOf(args[2]);
  const reducer = SORTED_BY.has(by) ? REDUCERS[by] : undefined;
  if (reducer === undefined || (order !== 'ASC' && order !== 'DESC')) {
    throw new InvalidExpression('SORT takes AVG, MIN, MAX or SUM, then ASC or DESC');
  }
  const sign = order === 'ASC' ? 1 : -1;
  const ranked = all
    .filter(({ size }) => size > 0)
    .map((series) => ({
      series,
      rank: reducer([...series.values()]),
    }));
  const sorted = [
    ...ranked.toSorted((a, b) => sign * (a.rank - b.rank)).map(({ series }) => series),
    ...all.filter(({ size }) => size === 0),
  ];
  if (args[3] === undefined) return sorted;
  return sorted.slice(0, wholeNumber('SORT', argument('SORT', args, 3, scope)));
}

function wordOf(expression: Expression | undefined): string {
  return expression?.type === 'name' ? expression.name.toUpperCase() : '';
}

function argument(name: string, args: readonly Expression[], index: number, scope: Scope): Value {
  const expression = args[index];
  if (expression === undefined) throw new InvalidExpression(`${name} needs more arguments`);
  return evaluate(expression, scope);
}

function reduce(reducer: Reducer, value: Value): Value {
  if (typeof value === 'number') return reducer([value]);
  if (!isList(value)) return value.size === 0 ? new Map() : reducer([...value.values()]);
  const times = new Map<number, number[]>();
  for (const series of value) {
    for (const [time, one] of series) {
      const values = times.get(time);
      if (values === undefined) times.set(time, [one]);
      else values.push(one);
    }
  }
  return onlyNumbers(
    [...times].sort(([a], [b]) => a - b).map(([time, values]) => [time, reducer(values)]),
  );
}

/** Where the condition holds and the chosen series has no value, the result is 0; where it does not hold, none. */
function choose(args: readonly Expression[], scope: Scope): Value {
  const condition = argument('IF', args, 0, scope);
  const then = argument('IF', args, 1, scope);
  const otherwise = args[2] === undefined ? undefined : evaluate(args[2], scope);
  if (typeof condition === 'number') return condition === 0 ? (otherwise ?? new Map()) : then;
  const [series = new Map<number, number>()] = seriesOf(condition, scope);
  const at = (value: Value | undefined, time: number) => {
    if (value === undefined || typeof value === 'number') return value;
    return (isList(value) ? value[0] : value)?.get(time);
  };
  const entries = [...series].flatMap(([time, truth]) => {
    const value = truth === 0 ? at(otherwise, time) : (at(then, time) ?? 0);
    return value === undefined ? [] : [[time, value] as const];
  });
  return onlyNumbers(entries);
}

function fill(args: readonly Expression[], scope: Scope): Value {
  const value = argument('FILL', args, 0, scope);
  const way = args[1];
  const fillOne = (series: Series): Series => {
    if (way?.type === 'name' && way.name.toUpperCase() === 'REPEAT') return repeat(series, scope);
    if (way?.type === 'name' && way.name.toUpperCase() === 'LINEAR')
      return interpolate(series, scope);
    const filler = argument('FILL', args, 1, scope);
    const at = (time: number) => {
      if (typeof filler === 'number') return filler;
      return (isList(filler) ? filler[0] : filler)?.get(time);
    };
    const entries = timesOf(scope).flatMap((time) => {
      const one = series.get(time) ?? at(time);
      return one === undefined ? [] : [[time, one] as const];
    });
    return new Map(entries);
  };
  if (typeof value === 'number') return value;
  return isList(value) ? value.map(fillOne) : fillOne(value);
}

function repeat(series: Series, scope: Scope): Series {
  const filled = new Map<number, number>();
  let last: number | undefined;
  for (const time of timesOf(scope)) {
    last = series.get(time) ?? last;
    if (last !== undefined) filled.set(time, last);
  }
  return filled;
}

function interpolate(series: Series, scope: Scope): Series {
  const known = [...series].sort(([a], [b]) => a - b);
  const filled = new Map<number, number>();
  let next = 0;
  for (const time of timesOf(scope)) {
    while ((known[next]?.[0] ?? Number.POSITIVE_INFINITY) < time) next += 1;
    const after = known[next];
    if (after?.[0] === time) {
      filled.set(time, after[1]);
      continue;
    }
    const before = known[next - 1];
    if (before === undefined || after === undefined) continue;
    const share = (time - before[0]) / (after[0] - before[0]);
    filled.set(time, before[1] + (after[1] - before[1]) * share);
  }
  return filled;
}

function overTime(
  name: 'DIFF' | 'DIFF_TIME' | 'RATE' | 'RUNNING_SUM',
  value: Value,
  scope: Scope,
): Value {
  const change = (series: Series): Series => {
    const sorted = [...series].sort(([a], [b]) => a - b);
    let total = 0;
    const entries = sorted.flatMap(([time, one], index) => {
      total += one;
      if (name === 'RUNNING_SUM') return [[time, total] as const];
      const former = sorted[index - 1];
      if (former === undefined) return [];
      const difference = one - former[1];
      const seconds = (time - former[0]) / 1_000;
      if (name === 'DIFF_TIME') return [[time, seconds] as const];
      return [[time, name === 'DIFF' ? difference : difference / seconds] as const];
    });
    return new Map(entries);
  };
  const all = seriesOf(value, scope).map(change);
  return isList(value) ? all : (all[0] ?? new Map());
}
