import type { Json } from '../json.ts';
import {
  type FilterOperator,
  type FilterPredicate,
  type FilterValue,
  isDefinite,
  type PathStep,
} from './path.ts';

type Select = (steps: readonly PathStep[]) => (node: Json, root: Json) => Json | undefined;
type Test = (node: Json, root: Json) => boolean;
type Operand = (node: Json, root: Json) => Json | undefined | RegExp;

/** What stands between `[?(` and `)]`, as a test of one node. */
export function compilePredicate(predicate: FilterPredicate, select: Select): Test {
  switch (predicate.kind) {
    case 'and': {
      const tests = predicate.operands.map((operand) => compilePredicate(operand, select));
      return (node, root) => tests.every((test) => test(node, root));
    }
    case 'or': {
      const tests = predicate.operands.map((operand) => compilePredicate(operand, select));
      return (node, root) => tests.some((test) => test(node, root));
    }
    case 'not': {
      // AWS takes a member that is null for one that is not there: https://github.com/floci-io/floci/pull/3497
      if (predicate.operand.kind === 'exists') {
        const value = compileValue(predicate.operand.value, select);
        return (node, root) => (value(node, root) ?? null) === null;
      }
      const test = compilePredicate(predicate.operand, select);
      return (node, root) => !test(node, root);
    }
    case 'exists': {
      const value = compileValue(predicate.value, select);
      return (node, root) => value(node, root) !== undefined;
    }
    case 'compare': {
      const left = compileValue(predicate.left, select);
      const right = compileValue(predicate.right, select);
      return (node, root) => compare(predicate.operator, left(node, root), right(node, root));
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
      const pattern = new RegExp(value.source, value.flags.replaceAll(/[^imsu]/g, ''));
      return () => pattern;
    }
    case 'path': {
      const { path } = value;
      const read = select(path.steps);
      const definite = isDefinite(path);
      const start = (node: Json, root: Json) => (path.root.kind === 'current' ? node : root);
      return (node, root) => {
        const found = path.steps.length === 0 ? start(node, root) : read(start(node, root), root);
        // An indefinite path that finds nothing does not exist.
        return !definite && Array.isArray(found) && found.length === 0 ? undefined : found;
      };
    }
  }
}

function compare(
  operator: FilterOperator,
  left: Json | undefined | RegExp,
  right: Json | undefined | RegExp,
): boolean {
  if (left instanceof RegExp || right instanceof RegExp) return matches(operator, left, right);
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
        ? typeof right === 'string' && left.includes(right)
        : listOf(left).some((item) => isEqual(item, right));
    case 'size':
      return sizeOf(left) === (typeof right === 'number' ? right : sizeOf(right));
    case 'empty':
      return (sizeOf(left) === 0) === right;
    case 'type':
      return typeof left === right;
  }
}

function matches(
  operator: FilterOperator,
  left: Json | undefined | RegExp,
  right: Json | undefined | RegExp,
): boolean {
  if (operator !== '=~') return false;
  const [pattern, text] = right instanceof RegExp ? [right, left] : [left as RegExp, right];
  if (typeof text !== 'string') return false;
  // Jayway asks whether the whole text matches.
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(text);
}

function isOrdered(operator: '<' | '<=' | '>' | '>=', left: unknown, right: unknown): boolean {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!comparable) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
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

/** Equality of JSON documents; members may come in any order. */
export function isEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
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
