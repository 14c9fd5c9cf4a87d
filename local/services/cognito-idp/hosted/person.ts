import { type CognitoState, putUser, userKey } from '../state.ts';
import type { PoolRecord, UserRecord } from '../store.ts';

const NAME = 'local';

function isOfAdministrator({ password, status }: UserRecord): boolean {
  return password !== undefined || status !== 'CONFIRMED';
}

/**
 * The user that stands for the person at this machine: without a password, and in all groups of the pool. A user of
 * that name whom an administrator created stays as it is.
 */
export function personAtMachine(state: CognitoState, pool: PoolRecord): UserRecord {
  const { cloud, store } = state;
  const groups = store.of(store.groups, pool.id).map(({ name }) => name);
  const known = store.users.get(userKey(pool, NAME));
  if (known !== undefined && isOfAdministrator(known)) return known;
  if (known !== undefined && String(known.groups) === String(groups)) return known;
  const now = cloud.clock.now();
  return putUser(state, pool, {
    poolId: pool.id,
    name: NAME,
    sub: known?.sub ?? cloud.random.uuid(),
    attributes: { email: 'local@localhost', email_verified: 'true' },
    status: 'CONFIRMED',
    isEnabled: true,
    groups,
    createdAt: known?.createdAt ?? now,
    modifiedAt: now,
  });
}
