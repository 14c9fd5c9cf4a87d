import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { parseJson } from '../parse-json.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';
import { findSyntaxError } from './json-syntax.ts';
import { type CheckOptions, checkMachine, checkSingleState, type Judging } from './machine.ts';
import { messages } from './messages.ts';
import type { HasSdkAction, MachineType, ReadExpressions } from './place.ts';

/** The options of a validation. */
export interface ValidationOptions extends CheckOptions {
  /** @default STANDARD */
  readonly type?: MachineType;
  /** The lowest severity to report; `WARNING` includes warnings. @default ERROR */
  readonly severity?: Severity;
  /** Whether AWS has the action of `aws-sdk:<service>:<action>`. @default every action is accepted */
  readonly hasSdkAction?: HasSdkAction;
  /** A map that validations of similar definitions share, so that each parses only new expressions. @default a new map */
  readonly expressions?: ReadExpressions;
}

/** As {@link ValidationOptions}, for one state. */
export interface StateValidationOptions extends ValidationOptions {
  /** The name of the state in locations. @default StateName, as in AWS's TestState */
  readonly name?: string;
}

/**
 * Validates the definition of a state machine as AWS does when it is created. The result is empty if it is valid.
 *
 * @example
 * validate('{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}')
 * // [{ code: 'MISSING_TRANSITION_TARGET', message: "Missing 'Next' target: B", location: '/States/A/Next', … }, …]
 */
export function validate(
  definition: string,
  options: ValidationOptions = {},
): readonly Diagnostic[] {
  return toEnd(validateInTurns(definition, options));
}

/** As {@link validate}, but yields between pieces of work, so that other work of the process can run. */
export function validateInTurns(definition: string, options: ValidationOptions = {}): Judging {
  const check = (machine: JsonObject) => checkMachine(machine, options);
  return validateText(definition, options.severity, check);
}

/**
 * Validates a single state, as AWS's TestState does. Its transitions are not checked.
 *
 * @example
 * validateState('{"Type":"Parallel","Branches":[],"End":true}')
 * // [{ message: 'Value cannot be empty', location: '/States/StateName/Branches', … }]
 */
export function validateState(
  state: string,
  options: StateValidationOptions = {},
): readonly Diagnostic[] {
  return toEnd(validateStateInTurns(state, options));
}

/** As {@link validateState}, but yields between pieces of work, so that other work of the process can run. */
export function validateStateInTurns(
  state: string,
  { name = 'StateName', ...options }: StateValidationOptions = {},
): Judging {
  const check = (object: JsonObject) => checkSingleState(object, name, options);
  return validateText(state, options.severity, check);
}

function toEnd(judging: Judging): readonly Diagnostic[] {
  for (;;) {
    const step = judging.next();
    if (step.done === true) return step.value;
  }
}

function* validateText(
  text: string,
  severity: Severity = 'ERROR',
  check: (object: JsonObject) => Judging,
): Judging {
  if (text.trim() === '') return [notAnObject];
  const { value, problem } = read(text);
  if (problem !== undefined) return [problem];
  if (!isJsonObject(value)) return [notAnObject];
  yield;
  const diagnostics = yield* check(value);
  return severity === 'WARNING' ? diagnostics : diagnostics.filter(isError);
}

type Read =
  | { readonly value: Json; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: Diagnostic };

/** As in AWS's parser, the last of several members with the same name is used. */
function read(text: string): Read {
  try {
    return { value: parseJson(text) };
  } catch (error) {
    const problem = findSyntaxError(text);
    if (problem === undefined) throw error;
    return { problem };
  }
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'ERROR';
}

const notAnObject: Diagnostic = {
  severity: 'ERROR',
  code: 'SCHEMA_VALIDATION_FAILED',
  message: messages.notAnObject,
};
