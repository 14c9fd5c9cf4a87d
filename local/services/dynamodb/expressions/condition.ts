import { EXPRESSION_OPERATORS, IN_OPERANDS } from '../limits.ts';
import {
  type AttributeType,
  type AttributeValue,
  compareValues,
  TYPES,
  toWire,
} from '../values/attribute-value.ts';
import { equalPaths, type Path, parsePath, renderPath } from './path.ts';
import type { Substitutions } from './substitutions.ts';
import { TokenReader } from './tokens.ts';

/** An operand of a comparison or function. */
export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly operand: Operand };

const REDUNDANT = 'The expression has redundant parentheses;';

/** Each pair that is not redundant has an operator of its own beside what it holds. */
const MAXIMUM_OPEN_GROUPS = EXPRESSION_OPERATORS + 1;

export const COMPARATORS = ['=', '<>', '<=', '>=', '<', '>'] as const;
export type Comparator = (typeof COMPARATORS)[number];

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly kind: 'between';
      readonly operand: Operand;
      readonly lower: Operand;
      readonly upper: Operand;
    }
  | { readonly kind: 'in'; readonly operand: Operand; readonly choices: readonly Operand[] }
  | {
      readonly kind: 'function';
      readonly name: ConditionFunction;
      readonly operands: readonly Operand[];
    };

/** Functions that are conditions, with their numbers of operands. */
const CONDITION_FUNCTIONS = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
} as const;
export type ConditionFunction = keyof typeof CONDITION_FUNCTIONS;

/** @throws ValidationException in AWS's words */
export function parseCondition(
  text: string,
  label: string,
  substitutions: Substitutions,
): Condition {
  const parser = new ConditionParser(new TokenReader(text, label), substitutions);
  return parser.parse();
}

/** The content of parentheses: a condition or an operand. */
type Parsed =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'operand'; readonly operand: Operand };

class ConditionParser {
  readonly #reader: TokenReader;
  readonly #substitutions: Substitutions;

  constructor(reader: TokenReader, substitutions: Substitutions) {
    this.#reader = reader;
    this.#substitutions = substitutions;
  }

  parse(): Condition {
    const condition = this.#condition(this.#or());
    this.#reader.finish();
    return condition;
  }

