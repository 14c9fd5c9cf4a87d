import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { scriptedConnection } from '../connection/scripted-connection.testing.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { followRunning } from './follow-running.ts';

const arnOf = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;

const project: ProjectResources = {
  project: 'abalone',
  environment: 'dev',
  bucket: 'bucket',
  incomingPrefix: 'incoming/abalone/',
  claimsTable: 'claims',
  trainingStateMachineArn: arnOf('training'),
  promotionStateMachineArn: arnOf('promotion'),
  modelPackageGroupName: 'Abalone',
  endpointName: 'abalone',
  topicArn: 'arn:aws:sns:us-east-1:000000000000:abalone',
};

function missing(): never {
  throw new Error('Could not find endpoint "abalone".');
}

/** Follows the only execution there is, which has ended by the first look. */
async function follow(machine: 'training' | 'promotion' | undefined, ended: object) {
  const running = (input: { readonly stateMachineArn: string }) =>
    machine !== undefined && input.stateMachineArn === arnOf(machine)
      ? { executions: [{ executionArn: `${arnOf(machine)}:run` }] }
      : {};
  const connection = scriptedConnection({
    ListExecutions: running,
    DescribeExecution: () => ended,
    GetExecutionHistory: () => ({ events: [] }),
    DescribeAlarms: () => ({}),
    DescribeEndpoint: missing,
  });
  const terminal = writtenTerminal();
  const isGood = await followRunning(connection, [project], terminal);
  return { isGood, text: stripVTControlCharacters(terminal.lines.join('\n')) };
}

describe('what is followed', () => {
  it.each([
    [{ outcome: 'Registered', modelPackage: 'arn:package' }, true, /Registered\n {2}arn:package/],
    [
      { outcome: 'Below the gate', objections: ['mse 9 > 6'] },
      false,
      /Below the gate\n {2}mse 9 > 6/,
    ],
  ])('ends with the outcome of a training: %j', async (output, expected, said) => {
    const { isGood, text } = await follow('training', {
      status: 'SUCCEEDED',
      output: JSON.stringify(output),
    });

    expect(isGood).toBe(expected);
    expect(text).toMatch(said);
  });

  it('ends with why a training failed', async () => {
    const { isGood, text } = await follow('training', {
      status: 'FAILED',
      error: 'Failed',
      cause: 'the script has a bug',
    });

    expect(isGood).toBe(false);
    expect(text).toMatch(/\nFailed\n {2}the script has a bug/);
  });

  it('ends with the outcome of a promotion', async () => {
    const live = await follow('promotion', {
      status: 'SUCCEEDED',
      output: JSON.stringify({ outcome: 'Nothing changed' }),
    });
    const rolledBack = await follow('promotion', {
      status: 'FAILED',
      error: 'Rolled back',
      cause: 'an alarm rang',
    });

    expect(live.isGood).toBe(true);
    expect(live.text).toMatch(/\nNothing changed\n {2}abalone does not exist/);
    expect(rolledBack.isGood).toBe(false);
    expect(rolledBack.text).toMatch(/\nRolled back\n {2}why: an alarm rang/);
  });

  it('is nothing where nothing runs', async () => {
    expect(await follow(undefined, {})).toEqual({ isGood: true, text: 'Nothing is running.' });
  });
});
