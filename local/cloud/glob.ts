/** A parsed pattern. Any text matches between two segments; inside a segment, any one character matches between two literals. */
export type Glob = readonly (readonly string[])[];

/** Splits a pattern at every `*`, and, with `questionMark`, each segment at every `?`. */
export function parseGlob(
  source: string,
  { questionMark }: { readonly questionMark: boolean },
): Glob {
  return source.split('*').map((segment) => (questionMark ? segment.split('?') : [segment]));
}

/** Concatenates globs: the last segment of one and the first of the next become one segment. */
export function joinGlobs(globs: readonly Glob[]): Glob {
  return globs.reduce<Glob>(joinTwo, [['']]);
}

function joinTwo(before: Glob, after: Glob): Glob {
  const [first = [''], ...rest] = after;
  const last = before.at(-1) ?? [''];
  const seam = [...last.slice(0, -1), `${last.at(-1) ?? ''}${first[0] ?? ''}`, ...first.slice(1)];
  return [...before.slice(0, -1), seam, ...rest];
}

/**
 * Whether a glob matches a whole text. Each segment is matched at its first place, so there is no
 * backtracking. For long texts and patterns the cost is the product of both lengths, divided by 32.
 */
export function matchesGlob(text: string, glob: Glob): boolean {
  const [first = [''], ...others] = glob;
  const last = others.pop();
  if (last === undefined) return lengthOf(first) === text.length && standsAt(text, first, 0);
  if (!standsAt(text, first, 0)) return false;
  let at = lengthOf(first);
  for (const segment of others) {
    at = find(text, segment, at);
    if (at < 0) return false;
    at += lengthOf(segment);
  }
  const end = text.length - lengthOf(last);
  return end >= at && standsAt(text, last, end);
}

/** Any one character matches between two literals. */
function lengthOf(segment: readonly string[]): number {
  return segment.reduce((length, literal) => length + literal.length, segment.length - 1);
}

function standsAt(text: string, segment: readonly string[], start: number): boolean {
  if (start + lengthOf(segment) > text.length) return false;
  let at = start;
  for (const literal of segment) {
    if (!text.startsWith(literal, at)) return false;
    at += literal.length + 1;
  }
  return true;
}

/** Up to this product of both lengths, the simple search takes milliseconds at most. */
const SIMPLE_SEARCH_CHARACTERS = 1_000_000;

function find(text: string, segment: readonly string[], from: number): number {
  const isSimple = lengthOf(segment) * (text.length - from) <= SIMPLE_SEARCH_CHARACTERS;
  return isSimple ? findSimply(text, segment, from) : findByBits(text, segment, from);
}

const BITS = 32;

/**
 * The Shift-And algorithm: one bit for each prefix of the segment that ends at the current character. It
 * reads each character of the text once, and 32 characters of the segment at a time.
 */
function findByBits(text: string, segment: readonly string[], from: number): number {
  const length = lengthOf(segment);
  if (length === 0) return from;
  const { masks, anyMask } = masksOf(segment, Math.ceil(length / BITS));
  const reached = new Int32Array(anyMask.length);
  const lastWord = anyMask.length - 1;
  const lastBit = 1 << ((length - 1) % BITS);
  for (let at = from; at < text.length; at += 1) {
    const mask = masks.get(text.charCodeAt(at)) ?? anyMask;
    let carry = 1;
    for (let word = 0; word <= lastWord; word += 1) {
      const bits = reached[word] ?? 0;
      reached[word] = ((bits << 1) | carry) & (mask[word] ?? 0);
      carry = bits >>> (BITS - 1);
    }
    if (((reached[lastWord] ?? 0) & lastBit) !== 0) return at - length + 1;
  }
  return -1;
}

/** The positions of each character in a segment, and those where any character matches. */
function masksOf(
  segment: readonly string[],
  words: number,
): { readonly masks: ReadonlyMap<number, Int32Array>; readonly anyMask: Int32Array } {
  const anyMask = new Int32Array(words);
  let place = -1;
  for (const literal of segment.slice(0, -1)) {
    place += literal.length + 1;
    setBit(anyMask, place);
  }
  const masks = new Map<number, Int32Array>();
  place = 0;
  for (const literal of segment) {
    for (let index = 0; index < literal.length; index += 1) {
      const character = literal.charCodeAt(index);
      const mask = masks.get(character) ?? anyMask.slice();
      masks.set(character, mask);
      setBit(mask, place + index);
    }
    place += literal.length + 1;
  }
  return { masks, anyMask };
}

function setBit(mask: Int32Array, place: number): void {
  const word = Math.floor(place / BITS);
  mask[word] = (mask[word] ?? 0) | (1 << (place % BITS));
}

function findSimply(text: string, segment: readonly string[], from: number): number {
  const [head = ''] = segment;
  for (let at = text.indexOf(head, from); at >= 0; at = text.indexOf(head, at + 1)) {
    if (standsAt(text, segment, at)) return at;
    if (at >= text.length) return -1;
  }
  return -1;
}
