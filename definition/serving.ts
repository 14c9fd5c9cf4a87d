import * as z from 'zod';
import {
  type ContainerServing,
  containerServingSchema,
  judgeContainerServing,
} from './container-serving.ts';
import { judgeLambdaServing, type LambdaServing, lambdaServingSchema } from './lambda-serving.ts';
import { rolloutSchema } from './rollout.ts';
import { excludedFromServerless, serverlessFields } from './serverless.ts';
import {
  alarmsSchema,
  judgePolling,
  type ServingMistake as Mistake,
  promotionFields,
} from './serving-fields.ts';
import { type Trial, trialSchema } from './trial.ts';

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
/** A model behind SageMaker's endpoint. */
export type EndpointServing = InstanceServing | ServerlessServing;
export type Serving = EndpointServing | LambdaServing | ContainerServing;

/** Whether models serve behind SageMaker's endpoint. */
export function isEndpoint(serving: Serving): serving is EndpointServing {
  return serving.type === 'instances' || serving.type === 'serverless';
}

/** What only an endpoint of instances has; undefined elsewhere. */
export function findInstances(serving: Serving): InstanceServing | undefined {
  return serving.type === 'instances' ? serving : undefined;
}

const CAPTURED_PERCENT = 10;

/** The share of requests whose rows and answers are kept, in percent; a serverless endpoint keeps none. */
export function findCapturePercent(serving: Serving): number {
  switch (serving.type) {
    case 'instances':
      return serving.capturePercent ?? (serving.trial?.type === 'shadow' ? 100 : CAPTURED_PERCENT);
    case 'serverless':
      return 0;
    case 'lambda':
    case 'container':
      return serving.capturePercent;
  }
}

/** The alarms that roll a new model back, where the place has any. */
export function findAlarmBounds(serving: Serving): AlarmBounds | undefined {
  return serving.type === 'serverless' ? undefined : serving.alarms;
}

export type AlarmBounds = z.infer<typeof alarmsSchema>;

/** How newly approved models are tried; undefined where they take over at once. */
export function findTrial(serving: Serving): Trial | undefined {
  return findInstances(serving)?.trial;
}

/** Where models answer: behind an endpoint of instances or a serverless one, on Lambda, or in containers. */
export const servingSchema = z
  .discriminatedUnion('type', [
    instancesSchema,
    serverlessSchema,
    lambdaServingSchema,
    containerServingSchema,
  ])
  .superRefine((serving, context) => {
    for (const { path, ...mistake } of judgeServing(serving)) {
      context.addIssue({ code: 'custom', path: [...path], ...mistake });
    }
  })
  .transform((serving): Serving => serving);

function judgeServing(serving: Serving): Mistake[] {
  switch (serving.type) {
    case 'instances':
      return judgeInstances(serving);
    case 'serverless':
      return judgeServerless(serving);
    case 'lambda':
      return judgeLambdaServing(serving);
    case 'container':
      return judgeContainerServing(serving);
  }
}

function judgeInstances(serving: InstanceServing): Mistake[] {
  return [
    ...judgeCanary(serving),
    ...judgeInstanceType(serving),
    ...judgePolling(serving.pollSeconds, serving.rollout.executionTimeoutSeconds),
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
