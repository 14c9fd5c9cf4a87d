import type {
  AdminInitiateAuthRequest,
  AdminInitiateAuthResponse,
  AdminRespondToAuthChallengeRequest,
  AuthenticationResultType,
  AuthFlowType,
  CognitoIdentityProvider,
  InitiateAuthRequest,
  InitiateAuthResponse,
  RespondToAuthChallengeRequest,
  RespondToAuthChallengeResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import type { OperationTable } from '../../cloud/operation.ts';
import { checkAttributes, requiredAttributes } from './attributes.ts';
import { InvalidParameterException, MissingFeature, NotAuthorizedException } from './errors.ts';
import { CHALLENGE_MINUTES } from './limits.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { rotated, sessionOf, startSession } from './sessions.ts';
import { checkSecretHash, checkUser, required, signIn } from './sign-in.ts';
import { type CognitoState, findClient, findPool, findUser, onPool, putUser } from './state.ts';
import type { ClientRecord, UserRecord } from './store.ts';
import { issueTokens, type Tokens, USER_ADMIN_SCOPE } from './tokens.ts';

/** Sign-in by operations of the API. Those that users call need no permission. */
export const authenticationOperations: OperationTable<CognitoIdentityProvider, CognitoState> = {
  InitiateAuth: {
    permissions: () => [],
    run: (input: InitiateAuthRequest, state) =>
      initiate(state, findClient(state, input.ClientId), input),
  },
  AdminInitiateAuth: {
    permissions: (input: AdminInitiateAuthRequest, state) =>
      onPool(state, 'AdminInitiateAuth', input.UserPoolId),
    run: (input: AdminInitiateAuthRequest, state): Promise<AdminInitiateAuthResponse> =>
      initiate(state, clientOf(state, input), input),
  },
  RespondToAuthChallenge: {
    permissions: () => [],
    run: (input: RespondToAuthChallengeRequest, state) =>
      respond(state, findClient(state, input.ClientId), input),
  },
  AdminRespondToAuthChallenge: {
    permissions: (input: AdminRespondToAuthChallengeRequest, state) =>
      onPool(state, 'AdminRespondToAuthChallenge', input.UserPoolId),
    run: (input: AdminRespondToAuthChallengeRequest, state) =>
      respond(state, clientOf(state, input), input),
  },
};

/** @throws ResourceNotFoundException */
function clientOf(
  state: CognitoState,
  {
    ClientId,
    UserPoolId,
  }: { readonly ClientId?: string | undefined; readonly UserPoolId?: string | undefined },
): ClientRecord {
  return findClient(state, ClientId, findPool(state, UserPoolId).id);
}

type Initiation = Pick<InitiateAuthRequest, 'AuthFlow' | 'AuthParameters'>;

/** The names of the flows in the settings of a client; the second ones are older. */
const ALLOWED_BY: Readonly<Partial<Record<AuthFlowType, readonly string[]>>> = {
  USER_PASSWORD_AUTH: ['ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH'],
  ADMIN_USER_PASSWORD_AUTH: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'],
  ADMIN_NO_SRP_AUTH: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'],
};

async function initiate(
  state: CognitoState,
  client: ClientRecord,
  input: Initiation,
): Promise<InitiateAuthResponse> {
  const flow = input.AuthFlow;
  if (flow === 'REFRESH_TOKEN_AUTH' || flow === 'REFRESH_TOKEN')
    return refresh(state, client, input);
  const allowedBy = flow === undefined ? undefined : ALLOWED_BY[flow];
  if (allowedBy === undefined) throw new MissingFeature(`authentication flow ${flow}`);
  const allowed: readonly string[] = client.settings.ExplicitAuthFlows ?? [];
  if (!allowedBy.some((name) => allowed.includes(name))) {
    throw new InvalidParameterException(`${flow} flow not enabled for this client`);
  }
  const userName = required(input.AuthParameters, 'USERNAME');
  const password = required(input.AuthParameters, 'PASSWORD');
  checkSecretHash(client, [userName], input.AuthParameters?.['SECRET_HASH']);
  const user = await signIn(state, client, { userName, password });
  return user.status === 'FORCE_CHANGE_PASSWORD'
    ? challenge(state, client, user)
    : { ChallengeParameters: {}, AuthenticationResult: await authenticated(state, client, user) };
}

/** Asks for a new password in place of the temporary one. */
function challenge(
  state: CognitoState,
  client: ClientRecord,
  user: UserRecord,
): InitiateAuthResponse {
  const pool = findPool(state, client.poolId);
  const missing = requiredAttributes(pool).filter((name) => !(name in user.attributes));
  return {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: newChallenge(state, client, user),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.name,
      requiredAttributes: JSON.stringify(missing.map((name) => `userAttributes.${name}`)),
      userAttributes: JSON.stringify(user.attributes),
    },
  };
}

const MINUTE_MS = 60_000;

