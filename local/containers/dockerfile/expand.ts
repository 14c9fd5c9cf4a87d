import type { Escape } from './escape.ts';
import { matchEnds, parsePattern } from './shell-pattern.ts';

/** The values of variables by name. */
export type Variables = ReadonlyMap<string, string>;

export interface ExpandOptions {
  /** @default `\` */
  readonly escape?: Escape;
  /** Quotes stay in the result. @default false */
  readonly keepQuotes?: boolean;
  /** Escapes stay in the result. @default false */
  readonly keepEscapes?: boolean;
  /** Quotes are characters like others. @default false */
  readonly ignoreQuotes?: boolean;
  /** `$name` stays if there is no such variable. @default false */
  readonly keepUnset?: boolean;
}

/**
 * Replaces the variables of a word and removes its quotes and escapes. Unset variables are empty.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 *
 * @throws RangeError for a missing quote or brace, a substitution that Dockerfiles do not have, and `${name:?text}`
 * @example
 * expandWord('${NAME:-world}', new Map()); // 'world'
 */
export function expandWord(
  text: string,
  variables: Variables,
  options: ExpandOptions = {},
): string {
  return new Expansion(text, variables, options).read().text;
}

/** Does the same and splits the result at spaces, except at those within quotes. */
export function expandWords(
  text: string,
  variables: Variables,
  options: ExpandOptions = {},
): readonly string[] {
  return new Expansion(text, variables, options).read().words;
}

/** A shell stops at these, and so must we: a name is one digit sequence, one special character, or letters. */
const SPECIAL = new Set(['@', '*', '#', '?', '-', '$', '!', '0']);
const SPACE = /\s/u;
const DIGIT = /\p{Nd}/u;
const NAME_CHARACTER = /[\p{L}\p{Nd}_]/u;

/** More steps than any real Dockerfile needs for a replacement `${name//pattern/text}`. */
const MAX_REPLACEMENT_STEPS = 5_000_000;

interface Expanded {
  readonly text: string;
  readonly words: readonly string[];
}

class Expansion {
  readonly #characters: readonly string[];
  readonly #variables: Variables;
  readonly #options: ExpandOptions;
  readonly #escape: Escape;
  #keepEscapes: boolean;
  #at = 0;

  constructor(text: string, variables: Variables, options: ExpandOptions) {
    this.#characters = Array.from(text);
    this.#variables = variables;
    this.#options = options;
    this.#escape = options.escape ?? '\\';
    this.#keepEscapes = options.keepEscapes ?? false;
  }

  /** Reads to the end of the text, or to `stop`. */
  read(stop?: string): Expanded {
    const words = new WordList();
    let text = '';
    const take = (piece: string, splits: boolean) => {
      text += piece;
      words.add(piece, splits);
    };
    for (;;) {
      const character = this.#peek();
      if (character === undefined) break;
      if (character === stop) {
        this.#at += 1;
        return { text, words: words.end() };
      }
      if (character === '$') take(this.#dollar(), true);
      else if (character === "'" && this.#quotes()) take(this.#singleQuoted(), false);
      else if (character === '"' && this.#quotes()) take(this.#doubleQuoted(), false);
      else if (character === '<') take(this.#heredocMark(), false);
      else if (character === this.#escape) take(this.#escaped(), false);
      else take(this.#next(), true);
    }
    if (stop !== undefined) throw new RangeError(`${stop} is missing`);
    return { text, words: words.end() };
  }

  #quotes(): boolean {
    return this.#options.ignoreQuotes !== true;
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #next(): string {
    const character = this.#characters[this.#at] ?? '';
    this.#at += 1;
    return character;
  }

  #escaped(): string {
    const escape = this.#next();
    return (this.#keepEscapes ? escape : '') + this.#next();
  }

  /** The spaces between `<<` and a name belong to one word. */
  #heredocMark(): string {
    let mark = this.#next();
    if (this.#peek() !== '<') return mark;
    mark += this.#next();
    while (/[\t\r ]/.test(this.#peek() ?? '')) mark += this.#next();
    return mark;
  }

  #singleQuoted(): string {
    const quote = this.#next();
    const end = this.#characters.indexOf(quote, this.#at);
    if (end === -1) throw new RangeError('the closing single quote is missing');
    const inside = this.#characters.slice(this.#at, end).join('');
    this.#at = end + 1;
    return this.#inQuotes(inside, quote);
  }

  #doubleQuoted(): string {
    const quote = this.#next();
    let inside = '';
    for (;;) {
      const character = this.#peek();
      if (character === undefined) throw new RangeError('the closing double quote is missing');
      if (character === '$') inside += this.#dollar();
      else if (character === this.#escape) inside += this.#escapedInQuotes();
      else if (this.#next() === quote) return this.#inQuotes(inside, quote);
      else inside += character;
    }
  }

  /** Within double quotes only `"`, `$` and the escape itself can be escaped; before others it is a character. */
  #escapedInQuotes(): string {
    const escape = this.#next();
    const kept = this.#keepEscapes ? escape : '';
    const following = this.#peek();
    if (following === undefined) return kept;
    if (following !== '"' && following !== '$' && following !== escape) return kept + escape;
    return kept + this.#next();
  }

  #inQuotes(inside: string, quote: string): string {
    return this.#options.keepQuotes === true ? quote + inside + quote : inside;
  }

  #dollar(): string {
    this.#at += 1;
    if (this.#peek() === '{') {
      this.#at += 1;
      return this.#braces();
    }
    const name = this.#name();
    if (name === '') return '$';
    return this.#variables.get(name) ?? (this.#options.keepUnset === true ? `$${name}` : '');
  }

  #name(): string {
    const first = this.#peek() ?? '';
    if (DIGIT.test(first)) return this.#while((character) => DIGIT.test(character));
    if (SPECIAL.has(first)) return this.#next();
    return this.#while((character) => NAME_CHARACTER.test(character));
  }

  #while(belongs: (character: string) => boolean): string {
    let text = '';
    for (let next = this.#peek(); next !== undefined && belongs(next); next = this.#peek()) {
      text += this.#next();
    }
    return text;
  }

  /** What follows `${`. */
  #braces(): string {
    const first = this.#peek();
    if (first === undefined) throw new RangeError('} is missing');
    if ('{}:'.includes(first)) throw new RangeError(`\${${first} is not a substitution`);
    const name = this.#name();
    const value = this.#variables.get(name);
    const modifier = this.#next();
    if (modifier === '') throw new RangeError('} is missing');
    if (modifier === '}') return this.#plain(name, value);
    if (modifier === '/') return this.#replacement(name, value);
    const colon = modifier === ':';
    const operator = colon ? this.#next() : modifier;
    return this.#operation({ name, value, colon, operator });
  }

  #plain(name: string, value: string | undefined): string {
    return value ?? (this.#options.keepUnset === true ? `\${${name}}` : '');
  }

  #operation({ name, value, colon, operator }: Operation): string {
    const shown = (colon ? ':' : '') + operator;
    const trims = operator === '#' || operator === '%';
    if (operator === '' || !'+-?#%'.includes(operator) || (colon && trims)) {
      throw new RangeError(`Dockerfiles have no substitution \${${name}${shown}…}`);
    }
    const word = this.#word(trims, '}');
    if (value === undefined && this.#options.keepUnset === true) {
      return `\${${name}${shown}${word}}`;
    }
    const isSet = value !== undefined && !(colon && value === '');
    if (operator === '-') return isSet ? value : word;
    if (operator === '+') return isSet ? word : '';
    if (operator === '?') {
      if (isSet) return value;
      const standard = `it must not be ${value === undefined ? 'unset' : 'empty'}`;
      throw new RangeError(`${name}: ${word === '' ? standard : word}`);
    }
    return trimmed(value ?? '', word, operator === '%');
  }

