import type { MetricDefinition } from '@aws-sdk/client-sagemaker';
import { BoundedRegex, RegexLimitExceeded } from '../../../../engine/index.ts';

/** The number of characters of a line that are searched for metrics. */
const LONGEST_LINE_CHARACTERS = 10_000;

/** Finds the metrics of a job in the lines of its output. */
export interface MetricFinder {
  /** The metrics of a line: the first group of each matching expression. */
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

/** A line has no metric if matching the expression takes too long. */
function firstGroup(pattern: BoundedRegex, line: string): string | undefined {
  try {
    return pattern.exec(line.slice(0, LONGEST_LINE_CHARACTERS))?.groups[0];
  } catch (error) {
    if (error instanceof RegexLimitExceeded) return undefined;
    throw error;
  }
}

/** Converts a Python expression; undefined if it cannot be converted. */
export function metricPattern(regex: string): BoundedRegex | undefined {
  try {
    return new BoundedRegex(regex.replaceAll('(?P<', '(?<'));
  } catch {
    return undefined;
  }
}
