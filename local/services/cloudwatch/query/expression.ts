import { Unsupported } from '../errors.ts';

/** A parsed metric math expression. */
export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'list'; readonly items: readonly Expression[] }
  | { readonly type: 'negative'; readonly of: Expression }
  | {
      readonly type: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly type: 'call'; readonly name: string; readonly arguments: readonly Expression[] };

/** The expression is not valid metric math. */
export class InvalidExpression extends Error {}

/** A function of metric math that this runtime does not have. */
export class UnsupportedFunction extends Unsupported {
  constructor(name: string) {
    super(`${name} in metric math`);
  }
}

/** The maximum nesting depth of an expression. AWS documents none. */
const MAXIMUM_LEVELS = 100;

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|"([^"]*)"|'([^']*)'|(&&|\|\||[<>=!]=|[-+*/^<>()[\],]))/y;

/** Operators from the lowest to the highest precedence. */
const LEVELS: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
  ['^'],
];

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'sign';
  readonly text: string;
}

/** A query in the language of Metrics Insights, which is also passed as an expression. */
const METRICS_INSIGHTS = /^\s*SELECT\s/i;

/** @throws InvalidExpression, UnsupportedFunction */
export function parseExpression(text: string): Expression {
  if (METRICS_INSIGHTS.test(text)) throw new UnsupportedFunction('SELECT (Metrics Insights)');
  return new Parser(text).parse();
}

/** A recursive descent parser: a method for each kind of expression. */
class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  parse(): Expression {
    const expression = this.#binary(0);
    if (this.#position === this.#tokens.length) return expression;
    throw new InvalidExpression(`unexpected ${this.#peek()?.text} in ${this.#text}`);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#position];
  }

  #isSign(sign: string): boolean {
    const token = this.#peek();
    return token?.kind === 'sign' && token.text === sign;
  }

  #expect(sign: string): void {
    if (!this.#isSign(sign)) throw new InvalidExpression(`expected ${sign} in ${this.#text}`);
    this.#position += 1;
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#operator();
      if (operator === undefined || !operators.includes(operator)) return left;
      this.#position += 1;
      left = { type: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #operator(): string | undefined {
    const token = this.#peek();
    if (token === undefined || token.kind === 'text') return undefined;
    return token.kind === 'name' ? token.text.toUpperCase() : token.text;
  }

  #unary(): Expression {
    this.#depth += 1;
    if (this.#depth > MAXIMUM_LEVELS) {
      throw new InvalidExpression(`it nests deeper than ${MAXIMUM_LEVELS} levels`);
    }
    const isNegative = this.#isSign('-');
    if (isNegative) this.#position += 1;
    const found: Expression = isNegative
      ? { type: 'negative', of: this.#unary() }
      : this.#primary();
    this.#depth -= 1;
    return found;
  }

  #primary(): Expression {
    const token = this.#peek();
    if (token === undefined) throw new InvalidExpression(`${this.#text} ends too early`);
    this.#position += 1;
    if (token.kind === 'number') return { type: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { type: 'text', value: token.text };
    if (token.kind === 'name') return this.#named(token.text);
    if (token.text === '[') return { type: 'list', items: this.#list(']') };
    if (token.text !== '(') {
      throw new InvalidExpression(`unexpected ${token.text} in ${this.#text}`);
    }
    const inner = this.#binary(0);
    this.#expect(')');
    return inner;
  }

  #named(name: string): Expression {
    if (!this.#isSign('(')) return { type: 'name', name };
    this.#position += 1;
    return { type: 'call', name: name.toUpperCase(), arguments: this.#list(')') };
  }

  #list(end: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.#isSign(end)) {
      if (items.length > 0) this.#expect(',');
      items.push(this.#binary(0));
    }
    this.#expect(end);
    return items;
  }
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new InvalidExpression(`cannot read ${text.slice(at, at + 20)}`);
    const [, number, name, double, single, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: 'text', text: double ?? single ?? '' });
  }
  return tokens;
}

/** The names in an expression: ids of queries, and words such as `ASC`. */
export function namesIn(expression: Expression): readonly string[] {
  switch (expression.type) {
    case 'name':
      return [expression.name];
    case 'list':
      return expression.items.flatMap(namesIn);
    case 'call':
      return expression.arguments.flatMap(namesIn);
    case 'binary':
      return [...namesIn(expression.left), ...namesIn(expression.right)];
    case 'negative':
      return namesIn(expression.of);
    case 'number':
    case 'text':
      return [];
  }
}
