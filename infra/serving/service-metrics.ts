import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { increaseOf, LEAST_ERRORS, PERIOD } from './variant-metrics.ts';

/**
 * What the load balancer measures, of whichever target group answered.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 *
 * @param LoadBalancer its full name
 */
export function balancerMetric(
  LoadBalancer: string,
  metricName: string,
  statistic: string,
): Metric {
  return new Metric({
    namespace: 'AWS/ApplicationELB',
    metricName,
    dimensionsMap: { LoadBalancer },
    statistic,
    period: PERIOD,
  });
}

/** Errors of the model, and those of the load balancer, which answers where no task does. */
const ERRORS = 'FILL(target, 0) + FILL(balancer, 0)';
/**
 * Requests for which the load balancer chose no task are not counted as requests; those that it answered 502 or 504 are:
 * `RequestCount` in https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
const REQUESTS = 'FILL(requests, 0) + FILL(unserved, 0)';

const sums = (loadBalancer: string) => ({
  target: balancerMetric(loadBalancer, 'HTTPCode_Target_5XX_Count', Stats.SUM),
  balancer: balancerMetric(loadBalancer, 'HTTPCode_ELB_5XX_Count', Stats.SUM),
  requests: balancerMetric(loadBalancer, 'RequestCount', Stats.SUM),
  unserved: balancerMetric(loadBalancer, 'HTTPCode_ELB_503_Count', Stats.SUM),
});

/** Share of the requests answered 5xx, from {@link LEAST_ERRORS} of them on. */
export function serviceErrorPercent(loadBalancer: string): MathExpression {
  return new MathExpression({
    expression: `IF(${ERRORS} >= ${LEAST_ERRORS}, 100 * (${ERRORS}) / (${REQUESTS}), 0)`,
    usingMetrics: sums(loadBalancer),
    period: PERIOD,
  });
}

/** The same share above the best of the minutes before. */
export function serviceErrorIncrease(loadBalancer: string): MathExpression {
  const { target, balancer, ...asked } = sums(loadBalancer);
  const usingMetrics = { target, balancer };
  const errors = new MathExpression({ expression: ERRORS, usingMetrics, period: PERIOD });
  const share = new MathExpression({
    expression: `(${ERRORS}) / (${REQUESTS})`,
    usingMetrics: { ...usingMetrics, ...asked },
    period: PERIOD,
  });
  return increaseOf(share, errors);
}

/** The slowest hundredth of the answers. A load balancer measures in seconds. */
export function slowestAnswer(loadBalancer: string): MathExpression {
  return new MathExpression({
    expression: '1000 * latency',
    usingMetrics: {
      latency: balancerMetric(loadBalancer, 'TargetResponseTime', Stats.percentile(99)),
    },
    period: PERIOD,
  });
}
