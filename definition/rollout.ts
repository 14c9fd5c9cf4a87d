import * as z from 'zod';

/**
 * Deployment guardrails. Limits:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BlueGreenUpdatePolicy.html
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RollingUpdatePolicy.html
 */
export const rolloutLimits = {
  waitSeconds: { minimum: 0, maximum: 3600 },
  executionTimeoutSeconds: { minimum: 600, maximum: 28_800 },
  canaryPercent: { minimum: 1, maximum: 50 },
  linearStepPercent: { minimum: 10, maximum: 50 },
  rollingBatchPercent: { minimum: 5, maximum: 50 },
} as const;

const waitSeconds = z
  .int()
  .min(rolloutLimits.waitSeconds.minimum)
  .max(rolloutLimits.waitSeconds.maximum);
const executionTimeoutSeconds = z
  .int()
  .min(rolloutLimits.executionTimeoutSeconds.minimum)
  .max(rolloutLimits.executionTimeoutSeconds.maximum)
  .default(3600);

/** All new instances at once; the old ones stay until the bake is over. */
const allAtOnce = z.strictObject({
  type: z.literal('all-at-once'),
  /** How long the old fleet stays after the new one took all traffic. */
  bakeSeconds: waitSeconds.default(300),
  executionTimeoutSeconds,
});

/** A small share first, then the rest. */
const canary = z.strictObject({
  type: z.literal('canary'),
  size: z.union([
    z.strictObject({
      percent: z
        .int()
        .min(rolloutLimits.canaryPercent.minimum)
        .max(rolloutLimits.canaryPercent.maximum),
    }),
    z.strictObject({ instances: z.int().min(1) }),
  ]),
  /** How long the share is watched before the rest follows. */
  waitSeconds: waitSeconds.default(300),
  bakeSeconds: waitSeconds.default(300),
  executionTimeoutSeconds,
});

/** Equal steps. */
const linear = z.strictObject({
  type: z.literal('linear'),
  stepPercent: z
    .int()
    .min(rolloutLimits.linearStepPercent.minimum)
    .max(rolloutLimits.linearStepPercent.maximum),
  waitSeconds: waitSeconds.default(300),
  bakeSeconds: waitSeconds.default(300),
  executionTimeoutSeconds,
});

/** Batch by batch within one fleet, for endpoints too large to double. */
const rolling = z.strictObject({
  type: z.literal('rolling'),
  batchPercent: z
    .int()
    .min(rolloutLimits.rollingBatchPercent.minimum)
    .max(rolloutLimits.rollingBatchPercent.maximum),
  waitSeconds: waitSeconds.default(300),
  executionTimeoutSeconds,
});

/** How a new model takes over. */
export const rolloutSchema = z.discriminatedUnion('type', [allAtOnce, canary, linear, rolling]);

export type Rollout = z.infer<typeof rolloutSchema>;
