import type { Thread } from '../execution/thread.ts';
import { type Field, unexpectedType } from '../flow/field.ts';
import { parseInstant } from '../instant.ts';
import type { Json } from '../json.ts';
import { writeJson } from '../json-numbers.ts';
import { MAXIMUM_WAIT_SECONDS } from '../limits.ts';
import type { WaitState } from '../machine.ts';
import { runtimeError, StatesError } from '../states-error.ts';
import { jsonataSeconds, notSeconds, numberIn } from './numbers.ts';
import type { RunState } from './run-state.ts';

/**
 * Waits for a duration or until a timestamp. AWS ignores fractions of a second in a timestamp.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
 */
export const run: RunState<WaitState> = (thread, state) => {
  const input = state.flow.prepare(thread);
  const { field, kind } = state.until;
  const until =
    kind === 'seconds' ? afterSeconds(thread, field, input) : instantOf(thread, field, input);
  const delayMs = until - thread.now();
  if (until - thread.enteredAt > MAXIMUM_WAIT_SECONDS * 1000) {
    throw runtimeError('Wait state delay is too long.');
  }
  const finish = () => {
    thread.resume();
    thread.exit(state.flow.finish(thread, input), state.next);
  };
  if (delayMs <= 0) return finish();
  const timer = thread.startTimer(delayMs, finish);
  thread.suspend(() => timer.cancel());
};

function afterSeconds(thread: Thread, field: Field, input: Json): number {
  const seconds = secondsOf(thread, field, input);
  if (seconds > MAXIMUM_WAIT_SECONDS) throw runtimeError('Wait state delay is too long.');
  return thread.enteredAt + seconds * 1000;
}

function secondsOf(thread: Thread, field: Field, input: Json): number {
  const value = evaluate(thread, field, input);
  if (thread.state.queryLanguage === 'JSONata') {
    const seconds = jsonataSeconds(value);
    if (seconds !== undefined) return seconds;
    throw notSeconds(field, value);
  }
  const seconds = numberIn(value, 'JSONPath');
  const isWhole = Number.isInteger(seconds);
  if (isWhole && Number(seconds) >= 0) return Number(seconds);
  const problem = isWhole ? 'references a negative value' : 'cannot be parsed as a long value';
  throw runtimeError(
    `The ${field.name} parameter ${problem}: ${field.text ?? ''} == ${printed(value)}`,
  );
}

function instantOf(thread: Thread, field: Field, input: Json): number {
  const value = evaluate(thread, field, input);
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (instant !== undefined) return Math.floor(instant / 1000) * 1000;
  if (thread.state.queryLanguage === 'JSONata') {
    if (typeof value !== 'string') throw unexpectedType(field, 'string', value);
    throw new StatesError(
      'States.QueryEvaluationError',
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${value}`,
      { kind: 'evaluation', location: field.name, late: true },
    );
  }
  throw runtimeError(
    `The ${field.name} parameter does not reference a valid ISO-8601 extended offset date-time format string: ${field.text ?? ''} == ${printed(value)}`,
  );
}

/** AWS has its own message for a path of a Wait that finds nothing. */
function evaluate(thread: Thread, field: Field, input: Json): Json {
  try {
    return field.evaluate(thread, { input });
  } catch (thrown) {
    const missing =
      thrown instanceof StatesError && thrown.causeText?.startsWith('Invalid path') === true;
    if (!missing) throw thrown;
    throw runtimeError(
      `The ${field.name} parameter does not reference an input value: ${field.text ?? ''}`,
    );
  }
}

function printed(value: Json): string {
  return typeof value === 'string' ? value : writeJson(value);
}
