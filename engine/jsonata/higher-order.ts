import { findText, splitText } from '../find-text.ts';
import { setOwn } from '../set-own.ts';
import { apply, arityOf, type CallContext, NativeFunction } from './callable.ts';
import { costs } from './cost.ts';
import { distinct } from './distinct.ts';
import { JsonataFault } from './fault.ts';
import { type Match, replaceMatches, splitMatches, toMatcher } from './matches.ts';
import { keysOf, lookUp, merge } from './members.ts';
import { mergeSort } from './merge-sort.ts';
import { packageFunctions, type rewrittenNames } from './package-functions.ts';
import {
  assertHeld,
  createSequence,
  isNumeric,
  isPlainObject,
  isTruthy,
  type Sequence,
} from './values.ts';

type Rewritten = (typeof rewrittenNames)[number];

/**
 * The functions that call functions, and those that depend on the time or on random numbers, without promises.
 * Their signatures are the package's own; the package's own test cases verify their behaviour.
 */
export const higherOrderFunctions: Readonly<Record<Rewritten, NativeFunction>> = {
  max: native('max', 1, (_, list) => largest(list, Math.max)),
  min: native('min', 1, (_, list) => largest(list, Math.min)),
  map: native('map', 2, map),
  filter: native('filter', 2, filter),
  single: native('single', 2, single),
  reduce: native('reduce', 3, reduce),
  each: native('each', 2, each),
  sift: native('sift', 2, sift),
  sort: native('sort', 2, sort),
  match: native('match', 3, match),
  contains: native('contains', 2, contains),
  replace: native('replace', 4, replace),
  split: native('split', 3, split),
  substringBefore: native('substringBefore', 2, substringBefore),
  substringAfter: native('substringAfter', 2, substringAfter),
  shuffle: native('shuffle', 1, shuffle),
  distinct: native('distinct', 1, distinct),
  spread: native('spread', 1, (_, value) => spread(value)),
  keys: native('keys', 1, (_, value) => keysOf(value)),
  lookup: native('lookup', 2, (_, value, key) => lookUp(value, key)),
  merge: native('merge', 1, (_, objects) => merge(objects)),
  now: native('now', 2, (context, picture, timezone) =>
    packageFunctions.fromMillis.implementation(context.evaluation.instant, picture, timezone),
  ),
  millis: native('millis', 0, (context) => context.evaluation.instant),
};

function native(
  name: Rewritten,
  arity: number,
  implementation: (context: CallContext, ...args: readonly unknown[]) => unknown,
): NativeFunction {
  return new NativeFunction(
    (context, args) => implementation(context, ...args),
    packageFunctions[name].signature,
    arity,
    costs[name],
  );
}

function call(context: CallContext, func: unknown, args: readonly unknown[]): unknown {
  const { evaluation } = context;
  return apply(evaluation, func, args, null, evaluation.depth);
}

/** The value, its position or key, and the whole list or object; as many of these as the function takes. */
function argumentsFor(func: unknown, value: unknown, at: unknown, whole: unknown): unknown[] {
  const arity = arityOf(func);
  if (arity >= 3) return [value, at, whole];
  return arity === 2 ? [value, at] : [value];
}

function largest(list: unknown, choose: (left: number, right: number) => number): unknown {
  if (list === undefined || (list as Sequence).length === 0) return undefined;
  return (list as readonly number[]).reduce((left, right) => choose(left, right));
}

function map(context: CallContext, list: unknown, func: unknown): unknown {
  if (list === undefined) return undefined;
  const result = createSequence();
  const items = list as Sequence;
  for (let index = 0; index < items.length; index += 1) {
    const value = call(context, func, argumentsFor(func, items[index], index, items));
    if (value !== undefined) result.push(value);
  }
  return result;
}

function filter(context: CallContext, list: unknown, func: unknown): unknown {
  if (list === undefined) return undefined;
  const result = createSequence();
  const items = list as Sequence;
  for (let index = 0; index < items.length; index += 1) {
    if (isTruthy(call(context, func, argumentsFor(func, items[index], index, items)))) {
      result.push(items[index]);
    }
  }
  return result;
}

function single(context: CallContext, list: unknown, func: unknown): unknown {
  if (list === undefined) return undefined;
  const items = list as Sequence;
  const found = items.filter(
    (item, index) =>
      func === undefined || isTruthy(call(context, func, argumentsFor(func, item, index, items))),
  );
  if (found.length > 1) throw new JsonataFault('D3138');
  if (found.length === 0) throw new JsonataFault('D3139');
  return found[0];
}

function reduce(context: CallContext, list: unknown, func: unknown, initial: unknown): unknown {
  if (list === undefined) return undefined;
  const items = list as Sequence;
  const arity = arityOf(func);
  if (arity < 2) throw new JsonataFault('D3050', { index: 1 });
  const seeded = initial !== undefined || items.length === 0;
  let result = seeded ? initial : items[0];
  for (let index = seeded ? 0 : 1; index < items.length; index += 1) {
    const args: unknown[] = [result, items[index]];
    if (arity >= 3) args.push(index);
    if (arity >= 4) args.push(items);
    result = call(context, func, args);
  }
  return result;
}

