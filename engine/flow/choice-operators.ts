import { findText } from '../find-text.ts';
import { parseInstant } from '../instant.ts';
import type { Json } from '../json.ts';
import { numberOf } from '../number-as-written.ts';

type Test = (value: Json) => boolean;

/** Compiles an operator with its operand. A value of another type never matches. */
export function compileChoiceOperator(name: string, operand: Json): Test {
  switch (name) {
    case 'IsNull':
      return (value) => (value === null) === operand;
    case 'IsNumeric':
      return (value) => (numberOf(value) !== undefined) === operand;
    case 'IsString':
      return (value) => (typeof value === 'string') === operand;
    case 'IsBoolean':
      return (value) => (typeof value === 'boolean') === operand;
    case 'IsTimestamp':
      return (value) => (instantOf(value) !== undefined) === operand;
    case 'StringMatches':
      return compileMatch(operand);
    case 'BooleanEquals':
      return (value) => typeof value === 'boolean' && value === operand;
    default:
      return compileOrder(name, operand);
  }
}

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThan: (order) => order > 0,
  GreaterThanEquals: (order) => order >= 0,
};

/** `StringLessThan`, `NumericEquals`, `TimestampGreaterThanEquals`, … */
function compileOrder(name: string, operand: Json): Test {
  const [, kind = '', relation = ''] = /^(String|Numeric|Timestamp)(.*)$/.exec(name) ?? [];
  const holds = orders[relation];
  const read = readers[kind];
  const right = read?.(operand);
  if (holds === undefined || read === undefined || right === undefined) return () => false;
  return (value) => {
    const left = read(value);
    if (left === undefined) return false;
    return holds(left === right ? 0 : left < right ? -1 : 1);
  };
}

const readers: Readonly<Record<string, (value: Json) => string | number | undefined>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Numeric: numberOf,
  Timestamp: instantOf,
};

function instantOf(value: Json): number | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined;
}

/** `*` matches any characters, `\*` a star, `\\` a backslash. */
function compileMatch(operand: Json): Test {
  if (typeof operand !== 'string') return () => false;
  const parts: string[] = [''];
  for (let index = 0; index < operand.length; index += 1) {
    const character = operand.charAt(index);
    if (character === '*') {
      parts.push('');
    } else {
      const escaped = character === '\\' && index + 1 < operand.length;
      if (escaped) index += 1;
      parts[parts.length - 1] += operand.charAt(index);
    }
  }
  return (value) => typeof value === 'string' && matchesParts(value, parts);
}

/** Matches each part at its first position, so it needs linear time for every pattern. */
function matchesParts(text: string, parts: readonly string[]): boolean {
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = findText(text, part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
