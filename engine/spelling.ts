import { setOwn } from './flow/set-own.ts';
import type { Json } from './json.ts';

/**
 * Numbers as they were written. A document is passed on as it came until something computes with it, so
 * `12345678901234567890`, `1e400` and `1.0` must not become what a JavaScript number prints: a list or object
 * that holds such a number has its spelling beside it. Whatever copies a member without knowing of spellings
 * leaves the number as JavaScript has it.
 */
const spellings = new WeakMap<object, ReadonlyMap<string | number, string>>();

/** Whether this process has met any; until then writing costs nothing more. */
let isAnyKnown = false;

/**
 * Finds every text with such a number, and some without: only those are read here. A number stands behind a
 * bracket, a colon, a comma or white space; digits in texts (identifiers, times) rarely do.
 */
const MAY_HAVE_SPELLING =
  /[[:,\s](?:-?(?:\d{16}|[\d.]{17}|\d+\.\d*0(?!\d)|0\.0{5}|\d[\d.]*[eE])|-0(?![.\d]))/;

/**
 * `JSON.parse`, remembering spellings.
 *
 * @throws SyntaxError
 */
export function readJson(text: string): Json {
  const value = JSON.parse(text) as Json;
  if (typeof value !== 'object' || value === null || !MAY_HAVE_SPELLING.test(text)) return value;
  return new Reader(text).value();
}

/** `JSON.stringify`, with the spellings. */
export function writeJson(value: unknown): string {
  return holdsSpelling(value) ? (write(value) ?? 'null') : JSON.stringify(value);
}

/** Whether any number at any depth is not what it was written as. */
export function holdsSpelling(value: unknown): boolean {
  return isAnyKnown && findsSpelling(value);
}

function findsSpelling(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (spellings.has(value)) return true;
  if (Array.isArray(value)) return value.some(findsSpelling);
  for (const key in value) if (findsSpelling((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** Whether a member of a list or object is a number that is not what it was written as. */
export function hasSpelling(container: object, key: string | number): boolean {
  return isAnyKnown && spellings.get(container)?.has(key) === true;
}

/** For a copy in which one member is another. */
export function copySpellings(from: object | undefined, to: object, except: string | number): void {
  if (!isAnyKnown || from === undefined) return;
  const known = spellings.get(from);
  if (known === undefined) return;
  spellings.set(to, new Map([...known].filter(([key]) => key !== except)));
}

function write(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) {
    return JSON.stringify(value);
  }
  const known = spellings.get(value);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => known?.get(index) ?? write(item) ?? 'null');
    return `[${items.join(',')}]`;
  }
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const text = known?.get(key) ?? write(member);
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}

const SPACE = /[ \t\r\n]*/y;
const TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const WORD = /[^,\]}\s]+/y;

/** Reads a text that is known to be JSON once more. */
class Reader {
  readonly #text: string;
  #at = 0;
  /** Of the number just read. */
  #spelling: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Json {
    this.#take(SPACE);
    this.#spelling = undefined;
    const next = this.#text[this.#at];
    if (next === '{') return this.#object();
    if (next === '[') return this.#list();
    return next === '"' ? this.#string() : this.#word();
  }

  #object(): Json {
    const members: Record<string, Json> = {};
    const known = new Map<string, string>();
    while (this.#hasMore('}')) {
      const key = this.#string();
      this.#take(SPACE);
      // The colon.
      this.#at += 1;
      setOwn(members, key, this.value());
      if (this.#spelling === undefined) known.delete(key);
      else known.set(key, this.#spelling);
    }
    return this.#noted(members, known);
  }

  #list(): Json {
    const items: Json[] = [];
    const known = new Map<number, string>();
    while (this.#hasMore(']')) {
      items.push(this.value());
      if (this.#spelling !== undefined) known.set(items.length - 1, this.#spelling);
    }
    return this.#noted(items, known);
  }

  #noted(container: Json & object, known: ReadonlyMap<string | number, string>): Json {
    this.#spelling = undefined;
    if (known.size > 0) {
      spellings.set(container, known);
      isAnyKnown = true;
    }
    return container;
  }

  /** Steps over what stands before a member: an opening bracket, or a comma. */
  #hasMore(end: string): boolean {
    this.#take(SPACE);
    const isOver = this.#text[this.#at] === end;
    this.#at += 1;
    if (isOver) return false;
    this.#take(SPACE);
    if (this.#text[this.#at] !== end) return true;
    this.#at += 1;
    return false;
  }

  #string(): string {
    const text = this.#take(TEXT);
    return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
  }

  #word(): Json {
    const word = this.#take(WORD);
    const value = JSON.parse(word) as Json;
    if (typeof value === 'number' && JSON.stringify(value) !== word) this.#spelling = word;
    return value;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
