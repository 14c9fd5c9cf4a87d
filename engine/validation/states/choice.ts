import { isJsonObject, type JsonObject } from '../../json.ts';
import { assign } from '../assign.ts';
import { arrayOf, dynamicFlag, flag, numeric, operandPath, text, timestamp } from '../checks.ts';
import { messages } from '../messages.ts';
import { type Check, type Place, refuse } from '../place.ts';
import {
  checkShape,
  type Field,
  field,
  jsonataField,
  jsonPathField,
  type Shape,
} from '../shape.ts';
import { assignFields, commonFields, flowFields } from '../state-fields.ts';
import { template } from '../template.ts';

const number = numeric(Number.NEGATIVE_INFINITY);
const comparisons = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'];

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html */
const operators: Readonly<Record<string, Check>> = {
  ...comparison('String', text, comparisons),
  ...comparison('Numeric', number, comparisons),
  ...comparison('Timestamp', timestamp, comparisons),
  ...comparison('Boolean', flag, ['Equals']),
  StringMatches: text,
  IsNull: flag,
  IsPresent: flag,
  IsNumeric: flag,
  IsString: flag,
  IsBoolean: flag,
  IsTimestamp: flag,
};

const operatorNames = Object.keys(operators);
const selectors = ['And', 'Or', 'Not', 'Variable', 'Condition'];

/** A comparison with a literal, and with the suffix `Path`, a comparison with the value of a path. */
function comparison(
  prefix: string,
  operand: Check,
  names: readonly string[],
): Readonly<Record<string, Check>> {
  const entries = names.flatMap((name): readonly [string, Check][] => [
    [`${prefix}${name}`, operand],
    [`${prefix}${name}Path`, operandPath],
  ]);
  return Object.fromEntries(entries);
}

/** A rule inside `And`, `Or` or `Not`: it has no next state. */
const nestedRule: Check = (value, place) => checkRule(nestedRuleShape, value, place);

const rule: Check = (value, place) => checkRule(ruleShape, value, place);

const operatorFields: Readonly<Record<string, Field>> = Object.fromEntries(
  Object.entries(operators).map(([name, check]) => [name, jsonPathField(check)]),
);

const nestedRuleShape: Shape = {
  fields: {
    ...operatorFields,
    Comment: field(text),
    Variable: jsonPathField(operandPath),
    And: jsonPathField(arrayOf(nestedRule, true)),
    Or: jsonPathField(arrayOf(nestedRule, true)),
    Not: jsonPathField(nestedRule),
  },
};

const ruleShape: Shape = {
  required: ['Next'],
  fields: {
    ...nestedRuleShape.fields,
    Condition: jsonataField(dynamicFlag),
    Next: field(text),
    Assign: field(assign),
    Output: jsonataField(template),
  },
};

export const choice: Shape = {
  required: ['Choices'],
  fields: {
    ...commonFields,
    ...flowFields,
    ...assignFields,
    Choices: field(arrayOf(rule, true)),
    Default: field(text),
  },
};

function checkRule(shape: Shape, value: Parameters<Check>[0], place: Place): void {
  if (!isJsonObject(value)) return refuse(place, messages.expectedType('OBJECT'));
  checkShape(shape, value, place);
  checkSelector(value, place);
  if (Object.hasOwn(value, 'Variable')) checkOperator(value, place);
}

function checkSelector(value: JsonObject, place: Place): void {
  const present = selectors.filter((name) => Object.hasOwn(value, name));
  if (present.length !== 1) refuse(place, messages.choiceSelector(selectors));
}

function checkOperator(value: JsonObject, place: Place): void {
  const present = operatorNames.filter((name) => Object.hasOwn(value, name));
  if (present.length > 1) refuse(place, messages.tooManyFields(operatorNames));
  if (present.length === 0) refuse(place, messages.noneOfFields(operatorNames));
}
