import * as z from 'zod';

/** Where a live model is asked; a SageMaker endpoint, named beside, where this is missing. */
export const servingPlaceSchema = z.object({
  type: z.literal('lambda'),
  functionName: z.string(),
  /** The alias that clients invoke. */
  alias: z.string(),
});

export type ServingPlace = z.infer<typeof servingPlaceSchema>;
