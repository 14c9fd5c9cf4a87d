import * as z from 'zod';

const metric = z
  .string()
  .max(100)
  .regex(/^[A-Za-z][\w.-]*$/, 'a name of letters, digits, underscores, points and hyphens');

/** Which predictions a metric is measured on. */
const over = z.enum(['test', 'out-of-fold']).default('test');

const boundSchema = z
  .strictObject({
    metric,
    /** The metric may not be above it. */
    maximum: z.number().optional(),
    /** The metric may not be below it. */
    minimum: z.number().optional(),
    /**
     * `test`: the rows that were set apart. `out-of-fold`: every row, predicted by a model that did not
     * learn from it; steadier for small data.
     */
    over,
    /** The metric itself, or an end of its 95 % bootstrap interval. */
    at: z.enum(['value', 'lower', 'upper']).default('value'),
  })
  .refine((bound) => bound.maximum !== undefined || bound.minimum !== undefined, {
    message: 'needs a maximum or a minimum',
  })
  .refine(({ minimum = -Infinity, maximum = Infinity }) => minimum <= maximum, {
    message: 'has a minimum above its maximum, so that no metric passes',
  });

/** A result that is too good to be true: a column probably holds the label. */
const suspicionSchema = z.strictObject({
  metric,
  /** Above it the model is not registered, and the reason names a leak. */
  maximum: z.number(),
  over,
});

export const gateSchema = z.strictObject({
  bounds: z.array(boundSchema).min(1).max(20),
  suspicious: z.array(suspicionSchema).max(5).default([]),
  /** How the candidate must compare with the champion on the same rows. Without it, not at all. */
  champion: z
    .strictObject({
      metric,
      better: z.enum(['lower', 'higher']),
      /** How much worse the candidate may be, as a share of the champion's value. */
      tolerance: z.number().min(0).max(1).default(0),
    })
    .optional(),
});

export type Gate = z.output<typeof gateSchema>;
