import type { Project } from '../../definition/index.ts';
import { findTimeLimit } from '../../definition/index.ts';
import { attemptName, object, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { partOf, type StepJobProps, type StepWork, type TrainingWork } from './step-work.ts';

/** The version of what `images/trainer` is given. */
const VERSION = 1;

/**
 * The job as `images/trainer` takes it: one expression for an object.
 *
 * @see images/trainer/trainer/job.py
 */
export function describeJob(
  resources: ProjectResources,
  { works, step }: Pick<StepJobProps, 'works' | 'step'>,
): string {
  return renderJob(resources, works, {
    name: attemptName(resources.names.jobPrefix(step)),
    more: { claims: quote(resources.claims.tableName) },
  });
}

interface JobText {
  /** An expression. */
  readonly name: string;
  /** Expressions for members that only one compute has. */
  readonly more: Readonly<Record<string, string>>;
}

/** The job of these works as an expression for an object. */
export function renderJob(
  resources: ProjectResources,
  works: readonly StepWork[],
  { name, more }: JobText,
): string {
  return `(
  $name := ${name};
  $modelUri := ${modelUri(works)};
  ${object({
    version: String(VERSION),
    name: '$name',
    ...more,
    steps: `[${works.map((work) => describeStep(resources, work)).join(', ')}]`,
  })}
)`;
}

/** Where the job leaves the model, as a training job of SageMaker would. */
export function modelUriOf(
  resources: ProjectResources,
  { works, step }: Pick<StepJobProps, 'works' | 'step'>,
): string {
  return `($name := ${attemptName(resources.names.jobPrefix(step))}; ${modelUri(works)})`;
}

function modelUri(works: readonly StepWork[]): string {
  const training = works.find((work): work is TrainingWork => work.step === 'train');
  return training === undefined
    ? '""'
    : `${training.output} & "/" & $name & "/output/model.tar.gz"`;
}

function describeStep({ code, project }: ProjectResources, work: StepWork): string {
  const { script } = project[partOf(work.step)];
  const common = {
    step: quote(work.step),
    script: quote(script),
    timeoutSeconds: String(findTimeLimit(project, work.step)),
  };
  if (work.step === 'train') {
    return object({
      ...common,
      code: quote(code.archiveUri),
      hyperparameters: `$merge([${work.hyperparameters}])`,
      inputs: object(work.inputs),
      model: '$modelUri',
      checkpoints: work.checkpoints,
    });
  }
  const { moreInputs: more } = work;
  const inputs = object(work.inputs);
  return object({
    ...common,
    code: quote(code.zipUri),
    arguments: JSON.stringify(argumentsOf(project, work.step)),
    inputs:
      more === undefined
        ? inputs
        : `$merge([${inputs}, ${more.when} ? ${object(more.inputs)} : {}])`,
    outputs: object(work.outputs),
  });
}

function argumentsOf(
  project: Project,
  step: Exclude<StepWork['step'], 'train'>,
): readonly string[] {
  const settings = project[step === 'prepare' ? 'processing' : 'evaluation'];
  return Object.entries(settings.arguments).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
}
