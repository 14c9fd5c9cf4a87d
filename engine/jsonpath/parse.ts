import { type Cursor, describeNext, skipSpaces, take, takePattern } from './cursor.ts';
import {
  type FilterOperator,
  type FilterPredicate,
  type FilterValue,
  filterOperators,
  type JsonPath,
  type PathRoot,
  type PathStep,
} from './path.ts';

/** Filters that are nested deeper than this are refused, because they would exhaust the stack. */
const MAXIMUM_FILTER_LEVELS = 64;

// Created once: a path may have tens of thousands of steps.
const VARIABLE = /[\p{ID_Start}_][\p{ID_Continue}\u200c\u200d]*/uy;
const NAME = /[^\s.[]+/y;
const EMBEDDED_NAME = /[^\s.[\]()=!<>&|,~'"]+/y;
const SLICE = /-?\d*\s*:\s*(?:-?\d+)?/y;
const INTEGER = /-?\d+/y;
const BARE_TEXT = /(?!(?:true|false|null)\b)[\p{L}_][\p{L}\p{N}_-]*/uy;
const PATTERN = /\/[^/\\]*(?:\\.[^/\\]*)*\/[a-zA-Z]*/y;
const SCALAR = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b/y;

/** A text is not a path: the problem and its position. */
export class JsonPathSyntaxError extends Error {
  override readonly name = 'JsonPathSyntaxError';
  readonly position: number;

  constructor(message: string, position: number) {
    super(`${message} at position ${position}`);
    this.position = position;
  }
}

/**
 * Parses a path: `$.a[0]`, `$$.Execution.Id`, `$variable['a b']`, `$..x`, `$[?(@.n > 1)]`.
 * The grammar is that of Jayway JsonPath, which AWS uses, plus the context and variable roots. AWS does not
 * support JsonPath functions: `$.list.length()` selects a member named `length()`
 * (https://github.com/awsdocs/aws-step-functions-developer-guide/pull/5).
 *
 * @throws JsonPathSyntaxError when the text is not a path
 */
export function parseJsonPath(text: string): JsonPath {
  const cursor: Cursor = { text, at: 0, depth: 0 };
  const path = parsePathAt(cursor, false);
  // Jayway trims a path.
  skipSpaces(cursor);
  if (cursor.at < text.length) throw unexpected(cursor);
  return path;
}

/** As {@link parseJsonPath}, but returns undefined for a text that is not a path. */
export function tryParseJsonPath(text: string): JsonPath | undefined {
  try {
    return parseJsonPath(text);
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) return undefined;
    throw error;
  }
}

/** Parses the path at the cursor and moves the cursor after it. */
export function parsePathAt(cursor: Cursor, embedded: boolean): JsonPath {
  const root = parseRoot(cursor);
  const steps: PathStep[] = [];
  while (cursor.at < cursor.text.length) {
    const before = cursor.at;
    parseStep(cursor, steps, embedded);
    if (cursor.at === before) break;
  }
  return { root, steps };
}

function parseRoot(cursor: Cursor): PathRoot {
  const first = cursor.text[cursor.at];
  if (first === '@' && cursor.depth > 0) {
    cursor.at += 1;
    return { kind: 'current' };
  }
  if (first !== '$') throw unexpected(cursor);
  cursor.at += 1;
  if (take(cursor, '$')) return { kind: 'context' };
  const name = takePattern(cursor, VARIABLE);
  return name === undefined ? { kind: 'input' } : { kind: 'variable', name };
}

function parseStep(cursor: Cursor, steps: PathStep[], embedded: boolean): void {
  if (take(cursor, '..')) {
    steps.push({ kind: 'descendants' });
    steps.push(cursor.text[cursor.at] === '[' ? parseBracket(cursor) : parseName(cursor, embedded));
  } else if (take(cursor, '.')) {
    // Jayway accepts `$.['a']` as `$['a']`.
    steps.push(cursor.text[cursor.at] === '[' ? parseBracket(cursor) : parseName(cursor, embedded));
  } else if (cursor.text[cursor.at] === '[') {
    steps.push(parseBracket(cursor));
  }
}

function parseName(cursor: Cursor, embedded: boolean): PathStep {
  if (take(cursor, '*')) return { kind: 'wildcard' };
  const name = takePattern(cursor, embedded ? EMBEDDED_NAME : NAME);
  if (name === undefined) throw unexpected(cursor);
  return { kind: 'properties', names: [name] };
}

function parseBracket(cursor: Cursor): PathStep {
  expect(cursor, '[');
  skipSpaces(cursor);
  const step = parseBracketBody(cursor);
  skipSpaces(cursor);
  expect(cursor, ']');
  return step;
}

function parseBracketBody(cursor: Cursor): PathStep {
  const next = cursor.text[cursor.at];
  if (next === "'" || next === '"') {
    return { kind: 'properties', names: parseList(cursor, parseQuoted) };
  }
  if (next === '*') {
    cursor.at += 1;
    return { kind: 'wildcard' };
  }
  if (next === '?') return parseFilter(cursor);
  return parseIndexes(cursor);
}

function parseIndexes(cursor: Cursor): PathStep {
  const slice = takePattern(cursor, SLICE);
  if (slice !== undefined) return renderSlice(slice);
  return { kind: 'indexes', indexes: parseList(cursor, parseInteger) };
}

function renderSlice(text: string): PathStep {
  const [from = '', to = ''] = text.split(':').map((part) => part.trim());
  return {
    kind: 'slice',
    ...(from !== '' && { from: Number(from) }),
    ...(to !== '' && { to: Number(to) }),
  };
}

function parseInteger(cursor: Cursor): number {
  const digits = takePattern(cursor, INTEGER);
  if (digits === undefined) throw unexpected(cursor);
  return Number(digits);
}

function parseList<T>(cursor: Cursor, parseItem: (cursor: Cursor) => T): readonly T[] {
  const items = [parseItem(cursor)];
  skipSpaces(cursor);
  while (take(cursor, ',')) {
    skipSpaces(cursor);
    items.push(parseItem(cursor));
    skipSpaces(cursor);
  }
  return items;
}

/** A quoted name. A backslash escapes a quote or a backslash, and is literal before other characters. */
function parseQuoted(cursor: Cursor): string {
  const quote = cursor.text[cursor.at];
  if (quote !== "'" && quote !== '"') throw unexpected(cursor);
  cursor.at += 1;
  let value = '';
  while (cursor.text[cursor.at] !== quote) {
    const escaped = cursor.text[cursor.at + 1];
    const isEscape = cursor.text[cursor.at] === '\\' && (escaped === quote || escaped === '\\');
    if (isEscape) cursor.at += 1;
    const character = cursor.text[cursor.at];
    if (character === undefined) throw unexpected(cursor);
    value += character;
    cursor.at += 1;
  }
  cursor.at += 1;
  return value;
}

function parseFilter(cursor: Cursor): PathStep {
  expect(cursor, '?');
  skipSpaces(cursor);
  expect(cursor, '(');
  const predicate = nested(cursor, () => parseOr(cursor));
  skipSpaces(cursor);
  expect(cursor, ')');
  return { kind: 'filter', predicate };
}

function nested<T>(cursor: Cursor, parse: () => T): T {
  cursor.depth += 1;
  if (cursor.depth > MAXIMUM_FILTER_LEVELS) throw unexpected(cursor);
  const parsed = parse();
  cursor.depth -= 1;
  return parsed;
}

function parseOr(cursor: Cursor): FilterPredicate {
  return parseOperands(cursor, 'or', '||', parseAnd);
}

function parseAnd(cursor: Cursor): FilterPredicate {
  return parseOperands(cursor, 'and', '&&', parseUnary);
}

function parseOperands(
  cursor: Cursor,
  kind: 'and' | 'or',
  operator: string,
  parseOperand: (cursor: Cursor) => FilterPredicate,
): FilterPredicate {
  const first = parseOperand(cursor);
  const operands = [first];
  skipSpaces(cursor);
  while (take(cursor, operator)) {
    operands.push(parseOperand(cursor));
    skipSpaces(cursor);
  }
  return operands.length === 1 ? first : { kind, operands };
}

function parseUnary(cursor: Cursor): FilterPredicate {
  skipSpaces(cursor);
  if (take(cursor, '!')) return { kind: 'not', operand: nested(cursor, () => parseUnary(cursor)) };
  if (!take(cursor, '(')) return parseComparison(cursor);
  const inner = nested(cursor, () => parseOr(cursor));
  skipSpaces(cursor);
  expect(cursor, ')');
  return inner;
}

function parseComparison(cursor: Cursor): FilterPredicate {
  const left = parseValue(cursor);
  skipSpaces(cursor);
  const operator = takeOperator(cursor);
  if (operator !== undefined) {
    return { kind: 'compare', operator, left, right: parseBareText(cursor) ?? parseValue(cursor) };
  }
  if (left.kind !== 'path') throw unexpected(cursor);
  return { kind: 'exists', value: left };
}

/** A text without quotes, as in AWS's sample `$.Labels[?(@.Name==Receipt)]`. */
function parseBareText(cursor: Cursor): FilterValue | undefined {
  skipSpaces(cursor);
  const word = takePattern(cursor, BARE_TEXT);
  return word === undefined ? undefined : { kind: 'literal', value: word };
}

function takeOperator(cursor: Cursor): FilterOperator | undefined {
  const word = cursor.text.slice(cursor.at, cursor.at + 8).toLowerCase();
  const operator = filterOperators.find((candidate) => word.startsWith(candidate));
  if (operator !== undefined) cursor.at += operator.length;
  return operator;
}

function parseValue(cursor: Cursor): FilterValue {
  skipSpaces(cursor);
  const next = cursor.text[cursor.at];
  if (next === '@' || next === '$') {
    return { kind: 'path', path: nested(cursor, () => parsePathAt(cursor, true)) };
  }
  if (next === "'" || next === '"') return { kind: 'literal', value: parseQuoted(cursor) };
  if (next === '/') return parsePattern(cursor);
  if (next === '[' || next === '{') return parseJsonLiteral(cursor);
  return parseScalar(cursor);
}

function parsePattern(cursor: Cursor): FilterValue {
  const text = takePattern(cursor, PATTERN);
  if (text === undefined) throw unexpected(cursor);
  const end = text.lastIndexOf('/');
  return { kind: 'pattern', source: text.slice(1, end), flags: text.slice(end + 1) };
}

function parseScalar(cursor: Cursor): FilterValue {
  const token = takePattern(cursor, SCALAR);
  if (token === undefined) throw unexpected(cursor);
  return { kind: 'literal', value: JSON.parse(token) as unknown };
}

/** A JSON array or object inside a filter; single-quoted strings are allowed as in Jayway. */
function parseJsonLiteral(cursor: Cursor): FilterValue {
  const start = cursor.at;
  const end = findClosing(cursor.text, start);
  if (end === undefined) throw unexpected(cursor);
  cursor.at = end;
  const source = cursor.text.slice(start, end);
  const value = tryJson(source) ?? tryJson(source.replaceAll("'", '"'));
  if (value === undefined) throw new JsonPathSyntaxError('Invalid JSON literal', start);
  return { kind: 'literal', value };
}

function findClosing(text: string, start: number): number | undefined {
  let depth = 0;
  let quote: string | undefined;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (quote !== undefined) quote = character === quote ? undefined : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function expect(cursor: Cursor, token: string): void {
  if (!take(cursor, token)) throw unexpected(cursor);
}

function unexpected(cursor: Cursor): JsonPathSyntaxError {
  return new JsonPathSyntaxError(`Unexpected ${describeNext(cursor)}`, cursor.at);
}
