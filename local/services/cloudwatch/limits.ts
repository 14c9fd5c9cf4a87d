/** CloudWatch's quotas. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
export const DATA_PER_PUT = 1_000;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
export const OLDEST_DATUM_MS = 14 * 86_400_000;
export const NEWEST_DATUM_MS = 2 * 3_600_000;
export const VALUES_PER_DATUM = 150;
export const DIMENSIONS_PER_METRIC = 30;
export const QUERIES_PER_REQUEST = 500;
/** Values that the expressions of one request compute. AWS limits the returned values (100,800); here the work is limited, too. */
export const VALUES_PER_REQUEST = 250_000;
export const STATISTICS_DATAPOINTS = 1_440;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const DATAPOINTS_PER_PAGE = 100_800;
export const METRICS_PER_PAGE = 500;
export const ALARMS_PER_PAGE = 50;
export const HISTORY_PER_PAGE = 100;
/** Alarm history is kept for thirty days. */
export const HISTORY_KEPT_MS = 30 * 86_400_000;
/** Metrics of one-minute resolution are kept for fifteen days; coarser ones are not kept here. */
export const POINTS_KEPT_MS = 15 * 86_400_000;
export const SWEEP_MS = 3_600_000;
export const MINUTE_MS = 60_000;
/** Metrics without data for this long are no longer listed. */
export const LISTED_MS = 14 * 86_400_000;
/** How long data may be in memory only. */
export const FLUSH_MS = 1_000;
/** Additional data points before `EvaluationPeriods`: AWS retrieves 5 for 3. */
export const EXTRA_PERIODS = 2;
/** The delay of the evaluation after the end of a minute, so that late data is included. */
export const EVALUATION_DELAY_MS = 1_000;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html */
export const DASHBOARDS_PER_PAGE = 1_000;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
export const LARGEST_VALUE = 2 ** 360;

/** `Period` times `EvaluationPeriods`: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const LONGEST_SPAN_SECONDS = 86_400;
export const LONGEST_SPAN_OF_HOURS_SECONDS = 7 * 86_400;
/** The maximum number of metrics in the metric math of an alarm. */
export const METRICS_PER_ALARM = 10;
