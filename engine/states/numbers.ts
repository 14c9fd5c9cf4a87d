import { type Field, unexpectedType } from '../flow/field.ts';
import type { Json } from '../json.ts';
import type { QueryLanguage } from '../machine.ts';
import { evaluationError, runtimeError, type StatesError } from '../states-error.ts';

/** What a field of a state gives for a number: where a path leads to a text, AWS takes the number in it. */
export function numberIn(value: Json, language: QueryLanguage): Json | undefined {
  if (typeof value !== 'string' || language === 'JSONata') return value;
  return /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** What a number field of a JSONPath state that leads to something else is told. */
export function notANumber(field: Field, value: Json, kind: 'integer' | 'float'): StatesError {
  const printed = typeof value === 'string' ? value : JSON.stringify(value);
  return runtimeError(
    `The ${field.name} field refers to value "${printed}" which is not a valid ${kind}: ${field.text ?? ''}`,
  );
}

/** What a number field of a JSONata state is told: that it is no number, or not the right one. */
export function notTheNumber(field: Field, value: Json, wanted: string): StatesError {
  if (typeof value !== 'number') return unexpectedType(field, 'number', value);
  return evaluationError(
    `The value for the field '${field.name}' must be a ${wanted} but was: ${value}`,
    field.name,
  );
}
