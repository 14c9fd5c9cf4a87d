import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { increaseOf, LEAST_ERRORS, PERIOD } from './variant-metrics.ts';

/**
 * What Lambda measures of the invocations of an alias.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function aliasMetric(
  functionName: string,
  alias: string,
  metricName: string,
  statistic: string,
): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName: functionName, Resource: `${functionName}:${alias}` },
    statistic,
    period: PERIOD,
  });
}

const sums = (functionName: string, alias: string) => ({
  errors: aliasMetric(functionName, alias, 'Errors', Stats.SUM),
  requests: aliasMetric(functionName, alias, 'Invocations', Stats.SUM),
});

/** Share of the invocations that ended with an error, from {@link LEAST_ERRORS} of them on. */
export function functionErrorPercent(functionName: string, alias: string): MathExpression {
  return new MathExpression({
    expression: `IF(errors >= ${LEAST_ERRORS}, 100 * errors / requests, 0)`,
    usingMetrics: sums(functionName, alias),
    period: PERIOD,
  });
}

/** The same share above the best of the minutes before. */
export function functionErrorIncrease(functionName: string, alias: string): MathExpression {
  const { errors, requests } = sums(functionName, alias);
  const share = new MathExpression({
    expression: 'failed / requests',
    usingMetrics: { failed: errors, requests },
    period: PERIOD,
  });
  return increaseOf(share, errors);
}

/** The slowest hundredth of the answers, without the time in which a model is loaded. */
export function slowestDuration(functionName: string, alias: string): Metric {
  return aliasMetric(functionName, alias, 'Duration', Stats.percentile(99));
}

/** Share of the requests that Lambda throttled: those are not among its invocations. */
export function throttledPercent(functionName: string, alias: string): MathExpression {
  return new MathExpression({
    expression: 'IF(throttles > 0, 100 * throttles / (throttles + FILL(requests, 0)), 0)',
    usingMetrics: {
      throttles: aliasMetric(functionName, alias, 'Throttles', Stats.SUM),
      requests: aliasMetric(functionName, alias, 'Invocations', Stats.SUM),
    },
    period: PERIOD,
  });
}
