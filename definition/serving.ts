import * as z from 'zod';
import { rolloutSchema } from './rollout.ts';
import { excludedFromServerless, serverlessFields } from './serverless.ts';
import { type Trial, trialSchema } from './trial.ts';

/** Alarms that roll a new model back. Each is off when its bound is `null`. */
const alarmsSchema = z.strictObject({
  /** Share of requests answered 5xx, in percent. */
  errorPercent: z.number().positive().max(100).nullable().default(1),
  /** Slowest hundredth of the answers, in milliseconds. */
  p99LatencyMilliseconds: z.number().positive().nullable().default(500),
  /** Wrong answers to known rows while the new model bakes. */
  wrongAnswers: z.int().positive().nullable().default(1),
  /** Share of model errors above the best of the ten minutes before, in percentage points. */
  errorIncreasePercent: z.number().positive().max(100).nullable().default(5),
  /** Further alarms by name, at most six. They must exist when a model is promoted. */
  named: z.array(z.string().min(1).max(255)).max(6).default([]),
});

/** Target tracking on invocations per instance and minute. */
const autoscalingSchema = z
  .strictObject({
    minimumInstances: z.int().min(1),
    maximumInstances: z.int().min(1),
    invocationsPerInstance: z.number().positive(),
    scaleInCooldownSeconds: z.int().min(0).default(300),
    scaleOutCooldownSeconds: z.int().min(0).default(60),
  })
  .refine((scaling) => scaling.minimumInstances <= scaling.maximumInstances, {
    message: 'maximumInstances must be at least minimumInstances',
    path: ['maximumInstances'],
  });

const networkSchema = z.strictObject({
  subnetIds: z.array(z.string().startsWith('subnet-')).min(1).max(16),
  securityGroupIds: z.array(z.string().startsWith('sg-')).min(1).max(5),
});

const promotionFields = {
  /** Older models and endpoint configs that are kept to go back to. */
  keepPrevious: z.int().min(1).max(20).default(3),
  /** Seconds for which approvals gather before the newest is promoted. */
  gatherSeconds: z.int().min(0).max(300).default(5),
  /** Seconds between two looks at a rollout. */
  pollSeconds: z.int().min(1).max(300).default(15),
};

/** A fleet of instances. */
const instancesSchema = z.strictObject({
  type: z.literal('instances'),
  instanceType: z.string().startsWith('ml.').default('ml.m5.large'),
  instanceCount: z.int().min(1).default(1),
  autoscaling: autoscalingSchema.optional(),
  /** @default it takes over at once */
  rollout: rolloutSchema.prefault({ type: 'all-at-once' }),
  /** Puts a newly approved model beside the live one first. @default it takes over at once */
  trial: trialSchema.optional(),
  alarms: alarmsSchema.prefault({}),
  /**
   * Share of requests whose rows and answers are kept, in percent; 0 turns capture off.
   * @default 10, and 100 with a shadow trial, whose answers are compared with the champion's
   */
  capturePercent: z.int().min(0).max(100).optional(),
  network: networkSchema.optional(),
  /** Encrypts the instances' volumes. */
  volumeKmsKeyArn: z.string().startsWith('arn:').optional(),
  ...promotionFields,
});

const serverlessSchema = z.strictObject({
  ...serverlessFields,
  ...promotionFields,
  ...excludedFromServerless,
});

export type InstanceServing = z.infer<typeof instancesSchema>;
export type ServerlessServing = Omit<
  z.infer<typeof serverlessSchema>,
  keyof typeof excludedFromServerless
>;
export type Serving = InstanceServing | ServerlessServing;

/** What only an endpoint of instances has; undefined of a serverless one. */
export function findInstances(serving: Serving): InstanceServing | undefined {
  return serving.type === 'instances' ? serving : undefined;
}

const CAPTURED_PERCENT = 10;

/** The share of requests that an endpoint of instances captures, in percent. */
export function findCapturePercent({ capturePercent, trial }: InstanceServing): number {
  return capturePercent ?? (trial?.type === 'shadow' ? 100 : CAPTURED_PERCENT);
}

/** How newly approved models are tried; undefined where they take over at once. */
export function findTrial(serving: Serving): Trial | undefined {
  return findInstances(serving)?.trial;
}

interface Mistake {
  readonly path: readonly string[];
  readonly input: unknown;
  readonly message: string;
}

/** How models answer: behind an endpoint of instances, or a serverless one. */
export const servingSchema = z
  .discriminatedUnion('type', [instancesSchema, serverlessSchema])
  .superRefine((serving, context) => {
    const mistakes =
      serving.type === 'instances' ? judgeInstances(serving) : judgeServerless(serving);
    for (const { path, ...mistake } of mistakes) {
      context.addIssue({ code: 'custom', path: [...path], ...mistake });
    }
  })
  .transform((serving): Serving => serving);

function judgeInstances(serving: InstanceServing): Mistake[] {
  return [
    ...judgeCanary(serving),
    ...judgeInstanceType(serving),
    ...judgePolling(serving),
    ...judgeCapture(serving),
  ];
}

function judgeCanary({ rollout, autoscaling, instanceCount }: InstanceServing): Mistake[] {
  if (rollout.type !== 'canary' || !('instances' in rollout.size)) return [];
  const fleet = autoscaling?.minimumInstances ?? instanceCount;
  if (rollout.size.instances <= fleet / 2) return [];
  return [
    {
      path: ['rollout', 'size', 'instances'],
      input: rollout.size.instances,
      message: `a canary may be at most half of the fleet of ${fleet}; use fewer instances or size.percent`,
    },
  ];
}

function judgeInstanceType({ autoscaling, instanceType }: InstanceServing): Mistake[] {
  const mistake = { path: ['instanceType'], input: instanceType };
  if (autoscaling !== undefined && /^ml\.t[23]\./.test(instanceType)) {
    return [
      {
        ...mistake,
        message: 'burstable instances cannot be scaled; use another family or remove autoscaling',
      },
    ];
  }
  if (!instanceType.startsWith('ml.inf1.')) return [];
  return [
    {
      ...mistake,
      message: 'deployment guardrails exclude Inf1 instances; use another family',
    },
  ];
}

function judgePolling({ rollout, pollSeconds }: InstanceServing): Mistake[] {
  const shortestPoll = Math.ceil(rollout.executionTimeoutSeconds / MAXIMUM_LOOKS);
  if (pollSeconds >= shortestPoll) return [];
  return [
    {
      path: ['pollSeconds'],
      input: pollSeconds,
      message: `must be at least ${shortestPoll} for a rollout of ${rollout.executionTimeoutSeconds} seconds, or its execution runs out of history`,
    },
  ];
}

function judgeCapture({ trial, capturePercent }: InstanceServing): Mistake[] {
  if (trial?.type !== 'shadow' || capturePercent !== 0) return [];
  return [
    {
      path: ['capturePercent'],
      input: capturePercent,
      message:
        'must be above 0 with a shadow trial, whose answers are known from captured data only',
    },
  ];
}

function judgeServerless({ provisionedConcurrency, maxConcurrency }: ServerlessServing): Mistake[] {
  if (provisionedConcurrency === undefined || provisionedConcurrency <= maxConcurrency) return [];
  return [
    {
      path: ['provisionedConcurrency'],
      input: provisionedConcurrency,
      message: `must be at most maxConcurrency, which is ${maxConcurrency}`,
    },
  ];
}

/** Looks at a rollout that fit, with all their events, into the 25,000 of an execution's history. */
const MAXIMUM_LOOKS = 800;
