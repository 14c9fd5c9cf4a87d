/** DynamoDB's quotas. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
export const ITEM_BYTES = 409_600;
export const PARTITION_KEY_BYTES = 2_048;
export const SORT_KEY_BYTES = 1_024;
/** How deep documents nest, the attribute itself being the first level. */
export const NESTING_LEVELS = 32;
export const NUMBER_DIGITS = 38;
/** Of a number as `d.ddd × 10^exponent`. */
export const LARGEST_EXPONENT = 125;
export const SMALLEST_EXPONENT = -130;

export const EXPRESSION_BYTES = 4_096;
export const EXPRESSION_OPERATORS = 300;
export const IN_OPERANDS = 100;
/** Of a name or value placeholder. */
export const PLACEHOLDER_BYTES = 255;
/** Of all names and values together. */
export const SUBSTITUTION_BYTES = 2 * 1024 * 1024;

/** How much a page of Query and Scan reads, before filters. */
export const PAGE_BYTES = 1024 * 1024;
export const SCAN_SEGMENTS = 1_000_000;
export const BATCH_GET_KEYS = 100;
export const BATCH_GET_BYTES = 16 * 1024 * 1024;
export const BATCH_WRITE_REQUESTS = 25;
export const BATCH_WRITE_BYTES = 16 * 1024 * 1024;
export const TRANSACTION_ACTIONS = 100;
export const TRANSACTION_BYTES = 4 * 1024 * 1024;
/** How long a client request token is remembered. */
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

/** How often expired items are looked for; AWS deletes them "within a few days". */
export const EXPIRY_SWEEP_MS = 60 * 60 * 1_000;
/** Times to live that lie further back are ignored: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html */
export const EXPIRY_AGE_MS = 5 * 365 * 24 * 60 * 60 * 1_000;
/** How long after a change of TTL the next one is refused. */
export const TTL_CHANGE_MS = 60 * 60 * 1_000;
