import type { Cloud } from '../../cloud/cloud.ts';
import type { Permission } from '../../cloud/service.ts';
import { ResourceNotFoundException, UserNotFoundException } from './errors.ts';
import type { ExpiringMap } from './expiring-map.ts';
import type { AddressLimit } from './hosted/address-limit.ts';
import type { LockOut } from './lock-out.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { ClientRecord, CognitoStore, PoolRecord, UserRecord } from './store.ts';

/** A user who must choose a new password. */
export interface Challenge {
  readonly poolId: string;
  readonly clientId: string;
  readonly userName: string;
}

/** A code that managed login has given out. */
export interface CodeGrant {
  readonly clientId: string;
  readonly userName: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly authTime: number;
  readonly nonce?: string | undefined;
  readonly codeChallenge?: string | undefined;
}

/** A browser that is signed in with managed login. */
export interface BrowserSession {
  readonly poolId: string;
  readonly userName: string;
  readonly authTime: number;
}

/** What the operations of Cognito share. */
export interface CognitoState {
  readonly cloud: Cloud;
  readonly store: CognitoStore;
  readonly keys: SigningKeys;
  readonly lockOut: LockOut;
  readonly addressLimit: AddressLimit;
  readonly challenges: ExpiringMap<Challenge>;
  readonly codes: ExpiringMap<CodeGrant>;
  readonly browserSessions: ExpiringMap<BrowserSession>;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html */
export function onPool(
  { cloud }: CognitoState,
  operation: string,
  poolId: string | undefined,
): Permission {
  const resource = poolArn(cloud, poolId ?? '*');
  return { action: `cognito-idp:${operation}`, resource };
}

/** The permission for an operation that has no resource. */
export function onAny(operation: string): Permission {
  return { action: `cognito-idp:${operation}`, resource: '*' };
}

export function poolArn(cloud: Cloud, poolId: string): string {
  return cloud.arn('cognito-idp', `userpool/${poolId}`);
}

/** @throws ResourceNotFoundException */
export function findPool({ store }: CognitoState, poolId: string | undefined): PoolRecord {
  const pool = store.pools.get(poolId ?? '');
  if (pool === undefined) {
    throw new ResourceNotFoundException(`User pool ${poolId ?? ''} does not exist.`);
  }
  return pool;
}

/** A client, of a pool if one is given. @throws ResourceNotFoundException */
export function findClient(
  { store }: CognitoState,
  clientId: string | undefined,
  poolId?: string,
): ClientRecord {
  const client = store.clients.get(clientId ?? '');
  if (client === undefined || (poolId !== undefined && client.poolId !== poolId)) {
    throw new ResourceNotFoundException(`User pool client ${clientId ?? ''} does not exist.`);
  }
  return client;
}

/** User names differ in case only in pools that say so. */
export function userKey({ id, settings }: PoolRecord, name: string): string {
  const isSensitive = settings.UsernameConfiguration?.CaseSensitive !== false;
  return `${id}/${isSensitive ? name : name.toLowerCase()}`;
}

/** The attributes that a user can sign in with, in place of the user name. */
function aliasesOf({ settings }: PoolRecord): readonly string[] {
  return [...(settings.UsernameAttributes ?? []), ...(settings.AliasAttributes ?? [])];
}

/** The user with that name, `sub` or alias; undefined if there is none. */
export function lookUpUser(
  { store }: CognitoState,
  pool: PoolRecord,
  name: string,
): UserRecord | undefined {
  const byName = store.users.get(userKey(pool, name));
  const aliases = aliasesOf(pool);
  if (byName !== undefined || aliases.length === 0) return byName;
  return store
    .of(store.users, pool.id)
    .find(({ attributes }) => aliases.some((alias) => attributes[alias] === name));
}

/** @throws UserNotFoundException */
export function findUser(state: CognitoState, pool: PoolRecord, name = ''): UserRecord {
  const user = lookUpUser(state, pool, name);
  if (user === undefined) throw new UserNotFoundException();
  return user;
}

/** Stores a changed user. */
export function putUser(
  { cloud, store }: CognitoState,
  pool: PoolRecord,
  user: UserRecord,
): UserRecord {
  const changed = { ...user, modifiedAt: cloud.clock.now() };
  store.users.put(userKey(pool, user.name), changed);
  return changed;
}

/** A text of small letters and digits, for ids. */
export function idText({ random }: Cloud, length: number, alphabet: string): string {
  const draw = () => alphabet[Math.floor(random.next() * alphabet.length)];
  return Array.from({ length }, draw).join('');
}

/** The issuer of a pool's tokens: its address on this machine. */
export function issuerOf({ endpoint, region }: Cloud, poolId: string): string {
  return `${endpoint ?? `https://cognito-idp.${region}.amazonaws.com`}/${poolId}`;
}
