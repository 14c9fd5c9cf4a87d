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

/**
 * Fewer errors a minute say nothing about a model: on a quiet endpoint one request that no model could answer
 * would be all of them. AWS's containers answer 500 to it, and the test rows of a rollout come five times.
 */
export const LEAST_ERRORS = 2;

/** Share of the requests answered 5xx, from {@link LEAST_ERRORS} of them on. */
export function serverErrorPercent(endpoint: string, variant: string): MathExpression {
  return new MathExpression({
    expression: `IF(errors >= ${LEAST_ERRORS}, 100 * errors / requests, 0)`,
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
