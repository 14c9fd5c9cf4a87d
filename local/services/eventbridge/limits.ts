/** EventBridge's quotas. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const RULES_PER_BUS = 300;
export const TARGETS_PER_RULE = 5;
export const EVENT_BUSES = 100;
export const WILDCARD_RULES_PER_BUS = 30;
/** 1 MiB since 2026; 256 KB before. */
export const ENTRY_SIZE_BYTES = 1_048_576;
/** The part of an entry's size that its Time adds. */
export const TIME_SIZE_BYTES = 14;
export const PAGE_SIZE = 100;

/** The default of a retry policy, which is also its maximum. */
export const DEFAULT_EVENT_AGE_SECONDS = 86_400;
export const DEFAULT_RETRY_ATTEMPTS = 185;

/** AWS documents exponential backoff with jitter, not its numbers: 185 attempts fill 24 hours. */
export const FIRST_RETRY_MS = 1_000;
export const LONGEST_RETRY_MS = 480_000;
