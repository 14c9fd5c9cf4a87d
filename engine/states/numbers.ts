import { type Field, unexpectedType } from '../flow/field.ts';
import type { Json } from '../json.ts';
import { writeJson } from '../json-numbers.ts';
import { MAXIMUM_FIELD_SECONDS } from '../limits.ts';
import type { QueryLanguage } from '../machine.ts';
import { numberOf } from '../number-as-written.ts';
import { evaluationError, runtimeError, type StatesError } from '../states-error.ts';

/** The number in a field of a state. If a path finds a text, AWS uses the number in the text. */
export function numberIn(value: Json, language: QueryLanguage): number | undefined {
  if (typeof value !== 'string' || language === 'JSONata') return numberOf(value);
  return /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** The error for a number field of a JSONPath state whose path finds another value. */
export function notANumber(field: Field, value: Json, kind: 'integer' | 'float'): StatesError {
  const printed = typeof value === 'string' ? value : writeJson(value);
  return runtimeError(
    `The ${field.name} field refers to value "${printed}" which is not a valid ${kind}: ${field.text ?? ''}`,
  );
}

/**
 * The error for a number field of a JSONata state with another value. The messages have the form of those recorded
 * for `Timestamp` and `ToleratedFailurePercentage`; another interpreter, whose tests also run on AWS, has them for
 * `TimeoutSeconds`.
 */
export function notAnInteger(field: Field, value: Json): StatesError {
  const number = numberOf(value);
  if (number === undefined) return unexpectedType(field, 'number', value);
  return evaluationError(
    `The ${field.name} field cannot be parsed as an integer: ${number}`,
    field.name,
  );
}

/** As {@link notAnInteger}, for a number of seconds, which can also be out of range. */
export function notSeconds(field: Field, value: Json): StatesError {
  const number = numberOf(value);
  if (!Number.isInteger(number)) return notAnInteger(field, value);
  return evaluationError(
    `${field.name} must be between 0 and ${MAXIMUM_FIELD_SECONDS} but was: ${number ?? ''}`,
    field.name,
  );
}

/** A number of seconds in a JSONata state; undefined if it is not an integer in the allowed range. */
export function jsonataSeconds(value: Json | undefined): number | undefined {
  const number = numberOf(value) ?? -1;
  return Number.isInteger(number) && number >= 0 && number <= MAXIMUM_FIELD_SECONDS
    ? number
    : undefined;
}
