/**
 * Amazon CloudWatch Logs on one machine.
 *
 * Here: log groups with retention, classes and tags, streams, PutLogEvents, GetLogEvents with tokens in
 * both directions, FilterLogEvents over streams (so `aws logs tail` works), filter patterns of terms and
 * of JSON comparisons, metric filters with constant values, resource policies, and the embedded metric
 * format: metrics in log events are recorded in CloudWatch.
 *
 * Missing, and answered as missing by name: Logs Insights (StartQuery), live tail, subscription filters,
 * exports, deliveries, anomaly detection, data protection, space-delimited and regular expression
 * filter patterns.
 *
 * Different by design: events can be read at once; storedBytes is 0; events that have become older than the
 * retention are forgotten once an hour, some of them together with the ones behind them, and a stream goes
 * with its last event.
 *
 * Behaviour from: the CloudWatch Logs user guide and API reference, the embedded metric format's
 * specification.
 */
export { createLogsService } from './service.ts';
