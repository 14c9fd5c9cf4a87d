import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { synthesizeConsole } from '../../infra/api/console-stack.testing.ts';
import { consoleRegions, supportedRegions } from '../../infra/regions.ts';
import { createStack } from '../../infra/testing/project-stack.testing.ts';
import { abalone } from '../../projects/abalone/project.ts';
import { preparePythonPrograms } from '../python-programs.ts';
import { COMPUTED_SHAPES, STACK_SHAPES } from '../witness/shapes.ts';

let linter: string;
let templates: readonly string[];

beforeAll(async () => {
  linter = join(await preparePythonPrograms(resolve('test/infra/requirements.txt')), 'cfn-lint');
  templates = [...STACK_SHAPES, ...COMPUTED_SHAPES].map(([, project]) => {
    const { app, stack } = createStack(project);
    return join(app.synth().directory, `${stack.artifactId}.template.json`);
  });
}, 600_000);

/** Lints all files in one process, so that rules common to all regions run once. */
async function lint(regions: readonly string[], files: readonly string[]): Promise<string> {
  const options = ['--format', 'parseable', '--ignore-checks', 'W', '--regions', ...regions];
  const run = promisify(execFile)(linter, [...options, '--', ...files]);
  return run.then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
}

it('finds no error in the templates of any shape for any region that synth accepts', async () => {
  expect(supportedRegions.length).toBeGreaterThan(20);
  expect(await lint(supportedRegions, templates)).toBe('');
});

it('finds no error in the template of the console for any region that synth accepts', async () => {
  const { file } = synthesizeConsole([abalone], { origins: 'https://ml.example.org' });

  expect(await lint(consoleRegions, [file])).toBe('');
});

it('finds the resource types that a region lacks', async () => {
  const found = await lint(['us-east-1', 'cn-north-1', 'ap-south-2'], templates.slice(0, 1));

  expect(found).toMatch(/'AWS::SageMaker::ModelPackageGroup' does not exist in 'cn-north-1'/);
  expect(found).toMatch(/'AWS::SageMaker::ModelPackageGroup' does not exist in 'ap-south-2'/);
});
