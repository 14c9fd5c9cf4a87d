/** A pattern with `*`, read: between two segments anything may stand. In a segment any character may stand between two literals. */
export type Glob = readonly (readonly string[])[];

/** Splits at every `*`, and where `?` stands for a character, at every `?`. */
export function parseGlob(
  source: string,
  { questionMark }: { readonly questionMark: boolean },
): Glob {
  return source.split('*').map((segment) => (questionMark ? segment.split('?') : [segment]));
}

/** Puts texts of globs one after the other: what ends one and begins the next is one segment. */
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
 * Whether a glob matches a whole text: every segment at its earliest place, which never needs to be taken
 * back. It takes the product of both lengths at most, whatever the pattern.
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

/** One character stands between two literals. */
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

function find(text: string, segment: readonly string[], from: number): number {
  const [head = ''] = segment;
  for (let at = text.indexOf(head, from); at >= 0; at = text.indexOf(head, at + 1)) {
    if (standsAt(text, segment, at)) return at;
    if (at >= text.length) return -1;
  }
  return -1;
}
