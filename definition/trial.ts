import * as z from 'zod';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_InferenceExperimentSchedule.html */
const MAXIMUM_HOURS = 720;
/** Shorter than a rollout takes, a trial shows nothing. */
const MINIMUM_HOURS = 0.25;

const terms = {
  /** When the trial ends by itself. */
  timeLimitHours: z.number().min(MINIMUM_HOURS).max(MAXIMUM_HOURS),
  /** What becomes of the new model then. An alarm about it withdraws it at any time. */
  whenTimeIsUp: z.enum(['promote', 'withdraw']),
  /** Instances of the new model. @default as many as the live one begins with */
  instanceCount: z.int().min(1).optional(),
};

/** The new model answers a share of the requests. */
const abTrial = z.strictObject({
  type: z.literal('ab'),
  /** Of the requests that the new model answers. */
  percent: z.int().min(1).max(99),
  ...terms,
});

/** The new model gets a copy of a share of the requests; its answers are captured and dropped. */
const shadowTrial = z.strictObject({
  type: z.literal('shadow'),
  /** Of the requests that the new model gets a copy of. */
  percent: z.int().min(1).max(100).default(100),
  ...terms,
});

/** How an approved model stands beside the live one before it takes over. */
export const trialSchema = z.discriminatedUnion('type', [abTrial, shadowTrial]);

export type Trial = z.infer<typeof trialSchema>;
