import * as z from 'zod';

const metricSchema = z.object({
  value: z.number(),
  standard_deviation: z.union([z.number(), z.literal('NaN')]).optional(),
  /** The ends of the 95 % bootstrap interval. */
  lower: z.number().optional(),
  upper: z.number().optional(),
});
export const metricsSchema = z.record(z.string(), metricSchema);

/** One model's metrics in SageMaker's model-quality shape; the problem decides which key there is. */
const modelQualitySchema = z.object({
  regression_metrics: metricsSchema.optional(),
  binary_classification_metrics: metricsSchema.optional(),
  multiclass_classification_metrics: metricsSchema.optional(),
});

/** `evaluation.json`: the candidate's metrics, also over out-of-fold predictions, and the champion's on the same rows. */
export const evaluationSchema = modelQualitySchema.extend({
  version: z.number().optional(),
  dataset: z.object({ item_count: z.number() }).optional(),
  out_of_fold: modelQualitySchema.optional(),
  champion: modelQualitySchema.optional(),
  /** Findings of the script, such as a column that separates the label alone. */
  warnings: z.array(z.string()).optional(),
});

export type Evaluation = z.infer<typeof evaluationSchema>;

/** The key of `evaluation.json` that holds a problem's metrics. */
export const metricsKeys = {
  regression: 'regression_metrics',
  binary: 'binary_classification_metrics',
  multiclass: 'multiclass_classification_metrics',
} as const;

/** What a model answers to one row: a number, or a line of labels and numbers. */
export const answerSchema = z.union([z.number(), z.string().max(1_000)]);

/** `smoke.json`: raw test rows with the answers the evaluated model gave to them. */
export const smokeRowsSchema = z.object({
  contentType: z.string(),
  rows: z
    .array(
      z.object({
        row: z.string(),
        /** A number, or a line of fields such as `sun,0.83`. */
        expected: answerSchema,
        actual: z.union([z.number(), z.string()]).optional(),
      }),
    )
    .min(1),
  /** The classes that a model may answer. No other text of an answer is kept: it may repeat a row. */
  labels: z.array(z.string()).max(1_000).optional(),
  /** How far an answer may be from the expected one, relative to it (at least absolute). */
  tolerance: z.number(),
  bounds: z.object({ minimum: z.number(), maximum: z.number() }).optional(),
});

export type SmokeRows = z.infer<typeof smokeRowsSchema>;
