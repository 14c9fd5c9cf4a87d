import { type Compute, lambdaLimits } from './compute.ts';
import type { Mistake } from './dataset.ts';
import {
  type Evaluation,
  type Processing,
  stepDefaults,
  type Training,
  trainerFrameworks,
} from './steps.ts';

/**
 * RunTask takes overrides of 8,192 characters, and the names of a step's inputs and outputs take part of them.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
 */
const FARGATE_SETTINGS_CHARACTERS = 3_000;

/**
 * In one job on SageMaker, the job itself is in the hyperparameters as well, of which there are 100 of 2,500 characters:
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 */
const ONE_JOB_HYPERPARAMETERS = 80;

/** The steps of a training, and the part of a project that sets each. */
export const computedSteps = {
  prepare: 'processing',
  train: 'training',
  evaluate: 'evaluation',
} as const;
export type ComputedStep = keyof typeof computedSteps;

/** The parts of a project that decide where its steps run. */
interface ComputedProject {
  readonly compute: Compute;
  readonly oneJob: boolean;
  readonly processing: Processing;
  readonly training: Training;
  readonly evaluation: Evaluation;
}

/** Where a step runs: the step's own compute, else that of the project. A comparison of models is an evaluation. */
export function findCompute(project: ComputedProject, step: ComputedStep | 'compare'): Compute {
  const part = computedSteps[step === 'compare' ? 'evaluate' : step];
  return project[part].compute ?? project.compute;
}

/** How long a step may take, in seconds: what the project says, and what its compute allows. */
export function findTimeLimit(project: ComputedProject, step: ComputedStep | 'compare'): number {
  const { timeoutSeconds } = project[computedSteps[step === 'compare' ? 'evaluate' : step]];
  return findCompute(project, step).type === 'lambda'
    ? Math.min(timeoutSeconds, lambdaLimits.timeoutSeconds)
    : timeoutSeconds;
}

/** A training job of SageMaker ends after 28 days: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html */
const TRAINING_JOB_SECONDS = 28 * 24 * 3_600;

/** How long one job for all steps may take, in seconds: as long as they together, as far as its compute allows. */
export function findTimeOfOneJob(project: ComputedProject): number {
  const seconds = (['prepare', 'train', 'evaluate'] as const)
    .map((step) => findTimeLimit(project, step))
    .reduce((sum, each) => sum + each);
  const { type } = findCompute(project, 'train');
  if (type === 'fargate') return seconds;
  return Math.min(seconds, type === 'lambda' ? lambdaLimits.timeoutSeconds : TRAINING_JOB_SECONDS);
}

/** Steps that do not fit where they are to run, and settings that are another compute's. */
export function judgeCompute(project: ComputedProject): Mistake[] {
  const steps = Object.keys(computedSteps) as ComputedStep[];
  return [
    ...steps.flatMap((step) => judgeStep(project, step)),
    ...judgeTraining(project),
    ...judgeOneJob(project),
  ];
}

function judgeStep(project: ComputedProject, step: ComputedStep): Mistake[] {
  const { type } = findCompute(project, step);
  if (type === 'sagemaker') return [];
  const part = computedSteps[step];
  const settings = project[part];
  const isOther = (name: 'instanceType' | 'volumeSizeGb') =>
    settings[name] !== stepDefaults[part][name];
  const mistake = (name: keyof typeof settings, message: string): Mistake => ({
    path: [part, name],
    input: settings[name],
    message,
  });
  return [
    ...(isOther('instanceType')
      ? [
          mistake(
            'instanceType',
            `is SageMaker's, and the step runs on "${type}", which has no instance types; set ${type === 'fargate' ? 'vcpu and memoryMb' : 'memoryMb'} of compute, or remove it`,
          ),
        ]
      : []),
    ...(isOther('volumeSizeGb')
      ? [
          mistake(
            'volumeSizeGb',
            `is SageMaker's, and the step runs on "${type}"; set ${type === 'fargate' ? 'ephemeralStorageGb' : 'ephemeralStorageMb'} of compute, or remove it`,
          ),
        ]
      : []),
    ...('framework' in settings ? judgeFramework(part, settings.framework, type) : []),
    ...judgeTime(project, step, type),
    ...judgeLength(project, step, type),
  ];
}

function judgeFramework(
  part: string,
  framework: Processing['framework'],
  where: Compute['type'] | 'oneJob',
): Mistake[] {
  const offered = Object.entries(trainerFrameworks);
  if (trainerFrameworks[framework.name] === framework.version) return [];
  const there = offered.map(([name, version]) => `${name} ${version}`).join(' and ');
  return [
    {
      path: [part, 'framework'],
      input: framework,
      message:
        where === 'oneJob'
          ? `must be ${there} with oneJob, the libraries of images/trainer; change it, or remove oneJob`
          : `must be ${there} on "${where}", the libraries of images/trainer; change it, or use compute "sagemaker"`,
    },
  ];
}

