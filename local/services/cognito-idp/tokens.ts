import { compactVerify, createLocalJWKSet, SignJWT } from 'jose';
import { validityOf } from './clients.ts';
import { NotAuthorizedException } from './errors.ts';
import { groupsOf } from './groups.ts';
import type { SigningKey } from './signing-keys.ts';
import { type CognitoState, findPool, issuerOf, userKey } from './state.ts';
import type { ClientRecord, SessionRecord, UserRecord } from './store.ts';

/** The scope of tokens that operations of the API give out, which lets users read and change themselves. */
export const USER_ADMIN_SCOPE = 'aws.cognito.signin.user.admin';

/** Tokens, and how long they are valid. */
export interface Tokens {
  readonly accessToken: string;
  readonly idToken?: string;
  readonly expiresIn: number;
}

interface TokenRequest {
  readonly client: ClientRecord;
  readonly user: UserRecord;
  readonly session: SessionRecord;
  readonly nonce?: string | undefined;
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * Access token and, unless managed login was asked without `openid`, ID token of a session.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
 */
export async function issueTokens(state: CognitoState, request: TokenRequest): Promise<Tokens> {
  const { client, session } = request;
  const keys = await state.keys.of(client.poolId);
  const { accessSeconds, idSeconds } = validityOf(client.settings);
  const common = commonClaims(state, request);
  const accessToken = await sign(
    keys.access,
    { ...common, ...accessClaims(request) },
    accessSeconds,
  );
  if (session.isManagedLogin && !session.scopes.includes('openid')) {
    return { accessToken, expiresIn: accessSeconds };
  }
  const idToken = await sign(keys.id, { ...common, ...idClaims(state, request) }, idSeconds);
  return { accessToken, idToken, expiresIn: accessSeconds };
}

function commonClaims(state: CognitoState, { client, user, session }: TokenRequest): Claims {
  const { cloud } = state;
  const groups = groupsOf(state, client.poolId, user.groups);
  return {
    sub: user.sub,
    ...(groups.length > 0 && { 'cognito:groups': groups.map(({ name }) => name) }),
    iss: issuerOf(cloud, client.poolId),
    origin_jti: session.id,
    event_id: cloud.random.uuid(),
    auth_time: seconds(session.authTime),
    iat: seconds(cloud.clock.now()),
    jti: cloud.random.uuid(),
  };
}

function accessClaims({ client, user, session }: TokenRequest): Claims {
  return {
    ...(session.isManagedLogin && { version: 2 }),
    client_id: client.id,
    token_use: 'access',
    scope: session.scopes.join(' '),
    username: user.name,
  };
}

function idClaims(state: CognitoState, { client, user, nonce }: TokenRequest): Claims {
  const roles = groupsOf(state, client.poolId, user.groups).flatMap(
    ({ settings }) => settings.RoleArn ?? [],
  );
  const [preferred] = roles;
  return {
    ...userClaims(client, user),
    'cognito:username': user.name,
    ...(preferred !== undefined && { 'cognito:roles': roles, 'cognito:preferred_role': preferred }),
    ...(nonce !== undefined && { nonce }),
    aud: client.id,
    token_use: 'id',
  };
}

/**
 * Whether a client can read an attribute of its users.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-attribute-permissions-and-scopes
 */
export function isReadable({ settings }: ClientRecord, name: string): boolean {
  const { ReadAttributes: readable = [] } = settings;
  return name === 'sub' || readable.length === 0 || readable.includes(name);
}

/** The attributes of a user that a client can read, as claims. */
function userClaims(client: ClientRecord, { attributes }: UserRecord): Claims {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => isReadable(client, name))
      .map(([name, value]) => [name, claimOf(name, value)]),
  );
}

function claimOf(name: string, value: string): unknown {
  if (name === 'email_verified' || name === 'phone_number_verified') return value === 'true';
  return name === 'address' ? { formatted: value } : value;
}

/** The attributes of a user as userInfo gives them: all of them texts. */
export function userInfoOf(
  client: ClientRecord,
  { sub, name, attributes }: UserRecord,
): Readonly<Record<string, string>> {
  const shown = Object.entries(attributes).filter(([attribute]) => isReadable(client, attribute));
  return { sub, ...Object.fromEntries(shown), username: name };
}

/** The token of a client that acts for itself. */
export async function issueClientToken(
  state: CognitoState,
  client: ClientRecord,
  scopes: readonly string[],
): Promise<Tokens> {
  const { cloud } = state;
  const { accessSeconds } = validityOf(client.settings);
  const now = seconds(cloud.clock.now());
  const claims = {
    sub: client.id,
    token_use: 'access',
    scope: scopes.join(' '),
    auth_time: now,
    iss: issuerOf(cloud, client.poolId),
    iat: now,
    version: 2,
    jti: cloud.random.uuid(),
    client_id: client.id,
  };
  const { access } = await state.keys.of(client.poolId);
  return { accessToken: await sign(access, claims, accessSeconds), expiresIn: accessSeconds };
}

function sign(
  { kid, privateKey }: SigningKey,
  claims: Claims,
  validSeconds: number,
): Promise<string> {
  const exp = Number(claims['iat']) + validSeconds;
  return new SignJWT({ ...claims, exp }).setProtectedHeader({ kid, alg: 'RS256' }).sign(privateKey);
}

function seconds(epochMs: number): number {
  return Math.floor(epochMs / 1_000);
}

/** A valid access token of a user: what it allows, and whose it is. */
export interface AccessGrant {
  readonly client: ClientRecord;
  readonly user: UserRecord;
  readonly scopes: readonly string[];
}

const invalidToken = () => new NotAuthorizedException('Invalid Access Token');

/** Reads an access token that a user sends to Cognito itself. @throws NotAuthorizedException */
export async function readAccessToken(state: CognitoState, token: string): Promise<AccessGrant> {
  const claims = await signedClaims(state, token);
  const { cloud, store } = state;
  if (claims['token_use'] !== 'access') throw invalidToken();
  if (Number(claims['exp']) <= seconds(cloud.clock.now())) {
    throw new NotAuthorizedException('Access Token has expired');
  }
  const session = store.sessions.get(String(claims['origin_jti']));
  if (session === undefined) throw new NotAuthorizedException('Access Token has been revoked');
  const client = store.clients.get(session.clientId);
  const user = store.users.get(userKey(findPool(state, session.poolId), session.userName));
  if (client === undefined || user === undefined) throw invalidToken();
  if (!user.isEnabled) throw new NotAuthorizedException('User is disabled.');
  return { client, user, scopes: String(claims['scope']).split(' ') };
}

/** The claims of a token that one of the pools here has signed. */
async function signedClaims(state: CognitoState, token: string): Promise<Claims> {
  try {
    const unverified = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    ) as Claims;
    const poolId = String(unverified['iss']).split('/').at(-1) ?? '';
    const { published } = await state.keys.of(findPool(state, poolId).id);
    const { payload } = await compactVerify(token, createLocalJWKSet({ keys: [...published] }), {
      algorithms: ['RS256'],
    });
    return JSON.parse(Buffer.from(payload).toString()) as Claims;
  } catch (cause) {
    throw Object.assign(invalidToken(), { cause });
  }
}
