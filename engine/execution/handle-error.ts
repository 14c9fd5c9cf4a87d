import type { HistoryEventType } from '../history/event.ts';
import type { Json } from '../json.ts';
import { MAXIMUM_FIELD_SECONDS } from '../limits.ts';
import type { Catcher, Retrier, State } from '../machine.ts';
import { givenError, StatesError } from '../states-error.ts';
import type { Thread } from './thread.ts';

/** Handles an error in a state: retries it, catches it, or ends the thread. */
export function handleError(thread: Thread, thrown: StatesError): void {
  thread.forgetAssigned();
  const error = named(thread, thrown);
  const { state } = thread;
  recordEvaluation(thread, thrown, error);
  thread.running?.interrupted(error);
  if ('retriers' in state && !isFinal(error)) {
    const left = thread.takeFailure();
    if (left?.stateFailed !== true) {
      const delayMs = nextDelayMs(thread, state.retriers, error);
      if (delayMs !== undefined) return retry(thread, delayMs, left?.at ?? thread.now());
      recordFailedState(thread, state, error);
    }
    const catcher = state.catchers.find((each) => matches(each.errorEquals, error));
    if (catcher !== undefined) return caught(thread, catcher, error);
  }
  failThread(thread, error);
}

/** Ends the thread with an error; its parent writes the events. */
export function failThread(thread: Thread, error: StatesError): void {
  thread.close();
  thread.join?.childFailed(thread, error);
  if (thread.join === undefined) throw new ThreadFailure(error);
}

/** The error of the outermost thread, which becomes the last event of the execution. */
export class ThreadFailure extends Error {
  override readonly name = 'ThreadFailure';
  readonly error: StatesError;

  constructor(error: StatesError) {
    super(error.message);
    this.error = error;
  }
}

/** Adds the name of the state once, where the interpreter finds the error; not in TestState, which has only one. */
function named(thread: Thread, error: StatesError): StatesError {
  if (error.origin.kind === 'given') return error;
  if (thread.execution.inspect !== undefined) return givenError(error.error, error.causeText);
  const where = `An error occurred while executing the state '${thread.state.name}' (entered at the event id #${thread.enteredEventId}). `;
  return givenError(error.error, where + (error.causeText ?? ''));
}

function recordEvaluation(thread: Thread, thrown: StatesError, error: StatesError): void {
  const { origin } = thrown;
  if (origin.kind !== 'evaluation') return;
  // On AWS, the entry and the first evaluation are one step, so both have the same predecessor.
  const early = origin.late !== true && thread.previousEventId === thread.enteredEventId;
  if (early) thread.continueBeforeEntry();
  thread.append('EvaluationFailed', {
    name: thread.state.name,
    error: error.error,
    cause: error.causeText,
    location: origin.location,
    retries: thread.retries,
  });
}

const failedTypes: Readonly<Record<string, HistoryEventType>> = {
  Map: 'MapStateFailed',
  Parallel: 'ParallelStateFailed',
};

/** The error in this event is not AWS's: a resumed execution continues with it. */
function recordFailedState(thread: Thread, state: State, error: StatesError): void {
  const type = failedTypes[state.type];
  if (type !== undefined) thread.append(type, { error: error.error, cause: error.causeText });
}

/** `States.Runtime` is never retried or caught: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export function isFinal(error: StatesError): boolean {
  return error.error === 'States.Runtime';
}

/** Whether one of the names in `ErrorEquals` matches this error. */
export function matches(errorEquals: readonly string[], error: StatesError): boolean {
  const name = error.error;
  return errorEquals.some((each) => {
    if (each === name) return true;
    // A task's result that is too large can be caught (recorded on AWS), a state's output cannot (documented).
    if (each === 'States.ALL')
      return !(error.origin.kind === 'given' && error.origin.terminal === true);
    if (each === 'States.TaskFailed') return name !== 'States.Timeout';
    return each === 'States.HeartbeatTimeout' && isHeartbeat(error);
  });
}

function isHeartbeat({ origin }: StatesError): boolean {
  return origin.kind === 'given' && origin.heartbeat === true;
}

/** Counts the next retry and returns its delay; undefined if there is none. */
function nextDelayMs(
  thread: Thread,
  retriers: readonly Retrier[],
  error: StatesError,
): number | undefined {
  const index = retriers.findIndex((retrier) => matches(retrier.errorEquals, error));
  const retrier = retriers[index];
  if (retrier === undefined) return undefined;
  const used = thread.retries?.[index] ?? 0;
  if (used >= retrier.maxAttempts) return undefined;
  thread.countRetry(index, retriers.length);
  const seconds = backoffSeconds(retrier, used);
  return (retrier.jitter ? seconds * thread.random() : seconds) * 1000;
}

/** The delay before retry number `used` + 1 of a Retrier, before jitter. */
export function backoffSeconds(retrier: Retrier, used: number): number {
  const seconds = retrier.intervalSeconds * retrier.backoffRate ** used;
  return Math.min(
    seconds,
    retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY,
    MAXIMUM_FIELD_SECONDS,
  );
}

function retry(thread: Thread, delayMs: number, failedAt: number): void {
  const left = Math.max(0, failedAt + delayMs - thread.now());
  const timer = thread.startTimer(left, () => thread.wake());
  thread.suspend(() => timer.cancel());
}

/** AWS shows a missing cause as null, that of a timeout as an empty text. */
function causeOf({ causeText, error }: StatesError): string | null {
  return causeText ?? (error === 'States.Timeout' ? '' : null);
}

function caught(thread: Thread, catcher: Catcher, error: StatesError): void {
  const errorOutput: Json = { Error: error.error ?? null, Cause: causeOf(error) };
  let output: Json;
  try {
    output = catcher.flow(thread, errorOutput);
  } catch (thrown) {
    if (!(thrown instanceof StatesError)) throw thrown;
    thread.forgetAssigned();
    const second = named(thread, thrown);
    recordEvaluation(thread, thrown, second);
    return failThread(thread, second);
  }
  thread.exit(output, catcher.next);
}
