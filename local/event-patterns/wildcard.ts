/** A wildcard pattern, read: each part is a literal text; between two parts anything may stand. */
export type Wildcard = readonly string[];

/**
 * How many positions of one pattern may be reached by the same text before AWS calls it too complex.
 * The limit itself is not documented; AWS's own example of a refused pattern, `*:*:*:*:*:event-bus/*`,
 * and the patterns its documentation uses lie on either side of it.
 */
const WILDCARD_COMPLEXITY_LIMIT = 6;

/** Judging a pattern must not itself be complex; one that needs more steps than this is let pass. */
const VISITED_SETS_LIMIT = 5_000;

export const TOO_COMPLEX =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';

/** @throws Error in AWS's words; positions count the bytes from the opening quote, as AWS counts them */
export function parseWildcard(text: string): Wildcard {
  const parts: string[] = [];
  let literal = '';
  const positionOf = (index: number) => Buffer.byteLength(text.slice(0, index)) + 1;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const following = text.charAt(index + 1);
    if (character === '*') {
      if (following === '*') {
        throw new Error(`Consecutive wildcard characters at pos ${positionOf(index)}`);
      }
      parts.push(literal);
      literal = '';
    } else if (character === '\\') {
      if (following !== '*' && following !== '\\') {
        throw new Error(`Invalid escape character at pos ${positionOf(index)}`);
      }
      literal += following;
      index += 1;
    } else {
      literal += character;
    }
  }
  return [...parts, literal];
}

/** Matches from left to right, the earliest place of every part: linear, never backtracking. */
export function matchesWildcard(text: string, parts: Wildcard): boolean {
  const [head = '', ...rest] = parts;
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head)) return false;
  let position = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return text.length - tail.length >= position && text.endsWith(tail);
}

/**
 * Whether one text can stand at so many places of the pattern at once that AWS refuses the rule.
 * Every set of places that some text reaches is visited, up to the limit.
 */
export function isTooComplex(parts: Wildcard): boolean {
  if (parts.length <= 2) return false;
  const pattern = parts.join('\u0000');
  const alphabet = [...new Set(pattern)].filter((character) => character !== '\u0000');
  const firstStar = pattern.indexOf('\u0000');
  const seen = new Set<string>();
  const queue: (readonly number[])[] = [[0]];
  for (let places = queue.pop(); places !== undefined; places = queue.pop()) {
    const key = places.join();
    if (seen.has(key)) continue;
    seen.add(key);
    const open = places.filter((place) => place >= firstStar).length;
    if (open > WILDCARD_COMPLEXITY_LIMIT) return true;
    if (seen.size > VISITED_SETS_LIMIT) return false;
    for (const character of alphabet) queue.push(advance(pattern, places, character));
  }
  return false;
}

function advance(pattern: string, places: readonly number[], character: string): readonly number[] {
  const next = new Set<number>();
  for (const place of places) {
    const expected = pattern.charAt(place);
    if (expected === '\u0000') {
      next.add(place);
      if (pattern.charAt(place + 1) === character) next.add(place + 2);
    } else if (expected === character) {
      next.add(place + 1);
    }
  }
  return [...next].sort((a, b) => a - b);
}
