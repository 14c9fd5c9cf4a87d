/** A JSONata expression as Step Functions takes it in place of a JSON value. */
export function jsonata(expression: string): string {
  return `{% ${expression} %}`;
}

/** A text as a JSONata string literal; JSONata's escapes are JSON's. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** Hexadecimal digits that tell executions, and entries into a state, apart in names. */
export const HASH_LENGTH = 12;

/** The ARN of the running execution. */
export const executionArn = '$states.context.Execution.Id';

/**
 * A short name for the running execution that SageMaker accepts: execution names may hold `_` and
 * `.`, and be longer than job names.
 */
export const executionHash = `$substring($hash(${executionArn}, "SHA-256"), 0, ${HASH_LENGTH})`;

/**
 * A name that no job has: SageMaker never frees a job's name, so each entry into the state, each
 * redrive and each retry gets a new one. All but the retry is in the hash, because an execution may
 * be redriven a thousand times and names end at 63 characters.
 */
export function uniqueName(prefix: string): string {
  const redrive = '$string($states.context.Execution.RedriveCount)';
  const entry = `${executionArn} & "/" & ${redrive} & "/" & $states.context.State.EnteredTime`;
  const retry = '$string($states.context.State.RetryCount)';
  return `${quote(prefix)} & $substring($hash(${entry}, "SHA-256"), 0, ${HASH_LENGTH}) & "-" & ${retry}`;
}

/**
 * What went wrong, in words: why a job failed or was stopped when the cause is its description, else
 * the cause. Regular expressions, because a cause that is cut off is no JSON.
 */
export function readableCause(cause: string): string {
  const reasons = ['FailureReason', 'ExitMessage', 'StatusMessage'].map(
    (field) => `$match($cause, ${textOf(field)})[-1].groups[0]`,
  );
  return `($cause := ${cause}; $reasons := [${reasons.join(', ')}]; $stopped := $contains($cause, /JobStatus":"Stopped"/) ? "The job was stopped: it ran into its time limit, or somebody stopped it. " : ""; $stopped & ($count($reasons) > 0 ? $reasons[0] : $cause))`;
}

/** Matches a field of JSON. No alternatives under a repetition: Java takes a stack frame for each. */
function textOf(field: string): string {
  return `/"${field}":"([^"\\x5c]*(?:\\x5c.[^"\\x5c]*)*)"/`;
}
