import { setOwn } from '../set-own.ts';
import type { Evaluate } from './callable.ts';
import type { Frame } from './frame.ts';
import { compileGroupOf, compileTupleGroup } from './group.ts';
import { lookupVariable } from './library.ts';
import { inside, must, type Place } from './place.ts';
import { compileSort } from './sort.ts';
import type { SyntaxNode } from './syntax.ts';
import { frameOf, type Tuple } from './tuple.ts';
import {
  assertItems,
  createSequence,
  createSequenceOf,
  isArray,
  isCallable,
  isNumeric,
  isSequence,
  isTruthy,
  lookup,
  normalise,
  type Sequence,
} from './values.ts';

type Step = (input: Sequence, frame: Frame, isLast: boolean) => Sequence;

export function compilePath(node: SyntaxNode, place: Place): Evaluate {
  const steps = must(node.steps);
  if (steps.some((step) => step.tuple === true)) return compileTuplePath(node, steps, place);
  const general = compileSteps(node, steps, place);
  if (node.group !== undefined || node.keepSingletonArray === true) return general.all;
  return compileMembers(steps, general.from) ?? general.all;
}

interface GeneralPath {
  readonly all: Evaluate;
  /** Applies the path from step `index` to the result of the steps before. */
  readonly from: (index: number, input: Sequence, frame: Frame) => unknown;
}

function compileSteps(node: SyntaxNode, steps: readonly SyntaxNode[], place: Place): GeneralPath {
  const compiled = steps.map((step) => compileStep(step, inside(place)));
  const constructed =
    steps[0]?.consarray === true ? place.compile(steps[0], inside(place)) : undefined;
  const absolute = steps[0]?.type === 'variable';
  const group = node.group === undefined ? undefined : compileGroupOf(node.group, inside(place));
  const last = compiled.length - 1;

  function from(index: number, input: Sequence, frame: Frame): unknown {
    let sequence = input;
    for (let at = index; at <= last; at += 1) {
      sequence = (compiled[at] as Step)(sequence, frame, at === last);
      if (sequence.length === 0) break;
    }
    return sequence;
  }

  function all(input: unknown, frame: Frame): unknown {
    const start = isArray(input) && !absolute ? input : createSequenceOf(input);
    let result: unknown;
    if (constructed === undefined) {
      result = from(0, start, frame);
    } else {
      result = constructed(start, frame);
      if (isArray(result) && result.length > 0) result = from(1, result, frame);
      else if (result !== undefined && !isArray(result)) result = from(1, [result], frame);
    }
    if (node.keepSingletonArray === true) result = keepSingleton(result);
    return group === undefined ? result : group(result, frame);
  }

  return { all, from };
}

/** `[]` on a path: one result stays a list. A plain array gets no mark, because it may belong to the document. */
function keepSingleton(result: unknown): unknown {
  if (!isArray(result)) return result;
  if (result.cons === true && result.sequence !== true) {
    const wrapped = createSequenceOf(result);
    wrapped.keepSingleton = true;
    return wrapped;
  }
  if (result.sequence === true) result.keepSingleton = true;
  return result;
}

/**
 * A path of member names, such as `$states.input.a.b`. As long as every step finds an object, no list is
 * created. From the first array on, the general path is evaluated.
 */
function compileMembers(
  steps: readonly SyntaxNode[],
  rest: GeneralPath['from'],
): Evaluate | undefined {
  const [first, ...others] = steps;
  if (first === undefined || first.type !== 'variable' || first.value === '') return undefined;
  if (!plain(first) || first.group !== undefined || first.keepArray === true) return undefined;
  const names: string[] = [];
  for (const step of others) {
    if (
      step.type !== 'name' ||
      !plain(step) ||
      step.keepArray === true ||
      step.group !== undefined
    ) {
      break;
    }
    names.push(String(step.value));
  }
  if (names.length === 0) return undefined;
  const variable = String(first.value);
  const complete = names.length === others.length;
  const count = names.length;
  return (_, frame) => {
    let value = lookupVariable(variable, frame);
    for (let index = 0; index < count; index += 1) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (Array.isArray(value)) {
        return value.length === 0 ? undefined : rest(index + 1, flattened([value]), frame);
      }
      const name = names[index] as string;
      if (!Object.hasOwn(value, name) || isCallable(value)) return undefined;
      value = (value as Record<string, unknown>)[name];
    }
    if (value === undefined) return undefined;
    if (complete) return value;
    return rest(count + 1, flattened([value]), frame);
  };
}

