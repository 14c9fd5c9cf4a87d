/** DynamoDB's quotas. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
export const ITEM_BYTES = 409_600;
export const PARTITION_KEY_BYTES = 2_048;
export const SORT_KEY_BYTES = 1_024;
/** The maximum nesting of documents; the attribute itself is the first level. */
export const NESTING_LEVELS = 32;
export const NUMBER_DIGITS = 38;
/** The exponents of numbers as `d.ddd × 10^exponent`. */
export const LARGEST_EXPONENT = 125;
export const SMALLEST_EXPONENT = -130;

export const EXPRESSION_BYTES = 4_096;
export const EXPRESSION_OPERATORS = 300;
export const IN_OPERANDS = 100;
/** The maximum length of a placeholder. */
export const PLACEHOLDER_BYTES = 255;
/** The maximum size of all names and values. */
export const SUBSTITUTION_BYTES = 2 * 1024 * 1024;

/** The maximum size of the items that Query and Scan read for a page, before filters. */
export const PAGE_BYTES = 1024 * 1024;
export const SCAN_SEGMENTS = 1_000_000;
export const BATCH_GET_KEYS = 100;
export const BATCH_GET_BYTES = 16 * 1024 * 1024;
export const BATCH_WRITE_REQUESTS = 25;
export const BATCH_WRITE_BYTES = 16 * 1024 * 1024;
export const TRANSACTION_ACTIONS = 100;
export const TRANSACTION_BYTES = 4 * 1024 * 1024;
/** The lifetime of a client request token. */
export const TOKEN_MS = 10 * 60 * 1_000;

export const LOCAL_INDEXES = 5;
export const GLOBAL_INDEXES = 20;
export const TAGS = 50;
export const LIST_TABLES_LIMIT = 100;
export const LIST_TAGS_LIMIT = 10;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html */
export const POLICY_BYTES = 20 * 1024;

export const READ_UNIT_BYTES = 4_096;
export const WRITE_UNIT_BYTES = 1_024;

/** The interval of deleting expired items; AWS deletes them "within a few days". */
export const EXPIRY_SWEEP_MS = 60 * 60 * 1_000;
/** Older times to live are ignored: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html */
export const EXPIRY_AGE_MS = 5 * 365 * 24 * 60 * 60 * 1_000;
/** The minimum time between two changes of the TTL settings. */
export const TTL_CHANGE_MS = 60 * 60 * 1_000;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html */
export const RECOVERY_DAYS = 35;
