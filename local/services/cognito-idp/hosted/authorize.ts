import type { WebHeader, WebRequest, WebResponse } from '../../../cloud/web.ts';
import { BROWSER_SESSION_MS, CODE_MS } from '../limits.ts';
import { type BrowserSession, type CognitoState, findPool, userKey } from '../state.ts';
import type { UserRecord } from '../store.ts';
import type { DomainAddress } from './address.ts';
import {
  type AuthorizationRequest,
  RedirectedError,
  readAuthorization,
  redirectTo,
} from './authorization-request.ts';
import { personAtMachine } from './person.ts';
import { cookieOf } from './requests.ts';
import { redirect } from './responses.ts';

export const SESSION_COOKIE = 'cognito';

/** What the pages of a domain need. */
export interface PageContext {
  readonly state: CognitoState;
  readonly poolId: string;
  readonly request: WebRequest;
  readonly address: DomainAddress;
}

/** Gives the client a code if the user is signed in, else asks the user to. */
export function authorize(context: PageContext): WebResponse {
  const { state, poolId, request, address } = context;
  const asked = readAuthorization(state, poolId, new URLSearchParams(request.query));
  if (!state.cloud.signIn) {
    const person = personAtMachine(state, findPool(state, poolId));
    return redirectWithCode(state, asked, person, state.cloud.clock.now());
  }
  const session = asked.prompt === 'login' ? undefined : browserSession(context);
  const user = session === undefined ? undefined : sessionUser(state, session);
  if (session !== undefined && user?.isEnabled === true) {
    return redirectWithCode(state, asked, user, session.authTime);
  }
  if (asked.prompt === 'none') {
    throw new RedirectedError(asked, 'login_required', 'The user is not signed in');
  }
  return redirect(`${address.base}/login?${request.query}`);
}

export function browserSession({
  state,
  poolId,
  request,
}: PageContext): BrowserSession | undefined {
  const session = state.browserSessions.get(cookieOf(request, SESSION_COOKIE) ?? '');
  return session?.poolId === poolId ? session : undefined;
}

function sessionUser(
  state: CognitoState,
  { poolId, userName }: BrowserSession,
): UserRecord | undefined {
  return state.store.users.get(userKey(findPool(state, poolId), userName));
}

/** Sends the user back to the client with a code that works once, for five minutes. */
export function redirectWithCode(
  state: CognitoState,
  { client, redirectUri, scopes, nonce, codeChallenge, ...asked }: AuthorizationRequest,
  user: UserRecord,
  authTime: number,
  headers: readonly WebHeader[] = [],
): WebResponse {
  const grant = { clientId: client.id, userName: user.name, redirectUri, scopes, authTime };
  const code = state.codes.add({ ...grant, nonce, codeChallenge }, CODE_MS);
  return redirect(redirectTo({ redirectUri, state: asked.state }, { code }), headers);
}

/** Signs the browser in for an hour. */
export function sessionCookie(
  { state, poolId, address }: PageContext,
  user: UserRecord,
): WebHeader {
  const authTime = state.cloud.clock.now();
  const session = { poolId, userName: user.name, authTime };
  const key = state.browserSessions.add(session, BROWSER_SESSION_MS);
  return cookie(address, SESSION_COOKIE, key, BROWSER_SESSION_MS / 1_000);
}

export function cookie(
  { base }: DomainAddress,
  name: string,
  value: string,
  seconds: number,
): WebHeader {
  const attributes = `Path=${base}/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`;
  return ['set-cookie', `${name}=${value}; ${attributes}`];
}
