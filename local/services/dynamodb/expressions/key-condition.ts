import { ValidationException } from '../errors.ts';
import type { AttributeValue } from '../values/attribute-value.ts';
import type { Comparator, Condition, Operand } from './condition.ts';

/** The condition of a query on one key attribute. */
export interface KeyCondition {
  readonly attribute: string;
  readonly operator: Exclude<Comparator, '<>'> | 'BETWEEN' | 'begins_with';
  readonly values: readonly AttributeValue[];
}

const LABEL = 'KeyConditionExpression';

/**
 * The conditions of a key condition expression: one, or two joined by AND, each of a key attribute.
 *
 * @throws ValidationException in AWS's words
 */
export function toKeyConditions(condition: Condition): readonly KeyCondition[] {
  const parts = flatten(condition);
  const conditions = parts.map(toKeyCondition);
  for (const [index, { attribute }] of conditions.entries()) {
    if (conditions.findIndex((other) => other.attribute === attribute) < index) {
      throw invalid('KeyConditionExpressions must only contain one condition per key');
    }
  }
  return conditions;
}

function flatten(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' ? condition.conditions.flatMap(flatten) : [condition];
}

function toKeyCondition(condition: Condition): KeyCondition {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'not':
    case 'in':
      throw badOperator(condition.kind.toUpperCase());
    case 'between':
      return {
        attribute: attributeOf(condition.operand, 'BETWEEN'),
        operator: 'BETWEEN',
        values: [valueOf(condition.lower), valueOf(condition.upper)],
      };
    case 'function': {
      const [first, second] = condition.operands;
      if (condition.name !== 'begins_with' || first === undefined || second === undefined) {
        throw badOperator(condition.name);
      }
      return {
        attribute: attributeOf(first, condition.name),
        operator: 'begins_with',
        values: [valueOf(second)],
      };
    }
    case 'compare':
      return toComparison(condition);
  }
}

/** Reverses a comparison that has the value first. */
function toComparison({
  comparator,
  left,
  right,
}: Extract<Condition, { readonly kind: 'compare' }>): KeyCondition {
  if (comparator === '<>') throw badOperator('<>');
  if (left.kind === 'size' || right.kind === 'size') {
    throw invalid('KeyConditionExpressions cannot contain nested operations');
  }
  if (left.kind === 'path' && right.kind === 'path') {
    throw invalid(
      'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
    );
  }
  if (left.kind === 'value' && right.kind === 'value') {
    throw invalid('Invalid condition in KeyConditionExpression: No key attribute specified');
  }
  return left.kind === 'path'
    ? { attribute: attributeOf(left), operator: comparator, values: [valueOf(right)] }
    : {
        attribute: attributeOf(right),
        operator: REVERSED_OPERATORS[comparator],
        values: [valueOf(left)],
      };
}

const REVERSED_OPERATORS = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function attributeOf(operand: Operand, operator?: string): string {
  if (operand.kind !== 'path') {
    throw invalid(
      `Invalid condition in KeyConditionExpression: ${operator ?? '='} operator must have the key attribute as its first operand`,
    );
  }
  if (operand.path.length > 1) {
    throw invalid('KeyConditionExpressions cannot have conditions on nested attributes');
  }
  return operand.path[0];
}

function valueOf(operand: Operand): AttributeValue {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'size') {
    throw invalid('KeyConditionExpressions cannot contain nested operations');
  }
  throw invalid(
    'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
  );
}

function badOperator(name: string): ValidationException {
  return invalid(`Invalid operator used in KeyConditionExpression: ${name}`);
}

function invalid(message: string): ValidationException {
  return new ValidationException(
    message.includes(LABEL) && !message.startsWith('KeyConditionExpressions')
      ? message
      : `Invalid ${LABEL}: ${message}`,
  );
}
