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
const MAXIMUM_DEPTH = 100;

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
  const tokens = tokenize(text);
  let position = 0;
  let depth = 0;

  const peek = () => tokens[position];
  const isSign = (sign: string) => peek()?.kind === 'sign' && peek()?.text === sign;

  function expect(sign: string): void {
    if (!isSign(sign)) throw new InvalidExpression(`expected ${sign} in ${text}`);
    position += 1;
  }

  function binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return unary();
    let left = binary(level + 1);
    for (;;) {
      const token = peek();
      const operator = token?.kind === 'name' ? token.text.toUpperCase() : token?.text;
      if (token === undefined || token.kind === 'text' || !operators.includes(operator ?? '')) {
        return left;
      }
      position += 1;
      left = { type: 'binary', operator: operator ?? '', left, right: binary(level + 1) };
    }
  }

  function unary(): Expression {
    depth += 1;
    if (depth > MAXIMUM_DEPTH) {
      throw new InvalidExpression(`it nests deeper than ${MAXIMUM_DEPTH} levels`);
    }
    const isNegative = isSign('-');
    if (isNegative) position += 1;
    const found: Expression = isNegative ? { type: 'negative', of: unary() } : primary();
    depth -= 1;
    return found;
  }

  function list(end: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!isSign(end)) {
      if (items.length > 0) expect(',');
      items.push(binary(0));
    }
    expect(end);
    return items;
  }

  function primary(): Expression {
    const token = peek();
    if (token === undefined) throw new InvalidExpression(`${text} ends too early`);
    position += 1;
    if (token.kind === 'number') return { type: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { type: 'text', value: token.text };
    if (token.kind === 'name') {
      if (!isSign('(')) return { type: 'name', name: token.text };
      position += 1;
      return { type: 'call', name: token.text.toUpperCase(), arguments: list(')') };
    }
    if (token.text === '[') return { type: 'list', items: list(']') };
    if (token.text !== '(') throw new InvalidExpression(`unexpected ${token.text} in ${text}`);
    const inner = binary(0);
    expect(')');
    return inner;
  }

  const expression = binary(0);
  if (position < tokens.length)
    throw new InvalidExpression(`unexpected ${peek()?.text} in ${text}`);
  return expression;
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
