import { findText } from '../../../../engine/index.ts';
import {
  type AttributeValue,
  byteText,
  compareValues,
  hasMember,
  type Item,
} from '../values/attribute-value.ts';
import type { Comparator, Condition, Operand } from './condition.ts';
import { valueAt } from './path.ts';
import { areEqual, hasElement } from './remembered.ts';

/** Whether an item satisfies a condition; an item that does not exist has no attributes. */
export function fulfils(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every((part) => fulfils(part, item));
    case 'or':
      return condition.conditions.some((part) => fulfils(part, item));
    case 'not':
      return !fulfils(condition.condition, item);
    case 'compare': {
      const { comparator, left, right } = condition;
      return compares(comparator, resolve(left, item), resolve(right, item));
    }
    case 'between': {
      const value = resolve(condition.operand, item);
      return (
        compares('>=', value, resolve(condition.lower, item)) &&
        compares('<=', value, resolve(condition.upper, item))
      );
    }
    case 'in': {
      const value = resolve(condition.operand, item);
      return condition.choices.some((choice) => compares('=', value, resolve(choice, item)));
    }
    case 'function':
      return functionHolds(condition, item);
  }
}

type Resolved = AttributeValue | undefined;

function resolve(operand: Operand, item: Item): Resolved {
  switch (operand.kind) {
    case 'path':
      return valueAt(item, operand.path);
    case 'value':
      return operand.value;
    case 'size': {
      const size = sizeOf(resolve(operand.operand, item));
      return size === undefined ? undefined : { type: 'N', value: String(size) };
    }
  }
}

function sizeOf(value: Resolved): number | undefined {
  switch (value?.type) {
    case 'S':
    case 'B':
    case 'SS':
    case 'NS':
    case 'BS':
    case 'L':
      return value.value.length;
    case 'M':
      return value.value.size;
    case 'N':
    case 'BOOL':
    case 'NULL':
    case undefined:
      return undefined;
  }
}

/** A missing attribute is not equal to any value, and comparisons with it are false. */
function compares(comparator: Comparator, left: Resolved, right: Resolved): boolean {
  const isEqual = left !== undefined && right !== undefined && areEqual(left, right);
  if (comparator === '=') return isEqual;
  if (comparator === '<>') return !isEqual;
  if (left === undefined || right === undefined) return false;
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function functionHolds(
  { name, operands }: Extract<Condition, { readonly kind: 'function' }>,
  item: Item,
): boolean {
  const [first, second] = operands.map((operand) => resolve(operand, item));
  switch (name) {
    case 'attribute_exists':
      return first !== undefined;
    case 'attribute_not_exists':
      return first === undefined;
    case 'attribute_type':
      return second?.type === 'S' && first?.type === second.value;
    case 'begins_with':
      return beginsWith(first, second);
    case 'contains':
      return contains(first, second);
  }
}

export function beginsWith(value: Resolved, start: Resolved): boolean {
  if (value?.type === 'S' && start?.type === 'S') return value.value.startsWith(start.value);
  if (value?.type !== 'B' || start?.type !== 'B') return false;
  return value.value.subarray(0, start.value.length).equals(start.value);
}

function contains(value: Resolved, part: Resolved): boolean {
  if (value === undefined || part === undefined) return false;
  switch (value.type) {
    case 'S':
      return part.type === 'S' && findText(value.value, part.value) >= 0;
    case 'B':
      return part.type === 'B' && findText(byteText(value.value), byteText(part.value)) >= 0;
    case 'SS':
      return part.type === 'S' && hasMember(value, part.value);
    case 'NS':
      return part.type === 'N' && hasMember(value, part.value);
    case 'BS':
      return part.type === 'B' && hasMember(value, byteText(part.value));
    case 'L':
      return hasElement(value, part);
    case 'N':
    case 'BOOL':
    case 'NULL':
    case 'M':
      return false;
  }
}
