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
 * Different by design: events can be read immediately; storedBytes is 0; once an hour, events older than the
 * retention are deleted, in some cases together with the next ones, and a stream is deleted with its last event.
 *
 * Behaviour from: the CloudWatch Logs user guide and API reference, the embedded metric format's
 * specification.
 */
export { createLogsService } from './service.ts';
