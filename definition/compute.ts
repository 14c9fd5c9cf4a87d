import * as z from 'zod';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const lambdaLimits = {
  timeoutSeconds: 900,
  memoryMb: { minimum: 512, maximum: 10_240 },
  ephemeralStorageMb: { minimum: 512, maximum: 10_240 },
} as const;

/**
 * Memory in MB that goes with each number of vCPUs: from, to, step.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
export const fargateSizes = {
  '0.5': [1_024, 4_096, 1_024],
  '1': [2_048, 8_192, 1_024],
  '2': [4_096, 16_384, 1_024],
  '4': [8_192, 30_720, 1_024],
  '8': [16_384, 61_440, 4_096],
  '16': [32_768, 122_880, 8_192],
} as const;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html; 20 is what every task has. */
const fargateStorageGb = { minimum: 20, maximum: 200 };

const sagemakerSchema = z.strictObject({ type: z.literal('sagemaker') });

const fargateSchema = z
  .strictObject({
    type: z.literal('fargate'),
    vcpu: z
      .union(
        [z.literal(0.5), z.literal(1), z.literal(2), z.literal(4), z.literal(8), z.literal(16)],
        { error: 'must be 0.5, 1, 2, 4, 8 or 16, the sizes that Fargate has for a training' },
      )
      .default(2),
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
    const [from, to, step] = fargateSizes[`${vcpu}`];
    if (memoryMb >= from && memoryMb <= to && (memoryMb - from) % step === 0) return;
    context.addIssue({
      code: 'custom',
      path: ['memoryMb'],
      message: `must be from ${from} to ${to} in steps of ${step} with ${vcpu} vCPU, because Fargate has no other sizes; change it or vcpu`,
    });
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