/** The session of a user who must choose a new password. */
export function newChallenge(state: CognitoState, client: ClientRecord, user: UserRecord): string {
  const lifetimeMs = (client.settings.AuthSessionValidity ?? CHALLENGE_MINUTES) * MINUTE_MS;
  const value = { poolId: client.poolId, clientId: client.id, userName: user.name };
  return state.challenges.add(value, lifetimeMs);
}

async function authenticated(
  state: CognitoState,
  client: ClientRecord,
  user: UserRecord,
): Promise<AuthenticationResultType> {
  const { session, refreshToken } = startSession(state, {
    client,
    user,
    scopes: [USER_ADMIN_SCOPE],
    isManagedLogin: false,
    authTime: state.cloud.clock.now(),
  });
  return resultOf(await issueTokens(state, { client, user, session }), refreshToken);
}

function resultOf(tokens: Tokens, refreshToken?: string): AuthenticationResultType {
  return {
    AccessToken: tokens.accessToken,
    ExpiresIn: tokens.expiresIn,
    TokenType: 'Bearer',
    ...(refreshToken !== undefined && { RefreshToken: refreshToken }),
    ...(tokens.idToken !== undefined && { IdToken: tokens.idToken }),
  };
}

async function refresh(
  state: CognitoState,
  client: ClientRecord,
  { AuthParameters: parameters }: Initiation,
): Promise<InitiateAuthResponse> {
  const session = sessionOf(state, client, required(parameters, 'REFRESH_TOKEN'));
  if (session === undefined) throw new NotAuthorizedException('Invalid Refresh Token');
  const user = findUser(state, findPool(state, client.poolId), session.userName);
  checkSecretHash(client, [user.name, user.sub], parameters?.['SECRET_HASH']);
  checkUser(state, user);
  const tokens = await issueTokens(state, { client, user, session });
  return {
    ChallengeParameters: {},
    AuthenticationResult: resultOf(tokens, rotated(state, client, session)),
  };
}

type Response = Pick<
  RespondToAuthChallengeRequest,
  'ChallengeName' | 'ChallengeResponses' | 'Session'
>;

async function respond(
  state: CognitoState,
  client: ClientRecord,
  input: Response,
): Promise<RespondToAuthChallengeResponse> {
  if (input.ChallengeName !== 'NEW_PASSWORD_REQUIRED') {
    throw new MissingFeature(`challenge ${input.ChallengeName}`);
  }
  const { ChallengeResponses: responses } = input;
  const userName = required(responses, 'USERNAME');
  const password = required(responses, 'NEW_PASSWORD');
  checkSecretHash(client, [userName], responses?.['SECRET_HASH']);
  const user = await answerChallenge(state, client, {
    session: input.Session ?? '',
    userName,
    password,
    attributes: newAttributes(responses),
  });
  return {
    ChallengeParameters: {},
    AuthenticationResult: await authenticated(state, client, user),
  };
}

const ATTRIBUTE_PREFIX = 'userAttributes.';

function newAttributes(
  responses: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(responses).flatMap(([name, value]) =>
      name.startsWith(ATTRIBUTE_PREFIX) ? [[name.slice(ATTRIBUTE_PREFIX.length), value]] : [],
    ),
  );
}

interface ChallengeAnswer {
  readonly session: string;
  /** Undefined for whoever the session is of. */
  readonly userName?: string;
  readonly password: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Sets the password that a user has chosen in place of the temporary one.
 *
 * @throws InvalidParameterException, InvalidPasswordException, NotAuthorizedException
 */
export async function answerChallenge(
  state: CognitoState,
  client: ClientRecord,
  { session, userName, password, attributes }: ChallengeAnswer,
): Promise<UserRecord> {
  const pool = findPool(state, client.poolId);
  const asked = state.challenges.get(session);
  if (asked === undefined) {
    throw new NotAuthorizedException('Invalid session for the user, session is expired.');
  }
  const user = findUser(state, pool, asked.userName);
  const isOwn = userName === undefined || findUser(state, pool, userName).name === user.name;
  if (asked.clientId !== client.id || !isOwn)
    throw new NotAuthorizedException('Invalid session for the user.');
  checkPassword(pool, password);
  checkAttributes(pool, attributes);
  const missing = requiredAttributes(pool).find(
    (name) => !(name in { ...user.attributes, ...attributes }),
  );
  if (missing !== undefined) {
    throw new InvalidParameterException(`Invalid attributes given, ${missing} is missing`);
  }
  const hash = await hashPassword(password);
  // Two answers at once: the second finds no session.
  if (state.challenges.take(session) === undefined) {
    throw new NotAuthorizedException('Invalid session for the user, session is expired.');
  }
  const { passwordUntil: _until, ...current } = findUser(state, pool, user.name);
  return putUser(state, pool, {
    ...current,
    password: hash,
    status: 'CONFIRMED',
    attributes: { ...current.attributes, ...attributes },
  });
}
