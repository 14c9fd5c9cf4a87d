/** CloudWatch Logs' quotas. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
export const PUT_BYTES = 1_048_576;
/** Of a log group. */
export const METRIC_FILTERS = 100;
/** Of an account in a region. */
export const RESOURCE_POLICIES = 10;
/** The overhead that AWS adds to the size of every event. */
export const EVENT_OVERHEAD_BYTES = 26;
export const EVENTS_PER_PAGE = 10_000;
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
export const PAGE_BYTES = 1_048_576;
export const DESCRIBE_PAGE_SIZE = 50;
export const OLDEST_EVENT_MS = 14 * 86_400_000;
export const NEWEST_EVENT_MS = 2 * 3_600_000;
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];
export const RETENTION_SWEEP_MS = 3_600_000;
/** Between the first and the last event: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export const PUT_SPAN_MS = 86_400_000;

/**
 * The limits of a directive, a dimension set and a metric of the embedded metric format.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const EMBEDDED_METRICS = 100;
export const EMBEDDED_DIMENSIONS = 30;
export const EMBEDDED_VALUES = 100;
/** Values in all dimension sets of one event: as many as a full directive has in one set. AWS documents no limit. */
export const EMBEDDED_DATA_PER_EVENT = EMBEDDED_METRICS * EMBEDDED_VALUES;
/** Size of the metadata of one event: room for a dozen full directives. */
export const EMBEDDED_METADATA_VALUES = 20_000;
