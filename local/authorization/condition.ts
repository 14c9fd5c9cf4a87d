import assert from 'node:assert';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { PolicyStatement } from '../cloud/service.ts';
import { compilePattern } from './pattern.ts';
import { isObject, type PolicyProblem, problem } from './policy-problem.ts';
import type { ContextValues } from './request-context.ts';

/** Whether a request satisfies a `Condition` block. */
export type Condition = (context: ContextValues) => boolean;

/** Compares a value of the request with one of the policy. */
type Comparison = (
  expected: string,
  variables: boolean,
) => (actual: string, context: ContextValues) => boolean;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: text(false),
  StringEqualsIgnoreCase: text(true),
  StringLike: (expected, variables) => compilePattern(expected, { variables }),
  ArnEquals: arn,
  ArnLike: arn,
  Bool: (expected) => (actual) => actual.toLowerCase() === expected.toLowerCase(),
  NumericEquals: number((a, b) => a === b),
  NumericLessThan: number((a, b) => a < b),
  NumericLessThanEquals: number((a, b) => a <= b),
  NumericGreaterThan: number((a, b) => a > b),
  NumericGreaterThanEquals: number((a, b) => a >= b),
  DateEquals: date((a, b) => a === b),
  DateLessThan: date((a, b) => a < b),
  DateLessThanEquals: date((a, b) => a <= b),
  DateGreaterThan: date((a, b) => a > b),
  DateGreaterThanEquals: date((a, b) => a >= b),
  BinaryEquals: (expected) => (actual) => actual === expected,
  IpAddress: ipAddress,
};

/** Operators that negate another one. */
const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

/** All operators of a block, and all keys of each, must be satisfied. */
export function compileCondition(
  block: PolicyStatement['Condition'],
  variables: boolean,
): Condition {
  const conditions = Object.entries(block ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) =>
      compileKey(operator, key, [values].flat().map(String), variables),
    ),
  );
  return (context) => conditions.every((condition) => condition(context));
}

function compileKey(
  operator: string,
  key: string,
  expected: readonly string[],
  variables: boolean,
): Condition {
  const parsed = parseOperator(operator);
  const name = key.toLowerCase();
  if (parsed.base === 'Null') {
    const mustBeMissing = expected[0]?.toLowerCase() === 'true';
    return (context) => (context.get(name) === undefined) === mustBeMissing;
  }
  const negated = own(negations, parsed.base);
  const comparison = own(comparisons, negated ?? parsed.base);
  assert(comparison !== undefined, `${operator} was read, so it has a comparison`);
  const tests = expected.map((value) => comparison(value, variables));
  const matches = (actual: string, context: ContextValues) =>
    tests.some((test) => test(actual, context)) === (negated === undefined);
  return (context) => {
    const actual = context.get(name);
    if (actual === undefined) return parsed.ifMissing ?? negated !== undefined;
    return parsed.forAll
      ? actual.every((value) => matches(value, context))
      : actual.some((value) => matches(value, context));
  };
}

/** The reason why a `Condition` block cannot be evaluated. */
export function conditionProblem(block: unknown, place: string): PolicyProblem | undefined {
  if (!isObject(block)) return problem('condition', place, 'must be an object');
  for (const [operator, keys] of Object.entries(block)) {
    const found = operatorProblem(operator, keys, `${place}.${operator}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function operatorProblem(operator: string, keys: unknown, place: string) {
  if (!isObject(keys)) return problem('condition', place, 'must be an object');
  const { base } = parseOperator(operator);
  const comparison = own(negations, base) ?? base;
  // As on AWS, an operator without keys is ignored.
  if (Object.keys(keys).length === 0) return undefined;
  if (base !== 'Null' && own(comparisons, comparison) === undefined) {
    return problem('condition', place, 'is not a condition operator');
  }
  for (const [key, given] of Object.entries(keys)) {
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    for (const value of values) {
      const found = valueProblem(comparison, value, `${place}.${key}`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function valueProblem(comparison: string, value: unknown, place: string) {
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    return problem('condition', place, 'must be a string, a number, a boolean or a list of them');
  }
  const text = String(value);
  if (comparison === 'IpAddress' && parseSubnet(text) === undefined) {
    return problem('condition', place, 'must be an IP address or a range in CIDR notation');
  }
  if (comparison.startsWith('Numeric') && !isNumber(text)) {
    return problem('condition', place, 'must be a number');
  }
  if (comparison.startsWith('Date') && Number.isNaN(instantOf(text))) {
    return problem('date', place, 'must be a date');
  }
  return undefined;
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** Reads an own member by an external name, so that `constructor` is not found. */
function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

interface Operator {
  readonly base: string;
  readonly forAll: boolean;
  /** The result if the request lacks the key; undefined means true for negated operators and false for others. */
  readonly ifMissing: boolean | undefined;
}

function parseOperator(operator: string): Operator {
  const [, quantifier, base = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(operator) ?? [];
  const forAll = quantifier === 'ForAllValues';
  if (ifExists !== undefined || forAll) return { base, forAll, ifMissing: true };
  return { base, forAll, ifMissing: quantifier === 'ForAnyValue' ? false : undefined };
}

/** Only `StringLike` has wildcards; every operator has variables. */
function text(ignoreCase: boolean): Comparison {
  return (expected, variables) =>
    compilePattern(expected, { ignoreCase, variables, wildcards: false });
}

/** Each of an ARN's six parts is matched separately. */
function arn(
  expected: string,
  variables: boolean,
): (actual: string, context: ContextValues) => boolean {
  const patterns = arnParts(expected).map((part) => compilePattern(part, { variables }));
  return (actual, context) => {
    const parts = arnParts(actual);
    return (
      parts.length === patterns.length &&
      patterns.every((pattern, index) => pattern(parts[index] ?? '', context))
    );
  };
}

function arnParts(text: string): readonly string[] {
  const parts = text.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function number(compare: (actual: number, expected: number) => boolean): Comparison {
  return (expected) => (actual) => compare(Number(actual), Number(expected));
}

function date(compare: (actual: number, expected: number) => boolean): Comparison {
  return (expected) => (actual) => compare(instantOf(actual), instantOf(expected));
}

function instantOf(value: string): number {
  return /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value);
}

function ipAddress(expected: string): (actual: string) => boolean {
  const subnet = parseSubnet(expected);
  if (subnet === undefined) return () => false;
  const list = new BlockList();
  list.addSubnet(subnet.address, subnet.bits, subnet.family);
  return (actual) =>
    (isIPv4(actual) && list.check(actual, 'ipv4')) ||
    (isIPv6(actual) && list.check(actual, 'ipv6'));
}

interface Subnet {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** A single address is a range of one. */
function parseSubnet(text: string): Subnet | undefined {
  const [address = '', length, ...others] = text.split('/');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const most = family === 'ipv4' ? 32 : 128;
  const isRange = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= most);
  const isSubnet = (family === 'ipv4' || isIPv6(address)) && isRange && others.length === 0;
  return isSubnet ? { address, bits: Number(length ?? most), family } : undefined;
}
