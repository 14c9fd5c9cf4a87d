import { type Field, unexpectedType } from '../flow/field.ts';
import type { Json } from '../json.ts';
import { writeJson } from '../json-numbers.ts';
import type { QueryLanguage } from '../machine.ts';
import { numberOf } from '../number-as-written.ts';
import { evaluationError, runtimeError, type StatesError } from '../states-error.ts';

/** What a field of a state gives for a number: where a path leads to a text, AWS takes the number in it. */
export function numberIn(value: Json, language: QueryLanguage): number | undefined {
  if (typeof value !== 'string' || language === 'JSONata') return numberOf(value);
  return /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** The error of a number field of a JSONPath state that leads to something else. */
export function notANumber(field: Field, value: Json, kind: 'integer' | 'float'): StatesError {
  const printed = typeof value === 'string' ? value : writeJson(value);
  return runtimeError(
    `The ${field.name} field refers to value "${printed}" which is not a valid ${kind}: ${field.text ?? ''}`,
  );
}

/** The most seconds that a field may give. */
const maximumSeconds = 99_999_999;

/**
 * The error of a number field of a JSONata state that gives something else. The sentences are of the form of the
 * recorded ones for `Timestamp` and `ToleratedFailurePercentage`; another interpreter whose tests also run on AWS
 * has them for `TimeoutSeconds`.
 */
export function notAnInteger(field: Field, value: Json): StatesError {
  const number = numberOf(value);
  if (number === undefined) return unexpectedType(field, 'number', value);
  return evaluationError(
    `The ${field.name} field cannot be parsed as an integer: ${number}`,
    field.name,
  );
}

/** As {@link notAnInteger}, for a number of seconds that may also be too small or too large. */
export function notSeconds(field: Field, value: Json): StatesError {
  const number = numberOf(value);
  if (!Number.isInteger(number)) return notAnInteger(field, value);
  return evaluationError(
    `${field.name} must be between 0 and ${maximumSeconds} but was: ${number ?? ''}`,
    field.name,
  );
}

/** The number as seconds of a JSONata state; undefined where it may not be used as such. */
export function jsonataSeconds(value: Json | undefined): number | undefined {
  const number = numberOf(value) ?? -1;
  return Number.isInteger(number) && number >= 0 && number <= maximumSeconds ? number : undefined;
}
