import * as z from 'zod';
import type { MetricDatum } from '../../cloud/service.ts';
import {
  EMBEDDED_DATA_PER_EVENT,
  EMBEDDED_DIMENSIONS,
  EMBEDDED_METADATA_VALUES,
  EMBEDDED_METRICS,
  EMBEDDED_VALUES,
} from './limits.ts';
import type { Message } from './message.ts';

/**
 * The metadata of an event in the embedded metric format.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const metadataSchema = z.object({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string()).max(EMBEDDED_DIMENSIONS)),
        Metrics: z
          .array(z.object({ Name: z.string(), Unit: z.string().default('None') }))
          .max(EMBEDDED_METRICS),
      }),
    ),
  }),
});

type Metadata = z.infer<typeof metadataSchema>['_aws'];
type Directive = Metadata['CloudWatchMetrics'][number];
type Members = Readonly<Record<string, unknown>>;

const NAME = '"CloudWatchMetrics"';

/**
 * Yields the metrics of a log event. Yields none when the event is not in the embedded metric format, exceeds
 * the limits of the format, or holds more values than this runtime records for one event.
 */
export function readEmbeddedMetrics(message: Message): Iterable<MetricDatum> {
  if (!message.text.includes(NAME)) return [];
  const event = message.embeddedJson();
  if (!hasFewValues(event)) return [];
  const metadata = metadataSchema.safeParse(event);
  if (!metadata.success) return [];
  const members = event as Members;
  const directives = metadata.data._aws.CloudWatchMetrics.map(withDistinctSets);
  const isBounded = areValuesBounded(directives, members);
  return isBounded ? dataOf(directives, members, metadata.data._aws.Timestamp) : [];
}

/** Whether the metadata is small enough to validate: listing 100,000 faults would take too long. */
function hasFewValues(event: unknown): boolean {
  const stack: unknown[] = [(event as { readonly _aws?: unknown } | null | undefined)?._aws];
  let values = 0;
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const member of Object.values(value)) {
      values += 1;
      if (values > EMBEDDED_METADATA_VALUES) return false;
      stack.push(member);
    }
  }
  return true;
}

/** Dimension sets without duplicates, so that each value is recorded once per set. */
function withDistinctSets(directive: Directive): Directive {
  const sets = new Map(directive.Dimensions.map((names) => [keyOf(names), names]));
  return { ...directive, Dimensions: [...sets.values()] };
}

function keyOf(names: readonly string[]): string {
  return names.length === 0 ? '' : JSON.stringify([...new Set(names)].sort());
}

/** Whether every metric, and all dimension sets together, are within the limits. */
function areValuesBounded(directives: readonly Directive[], members: Members): boolean {
  let data = 0;
  for (const { Dimensions, Metrics } of directives) {
    for (const { Name } of Metrics) {
      const value = members[Name];
      const count = Array.isArray(value) ? value.length : 1;
      data += count * Dimensions.length;
      if (count > EMBEDDED_VALUES || data > EMBEDDED_DATA_PER_EVENT) return false;
    }
  }
  return true;
}

function* dataOf(
  directives: readonly Directive[],
  members: Members,
  timestamp: number,
): Generator<MetricDatum> {
  for (const { Namespace: namespace, Dimensions, Metrics } of directives) {
    if (Metrics.length === 0) continue;
    for (const names of Dimensions) {
      const dimensions = dimensionsOf(members, names);
      for (const { Name: name, Unit: unit } of Metrics) {
        for (const value of valuesOf(members[name])) {
          yield { namespace, name, dimensions, value, unit, timestamp };
        }
      }
    }
  }
}

function dimensionsOf(
  members: Members,
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
