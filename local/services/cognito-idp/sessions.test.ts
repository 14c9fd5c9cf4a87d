import { beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../host/clock.ts';
import { MOST_REFRESH_SESSIONS } from './limits.ts';
import { rotated, sessionOf, startSession } from './sessions.ts';

const DAY_MS = 86_400_000;

let clock: ReturnType<typeof createVirtualClock>;
let sessions: Map<string, { readonly id: string; readonly expiresAt: number }>;
let state: never;
let ids: number;

/** The limit of sessions is too high for a pool that a test fills over HTTP. */
beforeEach(() => {
  clock = createVirtualClock();
  ids = 0;
  sessions = new Map();
  const table = Object.assign(sessions, { put: sessions.set.bind(sessions) });
  const random = {
    uuid: () => `id${ids++}`,
    hex: (digits: number) => `${ids++}`.padStart(digits, 'f'),
  };
  state = { cloud: { clock, random }, store: { sessions: table } } as never;
});

const clientOf = (settings: object) => ({ id: 'c', poolId: 'p', settings }) as never;
const client = clientOf({ RefreshTokenValidity: 2, TokenValidityUnits: { RefreshToken: 'days' } });

const start = () =>
  startSession(state, {
    client,
    user: { name: 'ada' } as never,
    scopes: ['openid'],
    isManagedLogin: true,
    authTime: 5,
  });

describe('a session', () => {
  it('is found by its refresh token until it ends', () => {
    const { session, refreshToken } = start();
    expect(session).toMatchObject({
      poolId: 'p',
      clientId: 'c',
      userName: 'ada',
      scopes: ['openid'],
      isManagedLogin: true,
      authTime: 5,
      expiresAt: clock.now() + 2 * DAY_MS,
    });
    expect(sessionOf(state, client, refreshToken)).toBe(session);
    clock.advance(2 * DAY_MS - 1);
    expect(sessionOf(state, client, refreshToken)).toBe(session);
    clock.advance(1);
    expect(sessionOf(state, client, refreshToken)).toBeUndefined();
  });

  it('is not found by another secret, another id, or for another client', () => {
    const { session, refreshToken } = start();
    const other = { id: 'd', settings: {} } as never;
    expect(sessionOf(state, other, refreshToken)).toBeUndefined();
    for (const token of [`${session.id}.x`, session.id, '', `none.${refreshToken.split('.')[1]}`])
      expect(sessionOf(state, client, token)).toBeUndefined();
  });

  it('makes room among too many: those that have ended go, else the one that ends first', () => {
    const fill = (expiresAt: (index: number) => number) => {
      sessions.clear();
      for (let index = 0; index < MOST_REFRESH_SESSIONS; index += 1)
        sessions.set(`s${index}`, { id: `s${index}`, expiresAt: expiresAt(index) });
    };
    const now = clock.now();

    fill((index) => now + (index === 7 ? 1 : 2 + index));
    start();
    expect([sessions.size, sessions.has('s7')]).toEqual([MOST_REFRESH_SESSIONS, false]);

    fill((index) => (index < 10 ? now : now + 1 + index));
    start();
    expect(sessions.size).toBe(MOST_REFRESH_SESSIONS - 9);
    expect([sessions.has('s9'), sessions.has('s10')]).toEqual([false, true]);

    fill((index) => now - (index === 0 ? 1 : 0) + (index === 0 ? 0 : 10));
    sessions.delete('s1');
    start();
    // There was room: nothing is looked through.
    expect([sessions.size, sessions.has('s0')]).toEqual([MOST_REFRESH_SESSIONS, true]);
  });
});

const rotating = (RetryGracePeriodSeconds?: number) =>
  clientOf({ RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds } });

// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
describe('a refresh token that is rotated', () => {
  it('is replaced, and works for the grace period', () => {
    const { session, refreshToken } = start();
    const next = rotated(state, rotating(60), session) ?? '';
    expect(next).toMatch(new RegExp(`^${session.id}\\.`));
    expect(next).not.toBe(refreshToken);
    expect(sessionOf(state, client, next)).toBeDefined();
    clock.advance(59_999);
    expect(sessionOf(state, client, refreshToken)).toBeDefined();
    clock.advance(1);
    expect(sessionOf(state, client, refreshToken)).toBeUndefined();
    expect(sessionOf(state, client, next)).toBeDefined();
  });

  it('without a grace period works no more', () => {
    const { session, refreshToken } = start();
    rotated(state, rotating(), session);
    expect(sessionOf(state, client, refreshToken)).toBeUndefined();
  });

  it.each([{}, { RefreshTokenRotation: { Feature: 'DISABLED' } }])(
    'stays the same where the client has %j',
    (settings) => {
      const { session, refreshToken } = start();
      expect(rotated(state, clientOf(settings), session)).toBeUndefined();
      expect(sessionOf(state, client, refreshToken)).toBe(session);
    },
  );
});
