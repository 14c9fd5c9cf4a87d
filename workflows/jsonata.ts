/** A JSONata expression as Step Functions takes it in place of a JSON value. */
export function jsonata(expression: string): string {
  return `{% ${expression} %}`;
}

/** A text as a JSONata string literal; JSONata's escapes are JSON's. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** The ARN of the running execution. */
export const executionArn = '$states.context.Execution.Id';

/**
 * A short name for the running execution that SageMaker accepts: execution names may hold `_` and
 * `.`, and be longer than job names.
 */
export const executionHash = `$substring($hash(${executionArn}, "SHA-256"), 0, 12)`;

/**
 * A name nobody has used: SageMaker never frees a job's name, so a retry and a redrive get new ones.
 */
export function uniqueName(prefix: string): string {
  const redrive = '$string($states.context.Execution.RedriveCount)';
  const retry = '$string($states.context.State.RetryCount)';
  return `${quote(prefix)} & ${executionHash} & "-" & ${redrive} & "-" & ${retry}`;
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
