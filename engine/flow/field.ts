import type { Effort } from '../effort.ts';
import type { Json } from '../json.ts';
import { isJsonObject } from '../json.ts';
import { writeJson } from '../json-numbers.ts';
import {
  compileExpression,
  describeFault,
  type Expression,
  isCallable,
} from '../jsonata/expression.ts';
import { numberOf } from '../number-as-written.ts';
import { JsonTooDeep } from '../parse-json.ts';
import { setOwn } from '../set-own.ts';
import { evaluationError, StatesError } from '../states-error.ts';
import { plainNumbers } from './plain-numbers.ts';
import { toJson } from './to-json.ts';
import type { Visit } from './visit.ts';

/**
 * A compiled field of a state: a constant, a path, a template or an expression. In a path, `$` is `input`;
 * expressions see `$states`.
 */
export interface Field {
  readonly evaluate: (visit: Visit, subject: Subject) => Json;
  /** Set if the value of the field is a constant in the definition. */
  readonly constant: { readonly value: Json } | undefined;
  /** The name of the field as errors show it: `Seconds`, `TimestampPath`. */
  readonly name: string;
  /** The path or expression as written; undefined for a constant. */
  readonly text: string | undefined;
}

/** The data of an evaluation, in addition to the visit: paths use `input`, expressions see all members. */
export interface Subject {
  /** The value of `$` in a path. */
  readonly input: Json;
  readonly result?: Json | undefined;
  readonly errorOutput?: Json | undefined;
}

type Evaluate = Field['evaluate'];

export function constantField(name: string, value: Json): Field {
  return { evaluate: () => value, constant: { value }, name, text: undefined };
}

/** The expression inside `{%` and `%}`; undefined if the text is not an expression. */
export function expressionText(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('{%') || !value.endsWith('%}'))
    return undefined;
  return value.slice(2, -2).trim();
}

/** A field of a JSONata state: any JSON that can contain expressions. */
export function compileJsonataField(name: string, value: Json): Field {
  const evaluate = compileTemplate(value, name);
  if (evaluate === undefined) return constantField(name, value);
  return { evaluate, constant: undefined, name, text: expressionText(value) };
}

/** Undefined if the value contains no expression. */
function compileTemplate(value: Json, location: string): Evaluate | undefined {
  const text = expressionText(value);
  if (text !== undefined) return compileText(text, location);
  if (Array.isArray(value)) return compileList(value as readonly Json[], location);
  if (isJsonObject(value)) return compileMembers(Object.entries(value), location);
  return undefined;
}

function compileList(items: readonly Json[], location: string): Evaluate | undefined {
  const parts = items.map((item, index) => compileTemplate(item, `${location}[${index}]`));
  if (parts.every((part) => part === undefined)) return undefined;
  return (visit, subject) =>
    items.map(
      (item, index) => parts[index]?.(visit, subject) ?? (parts[index] === undefined ? item : null),
    );
}

function compileMembers(
  members: readonly (readonly [string, Json])[],
  location: string,
): Evaluate | undefined {
  const parts = members.map(([key, value]) => ({
    key,
    value,
    evaluate: compileTemplate(value, `${location}/${key}`),
  }));
  if (parts.every((part) => part.evaluate === undefined)) return undefined;
  return (visit, subject) => {
    const result: Record<string, Json> = {};
    for (const part of parts) {
      const value = part.evaluate === undefined ? part.value : part.evaluate(visit, subject);
      setOwn(result, part.key, value);
    }
    return result;
  };
}

function compileText(text: string, location: string): Evaluate {
  const compiled = {
    expression: lazily(() => compileExpression(text)),
    needsContext: mayNeedContext(text),
    sentence: `The JSONata expression '${text}' specified for the field '${location}'`,
    location,
  };
  return (visit, subject) => evaluateExpression(compiled, visit, subject);
}

function lazily<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= make();
    return value;
  };
}

interface CompiledText {
  /** Compiled on first use, because a definition may have thousands of expressions, of which few are evaluated. */
  readonly expression: () => Expression;
  readonly needsContext: boolean;
  /** The start of its error messages. */
  readonly sentence: string;
  readonly location: string;
}

function evaluateExpression(compiled: CompiledText, visit: Visit, subject: Subject): Json {
  const { sentence, location } = compiled;
  let value: unknown;
  try {
    value = compiled
      .expression()
      .evaluate(new ExpressionScope(visit, subject, compiled.needsContext));
  } catch (thrown) {
    if (thrown instanceof StatesError) throw thrown;
    throw evaluationError(
      `${sentence} threw an error during evaluation${describeFault(thrown)}`,
      location,
    );
  }
  if (value === undefined) {
    throw evaluationError(`${sentence} returned nothing (undefined).`, location);
  }
  if (isCallable(value)) {
    throw evaluationError(`${sentence} returned an unsupported result type.`, location);
  }
  try {
    return toJson(value);
  } catch (thrown) {
    if (!(thrown instanceof JsonTooDeep)) throw thrown;
    throw evaluationError(
      `${sentence} threw an error during evaluation: ${thrown.message}`,
      location,
    );
  }
}

/** The error for a value of the wrong type: `… Expected 'array', but was 'number' for value: 1`. */
export function unexpectedType(field: Field, expected: string, value: Json): StatesError {
  const type = typeOf(value);
  return evaluationError(
    `The JSONata expression '${field.text ?? ''}' specified for the field '${field.name}' returned an unexpected result type. Expected '${expected}', but was '${type}' for value: ${writeJson(value)}`,
    field.name,
  );
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return numberOf(value) === undefined ? typeof value : 'number';
}

/** The names that an expression can use: `$states` and the variables. */
class ExpressionScope {
  readonly #visit: Visit;
  readonly #subject: Subject;
  readonly #needsContext: boolean;
  #states: object | undefined;

  constructor(visit: Visit, subject: Subject, needsContext: boolean) {
    this.#visit = visit;
    this.#subject = subject;
    this.#needsContext = needsContext;
  }

  lookup(name: string): unknown {
    if (name === 'states') {
      this.#states ??= statesOf(this.#visit, this.#subject, this.#needsContext);
      return this.#states;
    }
    return plainNumbers(this.#visit.variable(name));
  }

  get effort(): Effort {
    return this.#visit.effort;
  }

  now(): number {
    return this.#visit.now();
  }

  random(): number {
    return this.#visit.random();
  }

  uuid(): string {
    return this.#visit.uuid();
  }
}

/** Creates `$states`; without the context object if the expression cannot read it. */
function statesOf(visit: Visit, subject: Subject, needsContext: boolean): object {
  const input = plainNumbers(visit.input);
  const result = plainNumbers(subject.result);
  const errorOutput = plainNumbers(subject.errorOutput);
  if (!needsContext) {
    if (result !== undefined) return { input, result };
    return errorOutput === undefined ? { input } : { input, errorOutput };
  }
  const context = plainNumbers(visit.context());
  if (result !== undefined) return { input, context, result };
  return errorOutput === undefined ? { input, context } : { input, context, errorOutput };
}

/** Whether an expression can read the context object: by name, or by using `$states` as a whole. */
function mayNeedContext(text: string): boolean {
  return /context/.test(text) || /\$states(?!\s*\.\s*(?:input|result|errorOutput)\b)/.test(text);
}
