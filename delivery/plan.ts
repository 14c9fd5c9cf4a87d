import * as z from 'zod';

const placeSchema = z.object({ account: z.string(), region: z.string() });

/** An account and a region. */
export type Place = z.output<typeof placeSchema>;

/** What steps hand on: the repository's files, and the synthesized app. */
export const ARTIFACTS = ['Source', 'Assembly'] as const;
export type Artifact = (typeof ARTIFACTS)[number];

/**
 * What a step may do on AWS. `none`: nothing. `images`: build images and read what scans of them found. `deploy`: what the
 * CDK's roles in one environment may do. `visit`: what the environment's own role for its deliveries may do. `review`: read
 * what is deployed to one environment, and visit the first one.
 */
export const ACCESSES = ['none', 'images', 'deploy', 'visit', 'review'] as const;
export type Access = (typeof ACCESSES)[number];

const common = {
  /** Letters, digits and hyphens; no other step has it. */
  name: z.string(),
  /** One sentence. */
  what: z.string(),
  /** The environment that the step is about. */
  environment: z.string().optional(),
  /** Steps of a stage with the same number run at the same time. */
  order: z.int().positive(),
};

/** Commands on a machine of its own. */
const buildStepSchema = z.object({
  kind: z.literal('build'),
  ...common,
  access: z.enum(ACCESSES),
  commands: z.array(z.string()),
  inputs: z.array(z.enum(ARTIFACTS)),
  output: z.enum(ARTIFACTS).optional(),
  /** Variables that later steps read. */
  exports: z.array(z.string()),
  /** Files with test results, in JUnit's format. */
  reports: z.array(z.string()),
  /** Whether the step builds container images, and so may command a container engine. */
  buildsImages: z.boolean(),
  processor: z.enum(['x86_64', 'arm64']),
  /** After which the step fails. */
  minutes: z.int(),
});
export type BuildStep = z.output<typeof buildStepSchema>;

/** An execution of a training state machine; its failure is the step's. */
const trainingStepSchema = z.object({
  kind: z.literal('training'),
  ...common,
  environment: z.string(),
  project: z.string(),
  stateMachine: z.string(),
  /** The step that has stored the data, and exported the execution's input. */
  prepared: z.string(),
  variable: z.string(),
});
export type TrainingStep = z.output<typeof trainingStepSchema>;

/** A person decides. */
const approvalStepSchema = z.object({
  kind: z.literal('approval'),
  ...common,
  environment: z.string(),
  /** The step that has exported what will change. */
  reviewed: z.string(),
});
export type ApprovalStep = z.output<typeof approvalStepSchema>;

const stepSchema = z.discriminatedUnion('kind', [
  buildStepSchema,
  trainingStepSchema,
  approvalStepSchema,
]);
export type Step = z.output<typeof stepSchema>;

const windowSchema = z.object({
  days: z.array(z.string()),
  fromHour: z.int(),
  untilHour: z.int(),
  timeZone: z.string(),
});
export type Window = z.output<typeof windowSchema>;

const stageSchema = z.object({
  name: z.string(),
  /** The environment that the stage deploys to. A failed deployment is rolled back. */
  deploysTo: z.string().optional(),
  /** When the stage may begin. */
  window: windowSchema.optional(),
  /** The step that watches alarms after the others; what it finds rolls the stage back. */
  watch: buildStepSchema.optional(),
  steps: z.array(stepSchema),
});
export type Stage = z.output<typeof stageSchema>;

/** An image that is built once, and copied into the environments by its digest. */
const imageSchema = z.object({
  /** What the CDK's manifest of assets calls it: `displayName`. */
  name: z.string(),
  /** In the pipeline's account. */
  repository: z.string(),
});
export type PlannedImage = z.output<typeof imageSchema>;

/** What `cdk synth` writes beside the templates, for commands of the steps: `delivery.json`. */
export const planSchema = z.object({
  pipeline: placeSchema,
  environments: z.record(
    z.string(),
    placeSchema.extend({
      /** The role of steps that visit it. */
      visitRole: z.string(),
      /** The role with which reference trainings are started. */
      referenceRole: z.string(),
      /** Whether it has the console, whose approvers decide on its approval. */
      hasConsole: z.boolean(),
    }),
  ),
  /** The names of the app's projects. */
  projects: z.array(z.string()),
  /** The environment that gets each commit first. */
  first: z.string(),
  stages: z.array(stageSchema),
  images: z.array(imageSchema),
  /** Which pushes are delivered. */
  trigger: z.object({
    /** Whether GitHub's own workflow runs the stages, in place of CodePipeline. */
    isGithub: z.boolean(),
    branch: z.string(),
    /** In place of pushes to the branch. */
    tags: z.array(z.string()).optional(),
    includes: z.array(z.string()).optional(),
    excludes: z.array(z.string()),
  }),
  /** The severities of findings that stop an image. */
  refusedSeverities: z.array(z.string()),
  /** By project: a file of the repository. */
  references: z.record(z.string(), z.string()),
});
export type DeliveryPlan = z.output<typeof planSchema>;

/** The name of the plan's file in the assembly. */
export const PLAN_FILE = 'delivery.json';

/** The steps that start trainings. */
export function listTrainingSteps({ stages }: DeliveryPlan): TrainingStep[] {
  return stages.flatMap(({ steps }) => steps.filter((step) => step.kind === 'training'));
}

/** The steps with commands, those that watch among them. */
export function listBuildSteps({ stages }: DeliveryPlan): BuildStep[] {
  return stages.flatMap(({ steps, watch }) => [
    ...steps.filter((step) => step.kind === 'build'),
    ...(watch === undefined ? [] : [watch]),
  ]);
}
