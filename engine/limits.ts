/** Limits of Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */

/** The most bytes, as UTF-8 JSON, that an input or output of a state, task or execution may have. */
export const maximumPayloadBytes = 262_144;

/**
 * The most bytes, as UTF-8 JSON, that an intrinsic function takes and makes. AWS documents no limit: what a
 * state makes of it may have `maximumPayloadBytes`, but it must not be built out of thousands of copies first.
 */
export const maximumIntrinsicBytes = 4 * maximumPayloadBytes;

/** The most bytes that the variables of an execution may have together, those of open branches included. */
export const maximumVariablesBytes = 10 * 1024 * 1024;

/** The last event of a Standard execution's history has this id. */
export const maximumHistoryEvents = 25_000;

/** How long an Express execution may take. */
export const maximumExpressSeconds = 300;

/** How long a Standard execution may take: a year. */
export const maximumStandardSeconds = 31_536_000;

/**
 * An Express execution has no limit of events but runs out of time; one that never waits would not let time
 * pass here, so it is ended after this many events as if it had.
 */
export const maximumExpressEvents = 1_000_000;

/** How many iterations an inline Map runs at once when it sets no lower limit. */
export const maximumInlineConcurrency = 40;

/** How far a Wait may reach: measured between 24,855 and 24,856 days. */
export const maximumWaitSeconds = 2_147_483_647;
