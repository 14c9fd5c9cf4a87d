type Part = 'any' | 'one' | { readonly character: string };

/**
 * The ends of all matches of a shell pattern (`*` and `?`) at the start of a text, in ascending order.
 *
 * @throws RangeError for an escape of another character than `*`, `?`, `\`, `/` or `}`
 */
export function matchEnds(pattern: readonly Part[], text: readonly string[]): readonly number[] {
  const ends: number[] = [];
  let states = closure(pattern, [0]);
  for (let at = 0; ; at += 1) {
    if (states.has(pattern.length)) ends.push(at);
    if (at === text.length || states.size === 0) return ends;
    states = closure(pattern, next(pattern, states, text[at] ?? ''));
  }
}

export function parsePattern(text: string): readonly Part[] {
  const parts: Part[] = [];
  const characters = Array.from(text);
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*') parts.push('any');
    else if (character === '?') parts.push('one');
    else if (character === '\\') {
      at += 1;
      parts.push({ character: escaped(characters[at]) });
    } else parts.push({ character });
  }
  return parts;
}

function escaped(character: string | undefined): string {
  if (character === undefined || !'*?\\/}'.includes(character)) {
    throw new RangeError(`the escape \\${character ?? ''} is not valid in a pattern`);
  }
  return character;
}

/** The states that are reached without a character: `*` may match nothing. */
function closure(pattern: readonly Part[], states: Iterable<number>): ReadonlySet<number> {
  const reached = new Set<number>();
  for (let state of states) {
    reached.add(state);
    while (pattern[state] === 'any') {
      state += 1;
      reached.add(state);
    }
  }
  return reached;
}

function next(
  pattern: readonly Part[],
  states: ReadonlySet<number>,
  character: string,
): readonly number[] {
  const reached: number[] = [];
  for (const state of states) {
    const part = pattern[state];
    if (part === undefined || (character === '\n' && typeof part === 'string')) continue;
    if (part === 'any') reached.push(state);
    else if (part === 'one' || part.character === character) reached.push(state + 1);
  }
  return reached;
}
