import type { MetricDefinition } from '@aws-sdk/client-sagemaker';

/** Finds the metrics that a job's definitions describe in the lines of its output. */
export interface MetricFinder {
  /** Every metric this line holds: the first group of each expression that matches. */
  find(line: string): readonly { readonly name: string; readonly value: number }[];
}

export function createMetricFinder(
  definitions: readonly MetricDefinition[] | undefined,
): MetricFinder {
  const known = (definitions ?? []).flatMap(({ Name = '', Regex = '' }) => {
    const pattern = metricPattern(Regex);
    return pattern === undefined ? [] : [{ name: Name, pattern }];
  });
  return {
    find: (line) =>
      known.flatMap(({ name, pattern }) => {
        const value = Number(pattern.exec(line)?.[1] ?? Number.NaN);
        return Number.isNaN(value) ? [] : [{ name, value }];
      }),
  };
}

/** The expression, written for Python, as one of ours; undefined where it means nothing here. */
export function metricPattern(regex: string): RegExp | undefined {
  try {
    return new RegExp(regex.replaceAll('(?P<', '(?<'));
  } catch {
    return undefined;
  }
}
