import { expect, it } from 'vitest';
import { scriptedConnection } from '../connection/scripted-connection.testing.ts';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { warnOfAlarms } from './alarm-warning.ts';

const project = { endpointName: 'abalone' } as never;

async function warned(decided: 'Approved' | 'Rejected', states: readonly string[]) {
  const connection = scriptedConnection({
    DescribeAlarms: () => ({
      MetricAlarms: states.map((StateValue, index) => ({
        AlarmName: `abalone-rollback-${index}`,
        StateValue,
      })),
    }),
  });
  const terminal = writtenTerminal();
  await warnOfAlarms(connection, project, decided, terminal);
  return terminal.lines.join('\n');
}

it('says nothing while every alarm is quiet', async () => {
  expect(await warned('Approved', ['OK', 'INSUFFICIENT_DATA'])).toBe('');
});

it('says before an approval for how long the promotion waits', async () => {
  const lines = await warned('Approved', ['OK', 'ALARM', 'ALARM']);

  expect(lines).toContain('In ALARM: abalone-rollback-1, abalone-rollback-2.');
  expect(lines).toContain('waits up to 12 minutes');
});

it('says before a rollback that it does not wait', async () => {
  expect(await warned('Rejected', ['ALARM'])).toContain('does not wait');
});