  /** `${name/pattern/text}` replaces the first match, `${name//pattern/text}` every one. */
  #replacement(name: string, value: string | undefined): string {
    const all = this.#peek() === '/';
    if (all) this.#at += 1;
    const pattern = this.#word(true, '/');
    const text = this.#word(true, '}');
    if (value === undefined && this.#options.keepUnset === true) {
      return `\${${name}/${pattern}/${text}}`;
    }
    return replaced(value ?? '', { pattern, text, all });
  }

  #word(keepEscapes: boolean, stop: string): string {
    const before = this.#keepEscapes;
    this.#keepEscapes = keepEscapes;
    try {
      return this.read(stop).text;
    } finally {
      this.#keepEscapes = before;
    }
  }
}

interface Operation {
  readonly name: string;
  readonly value: string | undefined;
  readonly colon: boolean;
  readonly operator: string;
}

/** Collects words: characters in quotes never end one. */
class WordList {
  readonly #words: string[] = [];
  #word = '';

  add(piece: string, splits: boolean): void {
    for (const character of splits ? piece : [piece]) {
      if (splits && SPACE.test(character)) this.#close();
      else this.#word += character;
    }
  }

  end(): readonly string[] {
    this.#close();
    return this.#words;
  }

  #close(): void {
    if (this.#word !== '') this.#words.push(this.#word);
    this.#word = '';
  }
}

/** `${name#pattern}` removes the shortest match at the start, `##` the longest; `%` and `%%` at the end. */
function trimmed(value: string, word: string, atEnd: boolean): string {
  const doubled = word.startsWith(atEnd ? '%' : '#');
  const parts = parsePattern(doubled ? word.slice(1) : word);
  const characters = Array.from(value);
  const ends = atEnd
    ? matchEnds(parts.toReversed(), characters.toReversed())
    : matchEnds(parts, characters);
  const length = (doubled ? ends.at(-1) : ends[0]) ?? 0;
  const kept = atEnd ? characters.slice(0, characters.length - length) : characters.slice(length);
  return kept.join('');
}

interface Replacement {
  readonly pattern: string;
  readonly text: string;
  readonly all: boolean;
}

function replaced(value: string, { pattern, text, all }: Replacement): string {
  const parts = parsePattern(pattern);
  const characters = Array.from(value);
  let result = '';
  let steps = 0;
  for (let at = 0; at < characters.length; ) {
    const rest = characters.slice(at);
    steps += rest.length * (parts.length + 1);
    if (steps > MAX_REPLACEMENT_STEPS) throw new RangeError('the replacement takes too many steps');
    const length = matchEnds(parts, rest).at(-1) ?? 0;
    if (length === 0) {
      result += characters[at] ?? '';
      at += 1;
      continue;
    }
    result += text;
    at += length;
    if (!all) return result + characters.slice(at).join('');
  }
  return result;
}
