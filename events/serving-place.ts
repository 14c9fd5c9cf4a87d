import * as z from 'zod';

/** Where a live model is asked; a SageMaker endpoint, named beside, where this is missing. */
export const servingPlaceSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('lambda'),
    functionName: z.string(),
    /** The alias that clients invoke. */
    alias: z.string(),
  }),
  z.object({
    type: z.literal('container'),
    clusterName: z.string(),
    serviceName: z.string(),
    /** In front of its tasks, as metrics name it. */
    loadBalancer: z.string(),
    /** Of the HTTP API whose callers sign their requests, without a slash at the end. */
    address: z.url(),
  }),
]);

export type ServingPlace = z.infer<typeof servingPlaceSchema>;
