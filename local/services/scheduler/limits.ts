/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html */
export const MAX_SCHEDULE_GROUPS = 500;
export const MAX_SCHEDULES = 10_000_000;
/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html */
export const MAX_INPUT_BYTES = 256 * 1024;
/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ListSchedules.html */
export const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html: the defaults are the maximums. */
export const DEFAULT_EVENT_AGE_SECONDS = 86_400;
export const DEFAULT_RETRY_ATTEMPTS = 185;

/** AWS documents exponential backoff, not its numbers: 185 attempts fill 24 hours. */
export const RETRY_PAUSES = { firstMs: 1_000, longestMs: 480_000 };

/** https://github.com/getmoto/moto/pull/8172 quotes AWS. */
export const OLDEST_START_MS = 5 * 60_000;

/** Invocations that run at a time. On AWS the limit is 1,000 a second. */
export const ATTEMPTS_AT_ONCE = 64;
