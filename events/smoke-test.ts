import * as z from 'zod';
import { answerSchema } from './evaluation.ts';
import { servingPlaceSchema } from './serving-place.ts';

/** Begins the inference ids of its requests, by which monitoring and retraining leave them out of what was captured. */
export const SMOKE_TEST_INFERENCE_ID = 'stepmill-smoke-test-';

/**
 * What the promotion workflow asks of `smoke-test`:
 * `record` notes what the live model answers, `bake` sends traffic while old and new model answer
 * side by side, `verify` demands the new model's answers, `unchanged` the recorded ones.
 */
export const smokeTestRequestSchema = z.object({
  mode: z.enum(['record', 'bake', 'verify', 'unchanged']),
  endpointName: z.string(),
  /** @default the endpoint of that name */
  serving: servingPlaceSchema.optional(),
  /** The variant to call; without it, the endpoint chooses one. */
  variant: z.string().optional(),
  bucket: z.string(),
  key: z.string(),
  /** The live model's answers to the same rows, as `record` gave them. */
  baseline: z.array(answerSchema.nullable()).default([]),
  /** How often each row is sent. */
  rounds: z.number().int().min(1).max(50).default(1),
});

export const smokeTestReplySchema = z.object({
  sent: z.number(),
  failed: z.number(),
  wrong: z.number(),
  /** One a row, `null` where there was none. Only `record` fills it. */
  answers: z.array(answerSchema.nullable()),
  /** The first few failures in words; empty when all is well. */
  findings: z.array(z.string()),
});

export type SmokeTestRequest = z.infer<typeof smokeTestRequestSchema>;
export type SmokeTestReply = z.infer<typeof smokeTestReplySchema>;
