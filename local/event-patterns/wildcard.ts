import { findText } from '../../engine/index.ts';

/** A parsed wildcard pattern: literal parts, with any text between two parts. */
export type Wildcard = readonly string[];

/**
 * How many wildcard prefixes of one field a text can match before AWS calls the
 * rule too complex: https://github.com/aws/event-ruler counts them (`MachineComplexityEvaluator`), the
 * limit is not documented. AWS's own example of a refused pattern, `*:*:*:*:*:event-bus/*`, has 11, and
 * published tests found that 10 pass.
 */
const WILDCARD_COMPLEXITY_LIMIT = 10;

/** Limits the cost of the check; a rule that needs more steps is accepted. */
const VISITED_SETS_LIMIT = 5_000;

export const TOO_COMPLEX =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';

/** @throws Error with AWS's message; positions count bytes from the opening quote, as on AWS */
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

/** Matches each part at its earliest position, from left to right: linear, without backtracking. */
export function matchesWildcard(text: string, parts: Wildcard): boolean {
  const [head = '', ...rest] = parts;
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head)) return false;
  let position = head.length;
  for (const part of rest) {
    const found = findText(text, part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return text.length - tail.length >= position && text.endsWith(tail);
}

const STAR = Symbol('*');

/** A byte, or a wildcard for any number of bytes. */
type Place = typeof STAR | number;

/** Stands before a wildcard, and in texts for every byte that no wildcard names. */
const NO_BYTE = -1;

/** The wildcards of one field as an automaton; a position is reached when the text before it was read. */
interface Places {
  readonly symbols: readonly Place[];
  /** The start position of each wildcard. */
  readonly starts: readonly number[];
}

/** The number of visited sets of positions, for all fields of a rule. */
export interface Visited {
  sets: number;
}

/**
 * Whether AWS refuses a rule with these wildcards for one field: some text reaches too many positions
 * together. Every reachable set of positions is visited, up to the limit.
 */
export function isTooComplex(wildcards: readonly Wildcard[], visited: Visited): boolean {
  const { symbols, starts } = placesOf(wildcards);
  const seen = new Set<string>();
  const queue: (readonly number[])[] = [starts];
  for (let reached = queue.pop(); reached !== undefined; reached = queue.pop()) {
    const key = reached.join();
    if (seen.has(key)) continue;
    seen.add(key);
    visited.sets += 1;
    if (visited.sets > VISITED_SETS_LIMIT) return false;
    for (const byte of bytesAfter(symbols, reached)) {
      const next = advance(symbols, reached, byte);
      if (complexityOf(symbols, next) > WILDCARD_COMPLEXITY_LIMIT) return true;
      if (next.length > 0) queue.push(next);
    }
  }
  return false;
}

/** The bytes that continue from a position; all other bytes behave alike. */
function bytesAfter(symbols: readonly Place[], reached: readonly number[]): ReadonlySet<number> {
  const bytes = new Set([NO_BYTE]);
  for (const place of reached) {
    for (const symbol of [symbols[place + 1], symbols[place + 2]]) {
      if (typeof symbol === 'number') bytes.add(symbol);
    }
  }
  return bytes;
}

function placesOf(wildcards: readonly Wildcard[]): Places {
  const symbols: Place[] = [];
  const starts: number[] = [];
  for (const parts of wildcards) {
    starts.push(symbols.push(NO_BYTE) - 1);
    const texts = [`"${parts[0] ?? ''}`, ...parts.slice(1)];
    for (const [index, text] of texts.entries()) {
      if (index > 0) symbols.push(STAR);
      symbols.push(...Buffer.from(text));
    }
    symbols.push(...Buffer.from('"'));
  }
  return { symbols, starts };
}

function advance(
  symbols: readonly Place[],
  reached: readonly number[],
  byte: number,
): readonly number[] {
  const next = new Set<number>();
  for (const place of reached) {
    if (symbols[place] === STAR) next.add(place);
    let following = place + 1;
    if (symbols[following] === STAR) {
      next.add(following);
      // A wildcard also matches the empty text.
      following += 1;
    }
    if (symbols[following] === byte && byte !== NO_BYTE) next.add(following);
  }
  return [...next].sort((a, b) => a - b);
}

function complexityOf(symbols: readonly Place[], reached: readonly number[]): number {
  // They rise: what follows a place stands behind it.
  const waiting = reached.filter(
    (place, index) => symbols[place + 1] === STAR && reached[index + 1] !== place + 1,
  );
  return reached.length + waiting.length;
}
