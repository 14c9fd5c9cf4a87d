import { App, type Stack, Stage } from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, defineConfig } from '../../definition/index.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { addStacks } from '../app.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { findErrors, findWarnings } from '../warnings.ts';
import { readPlan } from './add-delivery.ts';
import { configOf } from './delivery.testing.ts';

const INSTANCES = { abalone: { instanceCount: 2 } };
let app: App;

/** The pipeline, and two environments whose production has two instances. */
function configWithTwo() {
  const { environments, ...rest } = configOf();
  const { dev, prod } = environments;
  if (dev === undefined || prod === undefined) throw new Error('no environment');
  return defineConfig({
    ...rest,
    environments: {
      dev: { ...dev, encryption: 'kms', promotesTo: 'prod' },
      prod: { ...prod, serving: INSTANCES },
    },
  });
}

beforeAll(() => {
  app = new App({ outdir: makeTemporaryFolder('cdk') });
  addStacks(app, [abalone], { console: false, config: configWithTwo() });
  app.synth();
}, 120_000);

function templateOf(environment: string) {
  const stage = app.node.findChild(environment) as Stage;
  const stack = stage.node.findChild(`stepmill-${environment}-delivery`) as Stack;
  return stage.synth().getStackByName(stack.stackName).template;
}

interface Role {
  readonly RoleName: string;
  readonly AssumeRolePolicyDocument: { readonly Statement: readonly unknown[] };
}

function rolesOf(environment: string): Role[] {
  const resources = Object.values<{ readonly Type: string; readonly Properties: Role }>(
    templateOf(environment).Resources,
  );
  return resources
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .map(({ Properties }) => Properties);
}

function namesOf(environment: string): string[] {
  return rolesOf(environment).map(({ RoleName }) => RoleName);
}

/** Reads the plan of an app that has only Abalone. */
function planOf(pipeline: Parameters<typeof configOf>[0]) {
  return () => readPlan(defineConfig(configOf(pipeline)), [abalone]);
}

describe('an app with a pipeline', () => {
  it('has the stack of the pipeline beside its environments, without a finding', () => {
    const names = app.node.children.map(({ node }) => node.id);
    expect(names.filter((name) => name !== 'Tree')).toEqual(['dev', 'prod', 'stepmill-delivery']);
    expect([...findErrors(app), ...findWarnings(app)]).toEqual([]);
  });

  it('has a role in each environment that steps of the pipeline alone take on', () => {
    const [role] = rolesOf('prod');

    expect(role).toMatchObject({
      RoleName: 'stepmill-prod-delivery',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { AWS: expect.anything() },
            Condition: {
              ArnEquals: {
                'aws:PrincipalArn': [
                  'arn:aws:iam::000011112222:role/stepmill-delivery-review-prod',
                  'arn:aws:iam::000011112222:role/stepmill-delivery-smoke-prod',
                  'arn:aws:iam::000011112222:role/stepmill-delivery-watch-prod',
                ],
              },
            },
          },
        ],
      },
    });
    expect(JSON.stringify(templateOf('prod'))).not.toContain('StartExecution');
  });

  it('gives every role of an environment the boundary', () => {
    const stage = app.node.findChild('prod') as Stage;
    const templates = stage.synth().stacks.map(({ template }) => template);
    const roles = templates
      .flatMap(({ Resources }) =>
        Object.values<{ readonly Type: string; readonly Properties: object }>(Resources),
      )
      .filter(({ Type }) => Type === 'AWS::IAM::Role');

    expect(roles.length).toBeGreaterThan(5);
    for (const { Properties } of roles) {
      expect(JSON.stringify(Properties)).toContain('policy/cfn-execution-of-stepmill-boundary');
    }
  });

  // CloudFormation names a cluster after its stack: stepmill-prod-abalone-ModelServiceCluster….
  it.each([
    ['dev', 'service/stepmill-dev-abalone-*/abalone'],
    ['prod', 'service/stepmill-prod-abalone-*/prod--abalone'],
  ])('lets steps look at the service of a project in %s', (environment, service) => {
    expect(JSON.stringify(templateOf(environment))).toContain(`:${service}"`);
  });

  it('starts reference trainings in the first environment only', () => {
    expect(namesOf('dev')).toEqual(['stepmill-dev-delivery', 'stepmill-dev-reference']);
    expect(namesOf('prod')).toEqual(['stepmill-prod-delivery']);
  });

  it('encrypts reference data with keys of the account, through S3, where projects have keys', () => {
    const text = JSON.stringify(templateOf('dev'));

    expect(text).toMatch(
      /"Action":\["kms:Decrypt","kms:GenerateDataKey"\],"Condition":\{"StringEquals":\{"kms:ViaService":[^}]*"s3\.eu-west-1/,
    );
    expect(text).toContain(':kms:eu-west-1:111111111111:key/*"');
    expect(JSON.stringify(templateOf('prod'))).not.toContain(':key/*"');
  });

  it('has production on two instances, which SageMaker spreads over two zones', () => {
    const stage = app.node.findChild('prod') as Stage;
    const { template } = stage.synth().getStackByName('stepmill-prod-abalone');

    expect(JSON.stringify(template)).toMatch(/InitialInstanceCount\W+2\b/);
  });
});

describe('reference data', () => {
  it('are of projects that there are, in the region of the pipeline', () => {
    expect(planOf({ references: { abalon: 'a.csv' } })).toThrow(
      'pipeline.references.abalon: must be a project; the projects are abalone.',
    );
    expect(planOf({ region: 'eu-west-2' })).toThrow(ConfigError);
    expect(planOf({ region: 'eu-west-2', references: {} })).not.toThrow();
  });
});
