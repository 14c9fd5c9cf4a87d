import * as z from 'zod';
import { metricsSchema } from './evaluation.ts';

/** Of a window, and of each column; a column of a date, or an excluded one, is not compared. */
export const driftVerdicts = ['ok', 'drifted', 'not enough data', 'no traffic'] as const;
const verdictSchema = z.enum(driftVerdicts);

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const windowSchema = z.strictObject({ start: z.string().nullable(), end: z.string().nullable() });

/** How many of the column's fields keep to a rule. */
const checkSchema = z.strictObject({
  share: share.nullable(),
  threshold: share,
  violated: z.boolean(),
});

const missingSchema = z.strictObject({
  baseline: share.nullable(),
  current: share.nullable(),
  increase: z.number().nullable(),
  threshold: share,
  /** The probability of so many gaps, had nothing changed. */
  p: share.nullable(),
  significance: share,
  violated: z.boolean(),
});

/** A bin of numbers; the outer ones have no outer edge. */
const binSchema = z.strictObject({
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  baseline: count,
  current: count,
});

const categorySchema = z.strictObject({ value: z.string(), baseline: count, current: count });

const comparedSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['number', 'integer', 'category', 'date', 'text']),
  verdict: z.enum([...driftVerdicts, 'not compared']),
  /** Why there is no other verdict. */
  reason: z.string().nullable(),
  /** Values now and in the baseline, and how many a verdict needs. */
  rows: z.strictObject({ current: count, baseline: count, threshold: count }),
  /** Rows expected in the smallest bin. */
  expected: z.strictObject({ least: z.number().nullable(), threshold: z.number() }),
  /** `threshold` is the larger one of what the project calls a change and of what chance gives. */
  effect: z.strictObject({
    psi: z.number().nullable(),
    threshold: z.number().nullable(),
    minimum: z.number(),
    chance: z.number().nullable(),
    bins: count,
  }),
  /** `q` is `p` after the correction for the number of columns. */
  significance: z.strictObject({ p: share.nullable(), q: share.nullable(), threshold: share }),
  /** What other tools call drift; no verdict depends on it. Wasserstein is in standard deviations of the baseline. */
  distances: z.strictObject({
    kolmogorovSmirnov: share.nullable(),
    wasserstein: z.number().nullable(),
    jensenShannon: share.nullable(),
  }),
  bins: z.array(binSchema).optional(),
  categories: z.array(categorySchema).optional(),
  /** All categories that are not named. */
  others: z.strictObject({ values: count, baseline: count, current: count }).optional(),
});

const columnSchema = comparedSchema.extend({
  checks: z.strictObject({
    typed: checkSchema,
    missing: missingSchema,
    /** Null where the column is no category, or has too many values to remember. */
    known: checkSchema
      .extend({
        unseenRows: count,
        unseenValues: count,
        unseen: z.array(z.strictObject({ value: z.string(), rows: count })),
      })
      .nullable(),
    /** Null where no range is declared. */
    within: checkSchema.nullable(),
  }),
});

const brokenSchema = z.strictObject({
  count,
  reasons: z.record(z.string(), count),
  places: z.array(z.strictObject({ file: z.string(), line: count, reason: z.string() })),
});

/** One of the keys is that of the problem, unless there is a reason. */
const qualitySchema = z.strictObject({
  rows: count,
  /** Rows that were sampled. */
  of: count,
  method: z.string().optional(),
  reason: z.string().optional(),
  regression_metrics: metricsSchema.optional(),
  binary_classification_metrics: metricsSchema.optional(),
  multiclass_classification_metrics: metricsSchema.optional(),
});

const labelsSchema = z.strictObject({
  /** Requests with a label. */
  requests: count,
  /** Those of them that are not in the window. */
  unknown: count,
  repeated: count,
  contradicting: count,
  mismatched: count,
  broken: brokenSchema,
  rows: count,
  labelled: count,
  coverage: share.nullable(),
  /** Labels or answers that are not of the problem. */
  unusable: count,
  threshold: count,
});

/** `stepmill-drift.json`: what `monitoring/python/report.py` writes. */
export const driftReportSchema = z.strictObject({
  version: z.literal(1),
  project: z.string().nullable(),
  modelPackageArn: z.string().nullable(),
  endpointName: z.string().nullable(),
  source: z.enum(['captures', 'batch']),
  window: windowSchema,
  verdict: verdictSchema,
  rows: count,
  baselineRows: count,
  samplingPercent: z.number(),
  /** All rows, where only a part was captured. */
  estimatedRows: count.nullable(),
  drifted: z.array(z.string()),
  driftedPredictions: z.array(z.string()),
  thresholds: z.strictObject({
    minimumRows: count,
    minimumExpected: z.number(),
    minimumEffect: z.number(),
    confidence: share,
    significance: share,
    permutations: count,
    seed: count,
  }),
  columns: z.array(columnSchema),
  predictions: z.array(comparedSchema),
  violations: z.array(
    z.strictObject({
      feature_name: z.string(),
      constraint_check_type: z.string(),
      description: z.string(),
    }),
  ),
  /** Null of a batch. */
  quality: z
    .strictObject({
      labels: labelsSchema,
      /** Null where labels are too few. */
      measured: qualitySchema.nullable(),
      /** From the model's own probabilities; no measurement. Null where the problem is not binary. */
      estimated: qualitySchema.nullable(),
    })
    .nullable(),
  read: z.strictObject({
    files: count,
    lines: count,
    requests: count,
    rows: count,
    outsideWindow: count,
    withoutAnswer: count,
    broken: brokenSchema,
  }),
  notes: z.array(z.string()),
});

export type DriftReport = z.infer<typeof driftReportSchema>;

const valuesSchema = z.record(z.string(), z.number()).nullable();

/** `summary.json`: as much of the report as a state machine reads. */
export const driftSummarySchema = z.strictObject({
  version: z.literal(1),
  verdict: verdictSchema,
  window: windowSchema,
  rows: count,
  /** Lines and rows that could not be read. */
  broken: count,
  /** At most 50 names. */
  drifted: z.array(z.string()),
  driftedPredictions: z.array(z.string()),
  /** Columns with that verdict. */
  notEnoughData: count,
  violations: count,
  /** The column with the largest effect. */
  worst: z.strictObject({ column: z.string(), psi: z.number(), threshold: z.number() }).nullable(),
  /** Of at most 50 columns. */
  effects: z.record(z.string(), z.number()),
  labelled: count,
  coverage: share.nullable(),
  measured: valuesSchema,
  estimated: valuesSchema,
});

export type DriftSummary = z.infer<typeof driftSummarySchema>;
