import { ValidationException } from '../errors.ts';
import { EXPRESSION_BYTES, EXPRESSION_OPERATORS } from '../limits.ts';

type TokenKind = 'word' | 'name' | 'value' | 'number' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written; `<EOF>` at the end. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<name>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<number>\d+)|(?<sign><>|<=|>=|[\s\S])/y;
const SPACE = /\s*/y;

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    at = SPACE.lastIndex;
    if (at >= text.length) break;
    TOKEN.lastIndex = at;
    const groups = Object.entries(TOKEN.exec(text)?.groups ?? {});
    const [kind, found] = groups.find(([, group]) => group !== undefined) ?? ['sign', text[at]];
    const token = { kind: kind as TokenKind, text: found ?? '', start: at };
    at += token.text.length;
    tokens.push({ ...token, end: at });
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: text.length, end: text.length });
  return tokens;
}

/** The precedence of the problems of an expression; of equal ones, AWS names the first. */
const RANKS = ['parentheses', 'unknown function', 'misused function', 'reserved', 'other'] as const;
export type ProblemKind = (typeof RANKS)[number];

/** Reads the tokens of an expression, and collects its problems other than syntax errors. */
export class TokenReader {
  readonly #text: string;
  /** `ConditionExpression`, for messages. */
  readonly #label: string;
  readonly #tokens: readonly Token[];
  readonly #problems: { readonly kind: ProblemKind; readonly message: string }[] = [];
  #position = 0;
  #operators = 0;

  /** @throws ValidationException where it is empty or too long */
  constructor(text: string, label: string) {
    this.#text = text;
    this.#label = label;
    if (text.trim() === '') throw this.invalid('The expression can not be empty;');
    const bytes = Buffer.byteLength(text);
    if (bytes > EXPRESSION_BYTES) {
      throw this.invalid(
        `Expression size has exceeded the maximum allowed size; expression size: ${bytes}`,
      );
    }
    this.#tokens = tokenize(text);
  }

  /** The number of tokens read. */
  get position(): number {
    return this.#position;
  }

  invalid(message: string): ValidationException {
    return new ValidationException(`Invalid ${this.#label}: ${message}`);
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#position + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('an expression without tokens');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#position += 1;
    return token;
  }

  /** Whether the next token is this sign. */
  isSign(sign: string): boolean {
    const token = this.peek();
    return token.kind === 'sign' && token.text === sign;
  }

  /** Whether the next token is this keyword, in any case. */
  isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text.toUpperCase() === word;
  }

  takeSign(sign: string): boolean {
    const found = this.isSign(sign);
    if (found) this.#position += 1;
    return found;
  }

  takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.#position += 1;
    return found;
  }

  expectSign(sign: string): void {
    if (!this.takeSign(sign)) throw this.syntaxError();
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.syntaxError();
  }

  /** A syntax error as AWS shows it: the token with its neighbours. */
  syntaxError(): ValidationException {
    const token = this.peek();
    const previous = this.#tokens[this.#position - 1] ?? token;
    const following = token.kind === 'end' ? token : this.peek(1);
    const near = this.#text.slice(previous.start, following.end).trim();
    return this.invalid(`Syntax error; token: "${token.text}", near: "${near}"`);
  }

  /** Counts an operator or function. */
  countOperator(): void {
    this.#operators += 1;
  }

  note(kind: ProblemKind, message: string): void {
    this.#problems.push({ kind, message });
  }

  /** @throws ValidationException where something follows, or where something is wrong */
  finish(): void {
    if (this.peek().kind !== 'end') throw this.syntaxError();
    if (this.#operators > EXPRESSION_OPERATORS) {
      throw this.invalid(
        `The expression contains too many operators; operator count: ${this.#operators}`,
      );
    }
    for (const rank of RANKS) {
      const problem = this.#problems.find(({ kind }) => kind === rank);
      if (problem !== undefined) throw this.invalid(problem.message);
    }
  }
}
