import type { Clouds } from './cloud/clouds.ts';
import type { Assembly } from './provision/index.ts';
import type { Owner } from './store/index.ts';

/** Where stacks go, and who callers are, if nothing says otherwise. */
export const DEFAULT_OWNER: Owner = { accountId: '000000000000', region: 'us-east-1' };

/** The account and region for stacks and callers that name none: the app's, if it has one only. */
export function homeOf(given: Partial<Owner>, assembly: Assembly | undefined): Owner {
  const home = { ...DEFAULT_OWNER, ...given };
  const owners = (assembly?.stacks ?? []).map(({ environment }) => ({ ...home, ...environment }));
  const [first] = owners;
  const isOnly = owners.every(
    ({ accountId, region }) => accountId === first?.accountId && region === first.region,
  );
  return first !== undefined && isOnly ? { ...first, ...given } : home;
}

/** Opens the accounts and regions into which the stacks of an assembly go. @throws TooManyAccounts */
export function openAccountsOf(assembly: Assembly | undefined, clouds: Clouds): void {
  const { accountId, region } = clouds.home;
  for (const { environment } of assembly?.stacks ?? []) {
    clouds.open({ accountId, region, ...environment });
  }
}