function judgeTime(project: ComputedProject, step: ComputedStep, type: Compute['type']): Mistake[] {
  const part = computedSteps[step];
  const { timeoutSeconds } = project[part];
  const isSet = timeoutSeconds !== stepDefaults[part].timeoutSeconds;
  if (type !== 'lambda' || !isSet || timeoutSeconds <= lambdaLimits.timeoutSeconds) return [];
  return [
    {
      path: [part, 'timeoutSeconds'],
      input: timeoutSeconds,
      message: `must be at most ${lambdaLimits.timeoutSeconds} on "lambda", Lambda's limit; lower it, or use compute "fargate" or "sagemaker"`,
    },
  ];
}

function judgeLength(
  project: ComputedProject,
  step: ComputedStep,
  type: Compute['type'],
): Mistake[] {
  const [name, settings] =
    step === 'train'
      ? (['hyperparameters', project.training.hyperparameters] as const)
      : (['arguments', project[computedSteps[step]].arguments] as const);
  const { length } = JSON.stringify(settings);
  if (type !== 'fargate' || length <= FARGATE_SETTINGS_CHARACTERS) return [];
  return [
    {
      path: [computedSteps[step], name],
      input: settings,
      message: `must be at most ${FARGATE_SETTINGS_CHARACTERS} characters together on "fargate", whose RunTask takes 8192 of overrides, and has ${length}; shorten it, or use compute "lambda" or "sagemaker"`,
    },
  ];
}

/** What only SageMaker's training jobs have. */
function judgeTraining(project: ComputedProject): Mistake[] {
  const { type } = findCompute(project, 'train');
  const { instanceCount, spot } = project.training;
  if (type === 'sagemaker') return [];
  return [
    ...(instanceCount === 1
      ? []
      : [
          {
            path: ['training', 'instanceCount'],
            input: instanceCount,
            message: `must be 1 on "${type}", where a step has one container; remove it, or use compute "sagemaker"`,
          },
        ]),
    ...(spot === undefined
      ? []
      : [
          {
            path: ['training', 'spot'],
            input: spot,
            message: `is SageMaker's managed spot training, and the step runs on "${type}"; ${type === 'fargate' ? 'set spot: true of compute' : 'Lambda has none, remove it'}`,
          },
        ]),
  ];
}

function judgeOneJob(project: ComputedProject): Mistake[] {
  if (!project.oneJob) return [];
  const where = findCompute(project, 'train');
  const others = (['prepare', 'evaluate'] as const).filter(
    (step) => JSON.stringify(findCompute(project, step)) !== JSON.stringify(where),
  );
  return [
    ...(where.type === 'sagemaker' ? judgeTrainingJob(project) : []),
    ...others.map((step) => ({
      path: [computedSteps[step], 'compute'],
      input: findCompute(project, step),
      message:
        'must be that of training, because oneJob runs all steps in one container; remove it, or oneJob',
    })),
  ];
}

/** All steps in one training job of SageMaker, from `images/trainer`. */
function judgeTrainingJob(project: ComputedProject): Mistake[] {
  const { processing, training } = project;
  const { hyperparameters, instanceCount, spot } = training;
  const seconds = findTimeOfOneJob(project);
  const count = Object.keys(hyperparameters).length;
  const unused = (['instanceType', 'volumeSizeGb'] as const).filter(
    (name) => processing[name] !== stepDefaults.processing[name],
  );
  return [
    ...judgeFramework('processing', processing.framework, 'oneJob'),
    ...judgeFramework('training', training.framework, 'oneJob'),
    ...unused.map((name) => ({
      path: ['processing', name],
      input: processing[name],
      message: `has no effect, because oneJob runs all steps on the instance of training; set ${name} of training, or remove oneJob`,
    })),
    ...(instanceCount === 1
      ? []
      : [
          {
            path: ['training', 'instanceCount'],
            input: instanceCount,
            message:
              'must be 1, because oneJob runs all steps in one container; remove it, or oneJob',
          },
        ]),
    ...(spot === undefined || spot.waitSeconds >= seconds
      ? []
      : [
          {
            path: ['training', 'spot', 'waitSeconds'],
            input: spot.waitSeconds,
            message: `must be at least ${seconds}, the timeoutSeconds of all steps together, because oneJob runs them in one job; raise it, or lower timeoutSeconds`,
          },
        ]),
    ...(count <= ONE_JOB_HYPERPARAMETERS
      ? []
      : [
          {
            path: ['training', 'hyperparameters'],
            input: count,
            message: `must be at most ${ONE_JOB_HYPERPARAMETERS} with oneJob on "sagemaker", whose jobs have 100, and the steps take some of them; remove some, or oneJob`,
          },
        ]),
  ];
}
