/** A JSONata expression as Step Functions takes it in place of a JSON value. */
export function jsonata(expression: string): string {
  return `{% ${expression} %}`;
}

/** A text as a JSONata string literal; JSONata's escapes are JSON's. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** An object, each member an expression. */
export function object(members: Readonly<Record<string, string>>): string {
  const rendered = Object.entries(members).map(([name, value]) => `${quote(name)}: ${value}`);
  return `{${rendered.join(', ')}}`;
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

/** What job names may have: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export const JOB_NAME_LENGTH = 63;
/** `-rs-z`: a thousand redrives, and attempts of one entry, to the base of 36. */
export const JOB_SUFFIX_LENGTH = 5;
/** An attempt of a job after a wait for capacity is distinguished from its retries, of which there are two. */
const RETRIES = 3;

/**
 * A name that no job has: SageMaker never frees a job's name, so a retry, a wait for capacity and a
 * redrive get new ones. The hash is that of the execution, shorter where the prefix leaves no room.
 */
export function uniqueName(prefix: string): string {
  const room = JOB_NAME_LENGTH - prefix.length - JOB_SUFFIX_LENGTH;
  const hash = `$substring(${executionHash}, 0, ${Math.min(HASH_LENGTH, room)})`;
  const redrive = '$formatBase($states.context.Execution.RedriveCount, 36)';
  const attempt = `$formatBase(${RETRIES} * $shortage.count + $states.context.State.RetryCount, 36)`;
  return `${quote(prefix)} & ${hash} & "-" & ${redrive} & "-" & ${attempt}`;
}

/**
 * A name for a job that images/trainer runs, of which it starts each once: a retry of the call keeps the name, so
 * that a task whose start was not answered is found; a wait for capacity and a redrive get a new one.
 */
export function attemptName(prefix: string): string {
  const redrive = '$formatBase($states.context.Execution.RedriveCount, 36)';
  return `${quote(prefix)} & ${executionHash} & "-" & ${redrive} & "-" & $formatBase($shortage.count, 36)`;
}

/**
 * What went wrong, in words: why a job failed or was stopped when the cause is its description, else
 * the cause. Regular expressions, because a cause that is cut off is not JSON.
 */
export function readableCause(cause: string): string {
  const reasons = ['FailureReason', 'ExitMessage', 'StatusMessage'].map(
    (field) => `$match($cause, ${textOf(field)})[-1].groups[0]`,
  );
  return `(
  $cause := ${cause};
  $reasons := [${reasons.join(', ')}];
  $stopped := $contains($cause, /JobStatus":"Stopped"/)
    ? "The job was stopped: it ran into its time limit, or a person stopped it. "
    : "";
  $stopped & ($count($reasons) > 0 ? $reasons[0] : $cause)
)`;
}

/** What a function that failed said, in words; the cause where it said nothing. */
export function functionMessage(cause: string): string {
  return `(
  $cause := ${cause} & "";
  $said := $match($cause, /"errorMessage":\\s*"([^"\\x5c]*(?:\\x5c.[^"\\x5c]*)*)"/)[0].groups[0];
  $exists($said) ? $said : $cause
)`;
}

/** Matches a field of JSON. No alternatives under a repetition: Java takes a stack frame for each. */
function textOf(field: string): string {
  return `/"${field}":"([^"\\x5c]*(?:\\x5c.[^"\\x5c]*)*)"/`;
}