  #or(): Parsed {
    return this.#chain('OR', () => this.#chain('AND', () => this.#not()));
  }

  #chain(word: 'AND' | 'OR', parse: () => Parsed): Parsed {
    const first = parse();
    if (!this.#reader.isWord(word)) return first;
    const conditions = [this.#condition(first)];
    while (this.#reader.takeWord(word)) {
      this.#reader.countOperator();
      conditions.push(this.#condition(parse()));
    }
    return { kind: 'condition', condition: { kind: word === 'AND' ? 'and' : 'or', conditions } };
  }

  /** @throws an error for an operand that is used as a condition */
  #condition(parsed: Parsed): Condition {
    if (parsed.kind === 'condition') return parsed.condition;
    const { operand } = parsed;
    if (operand.kind !== 'size') throw this.#reader.syntaxError();
    this.#misused('size');
    return { kind: 'and', conditions: [] };
  }

  #misused(name: string): void {
    this.#reader.note(
      'misused function',
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    );
  }

  #not(): Parsed {
    if (!this.#reader.takeWord('NOT')) return this.#primary();
    this.#reader.countOperator();
    return {
      kind: 'condition',
      condition: { kind: 'not', condition: this.#condition(this.#not()) },
    };
  }

  #primary(): Parsed {
    const parsed = this.#reader.isSign('(') ? this.#group() : this.#operandOrFunction();
    if (parsed.kind === 'operand') return this.#comparison(parsed.operand);
    if (this.#startsComparison()) this.#misuse(parsed.condition);
    return parsed;
  }

  /** The positions of the latest closed parentheses. */
  #lastGroup = { from: -1, to: -1 };
  #openGroups = 0;

  #group(): Parsed {
    const reader = this.#reader;
    const from = reader.position;
    reader.expectSign('(');
    this.#openGroups += 1;
    if (this.#openGroups > MAXIMUM_OPEN_GROUPS) throw reader.invalid(REDUNDANT);
    const parsed = this.#or();
    this.#openGroups -= 1;
    if (this.#lastGroup.from === from + 1 && this.#lastGroup.to === reader.position - 1) {
      reader.note('parentheses', REDUNDANT);
    }
    this.#lastGroup = { from, to: reader.position };
    reader.expectSign(')');
    return parsed;
  }

  #startsComparison(): boolean {
    const { kind, text } = this.#reader.peek();
    return kind === 'sign' && (COMPARATORS as readonly string[]).includes(text);
  }

  /** `attribute_exists(a) = :b` */
  #misuse(condition: Condition): void {
    if (condition.kind !== 'function') throw this.#reader.syntaxError();
    this.#misused(condition.name);
    this.#reader.next();
    this.#operand();
  }

  #comparison(operand: Operand): Parsed {
    const reader = this.#reader;
    if (this.#startsComparison()) {
      const comparator = reader.next().text as Comparator;
      reader.countOperator();
      const right = this.#operand();
      this.#checkDistinct(comparator, operand, right);
      if (comparator !== '=' && comparator !== '<>') this.#checkOrdered(comparator, operand, right);
      return {
        kind: 'condition',
        condition: { kind: 'compare', comparator, left: operand, right },
      };
    }
    if (reader.takeWord('BETWEEN')) return this.#between(operand);
    if (reader.takeWord('IN')) return this.#in(operand);
    return { kind: 'operand', operand };
  }

  #between(operand: Operand): Parsed {
    this.#reader.countOperator();
    const lower = this.#operand();
    this.#reader.expectWord('AND');
    const upper = this.#operand();
    this.#checkOrdered('BETWEEN', operand, lower, upper);
    this.#checkBounds(lower, upper);
    return { kind: 'condition', condition: { kind: 'between', operand, lower, upper } };
  }

  #checkBounds(lower: Operand, upper: Operand): void {
    if (lower.kind !== 'value' || upper.kind !== 'value') return;
    const order = compareValues(lower.value, upper.value);
    const isSame = lower.value.type === upper.value.type;
    if (isSame && (order === undefined || order <= 0)) return;
    const rule = isSame
      ? 'upper bound to be greater than or equal to lower bound'
      : 'same data type for lower and upper bounds';
    this.#reader.note(
      'other',
      `The BETWEEN operator requires ${rule}; lower bound operand: AttributeValue: ${shown(lower.value)}, upper bound operand: AttributeValue: ${shown(upper.value)}`,
    );
  }

  #in(operand: Operand): Parsed {
    const reader = this.#reader;
    reader.countOperator();
    reader.expectSign('(');
    const choices = [this.#operand()];
    while (reader.takeSign(',')) choices.push(this.#operand());
    reader.expectSign(')');
    if (choices.length > IN_OPERANDS) {
      reader.note(
        'other',
        `The IN operator is provided with too many operands; number of operands: ${choices.length}`,
      );
    }
    for (const choice of choices) this.#checkDistinct('IN', operand, choice);
    return { kind: 'condition', condition: { kind: 'in', operand, choices } };
  }

  /** An operand of a comparison; a condition is an error here. */
  #operand(): Operand {
    const reader = this.#reader;
    if (reader.takeSign('(')) {
      const operand = this.#operand();
      reader.expectSign(')');
      return operand;
    }
    const parsed = this.#operandOrFunction();
    if (parsed.kind === 'operand') return parsed.operand;
    if (parsed.condition.kind === 'function') this.#misused(parsed.condition.name);
    return { kind: 'value', value: { type: 'NULL', value: true } };
  }

  #operandOrFunction(): Parsed {
    const reader = this.#reader;
    const token = reader.peek();
    const following = reader.peek(1);
    if (token.kind === 'word' && following.kind === 'sign' && following.text === '(') {
      return this.#function();
    }
    if (token.kind === 'value') {
      return { kind: 'operand', operand: this.#value() };
    }
    return {
      kind: 'operand',
      operand: { kind: 'path', path: parsePath(reader, this.#substitutions) },
    };
  }

  #value(): Operand {
    const { text } = this.#reader.next();
    const value = this.#substitutions.value(text);
    if (value === undefined) {
      this.#reader.note(
        'other',
        `An expression attribute value used in expression is not defined; attribute value: ${text}`,
      );
    }
    return { kind: 'value', value: value ?? { type: 'NULL', value: true } };
  }

  #function(): Parsed {
    const reader = this.#reader;
    const name = reader.next().text;
    reader.countOperator();
    reader.expectSign('(');
    const operands = [this.#operand()];
    while (reader.takeSign(',')) operands.push(this.#operand());
    reader.expectSign(')');
    const [first] = operands;
    if (name === 'size') {
      this.#checkCount(name, 1, operands);
      this.#checkSize(first);
      const operand = first ?? { kind: 'value', value: { type: 'NULL', value: true } };
      return { kind: 'operand', operand: { kind: 'size', operand } };
    }
    if (!Object.hasOwn(CONDITION_FUNCTIONS, name)) {
      reader.note('unknown function', `Invalid function name; function: ${name}`);
      return { kind: 'condition', condition: { kind: 'and', conditions: [] } };
    }
    const known = name as ConditionFunction;
    if (this.#checkCount(known, CONDITION_FUNCTIONS[known], operands)) {
      this.#checkOperands(known, operands);
    }
    return { kind: 'condition', condition: { kind: 'function', name: known, operands } };
  }

  #checkCount(name: string, count: number, operands: readonly Operand[]): boolean {
    if (operands.length === count) return true;
    this.#reader.note(
      'other',
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
    return false;
  }

  #checkOperands(name: ConditionFunction, operands: readonly Operand[]): void {
    const [first, second] = operands;
    if (first === undefined) return;
    if (second !== undefined) this.#checkDistinct(name, first, second);
    if (name === 'attribute_exists' || name === 'attribute_not_exists') {
      if (first.kind !== 'path') {
        this.#reader.note(
          'other',
          `Operator or function requires a document path; operator or function: ${name}`,
        );
      }
    } else if (name === 'begins_with') {
      for (const operand of operands) this.#checkType(name, operand, ['S', 'B']);
    } else if (name === 'attribute_type' && second !== undefined) this.#checkTypeName(second);
  }

  #checkTypeName(operand: Operand): void {
    if (operand.kind === 'value' && operand.value.type === 'S') {
      const { value } = operand.value;
      if ((TYPES as readonly string[]).includes(value)) return;
      this.#reader.note(
        'other',
        `Invalid attribute type name found; type: ${value}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
      );
      return;
    }
    const type = operand.kind === 'value' ? operand.value.type : '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}';
    this.#wrongType('attribute_type', type);
  }

  #checkSize(operand: Operand | undefined): void {
    if (operand !== undefined) {
      this.#checkType('size', operand, ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']);
    }
  }

  #checkOrdered(operator: string, ...operands: readonly Operand[]): void {
    for (const operand of operands) this.#checkType(operator, operand, ['S', 'N', 'B']);
  }

  #checkType(name: string, operand: Operand, allowed: readonly AttributeType[]): void {
    if (operand.kind === 'path') return;
    const type = operand.kind === 'size' ? 'N' : operand.value.type;
    if (!allowed.includes(type)) this.#wrongType(name, type);
  }

  #wrongType(name: string, type: string): void {
    this.#reader.note(
      'other',
      `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
    );
  }

  #checkDistinct(operator: string, first: Operand, other: Operand): void {
    if (first.kind !== 'path' || other.kind !== 'path' || !equalPaths(first.path, other.path)) {
      return;
    }
    this.#reader.note(
      'other',
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${renderPath(first.path)}`,
    );
  }
}

function shown(value: AttributeValue): string {
  const [[type, given] = ['', '']] = Object.entries(toWire(value));
  return `{${type}:${given instanceof Uint8Array ? Buffer.from(given).toString('base64') : String(given)}}`;
}
