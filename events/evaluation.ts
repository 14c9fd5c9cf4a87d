import { z } from 'zod';

const metricSchema = z.object({
  value: z.number(),
  standard_deviation: z.union([z.number(), z.literal('NaN')]).optional(),
});
const metricsSchema = z.record(z.string(), metricSchema);

/** One model's metrics in SageMaker's model-quality shape; the problem decides which key there is. */
const modelQualitySchema = z.object({
  regression_metrics: metricsSchema.optional(),
  binary_classification_metrics: metricsSchema.optional(),
  multiclass_classification_metrics: metricsSchema.optional(),
});

/** `evaluation.json`: the candidate's metrics, and the champion's on the same rows. */
export const evaluationSchema = modelQualitySchema.extend({
  version: z.number().optional(),
  dataset: z.object({ item_count: z.number() }).optional(),
  champion: modelQualitySchema.optional(),
});

export type Evaluation = z.infer<typeof evaluationSchema>;

/** The key of `evaluation.json` that holds a problem's metrics. */
export const metricsKeys = {
  regression: 'regression_metrics',
  binary: 'binary_classification_metrics',
  multiclass: 'multiclass_classification_metrics',
} as const;

/** `smoke.json`: raw test rows with the answers the evaluated model gave to them. */
export const smokeRowsSchema = z.object({
  contentType: z.string(),
  rows: z
    .array(
      z.object({
        row: z.string(),
        expected: z.number(),
        actual: z.union([z.number(), z.string()]).optional(),
      }),
    )
    .min(1),
  /** How far an answer may be from the expected one, relative to it (at least absolute). */
  tolerance: z.number(),
  bounds: z.object({ minimum: z.number(), maximum: z.number() }),
});

export type SmokeRows = z.infer<typeof smokeRowsSchema>;
