/**
 * An error of the Amazon States Language, which Retriers and Catchers match. The cause of an error that the
 * interpreter itself finds (`origin: 'state'`) starts with the sentence that names the state.
 */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  readonly error: string | undefined;
  readonly causeText: string | undefined;
  readonly origin: StatesErrorOrigin;
  /** The field whose expression failed: `Output/total`. */
  readonly location: string | undefined;

  constructor(
    error: string | undefined,
    causeText: string | undefined,
    origin: StatesErrorOrigin = { kind: 'state' },
  ) {
    super(causeText ?? error ?? '');
    this.error = error;
    this.causeText = causeText;
    this.origin = origin;
    this.location = origin.kind === 'evaluation' ? origin.location : undefined;
  }
}

/**
 * The origin of an error: the interpreter (`state`), an evaluation, which the history shows as
 * `EvaluationFailed`, or a task, branch or Fail state, whose error and cause are passed on unchanged (`given`).
 */
export type StatesErrorOrigin =
  | { readonly kind: 'state' }
  | {
      readonly kind: 'evaluation';
      readonly location?: string | undefined;
      /** The state had already started its work: the event follows the state's last event. */
      readonly late?: boolean;
    }
  | {
      readonly kind: 'given';
      /** A task timed out because it sent no heartbeat. */
      readonly heartbeat?: boolean | undefined;
      /** `States.ALL` does not match this error. */
      readonly terminal?: boolean;
    };

export function runtimeError(cause: string): StatesError {
  return new StatesError('States.Runtime', cause);
}

export function givenError(error: string | undefined, cause: string | undefined): StatesError {
  return new StatesError(error, cause, { kind: 'given' });
}

export function evaluationError(cause: string, location?: string): StatesError {
  return new StatesError('States.QueryEvaluationError', cause, { kind: 'evaluation', location });
}
