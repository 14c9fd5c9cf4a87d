import { stripVTControlCharacters } from 'node:util';
import { InvalidArgumentError } from 'commander';
import { expect, it } from 'vitest';
import { writtenTerminal } from '../terminal/written-terminal.testing.ts';
import { addAccount, printAccounts } from './accounts.ts';

const DEV = { accountId: '111111111111', region: 'us-east-1' };
const PROD = { accountId: '222222222222', region: 'eu-west-1' };

it('reads accounts with and without a region', () => {
  const first = addAccount('111111111111', []);

  expect(addAccount('222222222222/eu-west-1', first)).toEqual([
    { accountId: '111111111111' },
    { accountId: '222222222222', region: 'eu-west-1' },
  ]);
});

it.each(['dev', '1111', '111111111111/', '111111111111/Europe'])(
  'refuses the account %s',
  (text) => {
    expect(() => addAccount(text, [])).toThrow(InvalidArgumentError);
  },
);

it('says how a client speaks for each account, and what it has', () => {
  const terminal = writtenTerminal();
  const stack = { stackName: 'stepmill-prod-abalone', owner: PROD };
  const counts = { created: 1, updated: 0, removed: 0, unchanged: 0, notEmulated: [] };
  const provisioned = { stacks: [{ ...stack, ...counts }] };

  printAccounts({ accounts: () => [DEV, PROD], provisioned }, terminal);

  expect(terminal.lines.map((line) => stripVTControlCharacters(line))).toEqual([
    '  accounts, each of which is the access key of its clients:',
    '    export AWS_ACCESS_KEY_ID=111111111111 AWS_DEFAULT_REGION=us-east-1 # no stacks (any other access key, too)',
    '    export AWS_ACCESS_KEY_ID=222222222222 AWS_DEFAULT_REGION=eu-west-1 # stepmill-prod-abalone',
  ]);
});

it('says nothing of the only account', () => {
  const terminal = writtenTerminal();

  printAccounts({ accounts: () => [DEV], provisioned: undefined }, terminal);

  expect(terminal.lines).toEqual([]);
});
