import { Annotations, type App, Aspects, Tags } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Project } from '../definition/index.ts';
import { projects } from '../projects/index.ts';
import { explainFindings } from './nag-reasons.ts';
import { ProjectStack } from './project-stack.ts';
import { refuseRegion } from './regions.ts';
import { isProduction } from './retention.ts';
import { readSettings } from './settings.ts';
import { validateDefinitions, validateRules } from './validation.ts';
import { refuseWarnings } from './warnings.ts';

/**
 * One stack a project; several environments live side by side in one account.
 *
 * @throws SettingsError naming every mistake in the context
 */
export function addProjectStacks(app: App, all: readonly Project[] = projects): ProjectStack[] {
  const { environment, retain, notify, commit, projects: chosen } = readSettings(app, all);
  const stacks = chosen.map(
    (project) =>
      new ProjectStack(app, `stepmill-${environment}-${project.name}`, {
        description: `Stepmill: ${project.description} (${environment})`,
        project,
        environment,
        retain,
        notify,
        ...(commit === undefined ? {} : { commit }),
      }),
  );
  for (const stack of stacks) {
    Tags.of(stack).add('stepmill:environment', environment, {
      // CloudFormation takes tags on dashboards; cfn-lint does not know it yet.
      excludeResourceTypes: ['AWS::CloudWatch::Dashboard'],
    });
    warnOfOneInstance(stack, environment);
    refuseRegion(stack);
    explainFindings(stack);
    validateDefinitions(stack);
    validateRules(stack);
  }
  Aspects.of(app).add(new AwsSolutionsChecks());
  refuseWarnings(app);
  return stacks;
}

/** One instance lives in one availability zone; SageMaker spreads two or more. */
function warnOfOneInstance(stack: ProjectStack, environment: string): void {
  if (!isProduction(environment) || stack.instanceCount !== 1) return;
  Annotations.of(stack).addWarningV2(
    'stepmill:one-instance',
    `The endpoint of ${stack.stackName} has one instance, in one availability zone. Set serving.instanceCount or serving.autoscaling.minimumInstances to 2 or more.`,
  );
}
