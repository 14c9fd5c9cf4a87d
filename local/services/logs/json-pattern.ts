import { matchesGlob, parseGlob } from '../../cloud/glob.ts';
import { InvalidFilterPattern, UnsupportedFilterPattern } from './errors.ts';

/** Whether an event that is JSON satisfies a pattern. */
export type Condition = (event: unknown) => boolean;

/** Nesting depth of parentheses; AWS documents no limit. */
const DEEPEST_PARENTHESES = 50;

/**
 * Reads a pattern for events that are JSON, such as `{ ($.level = "ERROR") && ($.row > 3) }`.
 *
 * @throws InvalidFilterPattern for what is not a pattern, UnsupportedFilterPattern for what AWS has beside
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parseJsonPattern(text: string): Condition {
  const cursor = new Cursor(text);
  cursor.expect(/\{/y);
  const condition = either(cursor, 0);
  cursor.expect(/\}/y);
  if (cursor.take(/$/y) === undefined) throw new InvalidFilterPattern(text);
  return condition;
}

/** The text of a pattern and the position up to which it was read. */
class Cursor {
  readonly text: string;
  #at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Skips white space, then consumes what a sticky expression matches. */
  take(expression: RegExp): RegExpExecArray | undefined {
    const blanks = /\s*/y;
    blanks.lastIndex = this.#at;
    blanks.test(this.text);
    expression.lastIndex = blanks.lastIndex;
    const match = expression.exec(this.text);
    if (match === null) return undefined;
    this.#at = expression.lastIndex;
    return match;
  }

  /** @throws InvalidFilterPattern where it does not match */
  expect(expression: RegExp): RegExpExecArray {
    const match = this.take(expression);
    if (match === undefined) throw new InvalidFilterPattern(this.text);
    return match;
  }
}

function either(cursor: Cursor, depth: number): Condition {
  const options = [all(cursor, depth)];
  while (cursor.take(/\|\|/y) !== undefined) options.push(all(cursor, depth));
  return (event) => options.some((condition) => condition(event));
}

function all(cursor: Cursor, depth: number): Condition {
  const parts = [part(cursor, depth)];
  while (cursor.take(/&&/y) !== undefined) parts.push(part(cursor, depth));
  return (event) => parts.every((condition) => condition(event));
}

function part(cursor: Cursor, depth: number): Condition {
  if (cursor.take(/\(/y) === undefined) return comparison(cursor);
  if (depth === DEEPEST_PARENTHESES) throw new UnsupportedFilterPattern(cursor.text);
  const inner = either(cursor, depth + 1);
  cursor.expect(/\)/y);
  return inner;
}

const STATE = /(IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS|EXISTS)\b/iy;

function comparison(cursor: Cursor): Condition {
  const read = selector(cursor);
  const state = cursor.take(STATE)?.[1];
  if (state !== undefined) {
    const holds = STATES[state.toUpperCase().replaceAll(/\s+/g, ' ')];
    return (event) => holds?.(read(event)) ?? false;
  }
  const [operator] = cursor.expect(/!=|<=|>=|=|<|>/y);
  if (cursor.take(/%[^%]*%/y) !== undefined) throw new UnsupportedFilterPattern(cursor.text);
  const [, quoted, bare] = cursor.expect(/"((?:[^"\\]|\\.)*)"|([^\s")&|{}]+)/y);
  const expected = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '';
  return (event) => compare(read(event), operator, expected, quoted === undefined);
}

/** One step of a selector: `.name`, `[0]`, `['name']`, `["name"]`, or a wildcard. */
const STEP = /\.([\w-]+)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]|(\.\*|\[\*\])/y;

function selector(cursor: Cursor): (event: unknown) => unknown {
  cursor.expect(/\$(?=[.[])/y);
  const steps: string[] = [];
  for (let step = cursor.expect(STEP); ; step = cursor.expect(STEP)) {
    if (step[5] !== undefined) throw new UnsupportedFilterPattern(cursor.text);
    steps.push(step[1] ?? step[2] ?? step[3] ?? step[4] ?? '');
    if (cursor.take(/(?=[.[])/y) === undefined) break;
  }
  return (event) => steps.reduce(memberOf, event);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

const STATES: Readonly<Record<string, (value: unknown) => boolean>> = {
  'IS NULL': (value) => value === null,
  'IS TRUE': (value) => value === true,
  'IS FALSE': (value) => value === false,
  EXISTS: (value) => value !== undefined,
  'NOT EXISTS': (value) => value === undefined,
};

function compare(value: unknown, operator: string, expected: string, bare: boolean): boolean {
  if (value === undefined) return false;
  const number = Number(expected);
  if (bare && !Number.isNaN(number) && typeof value === 'number') {
    return compareNumbers(value, operator, number);
  }
  const text = textOf(value);
  const matches = matchesGlob(text, parseGlob(expected, { questionMark: false }));
  return operator === '=' ? matches : operator === '!=' && !matches;
}

/** Cache of serialized objects: many terms may compare the same one. */
const texts = new WeakMap<object, string>();

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const text = texts.get(value) ?? JSON.stringify(value);
  texts.set(value, text);
  return text;
}

function compareNumbers(value: number, operator: string, expected: number): boolean {
  switch (operator) {
    case '<':
      return value < expected;
    case '<=':
      return value <= expected;
    case '>':
      return value > expected;
    case '>=':
      return value >= expected;
    case '!=':
      return value !== expected;
    default:
      return value === expected;
  }
}
