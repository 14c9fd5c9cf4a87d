import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** SageMaker's metrics are of one minute. */
export const PERIOD = Duration.minutes(1);

/** What SageMaker measures of a variant. */
export function variantMetric(
  endpoint: string,
  variant: string,
  metricName: string,
  statistic: string,
): Metric {
  return new Metric({
    namespace: 'AWS/SageMaker',
    metricName,
    dimensionsMap: { EndpointName: endpoint, VariantName: variant },
    statistic,
    period: PERIOD,
  });
}

/** Share of the requests answered 5xx. */
export function serverErrorPercent(endpoint: string, variant: string): MathExpression {
  return new MathExpression({
    expression: '100 * errors / requests',
    usingMetrics: {
      errors: variantMetric(endpoint, variant, 'Invocation5XXErrors', Stats.SUM),
      requests: variantMetric(endpoint, variant, 'Invocations', Stats.SUM),
    },
    period: PERIOD,
  });
}

/** The slowest hundredth of the answers. SageMaker measures in microseconds. */
export function slowestMilliseconds(endpoint: string, variant: string): MathExpression {
  return new MathExpression({
    expression: 'latency / 1000',
    usingMetrics: {
      latency: variantMetric(endpoint, variant, 'ModelLatency', Stats.percentile(99)),
    },
    period: PERIOD,
  });
}