function compileStep(step: SyntaxNode, place: Place): Step {
  if (step.type === 'sort') {
    const sort = compileSort(step, place);
    const stages = (step.stages ?? []).map((stage) => compilePredicate(must(stage.expr), place));
    return (input, frame) => {
      let result: unknown = sort(input, frame);
      for (const stage of stages) result = stage(result, frame);
      return result as Sequence;
    };
  }
  if (isPlainName(step)) return compileNameStep(String(step.value));
  const evaluate = place.compile(step, place);
  const stages = (step.stages ?? []).map((stage) => compilePredicate(must(stage.expr), place));
  return (input, frame, isLast) => {
    const results: unknown[] = [];
    let held = 0;
    for (let index = 0; index < input.length; index += 1) {
      let result = evaluate(input[index], frame);
      for (const stage of stages) result = stage(result, frame);
      if (result === undefined) continue;
      results.push(result);
      held += Array.isArray(result) ? result.length : 1;
      assertItems(held);
    }
    if (input.length > 1) frame.evaluation.step(input.length);
    frame.evaluation.read(held, 1 / 4);
    if (isLast && results.length === 1 && Array.isArray(results[0]) && !isSequence(results[0])) {
      return results[0] as Sequence;
    }
    return flattened(results);
  };
}

function isPlainName(step: SyntaxNode): boolean {
  return (
    step.type === 'name' &&
    step.predicate === undefined &&
    step.stages === undefined &&
    step.group === undefined &&
    step.keepArray !== true
  );
}

/** The same for a step that is only a name, as most steps are. */
function compileNameStep(name: string): Step {
  return (input, frame, isLast) => {
    if (input.length > 1) frame.evaluation.step(input.length);
    const sequence = createSequence();
    let found = 0;
    let only: unknown;
    for (let index = 0; index < input.length; index += 1) {
      const value = memberOf(input[index], name);
      if (value === undefined) continue;
      found += 1;
      only = value;
      if (!isArray(value) || value.cons === true) sequence.push(value);
      else for (let at = 0; at < value.length; at += 1) sequence.push(value[at]);
      assertItems(sequence.length);
    }
    frame.evaluation.handle(sequence.length);
    const whole = isLast && found === 1 && Array.isArray(only) && !isSequence(only);
    return whole ? (only as Sequence) : sequence;
  };
}

function memberOf(item: unknown, name: string): unknown {
  if (typeof item !== 'object' || item === null) return undefined;
  if (Array.isArray(item)) return normalise(lookup(item, name));
  if (!Object.hasOwn(item, name) || isCallable(item)) return undefined;
  return normalise((item as Record<string, unknown>)[name]);
}

function plain(step: SyntaxNode): boolean {
  return step.predicate === undefined && step.stages === undefined;
}

function flattened(results: readonly unknown[]): Sequence {
  const sequence = createSequence();
  for (const result of results) {
    if (!isArray(result) || result.cons === true) sequence.push(result);
    else for (const item of result) sequence.push(item);
  }
  return sequence;
}

/** `evaluate[predicate]` outside a path. */
export function compileFilter(evaluate: Evaluate, predicate: SyntaxNode, place: Place): Evaluate {
  const filter = compilePredicate(predicate, place);
  return (input, frame) => filter(evaluate(input, frame), frame);
}

function compilePredicate(
  predicate: SyntaxNode,
  place: Place,
): (input: unknown, frame: Frame) => unknown {
  if (predicate.type === 'number') {
    const index = Math.floor(Number(predicate.value));
    return (input) => pickIndex(input, index);
  }
  const evaluate = place.compile(predicate, inside(place));
  return (input, frame) => pickMatching(input, evaluate, frame);
}

function pickIndex(value: unknown, index: number): unknown {
  const input = isArray(value) ? value : createSequenceOf(value);
  const results = createSequence();
  if (input.tupleStream === true) results.tupleStream = true;
  const item = input[index < 0 ? input.length + index : index];
  if (item === undefined) return results;
  if (Array.isArray(item)) return item;
  results.push(item);
  return results;
}

function pickMatching(value: unknown, predicate: Evaluate, frame: Frame): unknown {
  const input = isArray(value) ? value : createSequenceOf(value);
  const results = createSequence();
  const tuples = input.tupleStream === true;
  if (tuples) results.tupleStream = true;
  frame.evaluation.step(input.length * 2);
  for (let index = 0; index < input.length; index += 1) {
    const item = input[index];
    const verdict = tuples
      ? predicate((item as Tuple)['@'], frameOf(frame, item as Tuple))
      : predicate(item, frame);
    const times = countPicks(verdict, index, input.length);
    for (let count = 0; count < times; count += 1) results.push(item);
  }
  return results;
}

/** A number selects by position, a list of numbers by several positions, any other value by its boolean value. */
function countPicks(verdict: unknown, index: number, length: number): number {
  if (typeof verdict === 'boolean') return verdict ? 1 : 0;
  if (isNumeric(verdict)) return isAt(verdict, index, length) ? 1 : 0;
  if (Array.isArray(verdict) && verdict.every((item) => isNumeric(item))) {
    return verdict.filter((position) => isAt(position, index, length)).length;
  }
  return isTruthy(verdict) ? 1 : 0;
}

function isAt(position: number, index: number, length: number): boolean {
  const at = Math.floor(position);
  return (at < 0 ? length + at : at) === index;
}

type TupleStep = (input: Sequence, bindings: Sequence | undefined, frame: Frame) => Sequence;

