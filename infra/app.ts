import { Annotations, type App, Aspects, type Stack, Tags } from 'aws-cdk-lib';
import { type Project } from '../definition/index.ts';
import { ConsoleStack } from './api/console-stack.ts';
import { explainConsoleFindings } from './api/nag-reasons.ts';
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
  const stacks = createProjectStacks(app, readSettings(app, all), chosen);
  checkApp(app);
  return stacks;
}

/** The stacks that an app gets, by default all. */
export interface ChosenStacks {
  /** The names of projects. @default all */
  readonly projects?: readonly string[];
  /** Whether the console gets a stack, where the settings do not leave it out. */
  readonly console: boolean;
}

/**
 * All stacks of the app: those of the projects, and the console of all of them.
 *
 * @throws SettingsError naming every mistake in the context
 */
export function addStacks(
  app: App,
  all: readonly Project[],
  chosen: ChosenStacks = { console: true },
): void {
  const settings = readSettings(app, all);
  createProjectStacks(app, settings, chosen.projects);
  if (chosen.console && settings.console && settings.projects.length > 0)
    createConsoleStack(app, settings);
  checkApp(app);
}

/** The name of the stack of the console; no project may have this name. */
export function nameConsoleStack(environment: string): string {
  return nameStack(environment, 'console');
}

function createConsoleStack(app: App, settings: Settings): void {
  const { environment, projects, retain, notify, origins, auditTrail } = settings;
  const stack = new ConsoleStack(app, nameConsoleStack(environment), {
    description: `Stepmill: HTTP API and console (${environment})`,
    environment,
    projects,
    retain,
    notify,
    origins,
    auditTrail,
  });
  tag(stack, environment);
  refuseConsoleRegion(stack);
  explainConsoleFindings(stack);
  for (const project of app.node.children) {
    if (project instanceof ProjectStack) stack.addStackDependency(project);
  }
}

function tag(stack: Stack, environment: string): void {
  Tags.of(stack).add('stepmill:environment', environment, {
    // CloudFormation takes tags on both; cfn-lint does not know it yet.
    excludeResourceTypes: ['AWS::CloudFront::Function', 'AWS::CloudWatch::Dashboard'],
  });
}

function checkApp(app: App): void {
  Aspects.of(app).add(new NagChecks());
  refuseWarnings(app);
}

function createProjectStacks(
  app: App,
  { environment, retain, notify, commit, jobNetwork, projects }: Settings,
  chosen: readonly string[] | undefined,
): ProjectStack[] {
  const wanted = projects.filter(({ name }) => chosen?.includes(name) ?? true);
  const stacks = wanted.map(
    (project) =>
      new ProjectStack(app, nameStack(environment, project.name), {
        description: `Stepmill: ${project.description} (${environment})`,
        project,
        environment,
        retain,
        notify,
        jobNetwork,
        ...(commit === undefined ? {} : { commit }),
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
