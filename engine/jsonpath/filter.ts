import { BoundedRegex, RegexLimitExceeded } from '../bounded-regex.ts';
import { findText } from '../find-text.ts';
import type { Json } from '../json.ts';
import { jsonBytes } from '../json-size.ts';
import { numberOf } from '../number-as-written.ts';
import { runtimeError } from '../states-error.ts';
import {
  type FilterOperator,
  type FilterPredicate,
  type FilterValue,
  isDefinite,
  type PathStep,
} from './path.ts';
import type { Walk } from './walk.ts';

type Select = (steps: readonly PathStep[]) => (node: Json, walk: Walk) => Json | undefined;
type Test = (node: Json, walk: Walk) => boolean;
type Operand = (node: Json, walk: Walk) => Json | undefined | BoundedRegex;

/** Compiles the filter between `[?(` and `)]` to a test of one node. */
export function compilePredicate(predicate: FilterPredicate, select: Select): Test {
  switch (predicate.kind) {
    case 'and': {
      const tests = predicate.operands.map((operand) => compilePredicate(operand, select));
      return (node, walk) => tests.every((test) => test(node, walk));
    }
    case 'or': {
      const tests = predicate.operands.map((operand) => compilePredicate(operand, select));
      return (node, walk) => tests.some((test) => test(node, walk));
    }
    case 'not': {
      // AWS treats a member that is null as missing: https://github.com/floci-io/floci/pull/3497
      if (predicate.operand.kind === 'exists') {
        const value = compileValue(predicate.operand.value, select);
        return (node, walk) => (value(node, walk) ?? null) === null;
      }
      const test = compilePredicate(predicate.operand, select);
      return (node, walk) => !test(node, walk);
    }
    case 'exists': {
      const value = compileValue(predicate.value, select);
      return (node, walk) => value(node, walk) !== undefined;
    }
    case 'compare': {
      const left = compileValue(predicate.left, select);
      const right = compileValue(predicate.right, select);
      return (node, walk) => compare(predicate.operator, left(node, walk), right(node, walk), walk);
    }
  }
}

function compileValue(value: FilterValue, select: Select): Operand {
  switch (value.kind) {
    case 'literal': {
      const literal = value.value as Json;
      return () => literal;
    }
    case 'pattern': {
      // In Jayway, the whole text must match.
      const pattern = new BoundedRegex(
        `^(?:${value.source})$`,
        value.flags.replaceAll(/[^imsu]/g, ''),
      );
      return () => pattern;
    }
    case 'path': {
      const { path } = value;
      const read = select(path.steps);
      const definite = isDefinite(path);
      const start = (node: Json, { root }: Walk) => (path.root.kind === 'current' ? node : root);
      return (node, walk) => {
        const found = path.steps.length === 0 ? start(node, walk) : read(start(node, walk), walk);
        // An indefinite path that finds nothing does not exist.
        return !definite && Array.isArray(found) && found.length === 0 ? undefined : found;
      };
    }
  }
}

function compare(
  operator: FilterOperator,
  left: Json | undefined | BoundedRegex,
  right: Json | undefined | BoundedRegex,
  walk: Walk,
): boolean {
  if (left instanceof BoundedRegex || right instanceof BoundedRegex) {
    return matches(operator, left, right, walk);
  }
  walk.visit(comparisonSteps(left, right));
  switch (operator) {
    case '==':
    case '===':
      return isEqual(left, right);
    case '!=':
    case '!==':
      return !isEqual(left, right);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isOrdered(operator, left, right);
    case '=~':
      return false;
    case 'in':
      return listOf(right).some((item) => isEqual(item, left));
    case 'nin':
      return !listOf(right).some((item) => isEqual(item, left));
    case 'subsetof':
      return Array.isArray(left) && containsAll(listOf(right), listOf(left));
    case 'anyof':
      return listOf(left).some((item) => containsAll(listOf(right), [item]));
    case 'noneof':
      return !listOf(left).some((item) => containsAll(listOf(right), [item]));
    case 'all':
      return containsAll(listOf(left), listOf(right));
    case 'contains':
      return typeof left === 'string'
        ? typeof right === 'string' && findText(left, right) >= 0
        : listOf(left).some((item) => isEqual(item, right));
    case 'size':
      return sizeOf(left) === (numberOf(right) ?? sizeOf(right));
    case 'empty':
      return (sizeOf(left) === 0) === right;
    case 'type':
      return (numberOf(left) === undefined ? typeof left : 'number') === right;
  }
}

/** The cost of a step of a regular expression. */
const MATCH_STEPS = 2;

function matches(
  operator: FilterOperator,
  left: Json | undefined | BoundedRegex,
  right: Json | undefined | BoundedRegex,
  walk: Walk,
): boolean {
  if (operator !== '=~') return false;
  const [pattern, text] =
    right instanceof BoundedRegex ? [right, left] : [left as BoundedRegex, right];
  if (typeof text !== 'string') return false;
  walk.visit(text.length);
  try {
    return pattern.test(text, (steps) => walk.visit(steps * MATCH_STEPS));
  } catch (error) {
    if (error instanceof RegexLimitExceeded)
      throw runtimeError(`${error.message}: ${text.slice(0, 64)}`);
    throw error;
  }
}

/** Comparing this many bytes of two values takes the time of one step. */
const BYTES_PER_STEP = 16;

/** The maximum number of steps of a comparison. Lists are compared item by item, equal values completely. */
function comparisonSteps(left: Json | undefined, right: Json | undefined): number {
  if (left === undefined || right === undefined) return 1;
  const lefts = Math.max(1, listOf(left).length);
  const rights = Math.max(1, listOf(right).length);
  return lefts * rights + comparedBytes(left, right, { lefts, rights }) / BYTES_PER_STEP;
}

function comparedBytes(
  left: Json,
  right: Json,
  { lefts, rights }: { readonly lefts: number; readonly rights: number },
): number {
  if (typeof left === 'string' && typeof right === 'string') return left.length / BYTES_PER_STEP;
  if (typeof left !== 'object' || typeof right !== 'object') return 0;
  return Math.min(lefts * jsonBytes(right), rights * jsonBytes(left));
}

function isOrdered(operator: '<' | '<=' | '>' | '>=', left: unknown, right: unknown): boolean {
  const [first, second] = [numberOf(left) ?? left, numberOf(right) ?? right];
  const comparable =
    (typeof first === 'number' && typeof second === 'number') ||
    (typeof first === 'string' && typeof second === 'string');
  if (!comparable) return false;
  if (operator === '<') return first < second;
  if (operator === '<=') return first <= second;
  return operator === '>' ? first > second : first >= second;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function containsAll(list: readonly Json[], wanted: readonly Json[]): boolean {
  return wanted.every((item) => list.some((each) => isEqual(each, item)));
}

function sizeOf(value: Json | undefined): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return undefined;
}

/** Equality of JSON documents; the order of members does not matter. */
export function isEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  const [first, second] = [numberOf(left), numberOf(right)];
  if (first !== undefined || second !== undefined) return first === second;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return false;
  }
  const keys = Object.keys(left);
  return (
    Array.isArray(left) === Array.isArray(right) &&
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) =>
        Object.hasOwn(right, key) &&
        isEqual((left as Record<string, Json>)[key], (right as Record<string, Json>)[key]),
    )
  );
}
