import * as z from 'zod';

/** How the console of an environment reaches the pipeline, which is usually in another account. */
export const consoleDeliverySchema = z.object({
  pipeline: z.string(),
  region: z.string(),
  /** In the pipeline's account, for the API of this console alone. */
  roleArn: z.string(),
  /** The approval of this environment's deployments; undefined where none is asked for. */
  approval: z.object({ stage: z.string(), action: z.string() }).optional(),
});

export type ConsoleDelivery = z.infer<typeof consoleDeliverySchema>;
