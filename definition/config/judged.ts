import * as z from 'zod';

/** An environment, as far as others depend on it: mistakes of other fields hide none of these. */
const judgedFields = z.object({
  account: z.unknown().optional(),
  region: z.unknown().optional(),
  promotesTo: z.unknown().optional(),
  budget: z.unknown().optional(),
  notify: z.unknown().optional(),
});
const judgedPipeline = z.object({
  region: z.unknown().optional(),
  references: z.record(z.string(), z.unknown()).catch({}),
});
export const judgedSchema = z.object({
  environments: z.record(z.string(), judgedFields.catch({})),
  pipeline: judgedPipeline.optional().catch(undefined),
});

export type JudgedPipeline = z.output<typeof judgedPipeline>;
export type Judged = z.output<typeof judgedSchema>['environments'];
