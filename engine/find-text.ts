/** A part up to this length is found fast in any text. */
const SHORT_PART = 32;

/** Up to this product of both lengths, the simple search takes milliseconds at most. */
const SIMPLE_SEARCH_CHARACTERS = 1_000_000;

/**
 * The first position of a part in a text, or -1, as `indexOf` returns it. For some texts, JavaScript's own search takes
 * time in proportion to the product of both lengths: half a minute for 400 KB. This search is linear.
 */
export function findText(text: string, part: string, from = 0): number {
  const left = text.length - from;
  const isSimple = part.length <= SHORT_PART || part.length * left <= SIMPLE_SEARCH_CHARACTERS;
  return isSimple ? text.indexOf(part, from) : findByBorders(text, part, from);
}

/** As `String.prototype.split` with a text as separator. */
export function splitText(text: string, separator: string, most?: number): string[] {
  if (separator.length <= SHORT_PART) return text.split(separator, most);
  const limit = most === undefined ? Number.POSITIVE_INFINITY : most >>> 0;
  const pieces: string[] = [];
  let start = 0;
  while (pieces.length < limit) {
    const end = findText(text, separator, start);
    pieces.push(text.slice(start, end < 0 ? text.length : end));
    if (end < 0) break;
    start = end + separator.length;
  }
  return pieces;
}

/** The algorithm of Knuth, Morris and Pratt, which reads each character of the text once. */
function findByBorders(text: string, part: string, from: number): number {
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = from; at < text.length; at += 1) {
    matched = grown(part, borders, matched, text.charCodeAt(at));
    if (matched === part.length) return at - part.length + 1;
  }
  return -1;
}

/** For each prefix of a part, the length of the longest shorter prefix that it ends with. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length);
  let border = 0;
  for (let at = 1; at < part.length; at += 1) {
    border = grown(part, borders, border, part.charCodeAt(at));
    borders[at] = border;
  }
  return borders;
}

/** The length of the prefix that the text read so far ends with, after one more character. */
function grown(part: string, borders: Int32Array, before: number, character: number): number {
  let matched = before;
  while (matched > 0 && part.charCodeAt(matched) !== character) matched = borders[matched - 1] ?? 0;
  return part.charCodeAt(matched) === character ? matched + 1 : matched;
}
