import { createHash, timingSafeEqual } from 'node:crypto';
import { validityOf } from './clients.ts';
import { MOST_REFRESH_SESSIONS } from './limits.ts';
import type { CognitoState } from './state.ts';
import type { ClientRecord, SessionRecord, UserRecord } from './store.ts';

const SECRET_DIGITS = 128;

/** What a new session depends on. */
export interface SignedIn {
  readonly client: ClientRecord;
  readonly user: UserRecord;
  readonly scopes: readonly string[];
  readonly isManagedLogin: boolean;
  /** Epoch milliseconds. */
  readonly authTime: number;
}

/** A session with the token that refreshes it; the token is stored as a hash only. */
export interface OpenSession {
  readonly session: SessionRecord;
  readonly refreshToken: string;
}

/** Begins a session. */
export function startSession(state: CognitoState, signedIn: SignedIn): OpenSession {
  const { cloud, store } = state;
  const { client, user, scopes, isManagedLogin, authTime } = signedIn;
  makeRoom(state);
  const id = cloud.random.uuid();
  const secret = cloud.random.hex(SECRET_DIGITS);
  const session = {
    id,
    poolId: client.poolId,
    clientId: client.id,
    userName: user.name,
    secretHash: hashOf(secret),
    scopes,
    isManagedLogin,
    authTime,
    expiresAt: cloud.clock.now() + validityOf(client.settings).refreshSeconds * 1_000,
  };
  store.sessions.put(id, session);
  return { session, refreshToken: `${id}.${secret}` };
}

/** Removes the sessions that have expired, and the one that ends first if there are still too many. */
function makeRoom({ cloud, store }: CognitoState): void {
  if (store.sessions.size < MOST_REFRESH_SESSIONS) return;
  const now = cloud.clock.now();
  let first: SessionRecord | undefined;
  for (const [id, session] of Array.from(store.sessions.entries())) {
    if (session.expiresAt <= now) store.sessions.delete(id);
    else if (first === undefined || session.expiresAt < first.expiresAt) first = session;
  }
  if (first !== undefined && store.sessions.size >= MOST_REFRESH_SESSIONS) {
    store.sessions.delete(first.id);
  }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The session of a refresh token of a client; undefined for an unknown, expired or revoked token. */
export function sessionOf(
  { cloud, store }: CognitoState,
  client: ClientRecord,
  refreshToken: string,
): SessionRecord | undefined {
  const [id = '', secret = ''] = refreshToken.split('.');
  const session = store.sessions.get(id);
  if (session === undefined || session.clientId !== client.id) return undefined;
  const now = cloud.clock.now();
  if (session.expiresAt <= now) return undefined;
  const hash = hashOf(secret);
  if (timingSafeEqual(hash, session.secretHash)) return session;
  const { formerHash, formerUntil = 0 } = session;
  const isFormer = formerHash !== undefined && timingSafeEqual(hash, formerHash);
  return isFormer && now < formerUntil ? session : undefined;
}

/** A new refresh token in place of the old one, where the client has rotation; the old one works for the grace period. */
export function rotated(
  { cloud, store }: CognitoState,
  client: ClientRecord,
  session: SessionRecord,
): string | undefined {
  const { Feature, RetryGracePeriodSeconds: graceSeconds = 0 } =
    client.settings.RefreshTokenRotation ?? {};
  if (Feature !== 'ENABLED') return undefined;
  const secret = cloud.random.hex(SECRET_DIGITS);
  store.sessions.put(session.id, {
    ...session,
    secretHash: hashOf(secret),
    formerHash: session.secretHash,
    formerUntil: cloud.clock.now() + graceSeconds * 1_000,
  });
  return `${session.id}.${secret}`;
}

/** Ends all sessions of a user, in browsers too. */
export function endSessions(state: CognitoState, { poolId, name }: UserRecord): void {
  const { store } = state;
  for (const session of store.belonging(store.sessions, poolId)) {
    if (session.userName === name) store.sessions.delete(session.id);
  }
  state.browserSessions.deleteWhere((one) => one.poolId === poolId && one.userName === name);
}
