import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defineProject, type Project, type ProjectInput } from '../definition/index.ts';
import { abalone } from '../projects/abalone/project.ts';
import { createStack } from './testing/project-stack.testing.ts';
import { abaloneInContainers, abaloneOnLambda } from './testing/served-projects.testing.ts';

// The CDK validates each template against CloudFormation's schemas, which takes seconds, so that
// vitest.config.ts switches it off for all other tests.
beforeEach(() => {
  vi.stubEnv('CDK_VALIDATION', 'true');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const registry = { ...abalone.registry, packaging: 'single-container' } as const;
const trial = { type: 'shadow', timeLimitHours: 24, whenTimeIsUp: 'withdraw' } as const;
const autoscaling = { minimumInstances: 2, maximumInstances: 4, invocationsPerInstance: 100 };
const tried = defineProject({
  ...(abalone as ProjectInput),
  registry,
  serving: { ...abalone.serving, trial, autoscaling },
});
const serverless = defineProject({
  ...(abalone as ProjectInput),
  registry,
  serving: { type: 'serverless', memoryMb: 2048, maxConcurrency: 5 },
});

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly { readonly description: string }[];
  }[];
}

/** What the CDK's own validation finds in the templates of the app; there is no report without it. */
function validate(app: App): Record<string, readonly string[]> {
  const file = join(app.synth().directory, 'validation-report.json');
  const { pluginReports } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return Object.fromEntries(
    pluginReports.map(({ pluginName, violations }) => [
      pluginName,
      violations.map(({ description }) => description),
    ]),
  );
}

it.each<[string, Project]>([
  ['as it is', abalone],
  ['with trials and autoscaling', tried],
  ['serverless', serverless],
  ['on Lambda', { ...abaloneOnLambda, registry: abalone.registry }],
  ['in containers', { ...abaloneInContainers, registry: abalone.registry }],
])('the CDK finds nothing in the template of Abalone %s', (_how, project) => {
  expect(validate(createStack(project).app)).toEqual({});
});

it('the CDK finds a property that is not in the schema or has the wrong type', () => {
  const app = new App();
  new CfnResource(new Stack(app, 'Stack'), 'Queue', {
    type: 'AWS::SQS::Queue',
    properties: { VisibilityTimeout: 'many', Unknown: 3 },
  });
  const report = vi.spyOn(console, 'error').mockImplementation(() => undefined);

  const found = validate(app);

  expect(found).toEqual({
    'CloudFormation Validate': [
      expect.stringContaining('Unknown'),
      expect.stringContaining("VisibilityTimeout: 'many' is not of type 'integer'"),
    ],
  });
  report.mockRestore();
});
