/**
 * Amazon CloudWatch on one machine: metrics, alarms, dashboards.
 *
 * Here: PutMetricData (values, counts, statistic sets), the metrics of all services of this runtime,
 * ListMetrics, GetMetricStatistics, GetMetricData with metric math (arithmetic, comparisons, SUM, AVG,
 * MAX, MIN, STDDEV, IF, FILL, METRICS, RATE, DIFF and a few more), percentiles and trimmed means;
 * metric, metric math and composite alarms evaluated by AWS's rules (M of N, all four treatments of missing
 * data), their reasons in AWS's words, history, state change and configuration change events, actions on
 * SNS topics and Lambda functions; dashboards are stored.
 *
 * Missing, and answered as missing by name: anomaly detection, PromQL and log alarms, action
 * suppressors and mute rules, Contributor Insights, metric streams, SEARCH and other functions of
 * metric math, images of widgets, periods of alarms below a minute.
 *
 * Different by design: values are stored per minute for fifteen days, at any resolution; percentiles are
 * accurate to half a percent; alarms are evaluated one second after each minute. Application Auto Scaling
 * reacts to the state change event of an alarm.
 *
 * Behaviour from: the CloudWatch user guide and API reference
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/).
 */
export { createCloudWatchService } from './service.ts';
