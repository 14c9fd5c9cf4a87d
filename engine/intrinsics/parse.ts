import { type Cursor, describeNext, skipSpaces, take, takePattern } from '../jsonpath/cursor.ts';
import { JsonPathSyntaxError, parsePathAt } from '../jsonpath/parse.ts';
import {
  type IntrinsicArgument,
  type IntrinsicCall,
  type IntrinsicName,
  intrinsicArity,
  MAXIMUM_INTRINSIC_LEVELS,
} from './intrinsic.ts';

// Created once: a call may have tens of thousands of arguments.
const NAME = /States\.[A-Za-z0-9]+/y;
const SCALAR = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b/y;
const STRING = /'[^'\\]*(?:\\['\\{}][^'\\]*)*'/y;

/** A text is not a call of an intrinsic function. */
export class IntrinsicSyntaxError extends Error {
  override readonly name = 'IntrinsicSyntaxError';
}

/**
 * Parses `States.Name(argument, …)`. Arguments are strings in single quotes, numbers, `true`, `false`, `null`,
 * paths and nested calls. Their number is not checked here: AWS checks it when the function is called.
 *
 * @throws IntrinsicSyntaxError when the text is not such a call
 */
export function parseIntrinsic(text: string): IntrinsicCall {
  const cursor: Cursor = { text, at: 0, depth: 0 };
  const call = parseCall(cursor);
  skipSpaces(cursor);
  if (cursor.at < text.length) throw unexpected(cursor);
  return call;
}

/** As {@link parseIntrinsic}, but returns undefined for a text that is not such a call. */
export function tryParseIntrinsic(text: string): IntrinsicCall | undefined {
  try {
    return parseIntrinsic(text);
  } catch (error) {
    if (error instanceof IntrinsicSyntaxError) return undefined;
    throw error;
  }
}

function parseCall(cursor: Cursor): IntrinsicCall {
  const name = takeName(cursor);
  cursor.depth += 1;
  if (cursor.depth > MAXIMUM_INTRINSIC_LEVELS) throw unexpected(cursor);
  const values = parseArguments(cursor);
  cursor.depth -= 1;
  return { kind: 'call', name, arguments: values };
}

function takeName(cursor: Cursor): IntrinsicName {
  const name = takePattern(cursor, NAME);
  if (name === undefined || !isIntrinsicName(name)) throw unexpected(cursor);
  return name;
}

function isIntrinsicName(name: string): name is IntrinsicName {
  return Object.hasOwn(intrinsicArity, name);
}

function parseArguments(cursor: Cursor): readonly IntrinsicArgument[] {
  expect(cursor, '(');
  skipSpaces(cursor);
  const values: IntrinsicArgument[] = [];
  while (!take(cursor, ')')) {
    if (values.length > 0) expect(cursor, ',');
    skipSpaces(cursor);
    values.push(parseArgument(cursor));
    skipSpaces(cursor);
  }
  return values;
}

function parseArgument(cursor: Cursor): IntrinsicArgument {
  const next = cursor.text[cursor.at];
  if (next === "'") return parseString(cursor);
  if (next === '$') return parsePath(cursor);
  if (next === 'S') return parseCall(cursor);
  return parseScalar(cursor);
}

function parsePath(cursor: Cursor): IntrinsicArgument {
  const start = cursor.at;
  const outer: Cursor = { text: cursor.text, at: start, depth: 0 };
  const path = asIntrinsicError(() => parsePathAt(outer, true));
  cursor.at = outer.at;
  return { kind: 'path', path, text: cursor.text.slice(start, cursor.at) };
}

function asIntrinsicError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof JsonPathSyntaxError)) throw error;
    throw new IntrinsicSyntaxError(error.message, { cause: error });
  }
}

function parseScalar(cursor: Cursor): IntrinsicArgument {
  const token = takePattern(cursor, SCALAR);
  if (token === undefined) throw unexpected(cursor);
  if (token === 'null') return { kind: 'null' };
  if (token === 'true' || token === 'false') return { kind: 'boolean', value: token === 'true' };
  return { kind: 'number', value: Number(token) };
}

/** AWS accepts four escapes in these strings, `\'` `\\` `\{` `\}`, and refuses all others. */
function parseString(cursor: Cursor): IntrinsicArgument {
  const text = takePattern(cursor, STRING);
  if (text === undefined) throw unexpected(cursor);
  const tokens = [...text.slice(1, -1).matchAll(/\{\}|\\.|[^\\{}]+|[{}]/gsu)].map(
    ([token]) => token,
  );
  const parts = cutAtPlaceholders(tokens);
  const isTemplate = !tokens.some((token) => token === '{' || token === '}');
  return { kind: 'string', value: parts.join('{}'), parts, isTemplate };
}

function cutAtPlaceholders(tokens: readonly string[]): readonly string[] {
  const parts: string[] = [''];
  for (const token of tokens) {
    if (token === '{}') parts.push('');
    else parts[parts.length - 1] += token.startsWith('\\') ? token.slice(1) : token;
  }
  return parts;
}

function expect(cursor: Cursor, token: string): void {
  if (!take(cursor, token)) throw unexpected(cursor);
}

function unexpected(cursor: Cursor): IntrinsicSyntaxError {
  return new IntrinsicSyntaxError(`Unexpected ${describeNext(cursor)} at position ${cursor.at}`);
}
