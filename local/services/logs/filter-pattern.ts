import { parseJson } from '../../../engine/index.ts';
import { matchesGlob, parseGlob } from '../../glob.ts';
import { UnsupportedFilterPattern } from './errors.ts';

/** Whether an event's text satisfies a filter. */
export type Filter = (message: string) => boolean;

const compiled = new Map<string, Filter>();
const COMPILED_KEPT = 500;

/**
 * Compiles a filter pattern.
 *
 * @throws UnsupportedFilterPattern
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileFilter(pattern: string | undefined): Filter {
  const text = (pattern ?? '').trim();
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const filter = compile(text);
  if (compiled.size >= COMPILED_KEPT) compiled.clear();
  compiled.set(text, filter);
  return filter;
}

function compile(text: string): Filter {
  if (text === '') return () => true;
  if (text.startsWith('{')) return compileJson(text);
  if (text.startsWith('[') || text.startsWith('%')) throw new UnsupportedFilterPattern(text);
  return compileTerms(text);
}

function compileTerms(text: string): Filter {
  const required: string[] = [];
  const optional: string[] = [];
  const excluded: string[] = [];
  for (const [, sign = '', phrase, word] of text.matchAll(
    /([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g,
  )) {
    const term = phrase?.replaceAll(/\\(.)/g, '$1') ?? word ?? '';
    if (sign === '-') excluded.push(term);
    else if (sign === '?') optional.push(term);
    else required.push(term);
  }
  return (message) =>
    required.every((term) => message.includes(term)) &&
    !excluded.some((term) => message.includes(term)) &&
    (optional.length === 0 || optional.some((term) => message.includes(term)));
}

type Condition = (event: unknown) => boolean;

const COMPARISON =
  /^\(?\s*\$\.([\w.[\]-]+)\s*(?:(=|!=|<=|>=|<|>)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s")&|]+))|(IS NULL|IS TRUE|IS FALSE|EXISTS|NOT EXISTS))\s*\)?$/;

function compileJson(text: string): Filter {
  const inner = /^\{([\s\S]*)\}$/.exec(text)?.[1]?.trim();
  if (inner === undefined) throw new UnsupportedFilterPattern(text);
  const anyOf = inner
    .split('||')
    .map((part) => part.split('&&').map((one) => compileComparison(one.trim(), text)));
  return (message) => {
    const event = parse(message);
    // Such patterns match events that are JSON; a text or a number on a line of its own is not one.
    if (typeof event !== 'object' || event === null) return false;
    return anyOf.some((all) => all.every((condition) => condition(event)));
  };
}

function parse(message: string): unknown {
  try {
    return parseJson(message);
  } catch {
    return undefined;
  }
}

function compileComparison(text: string, pattern: string): Condition {
  const match = COMPARISON.exec(text);
  if (match === null) throw new UnsupportedFilterPattern(pattern);
  const [, path = '', operator, quoted, bare, state] = match;
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  const read: (event: unknown) => unknown = (event) =>
    steps.reduce<unknown>(
      (value, step) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[step],
      event,
    );
  if (state !== undefined) return (event) => STATES[state]?.(read(event)) ?? false;
  return (event) =>
    compare(read(event), operator ?? '=', quoted ?? bare ?? '', quoted === undefined);
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
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const matches = matchesGlob(text, parseGlob(expected, { questionMark: false }));
  return operator === '=' ? matches : operator === '!=' && !matches;
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
