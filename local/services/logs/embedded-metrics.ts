import { z } from 'zod';
import { parseJson } from '../../../engine/index.ts';
import type { MetricDatum } from '../../service.ts';

/**
 * What an event in the embedded metric format says of its metrics.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const metadataSchema = z.object({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().default('None') })),
      }),
    ),
  }),
});

/** The metrics in a log event; none when it is anything else. */
export function readEmbeddedMetrics(message: string): readonly MetricDatum[] {
  if (!message.includes('"CloudWatchMetrics"')) return [];
  const event = parse(message);
  const metadata = metadataSchema.safeParse(event);
  if (!metadata.success) return [];
  const members = event as Readonly<Record<string, unknown>>;
  const { Timestamp: timestamp, CloudWatchMetrics: directives } = metadata.data._aws;
  return directives.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = dimensionsOf(members, names);
      return Metrics.flatMap(({ Name: name, Unit: unit }) =>
        valuesOf(members[name]).map((value) => ({
          namespace,
          name,
          dimensions,
          value,
          unit,
          timestamp,
        })),
      );
    }),
  );
}

function parse(message: string): unknown {
  try {
    return parseJson(message.slice(message.indexOf('{')));
  } catch {
    return undefined;
  }
}

function dimensionsOf(
  members: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const pairs = names.map((name) => [name, members[name]] as const);
  return Object.fromEntries(
    pairs.filter((pair): pair is readonly [string, string] => typeof pair[1] === 'string'),
  );
}

function valuesOf(value: unknown): readonly number[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one): one is number => typeof one === 'number');
}
