import type { Schemas } from '../../../api/client/index.ts';

type Quality = NonNullable<Schemas['DriftReport']['quality']>;

interface Measured {
  readonly value: number;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
}

/** One metric: as labels measure it, and as probabilities let expect it. */
export interface MetricRow {
  readonly name: string;
  readonly measured: Measured | undefined;
  readonly estimated: number | undefined;
}

/** Every metric that is a number, in the order of the report. */
export function metricRows({ measured, estimated }: Quality): readonly MetricRow[] {
  const [known, expected] = [readMetrics(measured), readMetrics(estimated)];
  const names = [...new Set([...known.keys(), ...expected.keys()])];
  return names.map((name) => ({
    name,
    measured: known.get(name),
    estimated: expected.get(name)?.value,
  }));
}

function readMetrics(found: Quality['measured']): ReadonlyMap<string, Measured> {
  const metrics =
    found?.regression_metrics ??
    found?.binary_classification_metrics ??
    found?.multiclass_classification_metrics ??
    {};
  return new Map(
    Object.entries(metrics).flatMap(([name, metric]) => {
      const { value, lower, upper } = (metric ?? {}) as Readonly<Record<string, unknown>>;
      return typeof value === 'number'
        ? [[name, { value, lower: numberOf(lower), upper: numberOf(upper) }] as const]
        : [];
    }),
  );
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