/** The steps for creating and reading a tuple. */
const STEPS_A_TUPLE = 4;

/** A path with `@`, `#` or `%`: from the first such step on, every item has its bindings. */
function compileTuplePath(node: SyntaxNode, steps: readonly SyntaxNode[], place: Place): Evaluate {
  const firstTuple = steps.findIndex((step) => step.tuple === true);
  const compiled = steps.map((step, index) => ({
    plain: index < firstTuple ? compileStep(step, inside(place)) : undefined,
    tuple: index < firstTuple ? undefined : compileTupleStep(step, inside(place)),
    constructed:
      index === 0 && step.consarray === true ? place.compile(step, inside(place)) : undefined,
    focused: step.focus !== undefined,
  }));
  const absolute = steps[0]?.type === 'variable';
  const group = node.group === undefined ? undefined : compileTupleGroup(node.group, inside(place));

  return (input, frame) => {
    let sequence: Sequence = isArray(input) && !absolute ? input : createSequenceOf(input);
    let bindings: Sequence | undefined;
    for (const [index, step] of compiled.entries()) {
      let result: unknown = sequence;
      if (step.constructed !== undefined) result = step.constructed(sequence, frame);
      else if (step.tuple !== undefined) bindings = step.tuple(sequence, bindings, frame);
      else result = step.plain?.(sequence, frame, index === compiled.length - 1);
      if (bindings === undefined) {
        // A path that ends before its first binding still gives an object for its group.
        if (result === undefined) return group?.(undefined, frame);
        sequence = isArray(result) ? result : [result];
        if (sequence.length === 0) return group === undefined ? sequence : group(sequence, frame);
      }
    }
    const tuples = bindings ?? createSequence();
    if (group !== undefined) return group(tuples, frame);
    if (node.tuple === true) return tuples;
    const items = createSequence();
    for (const tuple of tuples) items.push((tuple as Tuple)['@']);
    if (node.keepSingletonArray === true) items.keepSingleton = true;
    return items;
  };
}

function compileTupleStep(step: SyntaxNode, place: Place): TupleStep {
  const stages = (step.stages ?? []).map((stage) => compileTupleStage(stage, place));
  const run = step.type === 'sort' ? compileTupleSort(step, place) : compileTupleItems(step, place);
  return (input, bindings, frame) => {
    let result: unknown = run(input, bindings, frame);
    for (const stage of stages) result = stage(result, frame);
    return result as Sequence;
  };
}

function compileTupleStage(
  stage: SyntaxNode,
  place: Place,
): (input: unknown, frame: Frame) => unknown {
  if (stage.type === 'index') {
    const name = String(stage.value);
    return (input) => {
      const tuples = input as Sequence;
      for (const [index, tuple] of tuples.entries()) (tuple as Tuple)[name] = index;
      return tuples;
    };
  }
  return compilePredicate(must(stage.expr), place);
}

function compileTupleSort(step: SyntaxNode, place: Place): TupleStep {
  const sort = compileSort(step, place);
  return (input, bindings, frame) => {
    if (bindings !== undefined) return sort(bindings, frame);
    const result = createTupleStream();
    for (const [index, item] of sort(input, frame).entries()) {
      const tuple: Tuple = { '@': item };
      if (step.index !== undefined) tuple[step.index] = index;
      result.push(tuple);
    }
    return result;
  };
}

function compileTupleItems(step: SyntaxNode, place: Place): TupleStep {
  const evaluate = place.compile(step, place);
  return (input, bindings, frame) => {
    const result = createTupleStream();
    const tuples: readonly unknown[] = bindings ?? input.map((item) => ({ '@': item }));
    frame.evaluation.step(tuples.length);
    for (const tuple of tuples as readonly Tuple[]) {
      const value = evaluate(tuple['@'], frameOf(frame, tuple));
      if (value === undefined) continue;
      const items = isArray(value) ? value : ([value] as Sequence);
      // Charged before the tuples are created: each can find as many items as the document has.
      frame.evaluation.step(items.length * STEPS_A_TUPLE);
      assertItems(result.length + items.length);
      for (let index = 0; index < items.length; index += 1) {
        result.push(bindItem(step, tuple, items, index));
      }
    }
    return result;
  };
}

function bindItem(step: SyntaxNode, tuple: Tuple, items: Sequence, index: number): Tuple {
  const bound: Tuple = { ...tuple };
  if (items.tupleStream === true) return Object.assign(bound, items[index]);
  if (step.focus === undefined) {
    bound['@'] = items[index];
  } else {
    setOwn(bound, step.focus, items[index]);
    bound['@'] = tuple['@'];
  }
  if (step.index !== undefined) setOwn<unknown>(bound, step.index, index);
  if (step.ancestor !== undefined) setOwn(bound, step.ancestor.label, tuple['@']);
  return bound;
}

function createTupleStream(): Sequence {
  const stream = createSequence();
  stream.tupleStream = true;
  return stream;
}
