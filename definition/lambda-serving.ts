import * as z from 'zod';
import { lambdaLimits } from './compute.ts';
import {
  alarmsSchema,
  capturePercentSchema,
  excluded,
  judgeRolloutTime,
  promotionFields,
  type ServingMistake,
  shiftingRollouts,
} from './serving-fields.ts';

/** A promotion must end: as long as SageMaker's longest rollout, https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BlueGreenUpdatePolicy.html */
const LONGEST_ROLLOUT_SECONDS = 28_800;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; a model needs more than the least of Lambda. */
export const lambdaServingLimits = {
  memoryMb: { minimum: 512, maximum: lambdaLimits.memoryMb.maximum },
  timeoutSeconds: { minimum: 1, maximum: lambdaLimits.timeoutSeconds },
  waitSeconds: { minimum: 0, maximum: 3_600 },
  /** Of an alias's weights, which two versions share: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html */
  canaryPercent: { minimum: 1, maximum: 99 },
  linearStepPercent: { minimum: 5, maximum: 50 },
} as const;

const { canaryPercent, linearStepPercent, memoryMb, timeoutSeconds } = lambdaServingLimits;

const waitSeconds = z
  .int()
  .min(lambdaServingLimits.waitSeconds.minimum)
  .max(lambdaServingLimits.waitSeconds.maximum)
  .default(300);

/** All requests at once; the version before stays until the bake is over. */
const allAtOnce = z.strictObject({
  type: z.literal('all-at-once'),
  /** How long the new version is watched once it takes all requests. */
  bakeSeconds: waitSeconds,
});

const { canary, linear } = shiftingRollouts({
  waitSeconds,
  canaryPercent: z.int().min(canaryPercent.minimum).max(canaryPercent.maximum),
  linearStepPercent: z.int().min(linearStepPercent.minimum).max(linearStepPercent.maximum),
});

const rolloutSchema = z.discriminatedUnion('type', [allAtOnce, canary, linear]);

/** Lambda's limit of an account, which can be raised; more is a mistake of typing. */
const MAXIMUM_CONCURRENCY = 10_000;

export const lambdaServingSchema = z.strictObject({
  type: z.literal('lambda'),
  /** 1,769 MB have the power of one vCPU; new accounts get at most 3,008. */
  memoryMb: z
    .int()
    .min(memoryMb.minimum)
    .max(
      memoryMb.maximum,
      `at most ${memoryMb.maximum}, Lambda's limit; with more, use "container"`,
    )
    .default(1_769),
  /** How long a request may take. The HTTP API waits for at most 29 seconds. */
  timeoutSeconds: z
    .int()
    .min(timeoutSeconds.minimum)
    .max(timeoutSeconds.maximum, `at most ${timeoutSeconds.maximum}, Lambda's limit`)
    .default(29),
  /** What `/tmp` holds: the model's archives, packed and unpacked. */
  ephemeralStorageMb: z
    .int()
    .min(lambdaLimits.ephemeralStorageMb.minimum)
    .max(lambdaLimits.ephemeralStorageMb.maximum)
    .default(512),
  /** Kept warm, for a price; without it the first request after a pause waits until the model is loaded. */
  provisionedConcurrency: z.int().min(1).max(MAXIMUM_CONCURRENCY).optional(),
  /** Requests at the same time; Lambda throttles those beyond. @default what the account has left */
  reservedConcurrency: z.int().min(1).max(MAXIMUM_CONCURRENCY).optional(),
  /** @default it takes over at once */
  rollout: rolloutSchema.prefault({ type: 'all-at-once' }),
  alarms: alarmsSchema
    .extend({
      /** Share of requests that Lambda throttled, in percent. */
      throttledPercent: z.number().positive().max(100).nullable().default(5),
    })
    .prefault({}),
  capturePercent: capturePercentSchema,
  ...promotionFields,
  instanceType: excluded('models on Lambda', 'a function has a size in memory', 'memoryMb'),
  instanceCount: excluded(
    'models on Lambda',
    'Lambda starts as many as requests need',
    'provisionedConcurrency',
  ),
  autoscaling: excluded(
    'models on Lambda',
    'Lambda scales them by itself',
    'provisionedConcurrency',
  ),
  network: excluded(
    'models on Lambda',
    'a function reads its model and answers without a VPC',
    '"instances"',
  ),
  volumeKmsKeyArn: excluded('models on Lambda', 'a function has no volume', '"instances"'),
  trial: excluded(
    'models on Lambda',
    'a trial needs a variant that can be asked by name',
    '"instances"',
  ),
});

/** The fields that {@link lambdaServingSchema} refuses by name. */
export const excludedFromLambda = [
  'instanceType',
  'instanceCount',
  'autoscaling',
  'network',
  'volumeKmsKeyArn',
  'trial',
] as const;

export type LambdaServing = Omit<
  z.output<typeof lambdaServingSchema>,
  (typeof excludedFromLambda)[number]
>;

/** The rules between the fields. */
export function judgeLambdaServing(serving: LambdaServing): ServingMistake[] {
  return [...judgeConcurrency(serving), ...judgeRolloutTime(serving, LONGEST_ROLLOUT_SECONDS)];
}

/** While a new version takes over, both have what is provisioned. */
function judgeConcurrency({
  provisionedConcurrency: provisioned = 0,
  reservedConcurrency: reserved,
}: LambdaServing): ServingMistake[] {
  if (reserved === undefined || reserved >= 2 * provisioned) return [];
  return [
    {
      path: ['reservedConcurrency'],
      input: reserved,
      message: `must be at least ${2 * provisioned}, twice provisionedConcurrency, because two versions have it while one takes over`,
    },
  ];
}
