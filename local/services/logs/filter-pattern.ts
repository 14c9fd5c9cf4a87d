import { findText } from '../../../engine/index.ts';
import {
  InvalidFilterPattern,
  InvalidParameterException,
  UnsupportedFilterPattern,
} from './errors.ts';
import { parseJsonPattern } from './json-pattern.ts';
import type { Message } from './message.ts';

/** Whether an event satisfies a filter. */
export type Filter = (message: Message) => boolean;

const compiled = new Map<string, Filter>();
const COMPILED_KEPT = 500;

/**
 * Compiles a filter pattern.
 *
 * @throws InvalidFilterPattern, InvalidParameterException as AWS, UnsupportedFilterPattern
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
  const closing = CLOSED_BY[text.charAt(0)];
  if (closing === undefined) return compileTerms(text);
  if (text.length < 2 || !text.endsWith(closing)) throw new InvalidFilterPattern(text);
  throw new UnsupportedFilterPattern(text);
}

/** The beginnings of space-delimited and regular expression patterns. */
const CLOSED_BY: Readonly<Record<string, string>> = { '[': ']', '%': '%' };

/** AWS's message names the first characters that must be in double quotes. */
function checkTerm(term: string): void {
  const odd = /[^\p{L}\p{N}_]+/u.exec(term)?.[0];
  if (odd === undefined) return;
  throw new InvalidParameterException(`Invalid character(s) in term '${odd}'`);
}

function compileTerms(text: string): Filter {
  const required: string[] = [];
  const optional: string[] = [];
  const excluded: string[] = [];
  for (const [, sign = '', phrase, word] of text.matchAll(
    /([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g,
  )) {
    if (phrase === undefined) checkTerm(word ?? '');
    const term = phrase?.replaceAll(/\\(.)/g, '$1') ?? word ?? '';
    if (sign === '-') excluded.push(term);
    else if (sign === '?') optional.push(term);
    else required.push(term);
  }
  return ({ text: message }) =>
    required.every((term) => findText(message, term) >= 0) &&
    !excluded.some((term) => findText(message, term) >= 0) &&
    (optional.length === 0 || optional.some((term) => findText(message, term) >= 0));
}

function compileJson(text: string): Filter {
  const condition = parseJsonPattern(text);
  return (message) => {
    const event = message.json();
    // A JSON pattern matches objects and lists only, not a string or a number on its own.
    return typeof event === 'object' && event !== null && condition(event);
  };
}
