import * as z from 'zod';
import { judgeTaskMemory, vcpuSchema } from './fargate-sizes.ts';
import {
  alarmsSchema,
  bakingSeconds,
  capturePercentSchema,
  excluded,
  judgeRolloutTime,
  promotionFields,
  type ServingMistake,
  shiftingRollouts,
} from './serving-fields.ts';

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html
 */
export const containerServingLimits = {
  /** ECS counts bake times in minutes, at most a day. */
  waitSeconds: { minimum: 0, maximum: 86_400, step: 60 },
  canaryPercent: { minimum: 0.1, maximum: 99 },
  linearStepPercent: { minimum: 3, maximum: 50 },
  tasks: { minimum: 1, maximum: 5_000 },
} as const;

const { canaryPercent, linearStepPercent, tasks } = containerServingLimits;

const waitSeconds = z
  .int()
  .min(containerServingLimits.waitSeconds.minimum)
  .max(containerServingLimits.waitSeconds.maximum)
  .multipleOf(
    containerServingLimits.waitSeconds.step,
    'must be whole minutes in seconds, such as 300, because ECS counts in minutes',
  )
  .default(300);

/** Task by task within one target group, with ECS's circuit breaker. */
const rolling = z.strictObject({ type: z.literal('rolling') });

/** All requests at once to new tasks; the old ones stay until the bake is over. */
const blueGreen = z.strictObject({ type: z.literal('blue-green'), bakeSeconds: waitSeconds });

const { canary, linear } = shiftingRollouts({
  waitSeconds,
  canaryPercent: z.number().min(canaryPercent.minimum).max(canaryPercent.maximum),
  linearStepPercent: z.number().min(linearStepPercent.minimum).max(linearStepPercent.maximum),
});

const rolloutSchema = z.discriminatedUnion('type', [rolling, blueGreen, canary, linear]);

const cooldownSeconds = z.int().min(0).max(3_600);

/** Target tracking, on the requests of a task or on the processors. */
const autoscalingSchema = z
  .strictObject({
    minimumTasks: z.int().min(tasks.minimum).max(tasks.maximum),
    maximumTasks: z.int().min(tasks.minimum).max(tasks.maximum),
    /** Requests of a task in a minute. */
    requestsPerTask: z.number().positive().optional(),
    /** Average use of the processors, in percent. */
    cpuPercent: z.number().min(1).max(100).optional(),
    scaleInCooldownSeconds: cooldownSeconds.default(300),
    scaleOutCooldownSeconds: cooldownSeconds.default(60),
  })
  .superRefine((scaling, context) => {
    if (scaling.minimumTasks > scaling.maximumTasks) {
      context.addIssue({
        code: 'custom',
        path: ['maximumTasks'],
        input: scaling.maximumTasks,
        message: 'maximumTasks must be at least minimumTasks',
      });
    }
    if ((scaling.requestsPerTask === undefined) === (scaling.cpuPercent === undefined)) {
      context.addIssue({
        code: 'custom',
        path: [],
        input: scaling,
        message: 'must have one target, requestsPerTask or cpuPercent',
      });
    }
  });

/** A certificate of ACM or IAM, the two that a load balancer takes. */
const CERTIFICATE =
  /^arn:aws[a-z-]*:(acm:[a-z0-9-]+:\d{12}:certificate\/|iam::\d{12}:server-certificate\/)\S+$/;

/** A host of the DNS, without a wildcard: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html */
const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

