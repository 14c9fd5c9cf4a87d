import type { Json, JsonObject } from '../json.ts';
import { isJsonObject, textOf } from '../json.ts';
import { runtimeError } from '../states-error.ts';
import { compileChoiceOperator } from './choice-operators.ts';
import { compileJsonataField, unexpectedType } from './field.ts';
import { compileOutput } from './jsonata-flow.ts';
import { compileOptionalPath } from './jsonpath-field.ts';
import { compileJsonPathAssign } from './jsonpath-flow.ts';
import type { Visit } from './visit.ts';

/** One rule of a Choice: its next state, condition and output. */
export interface ChoiceRule {
  readonly next: string;
  readonly matches: (visit: Visit, input: Json) => boolean;
  /** The state's output if this rule matches; also applies the rule's `Assign`. */
  readonly finish: (visit: Visit, input: Json) => Json;
}

export function compileJsonataRule(rule: JsonObject, index: number): ChoiceRule {
  const prefix = `Choices[${index}]/`;
  const condition = compileJsonataField(`${prefix}Condition`, rule['Condition'] ?? false);
  const finish = compileOutput(rule, prefix);
  return {
    next: textOf(rule['Next']),
    matches(visit) {
      const verdict = condition.evaluate(visit, visit);
      if (typeof verdict === 'boolean') return verdict;
      throw unexpectedType(condition, 'boolean', verdict);
    },
    finish: (visit, input) => finish(visit, visit, input),
  };
}

export function compileJsonPathRule(rule: JsonObject): ChoiceRule {
  const assign = compileJsonPathAssign(rule);
  return {
    next: textOf(rule['Next']),
    matches: compileTest(rule),
    finish(visit, input) {
      assign?.(visit, input);
      return input;
    },
  };
}

type Test = (visit: Visit, input: Json) => boolean;

function compileTest(rule: JsonObject): Test {
  const { And: and, Or: or, Not: not } = rule;
  if (Array.isArray(and)) {
    const tests = rulesOf(and as readonly Json[]);
    return (visit, input) => tests.every((test) => test(visit, input));
  }
  if (Array.isArray(or)) {
    const tests = rulesOf(or as readonly Json[]);
    return (visit, input) => tests.some((test) => test(visit, input));
  }
  if (isJsonObject(not)) {
    const test = compileTest(not);
    return (visit, input) => !test(visit, input);
  }
  return compileComparison(rule);
}

function rulesOf(rules: readonly Json[]): readonly Test[] {
  return rules.filter((rule) => isJsonObject(rule)).map(compileTest);
}

function compileComparison(rule: JsonObject): Test {
  const path = textOf(rule['Variable']);
  const read = compileOptionalPath(path);
  const [operator, operand] =
    Object.entries(rule).find(
      ([key]) => !['Variable', 'Next', 'Comment', 'Assign'].includes(key),
    ) ?? [];
  if (operator === undefined || operand === undefined) return () => false;
  if (operator === 'IsPresent') {
    return (visit, input) => (read(visit, input) !== undefined) === operand;
  }
  const reads = operator.endsWith('Path') ? compileOptionalPath(textOf(operand)) : undefined;
  const name = reads === undefined ? operator : operator.slice(0, -'Path'.length);
  if (reads === undefined) {
    const test = compileChoiceOperator(name, operand);
    return (visit, input) => test(required(path, read(visit, input)));
  }
  const text = textOf(operand);
  return (visit, input) => {
    const value = required(path, read(visit, input));
    return compileChoiceOperator(name, required(text, reads(visit, input)))(value);
  };
}

function required(path: string, value: Json | undefined): Json {
  if (value !== undefined) return value;
  throw runtimeError(
    `Invalid path '${path}': The choice state's condition path references an invalid value.`,
  );
}
