import type { Project } from '../../../definition/index.ts';
import { createStack, readDefinition } from '../../../infra/testing/project-stack.testing.ts';

/** A model container as `Register model` describes it. */
export interface Container {
  readonly ContainerHostname: string;
  readonly Environment: Readonly<Record<string, string>>;
}

/** The settings that the workflows of a project send to SageMaker. */
export interface Settings {
  readonly training: {
    readonly HyperParameters: Readonly<Record<string, string>>;
    readonly Environment?: Readonly<Record<string, string>>;
    readonly InputDataConfig: readonly { readonly ChannelName: string }[];
  };
  readonly containers: readonly Container[];
}

/** Reads the settings from the synthesized definition. */
export function settingsOf(project: Project): Settings {
  const definition: unknown = JSON.parse(readDefinition(createStack(project).stack, 'Training'));
  const { Arguments: training } = stateOf(definition, 'Train model');
  const { Arguments: registration } = stateOf(definition, 'Register model');
  return {
    training: {
      ...(training as Settings['training']),
      HyperParameters: hyperparametersOf(project),
    },
    containers: (registration as { InferenceSpecification: { Containers: readonly Container[] } })
      .InferenceSpecification.Containers,
  };
}

/** The definition computes them, so that a run can have others; `training-workflow.test.ts` holds what comes out. */
function hyperparametersOf({ training }: Project): Readonly<Record<string, string>> {
  const { algorithm, hyperparameters, script } = training;
  const texts = Object.entries(hyperparameters).map(([name, value]) => [name, String(value)]);
  return {
    ...Object.fromEntries(texts),
    ...(algorithm === undefined ? {} : { algorithm }),
    sagemaker_program: script,
  };
}

function stateOf(definition: unknown, name: string): { readonly Arguments: unknown } {
  const found = findState(definition, name);
  if (found === undefined) throw new Error(`The definition has no state ${name}`);
  return found as { readonly Arguments: unknown };
}

function findState(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const own = (value as Record<string, unknown>)[name];
  if (own !== undefined) return own;
  for (const child of Object.values(value)) {
    const found = findState(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
