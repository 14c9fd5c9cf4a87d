import { InvalidArgumentError } from 'commander';
import type { Runtime } from '../../local/index.ts';
import { bold, dim, type Terminal } from '../terminal/terminal.ts';

/** An account that is to be there, with or without a region. */
export interface NamedAccount {
  readonly accountId: string;
  readonly region?: string;
}

const ACCOUNT = /^(\d{12})(?:\/([a-z]{2}(?:-[a-z]+)+-\d))?$/;

/** Reads `<account>` or `<account>/<region>`. @throws InvalidArgumentError */
export function addAccount(text: string, others: readonly NamedAccount[]): readonly NamedAccount[] {
  const [, accountId, region] = ACCOUNT.exec(text) ?? [];
  if (accountId === undefined) {
    throw new InvalidArgumentError(
      'an account is twelve digits, such as 111111111111, or 111111111111/eu-west-1.',
    );
  }
  return [...others, { accountId, ...(region !== undefined && { region }) }];
}

/** Prints the accounts of a runtime that has several, with their stacks and how a client speaks for each. */
export function printAccounts(
  runtime: Pick<Runtime, 'accounts' | 'provisioned'>,
  terminal: Terminal,
): void {
  const accounts = runtime.accounts();
  if (accounts.length === 1) return;
  const stacks = runtime.provisioned?.stacks ?? [];
  terminal.print('  accounts, each of which is the access key of its clients:');
  for (const [index, { accountId, region }] of accounts.entries()) {
    const names = stacks
      .filter(({ owner }) => owner.accountId === accountId && owner.region === region)
      .map(({ stackName }) => stackName);
    const what = names.length === 0 ? 'no stacks' : names.join(', ');
    const others = index === 0 ? ' (any other access key, too)' : '';
    terminal.print(
      `    export AWS_ACCESS_KEY_ID=${bold(accountId)} AWS_DEFAULT_REGION=${region} ${dim(`# ${what}${others}`)}`,
    );
  }
}
