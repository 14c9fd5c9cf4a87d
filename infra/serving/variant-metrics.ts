import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';

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

/** Model errors above the best of the minutes before, as a share in percentage points. */
export function variantErrorIncrease(endpoint: string, variant: string): MathExpression {
  // They are 1 or 0 a request, so that their average is a share.
  const modelErrors = (statistic: string) =>
    variantMetric(endpoint, variant, 'InvocationModelErrors', statistic);
  return increaseOf(modelErrors(Stats.AVERAGE), modelErrors(Stats.SUM));
}

/**
 * How far a minute's share of errors is above the best minute before it among those that the alarm looks at, in percentage
 * points, from {@link LEAST_ERRORS} errors on. A minute before the best one counts as 0: its errors are those of a model that
 * a better one replaced.
 */
export function increaseOf(share: IMetric, errors: IMetric): MathExpression {
  const bestSince = 'MIN(IF(share == MIN(share), EPOCH(share)))';
  return new MathExpression({
    expression: `IF(errors >= ${LEAST_ERRORS} AND EPOCH(share) > ${bestSince}, 100 * (share - MIN(share)), 0)`,
    usingMetrics: { share, errors },
    period: PERIOD,
  });
}
