import { type AttributeType, type AttributeValue, isSet } from '../values/attribute-value.ts';
import { findConflict, type Path, parsePath } from './path.ts';
import type { Substitutions } from './substitutions.ts';
import { TokenReader } from './tokens.ts';

/** The right side of a SET. */
export type UpdateValue =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | {
      readonly kind: 'arithmetic';
      readonly operator: '+' | '-';
      readonly left: UpdateValue;
      readonly right: UpdateValue;
    }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: UpdateValue }
  | { readonly kind: 'list_append'; readonly left: UpdateValue; readonly right: UpdateValue };

export type UpdateAction =
  | { readonly kind: 'set'; readonly path: Path; readonly value: UpdateValue }
  | { readonly kind: 'remove'; readonly path: Path }
  | { readonly kind: 'add' | 'delete'; readonly path: Path; readonly value: AttributeValue };

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Section = (typeof SECTIONS)[number];

const LABEL = 'UpdateExpression';
const UNKNOWN: AttributeValue = { type: 'NULL', value: true };

/** @throws ValidationException in AWS's words */
export function parseUpdate(text: string, substitutions: Substitutions): readonly UpdateAction[] {
  return new UpdateParser(new TokenReader(text, LABEL), substitutions).parse();
}

class UpdateParser {
  readonly #reader: TokenReader;
  readonly #substitutions: Substitutions;

  constructor(reader: TokenReader, substitutions: Substitutions) {
    this.#reader = reader;
    this.#substitutions = substitutions;
  }

  parse(): readonly UpdateAction[] {
    const reader = this.#reader;
    const actions: UpdateAction[] = [];
    const seen = new Set<Section>();
    do {
      const section = SECTIONS.find((word) => reader.takeWord(word));
      if (section === undefined) throw reader.syntaxError();
      if (seen.has(section)) {
        reader.note(
          'other',
          `The "${section}" section can only be used once in an update expression;`,
        );
      }
      seen.add(section);
      do actions.push(this.#action(section));
      while (reader.takeSign(','));
    } while (reader.peek().kind !== 'end');
    const conflict = findConflict(actions.map(({ path }) => path));
    if (conflict !== undefined) reader.note('other', conflict);
    reader.finish();
    return actions;
  }

  #action(section: Section): UpdateAction {
    const reader = this.#reader;
    const path = parsePath(reader, this.#substitutions);
    if (section === 'REMOVE') return { kind: 'remove', path };
    if (section === 'SET') {
      reader.expectSign('=');
      return { kind: 'set', path, value: this.#sum() };
    }
    const value = this.#placeholder();
    this.#checkOperand(section, value.type);
    return { kind: section === 'ADD' ? 'add' : 'delete', path, value };
  }

  #checkOperand(section: 'ADD' | 'DELETE', type: AttributeType): void {
    if (isSet(type) || (section === 'ADD' && type === 'N')) return;
    this.#reader.note(
      'other',
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${TYPE_NAMES[type]}, typeSet: ${section === 'ADD' ? 'ALLOWED_FOR_ADD_OPERAND' : 'ALLOWED_FOR_DELETE_OPERAND'}`,
    );
  }

  #sum(): UpdateValue {
    const reader = this.#reader;
    const left = this.#value();
    const operator = (['+', '-'] as const).find((sign) => reader.takeSign(sign));
    if (operator === undefined) return left;
    reader.countOperator();
    const right = this.#value();
    for (const operand of [left, right]) this.#checkLiteral(operator, operand, 'N');
    return { kind: 'arithmetic', operator, left, right };
  }

  #checkLiteral(name: string, operand: UpdateValue, wanted: AttributeType): void {
    const type =
      operand.kind === 'value'
        ? operand.value.type
        : operand.kind === 'list_append'
          ? 'L'
          : operand.kind === 'arithmetic'
            ? 'N'
            : wanted;
    if (type === wanted) return;
    this.#reader.note(
      'other',
      `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
    );
  }

  #value(): UpdateValue {
    const reader = this.#reader;
    if (reader.takeSign('(')) {
      const value = this.#sum();
      reader.expectSign(')');
      return value;
    }
    const token = reader.peek();
    const following = reader.peek(1);
    if (token.kind === 'value') return { kind: 'value', value: this.#placeholder() };
    if (token.kind === 'word' && following.kind === 'sign' && following.text === '(') {
      return this.#function();
    }
    return { kind: 'path', path: parsePath(reader, this.#substitutions) };
  }

  #placeholder(): AttributeValue {
    const reader = this.#reader;
    if (reader.peek().kind !== 'value') throw reader.syntaxError();
    const { text } = reader.next();
    const value = this.#substitutions.value(text);
    if (value === undefined) {
      reader.note(
        'other',
        `An expression attribute value used in expression is not defined; attribute value: ${text}`,
      );
    }
    return value ?? UNKNOWN;
  }

  #function(): UpdateValue {
    const reader = this.#reader;
    const name = reader.next().text;
    reader.countOperator();
    reader.expectSign('(');
    const operands = [this.#sum()];
    while (reader.takeSign(',')) operands.push(this.#sum());
    reader.expectSign(')');
    const unknown = { kind: 'value', value: UNKNOWN } as const;
    if (name !== 'if_not_exists' && name !== 'list_append') {
      const isCondition = CONDITION_FUNCTIONS.has(name);
      reader.note(
        isCondition ? 'misused function' : 'unknown function',
        isCondition
          ? `The function is not allowed in an update expression; function: ${name}`
          : `Invalid function name; function: ${name}`,
      );
      return unknown;
    }
    const [left, right] = operands;
    if (left === undefined || right === undefined || operands.length > 2) {
      reader.note(
        'other',
        `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
      );
      return unknown;
    }
    if (name === 'list_append') {
      for (const operand of [left, right]) this.#checkLiteral(name, operand, 'L');
      return { kind: 'list_append', left, right };
    }
    if (left.kind === 'path') return { kind: 'if_not_exists', path: left.path, otherwise: right };
    reader.note(
      'other',
      `Operator or function requires a document path; operator or function: ${name}`,
    );
    return unknown;
  }
}

const CONDITION_FUNCTIONS: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);

const TYPE_NAMES: Readonly<Record<AttributeType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
};
