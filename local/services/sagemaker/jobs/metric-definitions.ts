import type { MetricDefinition } from '@aws-sdk/client-sagemaker';
import { BoundedRegex, RegexLimitExceeded } from '../../../../engine/index.ts';

/** Metrics are looked for in this many characters of a line. */
const LONGEST_LINE = 10_000;

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
        const value = Number(firstGroup(pattern, line) ?? Number.NaN);
        return Number.isNaN(value) ? [] : [{ name, value }];
      }),
  };
}

/** A line that the expression cannot judge in time holds no metric. */
function firstGroup(pattern: BoundedRegex, line: string): string | undefined {
  try {
    return pattern.exec(line.slice(0, LONGEST_LINE))?.groups[0];
  } catch (error) {
    if (error instanceof RegexLimitExceeded) return undefined;
    throw error;
  }
}

/** The expression, written for Python, as one of ours; undefined where it means nothing here. */
export function metricPattern(regex: string): BoundedRegex | undefined {
  try {
    return new BoundedRegex(regex.replaceAll('(?P<', '(?<'));
  } catch {
    return undefined;
  }
}
