import type { Json } from './json.ts';
import { isNumberAsWrittenKnown, NumberAsWritten } from './number-as-written.ts';
import { setOwn } from './set-own.ts';

/**
 * Matches every text with such a number, and some texts without; only matching texts are parsed here. A number
 * follows a bracket, a colon, a comma or white space; digits in strings (identifiers, times) rarely do.
 */
const MAY_HOLD_ONE =
  /(?:^|[[:,\s])(?:-?(?:\d{16}|[\d.]{17}|\d+\.\d*0(?!\d)|0\.0{5}|\d[\d.]*[eE])|-0(?![.\d]))/;

/**
 * As `JSON.parse`, but keeps the spelling of numbers.
 *
 * @throws SyntaxError
 */
export function readNumbersAsWritten(text: string): Json {
  const value = JSON.parse(text) as Json;
  return mayHoldNumberAsWritten(text) ? new Reader(text).value() : value;
}

/** As `JSON.stringify`, but writes numbers in their original spelling. */
export function writeJson(value: unknown): string {
  return holdsNumberAsWritten(value) ? (write(value) ?? 'null') : JSON.stringify(value);
}

/** Whether {@link readNumbersAsWritten} parses the text a second time, number by number. */
export function mayHoldNumberAsWritten(text: string): boolean {
  return MAY_HOLD_ONE.test(text);
}

/** Whether the value is a {@link NumberAsWritten}, or contains one at any depth. */
export function holdsNumberAsWritten(value: unknown): boolean {
  return isNumberAsWrittenKnown() && findsOne(value);
}

function findsOne(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof NumberAsWritten) return true;
  if (Array.isArray(value)) return value.some(findsOne);
  for (const key in value) if (findsOne((value as Record<string, unknown>)[key])) return true;
  return false;
}

function write(value: unknown): string | undefined {
  if (value instanceof NumberAsWritten) return value.text;
  if (typeof value !== 'object' || value === null || 'toJSON' in value) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => write(item) ?? 'null').join(',')}]`;
  }
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const text = write(member);
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}

const SPACE = /[ \t\r\n]*/y;
const TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const WORD = /[^,\]}\s]+/y;

/** Parses a text that is known to be JSON a second time. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Json {
    this.#take(SPACE);
    const next = this.#text[this.#at];
    if (next === '{') return this.#object();
    if (next === '[') return this.#list();
    return next === '"' ? this.#string() : this.#word();
  }

  #object(): Json {
    const members: Record<string, Json> = {};
    while (this.#hasMore('}')) {
      const key = this.#string();
      this.#take(SPACE);
      // The colon.
      this.#at += 1;
      setOwn(members, key, this.value());
    }
    return members;
  }

  #list(): Json {
    const items: Json[] = [];
    while (this.#hasMore(']')) items.push(this.value());
    return items;
  }

  /** Skips the token before a member: an opening bracket, or a comma. */
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
    if (typeof value !== 'number' || JSON.stringify(value) === word) return value;
    return new NumberAsWritten(word) as unknown as Json;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
