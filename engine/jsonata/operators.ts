import { JsonataFault } from './fault.ts';
import { assertItems, isNumeric, type Sequence } from './values.ts';

export function evaluateArithmetic(operator: string, left: unknown, right: unknown): unknown {
  if (left !== undefined && !isOperand(left, operator)) {
    throw new JsonataFault('T2001', { token: operator, value: left });
  }
  if (right !== undefined && !isOperand(right, operator)) {
    throw new JsonataFault('T2002', { token: operator, value: right });
  }
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return left % right;
  }
}

function isOperand(value: unknown, operator: string): value is number {
  if (typeof value === 'number' && Number.isFinite(value)) return true;
  try {
    return isNumeric(value);
  } catch (thrown) {
    if (thrown instanceof JsonataFault) thrown.token = operator;
    throw thrown;
  }
}

export function compareNumbers(operator: string, left: number, right: number): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

export function evaluateComparison(operator: string, left: unknown, right: unknown): unknown {
  if (!isComparable(left) || !isComparable(right)) {
    const value = typeof left === 'string' || typeof left === 'number' ? right : left;
    throw new JsonataFault('T2010', { token: operator, value });
  }
  if (left === undefined || right === undefined) return undefined;
  if (typeof left !== typeof right) {
    throw new JsonataFault('T2009', { token: operator, value: left, value2: right });
  }
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

function isComparable(value: unknown): value is string | number | undefined {
  return value === undefined || typeof value === 'string' || typeof value === 'number';
}

/** jsonata-js allows ten million; AWS's memory limit is reached earlier. */
const MAXIMUM_RANGE_ITEMS = 10_000_000;

export function evaluateRange(left: unknown, right: unknown): Sequence | undefined {
  if (left !== undefined && !Number.isInteger(left)) {
    throw new JsonataFault('T2003', { token: '..', value: left });
  }
  if (right !== undefined && !Number.isInteger(right)) {
    throw new JsonataFault('T2004', { token: '..', value: right });
  }
  if (left === undefined || right === undefined) return undefined;
  const first = left as number;
  const last = right as number;
  if (first > last) return undefined;
  const size = last - first + 1;
  if (size > MAXIMUM_RANGE_ITEMS) throw new JsonataFault('D2014', { token: '..', value: size });
  assertItems(size);
  const result: Sequence = Array.from({ length: size }, (_, index) => first + index);
  result.sequence = true;
  return result;
}
