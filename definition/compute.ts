import * as z from 'zod';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const lambdaLimits = {
  timeoutSeconds: 900,
  memoryMb: { minimum: 512, maximum: 10_240 },
  ephemeralStorageMb: { minimum: 512, maximum: 10_240 },
} as const;

/**
 * Memory in MB that goes with each number of vCPUs: from, to, step, or a list.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
const fargateSizes = {
  '0.25': [512, 1_024, 2_048],
  '0.5': { from: 1_024, to: 4_096, step: 1_024 },
  '1': { from: 2_048, to: 8_192, step: 1_024 },
  '2': { from: 4_096, to: 16_384, step: 1_024 },
  '4': { from: 8_192, to: 30_720, step: 1_024 },
  '8': { from: 16_384, to: 61_440, step: 4_096 },
  '16': { from: 32_768, to: 122_880, step: 8_192 },
  '32': [61_440, 122_880, 249_856],
} as const;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html; 20 is what every task has. */
const fargateStorageGb = { minimum: 20, maximum: 200 };

const sagemakerSchema = z.strictObject({ type: z.literal('sagemaker') });

const fargateSchema = z
  .strictObject({
    type: z.literal('fargate'),
    vcpu: z.literal([0.25, 0.5, 1, 2, 4, 8, 16, 32]).default(2),
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
    const wrong = judgeMemory(fargateSizes[`${vcpu}`], memoryMb);
    if (wrong === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['memoryMb'],
      message: `must be ${wrong} with ${vcpu} vCPU, because Fargate has no other sizes; change it or vcpu`,
    });
  });

type MemorySizes = (typeof fargateSizes)[keyof typeof fargateSizes];

/** What the memory must be where it is not; undefined where it is. */
function judgeMemory(sizes: MemorySizes, memoryMb: number): string | undefined {
  if (!('from' in sizes)) {
    return sizes.some((size) => size === memoryMb) ? undefined : sizes.join(' or ');
  }
  const { from, to, step } = sizes;
  const isSize = memoryMb >= from && memoryMb <= to && (memoryMb - from) % step === 0;
  return isSize ? undefined : `from ${from} to ${to} in steps of ${step}`;
}

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
