import { createHash, timingSafeEqual } from 'node:crypto';
import { headerOf, type WebRequest, type WebResponse } from '../../../cloud/web.ts';
import { revoke } from '../self-service.ts';
import { rotated, sessionOf, startSession } from '../sessions.ts';
import { isSecretOf } from '../sign-in.ts';
import { type CodeGrant, type CognitoState, findPool, userKey } from '../state.ts';
import type { ClientRecord, UserRecord } from '../store.ts';
import { issueClientToken, issueTokens, type Tokens } from '../tokens.ts';
import type { PageContext } from './authorize.ts';
import { BadForm, readForm, single } from './requests.ts';
import { FOR_ALL_ORIGINS, json } from './responses.ts';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html */
type OAuthErrorName =
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type';

class OAuthError extends Error {
  readonly error: OAuthErrorName;
  readonly status: number;

  constructor(error: OAuthErrorName, status = 400) {
    super(error);
    this.error = error;
    this.status = status;
  }
}

/** Runs an endpoint, whose errors are JSON with the name of an OAuth error. */
async function answered(work: () => Promise<WebResponse>): Promise<WebResponse> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BadForm) return json(400, { error: 'invalid_request' });
    if (!(error instanceof OAuthError)) throw error;
    return json(error.status, { error: error.error });
  }
}

/** Gives tokens for a code, a refresh token or the credentials of a client. */
export function giveTokens(context: PageContext): Promise<WebResponse> {
  return answered(async () => {
    const form = await readForm(context.request);
    const client = clientOf(context, form);
    switch (single(form, 'grant_type')) {
      case 'authorization_code':
        return tokensForCode(context.state, client, form);
      case 'refresh_token':
        return tokensForRefresh(context.state, client, form);
      case 'client_credentials':
        return tokensForClient(context.state, client, form);
      case undefined:
        throw new OAuthError('invalid_request');
      default:
        throw new OAuthError('unsupported_grant_type');
    }
  });
}

/** The client of a request, which proves its secret in the header or in the form. @throws OAuthError */
function clientOf({ state, poolId, request }: PageContext, form: URLSearchParams): ClientRecord {
  const { id, secret } = credentialsOf(request, form);
  const client = state.store.clients.get(id ?? '');
  if (client === undefined || client.poolId !== poolId || !isSecretOf(client, secret)) {
    throw new OAuthError('invalid_client');
  }
  return client;
}

function credentialsOf(request: WebRequest, form: URLSearchParams) {
  const basic = /^basic +(.+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
  if (basic === undefined)
    return { id: single(form, 'client_id'), secret: single(form, 'client_secret') };
  const text = Buffer.from(basic, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { id: decoded(text.slice(0, colon)), secret: decoded(text.slice(colon + 1)) };
}

/** Clients encode both parts as in a form: https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
function decoded(text: string): string | undefined {
  return new URLSearchParams(`v=${text}`).get('v') ?? undefined;
}

async function tokensForCode(
  state: CognitoState,
  client: ClientRecord,
  form: URLSearchParams,
): Promise<WebResponse> {
  if (client.settings.AllowedOAuthFlows?.includes('code') !== true)
    throw new OAuthError('unauthorized_client');
  const code = single(form, 'code');
  const redirectUri = single(form, 'redirect_uri');
  if (code === undefined || redirectUri === undefined) throw new OAuthError('invalid_request');
  const grant = state.codes.take(code);
  if (grant === undefined || grant.clientId !== client.id || grant.redirectUri !== redirectUri) {
    throw new OAuthError('invalid_grant');
  }
  checkVerifier(grant, single(form, 'code_verifier'));
  const user = activeUser(state, client, grant.userName);
  const { scopes, authTime, nonce } = grant;
  const { session, refreshToken } = startSession(state, {
    client,
    user,
    scopes,
    isManagedLogin: true,
    authTime,
  });
  return tokenResponse(await issueTokens(state, { client, user, session, nonce }), refreshToken);
}

/** PKCE: a code with a challenge needs its verifier, one without takes none. */
function checkVerifier({ codeChallenge }: CodeGrant, verifier: string | undefined): void {
  if (codeChallenge === undefined && verifier === undefined) return;
  const given = Buffer.from(
    createHash('sha256')
      .update(verifier ?? '')
      .digest('base64url'),
  );
  const wanted = Buffer.from(codeChallenge ?? '');
  const isRight =
    verifier !== undefined && given.length === wanted.length && timingSafeEqual(given, wanted);
  if (!isRight) throw new OAuthError('invalid_grant');
}

function activeUser(state: CognitoState, client: ClientRecord, name: string): UserRecord {
  const user = state.store.users.get(userKey(findPool(state, client.poolId), name));
  if (user?.isEnabled !== true) throw new OAuthError('invalid_grant');
  return user;
}

async function tokensForRefresh(
  state: CognitoState,
  client: ClientRecord,
  form: URLSearchParams,
): Promise<WebResponse> {
  const given = single(form, 'refresh_token');
  if (given === undefined) throw new OAuthError('invalid_request');
  const session = sessionOf(state, client, given);
  if (session === undefined) throw new OAuthError('invalid_grant');
  const user = activeUser(state, client, session.userName);
  const tokens = await issueTokens(state, { client, user, session });
  return tokenResponse(tokens, rotated(state, client, session));
}

async function tokensForClient(
  state: CognitoState,
  client: ClientRecord,
  form: URLSearchParams,
): Promise<WebResponse> {
  const { AllowedOAuthFlows: flows = [], AllowedOAuthScopes: allowed = [] } = client.settings;
  if (client.secret === undefined || !flows.includes('client_credentials')) {
    throw new OAuthError('unauthorized_client');
  }
  const wanted = (single(form, 'scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (!wanted.every((scope) => allowed.includes(scope))) throw new OAuthError('invalid_scope');
  return tokenResponse(
    await issueClientToken(state, client, wanted.length === 0 ? allowed : wanted),
  );
}

/** A refresh has no new refresh token, unless the client has rotation. */
function tokenResponse(tokens: Tokens, refreshToken?: string): WebResponse {
  return json(200, {
    ...(tokens.idToken !== undefined && { id_token: tokens.idToken }),
    access_token: tokens.accessToken,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    expires_in: tokens.expiresIn,
    token_type: 'Bearer',
  });
}

/**
 * Revokes a refresh token and the access tokens that it has given.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html
 */
export function revokeToken(context: PageContext): Promise<WebResponse> {
  return answered(async () => {
    const form = await readForm(context.request);
    const token = single(form, 'token');
    if (token === undefined) throw new OAuthError('invalid_request');
    const client = revokingClient(context, form);
    // Access and ID tokens have three parts.
    if (token.split('.').length === 3) throw new OAuthError('unsupported_token_type');
    revoke(context.state, client.id, token);
    return { status: 200, headers: FOR_ALL_ORIGINS };
  });
}

function revokingClient(context: PageContext, form: URLSearchParams): ClientRecord {
  try {
    return clientOf(context, form);
  } catch (cause) {
    throw Object.assign(new OAuthError('invalid_client', 401), { cause });
  }
}