export const containerServingSchema = z.strictObject({
  type: z.literal('container'),
  vcpu: vcpuSchema.default(1),
  memoryMb: z.int().default(2_048),
  /** Two are in two availability zones. */
  taskCount: z.int().min(tasks.minimum).max(tasks.maximum).default(2),
  autoscaling: autoscalingSchema.optional(),
  /** For how long after its start a task may fail health checks: until its model is loaded. */
  healthCheckGraceSeconds: z.int().min(0).max(3_600).default(60),
  /** Of the HTTPS listener; the load balancer is private either way. @default the listener speaks HTTP */
  certificateArn: z
    .string()
    .regex(CERTIFICATE, 'the ARN of a certificate of ACM or IAM')
    .optional(),
  /** The host that the certificate is for; the API in front of the load balancer verifies it. */
  certificateName: z
    .string()
    .regex(HOST_NAME, 'a host that the certificate is for, such as "models.example.com"')
    .optional(),
  /** @default new tasks take over at once, and are watched beside the old ones */
  rollout: rolloutSchema.prefault({ type: 'blue-green' }),
  alarms: alarmsSchema.prefault({}),
  capturePercent: capturePercentSchema,
  ...promotionFields,
  instanceType: excluded('containers', 'Fargate has vcpu and memoryMb', '"instances"'),
  instanceCount: excluded('containers', 'a service has tasks', 'taskCount'),
  spot: excluded(
    'containers',
    'a task of Fargate Spot ends within two minutes while it serves',
    'autoscaling',
  ),
  network: excluded('containers', 'their network is that of the stack', '"instances"'),
  volumeKmsKeyArn: excluded('containers', 'they keep nothing', '"instances"'),
  trial: excluded('containers', 'a trial needs a variant that can be asked by name', '"instances"'),
});

/** The fields that {@link containerServingSchema} refuses by name. */
export const excludedFromContainer = [
  'instanceType',
  'instanceCount',
  'spot',
  'network',
  'volumeKmsKeyArn',
  'trial',
] as const;

export type ContainerServing = Omit<
  z.output<typeof containerServingSchema>,
  (typeof excludedFromContainer)[number]
>;

/** A rollout of a service ends at the latest after this, in seconds; longer than two days is longer than a promotion. */
const LONGEST_ROLLOUT_SECONDS = 86_400;

/**
 * How long tasks may take until they are healthy, beside their grace period. ECS itself would try for a day:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
const START_SECONDS = 1_800;

/** After so long, in seconds, a deployment that still runs is taken back. */
export function longestDeploymentSeconds({
  healthCheckGraceSeconds,
  rollout,
}: Pick<ContainerServing, 'healthCheckGraceSeconds' | 'rollout'>): number {
  return bakingSeconds(rollout) + healthCheckGraceSeconds + START_SECONDS;
}

/** The rules between the fields. */
export function judgeContainerServing(serving: ContainerServing): ServingMistake[] {
  return [
    ...judgeSize(serving),
    ...judgeCertificate(serving),
    ...judgeScaling(serving),
    ...judgeRolloutTime(serving, LONGEST_ROLLOUT_SECONDS, longestDeploymentSeconds(serving)),
  ];
}

function judgeCertificate({ certificateArn, certificateName }: ContainerServing): ServingMistake[] {
  if ((certificateArn === undefined) === (certificateName === undefined)) return [];
  return certificateName === undefined
    ? [
        {
          path: ['certificateArn'],
          input: certificateArn,
          message: 'needs certificateName, the host that the API in front verifies',
        },
      ]
    : [{ path: ['certificateName'], input: certificateName, message: 'needs certificateArn' }];
}

/**
 * Two target groups take turns, and AWS counts the requests of one of them:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
 */
function judgeScaling({ autoscaling, rollout }: ContainerServing): ServingMistake[] {
  const requests = autoscaling?.requestsPerTask;
  if (requests === undefined || rollout.type === 'rolling') return [];
  const message = `is supported by ECS with the rollout "rolling" only, not with ${JSON.stringify(rollout.type)}; use cpuPercent`;
  return [{ path: ['autoscaling', 'requestsPerTask'], input: requests, message }];
}

function judgeSize({ vcpu, memoryMb }: ContainerServing): ServingMistake[] {
  const message = judgeTaskMemory(vcpu, memoryMb);
  return message === undefined ? [] : [{ path: ['memoryMb'], input: memoryMb, message }];
}
