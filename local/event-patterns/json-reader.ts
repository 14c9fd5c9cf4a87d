import {
  JACKSON_VALUES,
  JsonTooDeep,
  jacksonCharacter,
  jacksonSource,
  MAXIMUM_JSON_LEVELS,
} from '../../engine/index.ts';

/** The kind of the current token. `end` is the end of the text. */
export type Token =
  | 'object-start'
  | 'object-end'
  | 'array-start'
  | 'array-end'
  | 'field'
  | 'string'
  | 'number'
  | 'true'
  | 'false'
  | 'null'
  | 'end';

/** A text that is not JSON, or not a pattern; the message is AWS's and ends with the position. */
export class PatternSyntaxError extends Error {}

/** How much of an unknown word a message quotes. */
const QUOTED_WORD_CHARACTERS = 256;

interface Frame {
  readonly kind: 'object' | 'array';
  /** The position of its opening bracket, for the message about a missing closing one. */
  readonly start: number;
  empty: boolean;
}

/**
 * Reads JSON token by token, with the line and column that AWS reports. EventBridge reports positions of
 * its parser (Jackson), which looks ahead over a value's first characters when it reads a field name,
 * and reads a string only when its text is requested; this reader does the same.
 *
 * @see https://github.com/aws/event-ruler
 */
export class JsonReader {
  readonly #text: string;
  readonly #stack: Frame[] = [];
  #position = 0;
  #stringOpen = false;
  #lookedAhead: Token | undefined;
  #name = '';
  #text0 = '';
  #started = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** The name of the field last read. */
  get name(): string {
    return this.#name;
  }

