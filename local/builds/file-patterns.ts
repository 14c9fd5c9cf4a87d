import { doInTurns, SharedTime, type Turns } from '../host/shared-time.ts';

/** What may stand for one or more characters of a path. */
type Token =
  | { readonly kind: 'character'; readonly character: string }
  /** `?` */
  | { readonly kind: 'one' }
  /** `*` */
  | { readonly kind: 'name' }
  /** `**` */
  | { readonly kind: 'path' }
  /** The beginning of `**` + `/`, which may also stand for nothing. */
  | { readonly kind: 'maybe' }
  /** Any characters up to a slash. */
  | { readonly kind: 'folders' };

/**
 * The paths that any of the patterns matches: `**` + `/` stands for any folders, `*` for a part of a name.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.artifacts.files
 *
 * The cost of a path is at most the product of its length and that of the patterns; others have their turn in between.
 */
export function matching(
  paths: readonly string[],
  patterns: readonly string[],
): Promise<readonly string[]> {
  return doInTurns(matchingInTurns(paths, patterns.map(parsePattern)), new SharedTime());
}

function* matchingInTurns(
  paths: readonly string[],
  patterns: readonly (readonly Token[])[],
): Turns<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    for (const pattern of patterns) {
      yield;
      if (!isMatch(path, pattern)) continue;
      found.push(path);
      break;
    }
  }
  return found;
}

function parsePattern(pattern: string): readonly Token[] {
  const parts = pattern.replace(/^\.\//, '').match(/\*\*\/|\*{2,}|\*|[^*]/gsu) ?? [];
  return parts.flatMap((part): readonly Token[] => {
    if (part === '**/') return [{ kind: 'maybe' }, { kind: 'folders' }];
    if (part === '*') return [{ kind: 'name' }];
    if (part.startsWith('**')) return [{ kind: 'path' }];
    return [part === '?' ? { kind: 'one' } : { kind: 'character', character: part }];
  });
}

/** Follows all ways through the pattern at the same time: going back after a wrong one can take for ever. */
function isMatch(path: string, pattern: readonly Token[]): boolean {
  let places = new Set<number>();
  enter(pattern, 0, places);
  for (const character of path) {
    const next = new Set<number>();
    for (const place of places) step(pattern, place, { character, next });
    if (next.size === 0) return false;
    places = next;
  }
  return places.has(pattern.length);
}

/** Adds a place in the pattern, and those behind it that are reached without a character. */
function enter(pattern: readonly Token[], from: number, places: Set<number>): void {
  const open = [from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (places.has(place)) continue;
    places.add(place);
    const kind = pattern[place]?.kind;
    if (kind === 'maybe') open.push(place + 1, place + 2);
    if (kind === 'name' || kind === 'path') open.push(place + 1);
  }
}

function step(
  pattern: readonly Token[],
  place: number,
  { character, next }: { readonly character: string; readonly next: Set<number> },
): void {
  const token = pattern[place];
  if (token === undefined || token.kind === 'maybe') return;
  const isSlash = character === '/';
  if (token.kind === 'path' || token.kind === 'folders' || (token.kind === 'name' && !isSlash)) {
    enter(pattern, place, next);
  }
  const goesOn =
    (token.kind === 'character' && token.character === character) ||
    (token.kind === 'one' && !isSlash) ||
    (token.kind === 'folders' && isSlash);
  if (goesOn) enter(pattern, place + 1, next);
}
