import type { Thread } from '../execution/thread.ts';
import type { Field } from '../flow/field.ts';
import type { Json } from '../json.ts';
import { evaluationError, runtimeError } from '../states-error.ts';
import { notANumber, notAnInteger, numberIn } from './numbers.ts';

/** `MaxConcurrency`, `ToleratedFailureCount` and their paths: a number of at least 0. */
export function countOf(thread: Thread, field: Field | undefined, input: Json): number | undefined {
  const value = numberOf(thread, field, input, 'integer', Number.isInteger);
  if (value === undefined || field === undefined || value >= 0) return value;
  const name = bareName(field);
  // AWS has a sentence for each.
  const rule = name === 'ToleratedFailureCount' ? 'cannot be negative' : 'must be positive';
  throw outOfRange(thread, `${name} ${rule}.`, field);
}

/** `MaxItems` and its path. The reader of the items checks for negative numbers. */
export function integerOf(thread: Thread, field: Field, input: Json): number {
  return numberOf(thread, field, input, 'integer', Number.isInteger) ?? 0;
}

/** `ToleratedFailurePercentage`: 0 to 100. */
export function percentageOf(
  thread: Thread,
  field: Field | undefined,
  input: Json,
): number | undefined {
  const value = numberOf(thread, field, input, 'float', Number.isFinite);
  if (value === undefined || (value >= 0 && value <= 100)) return value;
  throw outOfRange(thread, 'ToleratedFailurePercentage must be between 0 and 100.', field);
}

function numberOf(
  thread: Thread,
  field: Field | undefined,
  input: Json,
  kind: 'integer' | 'float',
  accepts: (value: number) => boolean,
): number | undefined {
  if (field === undefined) return undefined;
  const value = field.evaluate(thread, { input });
  const number = numberIn(value, thread.state.queryLanguage);
  if (typeof number === 'number' && accepts(number)) return number;
  if (thread.state.queryLanguage === 'JSONPath') throw notANumber(field, value, kind);
  throw notAnInteger(field, value);
}

function outOfRange(thread: Thread, cause: string, field: Field | undefined) {
  return thread.state.queryLanguage === 'JSONata'
    ? evaluationError(cause, field?.name)
    : runtimeError(cause);
}

function bareName(field: Field): string {
  return field.name.replace(/Path$/, '');
}
