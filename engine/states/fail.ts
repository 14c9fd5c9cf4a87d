import type { Thread } from '../execution/thread.ts';
import type { Field } from '../flow/field.ts';
import { unexpectedType } from '../flow/field.ts';
import { writeJson } from '../json-numbers.ts';
import type { FailState } from '../machine.ts';
import { givenError, runtimeError } from '../states-error.ts';
import type { RunState } from './run-state.ts';

/** Ends its group with an error. */
export const run: RunState<FailState> = (thread, state) => {
  const error = textOf(thread, state.error);
  const cause = textOf(thread, state.cause);
  throw givenError(error, cause);
};

function textOf(thread: Thread, field: Field | undefined): string | undefined {
  const value = field?.evaluate(thread, thread);
  if (field === undefined || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (thread.state.queryLanguage === 'JSONata') throw unexpectedType(field, 'string', value);
  throw runtimeError(
    `The ${field.name} field refers to value ${writeJson(value)} which is not a string: ${field.text ?? ''}`,
  );
}
