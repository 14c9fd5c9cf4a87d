import * as z from 'zod';
import { judgeTaskMemory, vcpuSchema } from './fargate-sizes.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const lambdaLimits = {
  timeoutSeconds: 900,
  memoryMb: { minimum: 512, maximum: 10_240 },
  ephemeralStorageMb: { minimum: 512, maximum: 10_240 },
} as const;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html; 20 is what every task has. */
const fargateStorageGb = { minimum: 20, maximum: 200 };

const sagemakerSchema = z.strictObject({ type: z.literal('sagemaker') });

const fargateSchema = z
  .strictObject({
    type: z.literal('fargate'),
    vcpu: vcpuSchema.default(2),
    memoryMb: z.int().default(8_192),
    ephemeralStorageGb: z
      .int()
      .min(fargateStorageGb.minimum)
      .max(fargateStorageGb.maximum)
      .default(fargateStorageGb.minimum),
    /** Fargate Spot; a step that is interrupted is started again, after three interruptions on demand. */
    spot: z.boolean().default(false),
  })
  .superRefine(({ vcpu, memoryMb }, context) => {
    const message = judgeTaskMemory(vcpu, memoryMb);
    if (message === undefined) return;
    context.addIssue({ code: 'custom', path: ['memoryMb'], message });
  });

const lambdaSchema = z.strictObject({
  type: z.literal('lambda'),
  /** 1,769 MB have the power of one vCPU. @default 3,008, the most that new accounts get */
  memoryMb: z
    .int()
    .min(lambdaLimits.memoryMb.minimum)
    .max(
      lambdaLimits.memoryMb.maximum,
      `at most ${lambdaLimits.memoryMb.maximum}, Lambda's limit; with more, use compute "fargate"`,
    )
    .default(3_008),
  /** What `/tmp` holds: inputs, model and outputs together. */
  ephemeralStorageMb: z
    .int()
    .min(lambdaLimits.ephemeralStorageMb.minimum)
    .max(
      lambdaLimits.ephemeralStorageMb.maximum,
      `at most ${lambdaLimits.ephemeralStorageMb.maximum}, Lambda's limit; with more, use compute "fargate"`,
    )
    .default(2_048),
});

const sizedSchema = z.discriminatedUnion('type', [sagemakerSchema, fargateSchema, lambdaSchema], {
  error: 'must be "sagemaker", "fargate" or "lambda", or an object with that as its type',
});

/** Where a step runs. */
export type Compute = z.output<typeof sizedSchema>;
export type FargateSize = Extract<Compute, { type: 'fargate' }>;
export type LambdaSize = Extract<Compute, { type: 'lambda' }>;

/** The name alone means the sizes by default. */
export const computeSchema: z.ZodType<Compute, Compute['type'] | z.input<typeof sizedSchema>> =
  z.preprocess((given) => (typeof given === 'string' ? { type: given } : given), sizedSchema);
