import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { beforeAll, expect, it } from 'vitest';
import { BUDGET_REGIONS } from '../../definition/index.ts';
import { synthesizeConsole } from '../../infra/api/console-stack.testing.ts';
import { BudgetStack } from '../../infra/budget/budget-stack.ts';
import {
  configOf,
  synthesizeDelivery,
  synthesizeEnvironmentDelivery,
} from '../../infra/delivery/delivery.testing.ts';
import { consoleRegions, supportedRegions } from '../../infra/regions.ts';
import { makeTemporaryFolder } from '../../infra/temporary-folder.ts';
import { createStack } from '../../infra/testing/project-stack.testing.ts';
import { retrainedAbalone } from '../../infra/testing/watched-project.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { preparePythonPrograms } from '../python-programs.ts';
import { COMPUTED_SHAPES, STACK_SHAPES } from '../witness/shapes.ts';

interface CloudFormationTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: object }>
  >;
}

/** As every stack of a project has it. */
const GROUP = {
  Type: 'AWS::SageMaker::ModelPackageGroup',
  Properties: { ModelPackageGroupName: 'models' },
};

let linter: string;
let templates: readonly string[];

beforeAll(async () => {
  linter = join(await preparePythonPrograms(resolve('test/infra/requirements.txt')), 'cfn-lint');
  templates = [
    ...[...STACK_SHAPES, ...COMPUTED_SHAPES].map(([, project]) => createStack(project)),
    createStack(retrainedAbalone, { encryption: 'kms' }),
  ].map(({ app, stack }) => join(app.synth().directory, `${stack.artifactId}.template.json`));
}, 600_000);

/** Enough of the files to have each property of each resource type: regions differ in these, and each region takes long. */
function coverProperties(files: readonly string[]): readonly string[] {
  const known = new Set<string>();
  return files
    .map((file) => ({ file, properties: listProperties(file) }))
    .toSorted((one, other) => other.properties.length - one.properties.length)
    .filter(({ properties }) => {
      const isNew = properties.some((property) => !known.has(property));
      for (const property of properties) known.add(property);
      return isNew;
    })
    .map(({ file }) => file);
}

function listProperties(file: string): readonly string[] {
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as CloudFormationTemplate;
  const properties = Object.values(Resources).flatMap(({ Type, Properties = {} }) => [
    Type,
    ...Object.keys(Properties).map((name) => `${Type}.${name}`),
  ]);
  return [...new Set(properties)];
}

/** Lints all files in one process, so that rules common to all regions run once. */
async function lint(regions: readonly string[], files: readonly string[]): Promise<string> {
  const options = ['--format', 'parseable', '--ignore-checks', 'W', '--regions', ...regions];
  const run = promisify(execFile)(linter, [...options, '--', ...files]);
  return run.then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
}

it('finds no error in the templates of any shape', async () => {
  expect(await lint(['us-east-1'], templates)).toBe('');
});

it('finds no error in any property for any region that synth accepts', async () => {
  expect(supportedRegions.length).toBeGreaterThan(20);
  expect(await lint(supportedRegions, coverProperties(templates))).toBe('');
});

it('finds no error in the template of the console for any region that synth accepts', async () => {
  const { file } = synthesizeConsole([abalone], { origins: 'https://ml.example.org' });

  expect(await lint(consoleRegions, [file])).toBe('');
});

it('finds no error in the templates of the pipeline and of what it needs in an environment', async () => {
  const files = [
    synthesizeDelivery().file,
    synthesizeDelivery(configOf({ source: { github: 'o/r' } })).file,
    synthesizeEnvironmentDelivery('dev'),
  ];

  expect(await lint(['eu-west-1'], files)).toBe('');
});

it('finds budgets in the regions that the configuration takes, and in no other', async () => {
  const app = new App();
  const stack = new BudgetStack(app, 'stepmill-dev-budget', {
    environment: 'dev',
    budget: { monthlyUsd: 10, alertPercents: [100] },
    notify: [{ kind: 'email', address: 'ml@example.org' }],
  });
  const found = await lint(supportedRegions, [
    join(app.synth().directory, `${stack.artifactId}.template.json`),
  ]);

  const lacking = [...found.matchAll(/'AWS::Budgets::Budget' does not exist in '([\w-]+)'/g)];
  expect(new Set(lacking.map(([, region]) => region))).toEqual(
    new Set(supportedRegions.filter((region) => !BUDGET_REGIONS.includes(region))),
  );
});

it('finds the resource types that a region lacks', async () => {
  const file = join(makeTemporaryFolder('lint'), 'models.json');
  writeFileSync(file, JSON.stringify({ Resources: { Models: GROUP } }));

  const found = await lint(['us-east-1', 'cn-north-1', 'ap-south-2'], [file]);

  expect(found).not.toMatch(/'us-east-1'/);
  expect(found).toMatch(/'AWS::SageMaker::ModelPackageGroup' does not exist in 'cn-north-1'/);
  expect(found).toMatch(/'AWS::SageMaker::ModelPackageGroup' does not exist in 'ap-south-2'/);
});
