import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { createStack } from '../../infra/testing/project-stack.ts';
import { abalone, defineProject, type Project, type ProjectInput } from '../../projects/index.ts';
import { preparePythonPrograms } from '../python-programs.ts';

const registry = { ...abalone.registry, packaging: 'single-container' } as const;
const trial = { type: 'shadow', timeLimitHours: 24, whenTimeIsUp: 'withdraw' } as const;
const tried = defineProject({
  ...(abalone as ProjectInput),
  registry,
  serving: { ...abalone.serving, trial },
});
const serverless = defineProject({
  ...(abalone as ProjectInput),
  registry,
  serving: { type: 'serverless', memoryMb: 2048, maxConcurrency: 5 },
});

it.each<[string, Project]>([
  ['as it is', abalone],
  ['with trials', tried],
  ['serverless', serverless],
])('has no error for cfn-lint: Abalone %s', async (_how, project) => {
  const programs = await preparePythonPrograms(resolve('test/infra/requirements.txt'));
  const { app, stack } = createStack(project);
  const template = join(app.synth().directory, `${stack.artifactId}.template.json`);

  const result = spawnSync(join(programs, 'cfn-lint'), ['--ignore-checks', 'W', '--', template], {
    encoding: 'utf8',
  });

  expect(result.stdout).toBe('');
  expect(result.status).toBe(0);
});