  /** The current token: the characters of a string, or the spelling of a number, word or bracket. */
  get text(): string {
    if (this.#stringOpen) this.#finishString();
    return this.#text0;
  }

  next(): Token {
    if (this.#lookedAhead !== undefined) {
      const token = this.#lookedAhead;
      this.#lookedAhead = undefined;
      this.#enter(token);
      return token;
    }
    if (this.#stringOpen) this.#finishString();
    return this.#nextInFrame();
  }

  /** Throws an error at the current position. */
  fail(message: string): never {
    throw this.#error(message, this.#position);
  }

  #nextInFrame(): Token {
    const frame = this.#stack.at(-1);
    this.#skipSpace();
    if (this.#position >= this.#text.length) return this.#end(frame);
    if (frame === undefined) return this.#first();
    const character = this.#take();
    if (character === '}' || character === ']') return this.#close(character, frame);
    const following = frame.empty ? character : this.#afterComma(character, frame);
    frame.empty = false;
    if (frame.kind === 'object') return this.#field(following);
    const token = this.#value(following);
    this.#enter(token);
    return token;
  }

  #first(): Token {
    if (this.#started) return 'end';
    this.#started = true;
    const token = this.#value(this.#take());
    this.#enter(token);
    return token;
  }

  #end(frame: Frame | undefined): Token {
    if (frame === undefined) return 'end';
    const kind = frame.kind === 'object' ? 'Object' : 'Array';
    const start = `(start marker at ${this.#location(frame.start)})`;
    return this.fail(`Unexpected end-of-input: expected close marker for ${kind} ${start}`);
  }

  #close(character: string, frame: Frame): Token {
    const expected = frame.kind === 'object' ? '}' : ']';
    if (character !== expected) {
      const kind = frame.kind === 'object' ? 'Object' : 'Array';
      throw this.#error(
        `Unexpected close marker '${character}': expected '${expected}' (for ${kind} starting at ${this.#location(frame.start)})`,
        this.#position - 1,
      );
    }
    this.#stack.pop();
    this.#text0 = character;
    return frame.kind === 'object' ? 'object-end' : 'array-end';
  }

  #afterComma(character: string, frame: Frame): string {
    const kind = frame.kind === 'object' ? 'Object' : 'Array';
    if (character !== ',') {
      throw this.#unexpected(character, `was expecting comma to separate ${kind} entries`);
    }
    this.#skipSpace();
    if (this.#position >= this.#text.length) this.#end(frame);
    return this.#take();
  }

  #field(quote: string): Token {
    if (quote !== '"') {
      throw this.#unexpected(quote, 'was expecting double-quote to start field name');
    }
    this.#finishString('name');
    this.#name = this.#text0;
    this.#skipSpace();
    const colon = this.#take();
    if (colon !== ':') {
      throw this.#unexpected(colon, 'was expecting a colon to separate field name and value');
    }
    this.#skipSpace();
    if (this.#position >= this.#text.length) this.#end(this.#stack.at(-1));
    this.#lookedAhead = this.#value(this.#take());
    return 'field';
  }

  #enter(token: Token): void {
    if (token !== 'object-start' && token !== 'array-start') return;
    const kind = token === 'object-start' ? 'object' : 'array';
    if (this.#stack.length >= MAXIMUM_JSON_LEVELS) this.fail(new JsonTooDeep().message);
    this.#stack.push({ kind, start: this.#position - 1, empty: true });
  }

  #value(character: string): Token {
    switch (character) {
      case '"':
        this.#stringOpen = true;
        return 'string';
      case '{':
        this.#text0 = character;
        return 'object-start';
      case '[':
        this.#text0 = character;
        return 'array-start';
      case '}':
        throw this.#unexpected(character, 'expected a value');
      case 't':
        return this.#word('true');
      case 'f':
        return this.#word('false');
      case 'n':
        return this.#word('null');
      default:
        if (character === '-' || isDigit(character)) return this.#number();
        return this.#oddValue(character);
    }
  }

  #word(word: 'true' | 'false' | 'null'): Token {
    const start = this.#position - 1;
    const end = start + word.length;
    const next = this.#text.charAt(end);
    if (this.#text.slice(start, end) !== word || isWordPart(next)) this.#unknownWord(start);
    this.#position = end;
    this.#text0 = word;
    return word;
  }

  #number(): Token {
    const start = this.#position - 1;
    if (this.#text.charAt(start) === '-') {
      this.#wantDigit('expected digit (0-9) to follow minus sign, for valid numeric value');
    }
    this.#skipDigits();
    const digits = this.#text.slice(start, this.#position);
    if (/^-?0\d/.test(digits)) {
      this.#position = start + digits.indexOf('0') + 1;
      this.fail('Invalid numeric value: Leading zeroes not allowed');
    }
    if (this.#text.charAt(this.#position) === '.') {
      this.#position += 1;
      this.#wantDigit('Decimal point not followed by a digit');
      this.#skipDigits();
    }
    if (/[eE]/.test(this.#text.charAt(this.#position))) {
      this.#position += 1;
      if (/[+-]/.test(this.#text.charAt(this.#position))) this.#position += 1;
      this.#wantDigit('Exponent indicator not followed by a digit');
      this.#skipDigits();
    }
    this.#text0 = this.#text.slice(start, this.#position);
    return 'number';
  }

  #skipDigits(): void {
    while (isDigit(this.#text.charAt(this.#position))) this.#position += 1;
  }

  #wantDigit(reason: string): void {
    const character = this.#text.charAt(this.#position);
    if (isDigit(character)) return;
    throw this.#error(
      `Unexpected character (${jacksonCharacter(character)}) in numeric value: ${reason}`,
      this.#position,
    );
  }

  #oddValue(character: string): never {
    if (isWordPart(character)) this.#unknownWord(this.#position - 1);
    throw this.#unexpected(character, `expected a valid value ${JACKSON_VALUES}`);
  }

  #unknownWord(start: number): never {
    let end = start + 1;
    while (end - start < QUOTED_WORD_CHARACTERS && isWordPart(this.#text.charAt(end))) end += 1;
    this.#position = end;
    const word = this.#text.slice(start, end);
    return this.fail(`Unrecognized token '${word}': was expecting ${JACKSON_VALUES}`);
  }

  #finishString(what: 'name' | 'string value' = 'string value'): void {
    this.#stringOpen = false;
    const start = this.#position;
    for (let end = start; end < this.#text.length; end += 1) {
      const character = this.#text.charAt(end);
      if (character === '\\') end = this.#escape(end + 1);
      else if (character === '"') return this.#takeString(start, end);
      else if (character < ' ') {
        throw this.#error(
          `Illegal unquoted character (${jacksonCharacter(character)}): has to be escaped using backslash to be included in ${what}`,
          end,
        );
      }
    }
    this.#position = this.#text.length;
    const missing =
      what === 'name' ? ' in field name' : ': was expecting closing quote for a string value';
    this.fail(`Unexpected end-of-input${missing}`);
  }

  /** Validates an escape sequence; returns the position of its last character. */
  #escape(position: number): number {
    const character = this.#text.charAt(position);
    if (character === 'u') return this.#hexadecimalEscape(position);
    if (character !== '' && !'"\\/bfnrt'.includes(character)) {
      throw this.#error(`Unrecognized character escape ${jacksonCharacter(character)}`, position);
    }
    return position;
  }

  #hexadecimalEscape(position: number): number {
    for (let digit = position + 1; digit <= position + 4; digit += 1) {
      const character = this.#text.charAt(digit);
      if (character === '' || /[\da-fA-F]/.test(character)) continue;
      this.#position = digit + 1;
      throw this.#unexpected(character, 'expected a hex-digit for character escape sequence');
    }
    return position + 4;
  }

  #takeString(start: number, end: number): void {
    this.#position = end + 1;
    this.#text0 = String(JSON.parse(`"${this.#text.slice(start, end)}"`));
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.#position))) this.#position += 1;
  }

  #take(): string {
    const character = this.#text.charAt(this.#position);
    this.#position += 1;
    return character;
  }

  #unexpected(character: string, reason: string): PatternSyntaxError {
    return this.#error(
      `Unexpected character (${jacksonCharacter(character)}): ${reason}`,
      this.#position - 1,
    );
  }

  #error(message: string, position: number): PatternSyntaxError {
    return new PatternSyntaxError(`${message}\n at ${this.#location(position)}`);
  }

  #location(position: number): string {
    const before = this.#text.slice(0, position);
    const line = before.split('\n').length;
    const column = position - before.lastIndexOf('\n');
    return jacksonSource(this.#text, line, column);
  }
}

/** Jackson's message for a text that is not JSON, including the position; undefined for JSON. */
export function jsonProblem(text: string): string | undefined {
  const reader = new JsonReader(text);
  try {
    while (reader.next() !== 'end');
    return undefined;
  } catch (error) {
    if (error instanceof PatternSyntaxError) return error.message;
    throw error;
  }
}

function isWordPart(character: string): boolean {
  return /^[\p{L}\p{N}_$]$/u.test(character);
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

/** Like `jsonProblem`, for services whose message has the position but not the text. */
export function redactedJsonProblem(text: string): string | undefined {
  return jsonProblem(text)?.replaceAll(
    /\[Source: .*?; line: (\d+), column: (\d+)\]/gs,
    '[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: $1, column: $2]',
  );
}
