import { App, Aspects } from 'aws-cdk-lib';
import { type ConfigInput, defineConfig, type Project } from '../../definition/index.ts';
import type { DeliveryPlan } from '../../delivery/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { NagChecks } from '../nag-checks.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { findErrors, findWarnings } from '../warnings.ts';
import { addDelivery, addEnvironmentDelivery, readPlan } from './add-delivery.ts';

type PipelineInput = NonNullable<ConfigInput['pipeline']>;

export const connected: PipelineInput['source'] = {
  connection: 'arn:aws:codeconnections:eu-west-1:000011112222:connection/0a1b2c3d',
  repository: 'Shellfish/abalone-models',
};

/** Three environments in three accounts, and the pipeline in a fourth. */
export function configOf(pipeline: Partial<PipelineInput> = {}): ConfigInput {
  return {
    environments: {
      dev: { account: '111111111111', region: 'eu-west-1', promotesTo: 'staging' },
      staging: { account: '222222222222', region: 'eu-west-1', promotesTo: 'prod' },
      prod: {
        account: '333333333333',
        region: 'eu-west-1',
        window: { days: ['MON', 'TUE', 'WED', 'THU'], timeZone: 'Europe/Berlin' },
      },
    },
    pipeline: {
      account: '000011112222',
      region: 'eu-west-1',
      source: connected,
      references: { abalone: 'reference/abalone.csv' },
      notify: ['ml@example.org'],
      ...pipeline,
    },
  };
}

export interface SynthesizedDelivery {
  readonly plan: DeliveryPlan;
  readonly template: CloudFormationTemplate;
  /** Where the template is. */
  readonly file: string;
  /** Of cdk-nag and of the CDK. */
  readonly findings: readonly string[];
}

interface Resource {
  readonly Type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- what a test reads of it, it knows
  readonly Properties: any;
}

export interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** The stack of the pipeline, as `cdk synth` makes it. */
export function synthesizeDelivery(
  input: ConfigInput = configOf(),
  projects: readonly Project[] = [abalone],
): SynthesizedDelivery {
  const app = new App({ outdir: makeTemporaryFolder('cdk') });
  const config = defineConfig(input);
  const plan = readPlan(config, projects);
  if (config.pipeline === undefined || plan === undefined) throw new Error('no pipeline');
  const stack = addDelivery(app, config.pipeline, plan);
  Aspects.of(app).add(new NagChecks());
  const made = app.synth().getStackByName(stack.stackName);
  return {
    plan,
    file: made.templateFullPath,
    template: made.template as CloudFormationTemplate,
    findings: [...findErrors(app), ...findWarnings(app)],
  };
}

/** The file with the template of what deliveries need in an environment. */
export function synthesizeEnvironmentDelivery(environment: string): string {
  const app = new App({ outdir: makeTemporaryFolder('cdk') });
  const plan = readPlan(defineConfig(configOf()), [abalone]);
  if (plan === undefined) throw new Error('no pipeline');
  const stack = addEnvironmentDelivery(app, environment, { plan, projects: [abalone] });
  return app.synth().getStackByName(stack.stackName).templateFullPath;
}

/** The properties of all resources of a type. */
export function findResources(
  { template }: SynthesizedDelivery,
  type: string,
): Resource['Properties'][] {
  return Object.values(template.Resources)
    .filter((resource) => resource.Type === type)
    .map(({ Properties }) => Properties);
}
