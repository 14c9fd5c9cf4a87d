import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';
import { findSyntaxError } from './json-syntax.ts';
import { checkMachine, checkSingleState } from './machine.ts';
import { messages } from './messages.ts';
import type { HasSdkAction, MachineType } from './place.ts';

/** How strictly to validate. */
export interface ValidationOptions {
  /** @default STANDARD */
  readonly type?: MachineType;
  /** The least severity to report: with `WARNING`, warnings too. @default ERROR */
  readonly severity?: Severity;
  /** Whether AWS has the action of `aws-sdk:<service>:<action>`. @default any is taken as there */
  readonly hasSdkAction?: HasSdkAction;
}

/** As {@link ValidationOptions}, for one state. */
export interface StateValidationOptions extends ValidationOptions {
  /** The name the state has in locations. @default StateName, as AWS's TestState calls it */
  readonly name?: string;
}

/**
 * Validates the definition of a state machine as AWS does when it is created. Empty if AWS accepts it.
 *
 * @example
 * validate('{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}')
 * // [{ code: 'MISSING_TRANSITION_TARGET', message: "Missing 'Next' target: B", location: '/States/A/Next', … }, …]
 */
export function validate(
  definition: string,
  options: ValidationOptions = {},
): readonly Diagnostic[] {
  const check = (machine: JsonObject) =>
    checkMachine(machine, options.type ?? 'STANDARD', options.hasSdkAction);
  return validateText(definition, options.severity, check);
}

/**
 * Validates a single state, as AWS's TestState does. Where the state leads is not looked at.
 *
 * @example
 * validateState('{"Type":"Parallel","Branches":[],"End":true}')
 * // [{ message: 'Value cannot be empty', location: '/States/StateName/Branches', … }]
 */
export function validateState(
  state: string,
  options: StateValidationOptions = {},
): readonly Diagnostic[] {
  const name = options.name ?? 'StateName';
  const check = (object: JsonObject) => checkSingleState(object, name, options.type ?? 'STANDARD');
  return validateText(state, options.severity, check);
}

function validateText(
  text: string,
  severity: Severity = 'ERROR',
  check: (object: JsonObject) => readonly Diagnostic[],
): readonly Diagnostic[] {
  if (text.trim() === '') return [notAnObject];
  const problem = findSyntaxError(text);
  if (problem !== undefined) return [problem];
  // The last of several members with one name counts, as in AWS's parser.
  const value = JSON.parse(text) as Json;
  if (!isJsonObject(value)) return [notAnObject];
  const diagnostics = check(value);
  return severity === 'WARNING' ? diagnostics : diagnostics.filter(isError);
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'ERROR';
}

const notAnObject: Diagnostic = {
  severity: 'ERROR',
  code: 'SCHEMA_VALIDATION_FAILED',
  message: messages.notAnObject,
};
