import { findText } from '../find-text.ts';
import { JsonataFault } from './fault.ts';
import { assertHeld, isCallable } from './values.ts';

/** The result of a matcher function: a match of a regular expression, or the result of a user's own function. */
export interface Match {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
  readonly next: unknown;
}

export type CallFunction = (func: unknown, args: readonly unknown[]) => unknown;

export interface Matcher {
  (text: string): Match | undefined;
  next(match: Match): Match | undefined;
}

/** Wraps a matcher function and checks its results as jsonata-js does. */
export function toMatcher(pattern: unknown, call: CallFunction): Matcher {
  return Object.assign((text: string) => check(call(pattern, [text])), {
    next: (found: Match) => check(call(found.next, [])),
  });
}

function check(result: unknown): Match | undefined {
  if (result === undefined || result === null || result === false) return undefined;
  const found = result as Partial<Match>;
  const plausible =
    typeof found.start === 'number' ||
    (found.end as unknown) === 'number' ||
    Array.isArray(found.groups) ||
    isCallable(found.next);
  if (!plausible) throw new JsonataFault('T1010');
  return found as Match;
}

export function replaceMatches(
  text: string,
  pattern: unknown,
  replacement: unknown,
  limit: number,
  call: CallFunction,
): string {
  if (typeof pattern === 'string') return replaceText(text, pattern, String(replacement), limit);
  const matcher = toMatcher(pattern, call);
  const substitute =
    typeof replacement === 'string'
      ? (found: Match) => expandReplacement(replacement, found)
      : (found: Match) => call(replacement, [found]);
  let found = matcher(text);
  if (found === undefined) return text;
  let result = '';
  let position = 0;
  for (let count = 0; found !== undefined && count < limit; count += 1) {
    const value = substitute(found);
    if (typeof value !== 'string') throw new JsonataFault('D3012', { value });
    result = assertHeld(result + text.slice(position, found.start) + value);
    position = found.start + found.match.length;
    found = matcher.next(found);
  }
  return result + text.slice(position);
}

function replaceText(text: string, pattern: string, replacement: string, limit: number): string {
  let result = '';
  let position = 0;
  let index = findText(text, pattern);
  for (let count = 0; index >= 0 && count < limit; count += 1) {
    result = assertHeld(result + text.slice(position, index) + replacement);
    position = index + pattern.length;
    index = findText(text, pattern, position);
  }
  return result + text.slice(position);
}

/** `$0` is the match, `$1`… its groups, `$$` a dollar. */
function expandReplacement(replacement: string, found: Match): string {
  let result = '';
  let position = 0;
  let index = replacement.indexOf('$');
  while (index >= 0 && position < replacement.length) {
    result += replacement.slice(position, index);
    position = index + 1;
    const next = replacement.charAt(position);
    if (next === '$' || next === '0') {
      result += next === '$' ? '$' : found.match;
      position += 1;
    } else {
      const group = groupNumber(replacement, position, found.groups.length);
      if (Number.isNaN(group)) {
        result += '$';
      } else {
        result += found.groups[group - 1] ?? '';
        position += String(group).length;
      }
    }
    index = replacement.indexOf('$', position);
  }
  return result + replacement.slice(position);
}

/** Reads the longest number of an existing group, as XPath requires. */
function groupNumber(replacement: string, position: number, groups: number): number {
  const digits = groups === 0 ? 1 : Math.floor(Math.log10(groups)) + 1;
  const group = Number.parseInt(replacement.slice(position, position + digits), 10);
  if (digits === 1 || group <= groups || Number.isNaN(group)) return group;
  return Number.parseInt(replacement.slice(position, position + digits - 1), 10);
}

export function splitMatches(
  text: string,
  separator: unknown,
  limit: number,
  call: CallFunction,
): string[] {
  const matcher = toMatcher(separator, call);
  const parts: string[] = [];
  let found = matcher(text);
  let position = 0;
  let count = 0;
  while (found !== undefined && count < limit) {
    parts.push(text.slice(position, found.start));
    position = found.end;
    found = matcher.next(found);
    count += 1;
  }
  if (count < limit) parts.push(text.slice(position));
  return parts;
}
