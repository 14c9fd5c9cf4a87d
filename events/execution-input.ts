import * as z from 'zod';
import { approvalStatusSchema } from './model-package-state-change.ts';

/** Input of `<project>-training`: what the rule makes of `Object Created`. */
export const trainingInputSchema = z.object({
  eventId: z.string(),
  bucket: z.string(),
  object: z.object({
    key: z.string(),
    size: z.number(),
    etag: z.string(),
    'version-id': z.string(),
  }),
  /** Settings of this run that differ from the project's; only a person starts such a run. */
  settings: z
    .object({
      algorithm: z.string().optional(),
      hyperparameters: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  /** The commit whose code is tried on reference data: the model is judged and not registered. */
  reference: z.string().optional(),
});

/** Input of `<project>-promotion`: what the rule makes of `Model Package State Change`. */
export const promotionInputSchema = z.object({
  eventId: z.string(),
  modelPackageArn: z.string(),
  approvalStatus: approvalStatusSchema,
});

/** Input of `<project>-handover`: what the rule makes of `Model Package State Change` of another environment. */
export const handoverInputSchema = z.object({
  eventId: z.string(),
  modelPackageArn: z.string(),
});

/** Input of `<project>-promotion` when a trial is decided, by a person or by its clock. */
export const trialDecisionSchema = z.object({
  eventId: z.string(),
  /** The package on trial. */
  modelPackageArn: z.string(),
  decision: z.enum(['promote', 'withdraw']),
  /** The endpoint config of the trial; a trial that has ended is not changed. */
  trial: z.string(),
  /** For the registry and for people. */
  reason: z.string(),
});

/** Input of `<project>-trial`, the clock of a trial. */
export const trialInputSchema = z.object({
  trial: z.string(),
  modelPackageArn: z.string(),
});

export type TrainingInput = z.infer<typeof trainingInputSchema>;
export type PromotionInput = z.infer<typeof promotionInputSchema>;
export type HandoverInput = z.infer<typeof handoverInputSchema>;
export type TrialDecision = z.infer<typeof trialDecisionSchema>;
export type TrialInput = z.infer<typeof trialInputSchema>;

/** The paths in `Object Created` that make a training input. */
export const trainingInputPaths = {
  eventId: '$.id',
  bucket: '$.detail.bucket.name',
  // The whole object: AWS puts it in as JSON, with any characters in its key.
  object: '$.detail.object',
} as const satisfies Record<Exclude<keyof TrainingInput, 'settings' | 'reference'>, string>;

/** The paths in `Model Package State Change` that make a promotion input. */
export const promotionInputPaths = {
  eventId: '$.id',
  modelPackageArn: '$.detail.ModelPackageArn',
  approvalStatus: '$.detail.ModelApprovalStatus',
} as const satisfies Record<keyof PromotionInput, string>;

/** The paths in `Model Package State Change` that make a handover input. */
export const handoverInputPaths = {
  eventId: '$.id',
  modelPackageArn: '$.detail.ModelPackageArn',
} as const satisfies Record<keyof HandoverInput, string>;
