/** A part that is so short is found fast in any text. */
const SHORT_PART = 32;

/** Up to this product of both lengths the simple search takes milliseconds at most. */
const SIMPLE_SEARCH_CHARACTERS = 1_000_000;

/**
 * The first place of a part in a text, or -1, as `indexOf` finds it. JavaScript's own search takes the product of
 * both lengths for some of them: half a minute for 400 KB. Here it takes their sum.
 */
export function findText(text: string, part: string, from = 0): number {
  const left = text.length - from;
  const isSimple = part.length <= SHORT_PART || part.length * left <= SIMPLE_SEARCH_CHARACTERS;
  return isSimple ? text.indexOf(part, from) : findByBorders(text, part, from);
}

/** As `String.prototype.split` for a text as separator. */
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

/** The algorithm of Knuth, Morris and Pratt: no character of the text is looked at again. */
function findByBorders(text: string, part: string, from: number): number {
  if (text.length - from < part.length) return -1;
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = from; at < text.length; at += 1) {
    matched = grown(part, borders, matched, text.charCodeAt(at));
    if (matched === part.length) return at - part.length + 1;
  }
  return -1;
}

/** For each beginning of a part, the length of the longest shorter one that it ends with. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length);
  let border = 0;
  for (let at = 1; at < part.length; at += 1) {
    border = grown(part, borders, border, part.charCodeAt(at));
    borders[at] = border;
  }
  return borders;
}

/** How much of the part stands at the end of what was read, with one more character. */
function grown(part: string, borders: Int32Array, before: number, character: number): number {
  let matched = before;
  while (matched > 0 && part.charCodeAt(matched) !== character) matched = borders[matched - 1] ?? 0;
  return part.charCodeAt(matched) === character ? matched + 1 : matched;
}
