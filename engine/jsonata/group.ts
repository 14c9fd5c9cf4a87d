import { setOwn } from '../set-own.ts';
import type { Evaluate } from './callable.ts';
import { JsonataFault } from './fault.ts';
import { type Frame, NODE_STEPS } from './frame.ts';
import type { Place } from './place.ts';
import type { SyntaxNode } from './syntax.ts';
import { frameOf, type Tuple } from './tuple.ts';
import { append, assertItems, isArray, type Sequence } from './values.ts';

export interface GroupNode {
  readonly lhs: readonly (readonly [SyntaxNode, SyntaxNode])[];
}

type Group = (input: unknown, frame: Frame) => unknown;

interface Pair {
  readonly key: Evaluate;
  readonly value: Evaluate;
}

/** `{key: value, …}`: an object from one item, or a grouping of many. */
export function compileGroup(evaluate: Evaluate, node: GroupNode, place: Place): Evaluate {
  const group = compileGroupOf(node, place);
  return (input, frame) => group(evaluate(input, frame), frame);
}

export function compileGroupOf(node: GroupNode, place: Place): Group {
  const pairs = compilePairs(node, place);
  const names = staticNames(node);
  if (names === undefined) return (input, frame) => groupItems(pairs, input, frame);
  const values = pairs.map((pair) => pair.value);
  return (input, frame) =>
    isArray(input) ? groupItems(pairs, input, frame) : construct(names, values, input, frame);
}

/** The same for a path with bindings. */
export function compileTupleGroup(node: GroupNode, place: Place): Group {
  const pairs = compilePairs(node, place);
  return (input, frame) =>
    isArray(input) && input.tupleStream === true
      ? groupTuples(pairs, input, frame)
      : groupItems(pairs, input, frame);
}

function compilePairs(node: GroupNode, place: Place): readonly Pair[] {
  return node.lhs.map(([key, value]) => ({
    key: place.compile(key, place),
    value: place.compile(value, place),
  }));
}

/** The keys of an object constructor, if all are constant and different. */
function staticNames(node: GroupNode): readonly string[] | undefined {
  const names: string[] = [];
  for (const [key] of node.lhs) {
    if (key.type !== 'string' || key.predicate !== undefined) return undefined;
    const name = String(key.value);
    if (names.includes(name) || name.startsWith('_jsonata_')) return undefined;
    names.push(name);
  }
  return names;
}

function construct(
  names: readonly string[],
  values: readonly Evaluate[],
  input: unknown,
  frame: Frame,
): unknown {
  frame.evaluation.step(names.length * NODE_STEPS);
  const result: Record<string, unknown> = {};
  for (let index = 0; index < names.length; index += 1) {
    const value = (values[index] as Evaluate)(input, frame);
    if (value !== undefined) setOwn(result, names[index] as string, value);
  }
  return result;
}

interface Entry {
  data: unknown;
  /** The list in `data`, once this entry owns it and can append to it without a copy. */
  list: unknown[] | undefined;
  readonly pair: Pair;
}

function groupItems(pairs: readonly Pair[], value: unknown, frame: Frame): unknown {
  const input: readonly unknown[] = isArray(value)
    ? value.length === 0
      ? [undefined]
      : value
    : [value];
  const groups = new Map<string, Entry>();
  frame.evaluation.step(input.length * 6);
  for (const item of input) collect(groups, pairs, item, item, frame);
  const result: Record<string, unknown> = {};
  for (const [key, entry] of groups) {
    const each = entry.pair.value(entry.data, frame);
    if (each !== undefined) setOwn(result, key, each);
  }
  return result;
}

/** The error of version 2.0.6 of the package for bindings without a value, in JavaScript's words. */
const missingTuple = new JsonataFault(undefined, {
  message: "Cannot read properties of undefined (reading '@')",
});

function groupTuples(pairs: readonly Pair[], tuples: Sequence, frame: Frame): unknown {
  if (tuples.length === 0) throw missingTuple;
  const groups = new Map<string, Entry>();
  frame.evaluation.step(tuples.length);
  for (const tuple of tuples as readonly Tuple[]) {
    collect(groups, pairs, tuple, tuple['@'], frameOf(frame, tuple));
  }
  const result: Record<string, unknown> = {};
  for (const [key, entry] of groups) {
    const { '@': context, ...variables } = mergeTuples(entry.data);
    const each = entry.pair.value(context, frameOf(frame, variables));
    if (each !== undefined) setOwn(result, key, each);
  }
  return result;
}

function collect(
  groups: Map<string, Entry>,
  pairs: readonly Pair[],
  item: unknown,
  context: unknown,
  frame: Frame,
): void {
  for (const pair of pairs) {
    const key = pair.key(context, frame);
    if (key === undefined) continue;
    if (typeof key !== 'string') throw new JsonataFault('T1003', { value: key });
    if (key === '_jsonata_lambda' || key === '_jsonata_function') {
      throw new JsonataFault('D1013', { value: key });
    }
    const entry = groups.get(key);
    if (entry === undefined) groups.set(key, { data: item, list: undefined, pair });
    else if (entry.pair !== pair) throw new JsonataFault('D1009', { value: key });
    else extend(entry, item);
  }
}

function extend(entry: Entry, item: unknown): void {
  if (entry.list === undefined) {
    const isJoined = entry.data !== undefined && item !== undefined;
    entry.data = append(entry.data, item);
    if (isJoined) entry.list = entry.data as unknown[];
    return;
  }
  if (isArray(item)) for (const member of item) entry.list.push(member);
  else if (item !== undefined) entry.list.push(item);
  assertItems(entry.list.length);
}

function mergeTuples(data: unknown): Tuple {
  if (!isArray(data)) return data as Tuple;
  const [first, ...others] = data as readonly Tuple[];
  const merged: Tuple = { ...first };
  const lists = new Map<string, unknown[]>();
  for (const tuple of others) {
    for (const [name, value] of Object.entries(tuple)) {
      const list = lists.get(name);
      if (list === undefined) setOwn(merged, name, startList(lists, name, merged[name], value));
      else if (isArray(value)) for (const member of value) list.push(member);
      else if (value !== undefined) list.push(value);
    }
  }
  return merged;
}

/** Concatenates two values in a new list, which the group owns and can append to without a copy. */
function startList(
  lists: Map<string, unknown[]>,
  name: string,
  first: unknown,
  second: unknown,
): unknown {
  const joined = append(first, second);
  if (first !== undefined && second !== undefined) lists.set(name, joined as unknown[]);
  return joined;
}
