import {
  Annotations,
  type App,
  Aspects,
  PermissionsBoundary,
  type Stack,
  Stage,
  Tags,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config, Project } from '../definition/index.ts';
import { BOUNDARY, type DeliveryPlan, nameConsoleStack } from '../delivery/index.ts';
import { ConsoleStack } from './api/console-stack.ts';
import { explainConsoleFindings } from './api/nag-reasons.ts';
import { BudgetStack, nameBudgetStack } from './budget/budget-stack.ts';
import { addDelivery, addEnvironmentDelivery, readPlan } from './delivery/add-delivery.ts';
import { findConsoleDelivery } from './delivery/console-access.ts';
import { type Deployed, readEnvironments } from './environment-settings.ts';
import { NagChecks } from './nag-checks.ts';
import { explainFindings } from './nag-reasons.ts';
import { ProjectStack } from './project-stack.ts';
import { refuseConsoleRegion, refuseRegion } from './regions.ts';
import { isProduction } from './retention.ts';
import { readSettings, type Settings } from './settings.ts';
import { validateDefinitions, validateRules } from './validation.ts';
import { refuseWarnings } from './warnings.ts';

/**
 * One stack a project; several environments live side by side in one account.
 *
 * @param chosen the names of the projects that get a stack; all by default
 * @throws SettingsError naming every mistake in the context
 */
export function addProjectStacks(
  app: App,
  all: readonly Project[],
  chosen?: readonly string[],
): ProjectStack[] {
  const stacks = createProjectStacks(app, { settings: readSettings(app, all) }, { names: chosen });
  check(app);
  return stacks;
}

/** The stacks that an app gets, by default all. */
export interface ChosenStacks {
  /** The names of projects. @default all */
  readonly projects?: readonly string[];
  /** Whether the console gets a stack, where the settings do not leave it out. */
  readonly console: boolean;
  /** The environments of `stepmill.config.ts`. @default one, which the context names */
  readonly config?: Config | undefined;
  /** Called with the name of each environment of several, before its stacks are made. */
  readonly onEnvironment?: (environment: string) => void;
}

/**
 * All stacks of the app: those of the projects, and the console of all of them. Each environment of
 * `stepmill.config.ts` is a stage of its own, in its account and region.
 *
 * @throws SettingsError naming every mistake in the context
 */
export function addStacks(
  app: App,
  all: readonly Project[],
  chosen: ChosenStacks = { console: true },
): void {
  const { config } = chosen;
  const plan = config === undefined ? undefined : readPlan(config, all);
  const deployed = readEnvironments(app, all, config);
  for (const each of deployed) {
    const { settings, place } = each;
    if (deployed.length > 1) chosen.onEnvironment?.(settings.environment);
    const scope =
      place === undefined
        ? app
        : new Stage(app, place.environment, {
            env: { account: place.account, region: place.region },
            // With a pipeline, an environment is bootstrapped with policies that make no role without it.
            ...(plan === undefined
              ? {}
              : { permissionsBoundary: PermissionsBoundary.fromName(BOUNDARY) }),
          });
    createProjectStacks(scope, each, { names: chosen.projects, plan });
    if (place !== undefined && plan !== undefined) {
      addEnvironmentDelivery(scope, place.environment, {
        plan,
        projects: all,
        encryption: settings.encryption,
      });
    }
    if (chosen.console && settings.console && settings.projects.length > 0) {
      createConsoleStack(scope, settings, plan);
    }
    createBudgetStack(scope, each);
    check(scope);
  }
  const isWhole = deployed.length === Object.keys(config?.environments ?? {}).length;
  if (config?.pipeline !== undefined && plan !== undefined && isWhole) {
    check(addDelivery(app, config.pipeline, plan));
  }
}

function createConsoleStack(
  scope: Construct,
  settings: Settings,
  plan: DeliveryPlan | undefined,
): void {
  const { environment, projects, retain, notify, origins, auditTrail, encryption } = settings;
  const stack = new ConsoleStack(scope, nameConsoleStack(environment), {
    stackName: nameConsoleStack(environment),
    description: `Stepmill: HTTP API and console (${environment})`,
    environment,
    projects,
    retain,
    notify,
    origins,
    auditTrail,
    encryption,
    delivery: plan === undefined ? undefined : findConsoleDelivery(plan, environment),
  });
  tag(stack, environment);
  refuseConsoleRegion(stack);
  explainConsoleFindings(stack);
  for (const project of scope.node.children) {
    if (project instanceof ProjectStack) stack.addStackDependency(project);
  }
}

function createBudgetStack(scope: Construct, { settings, declared }: Deployed): void {
  if (declared?.budget === undefined) return;
  const { environment, notify } = settings;
  const stack = new BudgetStack(scope, nameBudgetStack(environment), {
    stackName: nameBudgetStack(environment),
    description: `Stepmill: what ${environment} may cost`,
    environment,
    budget: declared.budget,
    notify,
  });
  tag(stack, environment);
}

function tag(stack: Stack, environment: string): void {
  Tags.of(stack).add('stepmill:environment', environment, {
    // CloudFormation takes tags on both; cfn-lint does not know it yet.
    excludeResourceTypes: ['AWS::CloudFront::Function', 'AWS::CloudWatch::Dashboard'],
  });
}

/** @param scope an app or a stage; neither aspects nor validations of an app reach into a stage */
function check(scope: Construct): void {
  Aspects.of(scope).add(new NagChecks());
  refuseWarnings(scope);
}

interface WantedProjects {
  /** @default all */
  readonly names?: readonly string[] | undefined;
  /** Of an app with a pipeline. */
  readonly plan?: DeliveryPlan | undefined;
}

function createProjectStacks(
  scope: Construct,
  { settings, from, to, shared, declared }: Deployed,
  { names, plan }: WantedProjects,
): ProjectStack[] {
  const { environment, retain, notify, commit, encryption, jobNetwork, workflowRollout, projects } =
    settings;
  const wanted = projects.filter(({ name }) => names?.includes(name) ?? true);
  const stacks = wanted.map(
    (project) =>
      new ProjectStack(scope, nameStack(environment, project.name), {
        stackName: nameStack(environment, project.name),
        description: `Stepmill: ${project.description} (${environment})`,
        project,
        environment,
        retain,
        notify,
        encryption,
        jobNetwork,
        workflowRollout,
        triesReferences: environment === plan?.first && project.name in plan.references,
        ...(commit === undefined ? {} : { commit }),
        ...(declared === undefined
          ? {}
          : { neighbors: { from, to, shared, approval: declared.approval } }),
      }),
  );
  for (const stack of stacks) {
    tag(stack, environment);
    warnOfOneInstance(stack, environment);
    refuseRegion(stack);
    explainFindings(stack);
    validateDefinitions(stack);
    validateRules(stack);
  }
  return stacks;
}

/** The name of the stack of a project. */
export function nameStack(environment: string, project: string): string {
  return `stepmill-${environment}-${project}`;
}

/** One instance lives in one availability zone; SageMaker spreads two or more. */
function warnOfOneInstance(stack: ProjectStack, environment: string): void {
  if (!isProduction(environment) || stack.instanceCount !== 1) return;
  Annotations.of(stack).addWarningV2(
    'stepmill:one-instance',
    `The endpoint of ${stack.stackName} has one instance, in one availability zone. Set serving.instanceCount or serving.autoscaling.minimumInstances to 2 or more.`,
  );
}
