/** 256 KiB: https://docs.aws.amazon.com/general/latest/gr/sns.html */
export const MESSAGE_BYTES = 262_144;
/** https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export const BATCH_ENTRIES = 10;
export const ENTRY_ID_CHARACTERS = 80;

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const FIFO_ID_CHARACTERS = 128;

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
export const ATTRIBUTE_NAME_BYTES = 256;

/** https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
export const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html */
export const DEDUPLICATION_MS = 300_000;

/** https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
export const FILTER_COMBINATIONS = 150;
export const FILTER_KEYS = 5;
