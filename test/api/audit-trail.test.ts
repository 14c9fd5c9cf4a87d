import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthesizeConsole } from '../../infra/api/console-stack.testing.ts';
import { type Runtime, startRuntime } from '../../local/index.ts';
import { abalone } from '../../projects/abalone/project.ts';

let runtime: Runtime;

beforeAll(async () => {
  const { file } = synthesizeConsole([abalone], { auditTrail: 'true' });
  runtime = await startRuntime({ assembly: dirname(file), ephemeral: true, port: 0 });
}, 300_000);

afterAll(() => runtime?.stop());

it('the console with an audit trail runs here; only the trail is missing, by name', () => {
  const { stacks = [] } = runtime.provisioned ?? {};
  const { notEmulated = [], created = 0 } =
    stacks.find(({ stackName }) => stackName === 'stepmill-dev-console') ?? {};

  expect(created).toBeGreaterThan(50);
  expect(notEmulated).toEqual([
    expect.stringMatching(/^Trail\w+: AWS::CloudTrail::Trail is not emulated and was not created$/),
  ]);
});
