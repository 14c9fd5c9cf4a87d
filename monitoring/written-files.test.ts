import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { driftReportSchema, driftSummarySchema } from '../events/index.ts';
import { findInterpreter } from '../test/python-interpreter.ts';

const interpreter = findInterpreter();

/*
 * Readers written from the documentation of SageMaker Model Monitor:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-statistics.html
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-constraints.html
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-violations.html
 */

const common = z.strictObject({ num_present: z.number(), num_missing: z.number() });

const kll = z.strictObject({
  buckets: z
    .array(z.strictObject({ lower_bound: z.number(), upper_bound: z.number(), count: z.number() }))
    .length(10),
  sketch: z.strictObject({
    parameters: z.strictObject({ c: z.number(), k: z.number() }),
    data: z.array(z.array(z.number())).min(1),
  }),
});

const numerical = z.strictObject({
  name: z.string(),
  inferred_type: z.enum(['Fractional', 'Integral']),
  numerical_statistics: z.strictObject({
    common,
    mean: z.number(),
    sum: z.number(),
    std_dev: z.number(),
    min: z.number(),
    max: z.number(),
    distribution: z.strictObject({ kll }),
  }),
});

const text = z.strictObject({
  name: z.string(),
  inferred_type: z.literal('String'),
  string_statistics: z.strictObject({
    common,
    distinct_count: z.number(),
    distribution: z.strictObject({
      categorical: z.strictObject({
        buckets: z.array(z.strictObject({ value: z.string(), count: z.number() })),
      }),
    }),
  }),
});

/** Of a column without any value, the page shows nothing but its type. */
const unknown = z.strictObject({
  name: z.string(),
  inferred_type: z.literal('Unknown'),
  numerical_statistics: z.strictObject({ common }),
});

const statistics = z.strictObject({
  version: z.literal(0),
  dataset: z.strictObject({ item_count: z.number() }),
  features: z.array(z.discriminatedUnion('inferred_type', [numerical, text, unknown])).min(1),
});

const constraints = z.strictObject({
  version: z.literal(0),
  features: z
    .array(
      z.strictObject({
        name: z.string(),
        inferred_type: z.enum(['Integral', 'Fractional', 'String', 'Unknown']),
        completeness: z.number().min(0).max(1),
        num_constraints: z.strictObject({ is_non_negative: z.boolean() }).optional(),
        string_constraints: z.strictObject({ domains: z.array(z.string()) }).optional(),
      }),
    )
    .min(1),
  monitoring_config: z.strictObject({
    evaluate_constraints: z.enum(['Enabled', 'Disabled']),
    emit_metrics: z.enum(['Enabled', 'Disabled']),
    datatype_check_threshold: z.number(),
    domain_content_threshold: z.number(),
    distribution_constraints: z.strictObject({
      perform_comparison: z.enum(['Enabled', 'Disabled']),
      comparison_threshold: z.number(),
      comparison_method: z.enum(['Simple', 'Robust']),
    }),
  }),
});

const violations = z.strictObject({
  violations: z.array(
    z.strictObject({
      feature_name: z.string(),
      constraint_check_type: z.enum([
        'data_type_check',
        'completeness_check',
        'baseline_drift_check',
        'missing_column_check',
        'extra_column_check',
        'categorical_values_check',
      ]),
      description: z.string(),
    }),
  ),
});

const readers: Readonly<Record<string, z.ZodType>> = {
  'baseline statistics': statistics,
  'baseline constraints': constraints,
  statistics,
  constraints,
  constraint_violations: violations,
};

describe.skipIf(interpreter === undefined)(
  'the files that the monitor writes (skipped without a Python that has scikit-learn, XGBoost and pandas)',
  () => {
    let written: readonly WrittenReport[];

    beforeAll(() => {
      written = writeReports();
    });

    it('have the shape that the other parts read', () => {
      expect(written.map(({ name }) => name)).toEqual([
        'regression',
        'binary',
        'multiclass',
        'drifted',
        'empty',
        'batch',
      ]);
      const mistakes = written.map(({ name, report, summary }) => ({
        name,
        report: driftReportSchema.safeParse(report).error?.issues ?? [],
        summary: driftSummarySchema.safeParse(summary).error?.issues ?? [],
      }));
      expect(mistakes).toEqual(written.map(({ name }) => ({ name, report: [], summary: [] })));
    });

    it('are read by readers written from the documentation of Model Monitor', () => {
      const mistakes = written.flatMap(({ name, modelMonitor }) =>
        Object.entries(readers).flatMap(([file, reader]) =>
          (reader.safeParse(modelMonitor[file]).error?.issues ?? []).map((issue) => ({
            name,
            file,
            issue,
          })),
        ),
      );

      expect(mistakes).toEqual([]);
    });

    it('hold what a window violates', () => {
      const drifted = written.find(({ name }) => name === 'drifted');

      const { violations: found } = violations.parse(
        drifted?.modelMonitor['constraint_violations'],
      );

      expect(found.map((each) => `${each.feature_name}: ${each.constraint_check_type}`)).toEqual([
        'sky: categorical_values_check',
        'sky: baseline_drift_check',
        'wind: baseline_drift_check',
      ]);
    });
  },
);

/** A report of one window with the files beside it. */
interface WrittenReport {
  readonly name: string;
  readonly report: unknown;
  readonly summary: unknown;
  /** Files in Model Monitor's shapes, by name. */
  readonly modelMonitor: Readonly<Record<string, unknown>>;
}

function writeReports(): readonly WrittenReport[] {
  const { stdout, stderr } = spawnSync(interpreter ?? '', ['monitoring/test/write_reports.py'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1' },
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as readonly WrittenReport[];
}
