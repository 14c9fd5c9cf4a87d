import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { silentLogger } from '../../../host/logger.ts';
import { type Runtime, startRuntime } from '../../../runtime.ts';
import { hidePython } from '../../../testing/no-python.testing.ts';

hidePython();

const iterations = 6_000;

function caller(runtime: Runtime) {
  return (operation: string, input: object) =>
    runtime.cloud.call<Record<string, string>>(
      { kind: 'account', arn: `arn:aws:iam::${runtime.cloud.accountId}:root` },
      'stepfunctions',
      operation,
      input,
    );
}

/** Four events an iteration, and nothing that waits. */
const busy = {
  QueryLanguage: 'JSONata',
  StartAt: 'Count',
  States: {
    Count: { Type: 'Pass', Output: { n: '{% $states.input.n + 1 %}' }, Next: 'More?' },
    'More?': {
      Type: 'Choice',
      Choices: [{ Condition: `{% $states.input.n < ${iterations} %}`, Next: 'Count' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

it('answers beside a busy execution, which the next runtime resumes', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'stepmill-busy-'));
  const start = () => startRuntime({ stateFolder, port: 0, logger: silentLogger });
  const first = await start();
  const callFirst = caller(first);
  const { stateMachineArn } = await callFirst('CreateStateMachine', {
    name: 'busy',
    definition: JSON.stringify(busy),
    roleArn: 'arn:aws:iam::000000000000:role/any',
  });
  const { executionArn } = await callFirst('StartExecution', { stateMachineArn, input: '{"n":0}' });
  const beside = await callFirst('DescribeExecution', { executionArn });
  await first.stop();

  const second = await start();
  const callSecond = caller(second);
  let after = await callSecond('DescribeExecution', { executionArn });
  while (after['status'] === 'RUNNING') {
    await nextTurn();
    after = await callSecond('DescribeExecution', { executionArn });
  }
  const { events } = (await callSecond('GetExecutionHistory', {
    executionArn,
    reverseOrder: true,
    maxResults: 1,
  })) as unknown as { readonly events: readonly { readonly id: number }[] };
  await second.stop();
  await rm(stateFolder, { recursive: true, force: true });

  expect(beside['status']).toBe('RUNNING');
  expect(after).toMatchObject({ status: 'SUCCEEDED', output: JSON.stringify({ n: iterations }) });
  // The start, four events an iteration, two of Succeed, the end.
  expect(events[0]?.id).toBe(1 + 4 * iterations + 2 + 1);
}, 30_000);
