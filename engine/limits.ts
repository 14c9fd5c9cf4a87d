/** Limits of Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */

/** The maximum size of the input or output of a state, task or execution, as UTF-8 JSON. */
export const MAXIMUM_PAYLOAD_BYTES = 262_144;

/**
 * The maximum size of the arguments and the result of an intrinsic function, as UTF-8 JSON. AWS documents no
 * limit. The output of a state is limited to `MAXIMUM_PAYLOAD_BYTES`, but memory must be limited before that too.
 */
export const MAXIMUM_INTRINSIC_BYTES = 4 * MAXIMUM_PAYLOAD_BYTES;

/** The maximum total size of the variables of an execution, including those of running branches. */
export const MAXIMUM_VARIABLES_BYTES = 10 * 1024 * 1024;

/** The maximum number of events in the history of a Standard execution. */
export const MAXIMUM_HISTORY_EVENTS = 25_000;

/** The maximum duration of an Express execution. */
export const MAXIMUM_EXPRESS_SECONDS = 300;

/** The maximum duration of a Standard execution: one year. */
export const MAXIMUM_STANDARD_SECONDS = 31_536_000;

/**
 * The maximum number of events of an Express execution. AWS limits only its duration; but here no time passes in
 * an execution that never waits, so it times out after this many events.
 */
export const MAXIMUM_EXPRESS_EVENTS = 1_000_000;

/** The number of concurrent iterations of an inline Map that sets no lower limit. */
export const MAXIMUM_INLINE_ITERATIONS = 40;

/** The maximum number of seconds in a field of a definition: https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html */
export const MAXIMUM_FIELD_SECONDS = 99_999_999;

/** The maximum duration of a Wait: measured on AWS between 24,855 and 24,856 days. */
export const MAXIMUM_WAIT_SECONDS = 2_147_483_647;
