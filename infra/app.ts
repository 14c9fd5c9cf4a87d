import { Annotations, type App, Aspects, Tags } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { z } from 'zod';
import { defineProject, type Project, projects } from '../projects/index.ts';
import { DEFAULT_ENVIRONMENT } from '../workflows/index.ts';
import { explainFindings } from './nag-reasons.ts';
import { notifySchema } from './notify.ts';
import { ProjectStack } from './project-stack.ts';
import { refuseRegion } from './regions.ts';
import { decideRetention, isProduction } from './retention.ts';
import { validateDefinitions, validateRules } from './validation.ts';
import { refuseWarnings } from './warnings.ts';

/** What `cdk -c name=value` may set. */
const contextSchema = z.object({
  environment: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,11}$/, 'at most 12 lower-case letters and digits')
    .default(DEFAULT_ENVIRONMENT),
  /** Whether data and models outlive the stack. @default in production environments only */
  retain: z.stringbool().optional(),
  /** The environment whose data may be deleted with its stack, although it is production. */
  destroyData: z.string().optional(),
  /** Who is notified: mail addresses and https addresses with commas between them. */
  notify: notifySchema,
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,40}$/, 'a commit id')
    .optional(),
  /** By project: what of `serving` differs here from its definition, such as the rollout. */
  serving: z
    .record(z.string(), z.record(z.string(), z.unknown()), {
      error: 'settings of serving by project; on the command line as JSON',
    })
    .default({}),
});

/** One stack a project; several environments live side by side in one account. */
export function addProjectStacks(app: App, all: readonly Project[] = projects): ProjectStack[] {
  const context = contextSchema.parse({
    environment: app.node.tryGetContext('environment'),
    retain: app.node.tryGetContext('retain')?.toString(),
    destroyData: app.node.tryGetContext('destroyData'),
    notify: app.node.tryGetContext('notify'),
    commit: app.node.tryGetContext('commit'),
    serving: parseSetting(app.node.tryGetContext('serving')),
  });
  const retain = decideRetention(context);
  const stacks = all
    .map((given) => withServing(given, context.serving[given.name]))
    .map(
      (project) =>
        new ProjectStack(app, `stepmill-${context.environment}-${project.name}`, {
          description: `Stepmill: ${project.description} (${context.environment})`,
          project,
          environment: context.environment,
          retain,
          notify: context.notify,
          ...(context.commit === undefined ? {} : { commit: context.commit }),
        }),
    );
  for (const stack of stacks) {
    Tags.of(stack).add('stepmill:environment', context.environment, {
      // CloudFormation takes tags on dashboards; cfn-lint does not know it yet.
      excludeResourceTypes: ['AWS::CloudWatch::Dashboard'],
    });
    warnOfOneInstance(stack, context.environment);
    refuseRegion(stack);
    explainFindings(stack);
    validateDefinitions(stack);
    validateRules(stack);
  }
  Aspects.of(app).add(new AwsSolutionsChecks());
  refuseWarnings(app);
  return stacks;
}

/** The command line gives text where `cdk.json` gives an object. */
function parseSetting(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** @throws ProjectError naming what of the changed project is wrong */
function withServing(
  project: Project,
  changes: Readonly<Record<string, unknown>> | undefined,
): Project {
  if (changes === undefined) return project;
  return defineProject({ ...project, serving: { ...project.serving, ...changes } });
}

/** One instance lives in one availability zone; SageMaker spreads two or more. */
function warnOfOneInstance(stack: ProjectStack, environment: string): void {
  if (!isProduction(environment) || stack.instanceCount !== 1) return;
  Annotations.of(stack).addWarningV2(
    'stepmill:one-instance',
    `The endpoint of ${stack.stackName} has one instance, in one availability zone. Set serving.instanceCount or serving.autoscaling.minimumInstances to 2 or more.`,
  );
}
