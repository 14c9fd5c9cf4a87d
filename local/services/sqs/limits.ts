/** SQS's quotas. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html */
export const BATCH_ENTRIES = 10;
/** 1 MiB since 2025; it was 256 KiB. */
export const MESSAGE_BYTES = 1_048_576;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MESSAGE_ATTRIBUTES = 10;
export const LONGEST_VISIBILITY_SECONDS = 43_200;
export const LONGEST_WAIT_SECONDS = 20;
export const LONGEST_DELAY_SECONDS = 900;
export const SHORTEST_RETENTION_SECONDS = 60;
export const LONGEST_RETENTION_SECONDS = 1_209_600;
export const DEDUPLICATION_MS = 300_000;
/** A queue emits metrics for this long after its last use. */
export const ACTIVE_MS = 21_600_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
export const PURGE_INTERVAL_MS = 60_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html */
export const LARGEST_PAGE = 1_000;
export const METRIC_PERIOD_MS = 60_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html */
export const LONGEST_TAG_KEY_CHARACTERS = 128;
export const LONGEST_TAG_VALUE_CHARACTERS = 256;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export const MOST_RECEIVES = 1_000;
export const MOST_SOURCE_QUEUES = 10;
export const SHORTEST_DATA_KEY_REUSE_SECONDS = 60;
export const LONGEST_DATA_KEY_REUSE_SECONDS = 86_400;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html */
export const TAGS_PER_QUEUE = 50;

/** As many as ListMessageMoveTasks shows: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html */
export const TASKS_KEPT = 10;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
export const MOST_MOVED_A_SECOND = 500;
