/** Says whether a path of the build context, with `/` and without a leading one, is left out. */
export type IgnoreRule = (path: string) => boolean;

interface Pattern {
  readonly includes: boolean;
  readonly expression: RegExp;
}

/**
 * Reads a `.dockerignore` file. The last pattern that matches a path or one of its folders decides; `!` takes it in again.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 *
 * @throws RangeError for a pattern that no builder accepts
 */
export function readIgnoreFile(text: string): IgnoreRule {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line) => (line.startsWith('#') ? [] : (readPattern(line) ?? [])));
  return (path) => isIgnored(path, patterns);
}

function readPattern(line: string): Pattern | undefined {
  const text = line.trim();
  const includes = text.startsWith('!');
  const pattern = includes ? text.slice(1).trim() : text;
  if (pattern === '') {
    if (includes) throw new RangeError('.dockerignore: a pattern of "!" alone excepts nothing');
    return undefined;
  }
  const clean = cleanPath(pattern);
  if (clean === '') return undefined;
  return { includes, expression: new RegExp(`^${pathExpression(clean)}$`, 'su') };
}

function isIgnored(path: string, patterns: readonly Pattern[]): boolean {
  const parts = path.split('/');
  const folders = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  let ignored = false;
  for (const { expression, includes } of patterns) {
    if (ignored !== includes) continue;
    if (folders.some((folder) => expression.test(folder))) ignored = !includes;
  }
  return ignored;
}

/** As Go's `filepath.Clean`, without the leading `/`, which means nothing here. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/**
 * A pattern of Go's `filepath.Match` as a regular expression; `**` matches any number of folders.
 * https://pkg.go.dev/path/filepath#Match
 *
 * @throws RangeError for a bracket without its end and an escape at the end
 */
export function pathExpression(pattern: string): string {
  let expression = '';
  for (let at = 0; at < pattern.length; ) {
    const [token, source] = readToken(pattern, at);
    expression += source;
    at += token.length;
  }
  return expression;
}

function readToken(pattern: string, at: number): readonly [token: string, source: string] {
  const rest = pattern.slice(at);
  const stars = /^\*{2,}\/?/.exec(rest)?.[0];
  if (stars !== undefined) {
    return [stars, stars === rest ? '.*' : '(?:[^/]*/)*'];
  }
  if (rest.startsWith('*')) return ['*', '[^/]*'];
  if (rest.startsWith('?')) return ['?', '[^/]'];
  if (rest.startsWith('[')) return readBracket(pattern, rest);
  if (rest.startsWith('\\')) {
    const [, character] = Array.from(rest);
    if (character === undefined) throw new RangeError(`${pattern} ends with an escape`);
    return [`\\${character}`, quoted(character)];
  }
  const [character = ''] = Array.from(rest);
  return [character, quoted(character)];
}

/** `[a-z]`, `[^a-z]`; `\` escapes within. */
function readBracket(pattern: string, rest: string): readonly [string, string] {
  const [token, caret = '', inside = ''] = /^\[(\^?)((?:\\.|[^\]\\])+)\]/su.exec(rest) ?? [];
  if (token === undefined) throw new RangeError(`${pattern} has a [ without its ]`);
  const items = [...inside.matchAll(/(\\?.)-(\\?.)|(\\?.)/gsu)].map(([, from, to, single]) => {
    if (single !== undefined) return quoted(single.replace('\\', ''));
    const [low = '', high = ''] = [from, to].map((end) => (end ?? '').replace(/^\\(?=.)/su, ''));
    if (low > high) throw new RangeError(`${pattern} has a range that ends before it starts`);
    return `${quoted(low)}-${quoted(high)}`;
  });
  return [token, `(?!/)[${caret}${items.join('')}]`];
}

function quoted(character: string): string {
  return /[\w/]/.test(character) || character > '\u007F'
    ? character
    : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
