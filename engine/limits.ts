/** Limits of Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */

/** The maximum size of the input or output of a state, task or execution, as UTF-8 JSON. */
export const maximumPayloadBytes = 262_144;

/**
 * The maximum size of the arguments and the result of an intrinsic function, as UTF-8 JSON. AWS documents no
 * limit. The output of a state is limited to `maximumPayloadBytes`, but memory must be limited before that too.
 */
export const maximumIntrinsicBytes = 4 * maximumPayloadBytes;

/** The maximum total size of the variables of an execution, including those of running branches. */
export const maximumVariablesBytes = 10 * 1024 * 1024;

/** The maximum number of events in the history of a Standard execution. */
export const maximumHistoryEvents = 25_000;

/** The maximum duration of an Express execution. */
export const maximumExpressSeconds = 300;

/** The maximum duration of a Standard execution: one year. */
export const maximumStandardSeconds = 31_536_000;

/**
 * The maximum number of events of an Express execution. AWS limits only its duration; but here no time passes in
 * an execution that never waits, so it times out after this many events.
 */
export const maximumExpressEvents = 1_000_000;

/** The number of concurrent iterations of an inline Map that sets no lower limit. */
export const maximumInlineConcurrency = 40;

/** The maximum duration of a Wait: measured on AWS between 24,855 and 24,856 days. */
export const maximumWaitSeconds = 2_147_483_647;
