import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { createStack } from '../../infra/testing/project-stack.ts';
import { preparePythonPrograms } from '../python-programs.ts';

it('has no error for cfn-lint', async () => {
  // The CDK's own validation takes seconds; cfn-lint does the same.
  process.env['CDK_VALIDATION'] = 'false';
  const programs = await preparePythonPrograms(resolve('test/infra/requirements.txt'));
  const { app, stack } = createStack();
  const template = join(app.synth().directory, `${stack.artifactId}.template.json`);

  const result = spawnSync(join(programs, 'cfn-lint'), ['--ignore-checks', 'W', '--', template], {
    encoding: 'utf8',
  });

  expect(result.stdout).toBe('');
  expect(result.status).toBe(0);
});
