import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Config, ConfigError, type Pipeline, type Project } from '../../definition/index.ts';
import {
  DELIVERY,
  type DeliveryPlan,
  nameEnvironmentStack,
  PLAN_FILE,
  planDelivery,
} from '../../delivery/index.ts';
import { nameParts } from '../../workflows/index.ts';
import { IMAGE_NAMES } from '../image-names.ts';
import type { Subscriber } from '../notify.ts';
import { DeliveryStack } from './delivery-stack.ts';
import {
  EnvironmentDeliveryStack,
  type EnvironmentDeliveryStackProps,
} from './environment-stack.ts';
import { GithubDeliveryStack } from './github-stack.ts';
import { explainDeliveryFindings } from './nag-reasons.ts';

/**
 * Adds the stack of the pipeline, and writes the plan of the delivery into the assembly, where the commands of its steps find
 * it.
 */
export function addDelivery(app: App, pipeline: Pipeline, plan: DeliveryPlan): Stack {
  const stack = createStack(app, pipeline, plan);
  explainDeliveryFindings(stack);
  writeFileSync(join(app.outdir, PLAN_FILE), `${JSON.stringify(plan, undefined, 2)}\n`);
  return stack;
}

function createStack(app: App, { account, region, source, notify }: Pipeline, plan: DeliveryPlan) {
  const props = { env: { account, region }, plan };
  return 'github' in source
    ? new GithubDeliveryStack(app, DELIVERY, {
        ...props,
        description: 'Stepmill: what jobs of GitHub may do, from a commit to production',
        source,
      })
    : new DeliveryStack(app, DELIVERY, {
        ...props,
        description: 'Stepmill: the pipeline from a commit to production',
        source,
        notify: notify.map(describeAddress),
      });
}

type EnvironmentParts = Pick<EnvironmentDeliveryStackProps, 'encryption' | 'plan' | 'projects'>;

/** Adds to an environment what its deliveries need there. */
export function addEnvironmentDelivery(
  scope: Construct,
  environment: string,
  { plan, projects, encryption }: EnvironmentParts,
): Stack {
  const stack = new EnvironmentDeliveryStack(scope, nameEnvironmentStack(environment), {
    stackName: nameEnvironmentStack(environment),
    description: `Stepmill: what the pipeline may do in ${environment} beside deploying it`,
    environment,
    plan,
    projects,
    encryption,
  });
  explainDeliveryFindings(stack);
  return stack;
}

/**
 * What commits go through; undefined of an app without a pipeline.
 *
 * @param projects all of the app
 * @throws ConfigError naming every mistake in what the pipeline says of projects
 */
export function readPlan(
  { environments, pipeline }: Config,
  projects: readonly Project[],
): DeliveryPlan | undefined {
  if (pipeline === undefined) return undefined;
  const mistakes = findReferenceMistakes(pipeline, projects);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return planDelivery({
    environments,
    pipeline,
    projects: projects.map(({ name, registry }) => ({
      name,
      trainingIn: (environment) =>
        nameParts(environment, name, registry.modelPackageGroup).trainingStateMachine,
    })),
    images: IMAGE_NAMES,
  });
}

function findReferenceMistakes(
  { references }: Pipeline,
  projects: readonly Project[],
): readonly string[] {
  return Object.keys(references).flatMap((name) => {
    const project = projects.find((each) => each.name === name);
    const path = `pipeline.references.${name}`;
    if (project === undefined) {
      return [
        `${path}: must be a project; the projects are ${projects.map((each) => each.name).join(', ')}.`,
      ];
    }
    return project.dataset.layout === 'folder'
      ? [
          `${path}: must not be there, because datasets of ${name} are folders; name a project whose datasets are files.`,
        ]
      : [];
  });
}

function describeAddress(address: string): Subscriber {
  return { kind: address.startsWith('https:') ? 'https' : 'email', address };
}
