import { availableParallelism } from 'node:os';

/** Lambda's quotas. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const SYNCHRONOUS_PAYLOAD_BYTES = 6_291_556;
/** 1 MB since 2025; it was 256 KB. */
export const ASYNCHRONOUS_PAYLOAD_BYTES = 1_048_576;
/** Of all variables as JSON. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
export const ENVIRONMENT_BYTES = 4_096;
export const UNZIPPED_BYTES = 262_144_000;
export const DEFAULT_TIMEOUT_SECONDS = 3;
export const DEFAULT_MEMORY_MB = 128;
export const LOG_TAIL_BYTES = 4_096;
export const PAGE_SIZE = 50;
/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const FUNCTION_NAME_CHARACTERS = 64;
/** A function may load its code for this long before its own timeout begins. */
export const INIT_SECONDS = 10;
export const ACCOUNT_CONCURRENCY = 1_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export const LEAST_UNRESERVED_CONCURRENCY = 100;

/** Retries of asynchronous invocations: general knowledge of AWS's behaviour. */
export const ASYNCHRONOUS_RETRY_DELAYS_MS = [60_000, 120_000] as const;
export const ASYNCHRONOUS_AGE_SECONDS = 21_600;
/** How long an asynchronous invocation waits when the function is throttled. */
export const THROTTLED_RETRY_MS = 1_000;

/** Functions that start at once, so that a burst does not bury a small machine: further invocations wait. */
export const SANDBOXES_AT_ONCE = Math.max(4, 2 * availableParallelism());
/** Real time after which a function that still runs lets the next one start. */
export const TURN_MS = 1_000;
/** How long an answer may wait for its process to be ready for the next invocation. */
export const GIVE_BACK_MS = 20;
/** Interpreters kept ready once there is a Python function. */
export const SPARE_PYTHONS = 2;
/** How long an idle process is kept warm. Real time: it is about this machine's memory. */
export const IDLE_SANDBOX_MS = 60_000;