function each(context: CallContext, object: unknown, func: unknown): unknown {
  const result = createSequence();
  for (const [key, value] of entriesOf(object)) {
    const mapped = call(context, func, argumentsFor(func, value, key, object));
    if (mapped !== undefined) result.push(mapped);
  }
  return result;
}

/** The package copies its result for every item of a list; this does not. */
function spread(value: unknown): unknown {
  if (!Array.isArray(value)) return isPlainObject(value) ? spreadMembers(value) : value;
  if (value.length === 0) return createSequence();
  const result: unknown[] = [];
  for (const item of value as Sequence) {
    const spreadItem = spread(item);
    if (!Array.isArray(spreadItem)) result.push(spreadItem);
    else for (const member of spreadItem as Sequence) result.push(member);
  }
  return result;
}

function spreadMembers(object: Record<string, unknown>): Sequence {
  const result = createSequence();
  for (const [key, value] of Object.entries(object)) {
    const single: Record<string, unknown> = {};
    setOwn(single, key, value);
    result.push(single);
  }
  return result;
}

function sift(context: CallContext, object: unknown, func: unknown): unknown {
  const result: Record<string, unknown> = {};
  for (const [key, value] of entriesOf(object)) {
    if (isTruthy(call(context, func, argumentsFor(func, value, key, object)))) {
      setOwn(result, key, value);
    }
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

function entriesOf(object: unknown): readonly (readonly [string, unknown])[] {
  return typeof object === 'object' && object !== null ? Object.entries(object) : [];
}

function sort(context: CallContext, list: unknown, comparator: unknown): unknown {
  if (list === undefined) return undefined;
  const items = list as Sequence;
  if (items.length <= 1) return items;
  if (comparator !== undefined) {
    return mergeSort(items, (left, right) => call(context, comparator, [left, right]));
  }
  const sortable =
    items.every((item) => isNumeric(item)) || items.every((item) => typeof item === 'string');
  if (!sortable) throw new JsonataFault('D3070', { index: 1 });
  return mergeSort(items, (left, right) => (left as number) > (right as number));
}

function shuffle(context: CallContext, list: unknown): unknown {
  if (list === undefined || (list as Sequence).length <= 1) return list;
  const items = [...(list as Sequence)];
  for (let index = items.length - 1; index > 0; index -= 1) {
    const other = Math.floor(context.evaluation.scope.random() * (index + 1));
    [items[index], items[other]] = [items[other], items[index]];
  }
  return items;
}

function contains(context: CallContext, text: unknown, token: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof token === 'string') return findText(text as string, token) >= 0;
  return toMatcher(token, (func, args) => call(context, func, args))(text as string) !== undefined;
}

function substringBefore(_: CallContext, text: unknown, token: unknown): unknown {
  if (typeof text !== 'string') return text;
  const place = findText(text, String(token));
  return place < 0 ? text : text.slice(0, place);
}

function substringAfter(_: CallContext, text: unknown, token: unknown): unknown {
  if (typeof text !== 'string') return text;
  const place = findText(text, String(token));
  // As in the package, without a token the text `undefined` is searched, with a length of zero.
  return place < 0 ? text : text.slice(place + (token as string).length);
}

function match(context: CallContext, text: unknown, pattern: unknown, limit: unknown): unknown {
  if (text === undefined) return undefined;
  if (limit !== undefined && Number(limit) < 0) {
    throw new JsonataFault('D3040', { value: limit, index: 3 });
  }
  const result = createSequence();
  const most = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  if (most <= 0) return result;
  const matcher = toMatcher(pattern, (func, args) => call(context, func, args));
  let found: Match | undefined = matcher(text as string);
  while (found !== undefined && result.length < most) {
    result.push({ match: found.match, index: found.start, groups: found.groups });
    found = matcher.next(found);
  }
  return result;
}

function replace(
  context: CallContext,
  text: unknown,
  pattern: unknown,
  replacement: unknown,
  limit: unknown,
): unknown {
  if (text === undefined) return undefined;
  if (pattern === '') throw new JsonataFault('D3010', { value: pattern, index: 2 });
  if (limit !== undefined && Number(limit) < 0) {
    throw new JsonataFault('D3011', { value: limit, index: 4 });
  }
  const most = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  if (most <= 0) return text;
  return assertHeld(
    replaceMatches(text as string, pattern, replacement, most, (func, args) =>
      call(context, func, args),
    ),
  );
}

function split(context: CallContext, text: unknown, separator: unknown, limit: unknown): unknown {
  if (text === undefined) return undefined;
  if (limit !== undefined && Number(limit) < 0) {
    throw new JsonataFault('D3020', { value: limit, index: 3 });
  }
  const most = limit === undefined ? undefined : Number(limit);
  if (most !== undefined && most <= 0) return [];
  if (typeof separator === 'string') return splitText(text as string, separator, most);
  return splitMatches(text as string, separator, most ?? Number.POSITIVE_INFINITY, (func, args) =>
    call(context, func, args),
  );
}
