/**
 * Reads JSON and, where it is none, tells it in the words of AWS's parser (Jackson), as far as they
 * were seen in recorded answers.
 */
export type JsonText =
  | { readonly valid: true; readonly value: unknown }
  | { readonly valid: false; readonly problem: string };

export function parseJsonText(text: string): JsonText {
  try {
    return { valid: true, value: JSON.parse(text) };
  } catch {
    return { valid: false, problem: problemOf(text) };
  }
}

const tokens = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

function problemOf(text: string): string {
  const start = text.search(/\S/);
  if (start < 0) return 'Invalid execution input.';
  const word = /^[A-Za-z_$][\w$]*/.exec(text.slice(start))?.[0];
  if (word !== undefined && !['null', 'true', 'false'].includes(word)) {
    return `Unrecognized token '${word}': was expecting ${tokens}`;
  }
  return new Scanner(text, start).problem();
}

/** Walks through the text as Jackson does, as far as the first thing that is not JSON. */
class Scanner {
  readonly #text: string;
  #position: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#position = start;
  }

  problem(): string {
    return this.#value() ?? this.#trailing() ?? 'Invalid execution input.';
  }

  #next(): string | undefined {
    while (/\s/.test(this.#text[this.#position] ?? '')) this.#position += 1;
    return this.#text[this.#position];
  }

  #unexpected(expected: string): string {
    const character = this.#next();
    if (character === undefined) return 'Unexpected end-of-input';
    return `Unexpected character ('${character}' (code ${character.codePointAt(0)})): was expecting ${expected}`;
  }

  #trailing(): string | undefined {
    const character = this.#next();
    if (character === undefined) return undefined;
    const word = /^[\w$]+/.exec(this.#text.slice(this.#position))?.[0];
    return word === undefined || /^\d/.test(word)
      ? this.#unexpected('a valid value')
      : `Unrecognized token '${word}': was expecting ${tokens}`;
  }

  #value(): string | undefined {
    const character = this.#next();
    if (character === undefined) return 'Unexpected end-of-input';
    if (character === '{') return this.#object();
    if (character === '[') return this.#array();
    if (character === '"') return this.#string();
    const scalar = /^(-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false|null)\b/.exec(
      this.#text.slice(this.#position),
    )?.[0];
    if (scalar !== undefined) {
      this.#position += scalar.length;
      return undefined;
    }
    const word = /^[A-Za-z_$][\w$]*/.exec(this.#text.slice(this.#position))?.[0];
    if (word !== undefined) return `Unrecognized token '${word}': was expecting ${tokens}`;
    return this.#unexpected(`a valid value ${tokens}`);
  }

  #string(): string | undefined {
    const match = /^"(?:[^"\\]|\\[\s\S])*"/.exec(this.#text.slice(this.#position))?.[0];
    if (match === undefined) {
      return 'Unexpected end-of-input: was expecting closing quote for a string value';
    }
    this.#position += match.length;
    return undefined;
  }

  #object(): string | undefined {
    this.#position += 1;
    for (let first = true; ; first = false) {
      const character = this.#next();
      if (character === '}') break;
      if (!first) {
        if (character !== ',') return this.#unexpected('comma to separate Object entries');
        this.#position += 1;
      }
      if (this.#next() !== '"') return this.#unexpected('double-quote to start field name');
      const name = this.#string();
      if (name !== undefined) return name;
      if (this.#next() !== ':') {
        return this.#unexpected('a colon to separate field name and value');
      }
      this.#position += 1;
      const value = this.#value();
      if (value !== undefined) return value;
    }
    this.#position += 1;
    return undefined;
  }

  #array(): string | undefined {
    this.#position += 1;
    for (let first = true; ; first = false) {
      const character = this.#next();
      if (character === ']') break;
      if (!first) {
        if (character !== ',') return this.#unexpected('comma to separate Array entries');
        this.#position += 1;
      }
      const value = this.#value();
      if (value !== undefined) return value;
    }
    this.#position += 1;
    return undefined;
  }
}
