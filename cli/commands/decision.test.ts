import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { deployedProject } from '../../events/project-parameter.testing.ts';
import { scriptedConnection } from '../connection/scripted-connection.testing.ts';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { decideAndFollow } from './decision.ts';

async function linesOf(
  status: 'Approved' | 'Rejected',
  { approval, isLocal = true }: { readonly approval?: boolean; readonly isLocal?: boolean },
): Promise<readonly string[]> {
  const terminal = writtenTerminal();
  const connection = scriptedConnection({
    UpdateModelPackage: () => ({}),
    DescribeEndpoint: () => ({}),
    DescribeAlarms: () => ({ MetricAlarms: [] }),
  });
  const to = { environment: 'staging', account: '222222222222' };
  const handover = approval === undefined ? undefined : { to: { ...to, approval } };
  await decideAndFollow(
    { ...connection, isLocal },
    { ...deployedProject, ...(handover === undefined ? {} : { handover }) },
    'arn:p/3',
    status,
    { follow: false },
    terminal,
  );
  return terminal.lines.map((line) => stripVTControlCharacters(line));
}

it('says where an approved model goes, and how to decide there', async () => {
  expect(await linesOf('Approved', { approval: true })).toEqual([
    'arn:p/3 is Approved',
    'It is handed over to staging, in account 222222222222, where it waits for approval:',
    '  AWS_ACCESS_KEY_ID=222222222222 npx stepmill approve --environment staging --project abalone',
  ]);
  expect(await linesOf('Approved', { approval: false, isLocal: false })).toEqual([
    'arn:p/3 is Approved',
    'It is handed over to staging, in account 222222222222, and goes live there:',
    '  npx stepmill status --environment staging --project abalone --aws, with credentials of 222222222222',
  ]);
});

it('says nothing of the kind about a rejection, or where a model goes nowhere', async () => {
  expect(await linesOf('Rejected', { approval: true })).toEqual(['arn:p/3 is Rejected']);
  expect(await linesOf('Approved', {})).toEqual(['arn:p/3 is Approved']);
});
