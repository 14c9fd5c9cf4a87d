/**
 * An error of the Amazon States Language: what a Retrier and a Catcher match. Errors that the interpreter
 * itself finds (`origin: 'state'`) get the sentence that names the state in front of their cause.
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
 * Who says so: the interpreter (`state`), an evaluation that history shows as `EvaluationFailed`, or the
 * task, branch or Fail state whose words are passed on as they are (`given`).
 */
export type StatesErrorOrigin =
  | { readonly kind: 'state' }
  | {
      readonly kind: 'evaluation';
      readonly location?: string | undefined;
      /** The failure came after the state was under way: the event follows the state's last one. */
      readonly late?: boolean;
    }
  | {
      readonly kind: 'given';
      /** A task that timed out for want of a heartbeat. */
      readonly heartbeat?: boolean | undefined;
      /** `States.ALL` does not mean it. */
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
