import { createHmac } from 'node:crypto';
import type {
  AuthenticationResultType,
  InitiateAuthResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentOf, PASSWORD, PoolBench } from '../../testing/user-pool.testing.ts';

let bench: PoolBench;

beforeEach(async () => {
  bench = new PoolBench();
  await bench.create();
});

afterEach(() => bench.cloud.stop());

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const uuid = expect.stringMatching(UUID);

async function tokensOf(userName: string, password = PASSWORD): Promise<AuthenticationResultType> {
  const { AuthenticationResult } = await bench.signIn<InitiateAuthResponse>(userName, password);
  return AuthenticationResult ?? {};
}

describe('the tokens of a sign-in with a password', () => {
  // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
  it('have the claims of AWS', async () => {
    const UserPoolId = bench.poolId;
    await bench.call('CreateGroup', { UserPoolId, GroupName: 'late', Precedence: 9 });
    await bench.call('CreateGroup', { UserPoolId, GroupName: 'ops', Precedence: 1 });
    const UserAttributes = [
      { Name: 'email', Value: 'u@e.com' },
      { Name: 'email_verified', Value: 'true' },
    ];
    await bench.createUser('u1', { UserAttributes });
    for (const GroupName of ['late', 'ops']) {
      await bench.call('AdminAddUserToGroup', { UserPoolId, GroupName, Username: 'u1' });
    }

    const { AccessToken = '', IdToken = '', ...rest } = await tokensOf('u1');

    const id = contentOf(IdToken);
    const access = contentOf(AccessToken);
    const now = bench.clock.now() / 1_000;
    const common = {
      sub: uuid,
      'cognito:groups': ['ops', 'late'],
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`,
      origin_jti: uuid,
      event_id: uuid,
      auth_time: now,
      iat: now,
      exp: now + 3_600,
      jti: uuid,
    };
    expect(id.claims).toEqual({
      ...common,
      email: 'u@e.com',
      email_verified: true,
      'cognito:username': 'u1',
      aud: bench.clientId,
      token_use: 'id',
    });
    expect(access.claims).toEqual({
      ...common,
      client_id: bench.clientId,
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      username: 'u1',
    });
    expect(id.header).toEqual({ alg: 'RS256', kid: expect.any(String) });
    expect(access.header.kid).not.toBe(id.header.kid);
    expect(rest).toEqual({
      ExpiresIn: 3_600,
      TokenType: 'Bearer',
      RefreshToken: expect.any(String),
    });
  });

  it('of a user without groups have no claim of groups', async () => {
    await bench.createUser('u1');
    const { AccessToken = '', IdToken = '' } = await tokensOf('u1');

    for (const token of [AccessToken, IdToken])
      expect(contentOf(token).claims).not.toHaveProperty('cognito:groups');
  });

  it('are signed with the published keys', async () => {
    await bench.createUser('u1');
    const { AccessToken = '', IdToken = '' } = await tokensOf('u1');

    const { body } = await bench.get(`/${bench.poolId}/.well-known/jwks.json`);

    const set = JSON.parse(body) as JSONWebKeySet;
    expect(set.keys).toHaveLength(2);
    expect(Object.keys(set.keys[0] ?? {}).toSorted()).toEqual([
      'alg',
      'e',
      'kid',
      'kty',
      'n',
      'use',
    ]);
    const currentDate = new Date(bench.clock.now());
    const keys = createLocalJWKSet(set);
    await expect(jwtVerify(IdToken, keys, { currentDate })).resolves.toBeDefined();
    await expect(jwtVerify(AccessToken, keys, { currentDate })).resolves.toBeDefined();
  });
});

describe('a user with a temporary password', () => {
  // https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-create-user-accounts.html
  it('chooses a new one', async () => {
    const TemporaryPassword = 'Temporary-1';
    await bench.call('AdminCreateUser', {
      UserPoolId: bench.poolId,
      Username: 'u1',
      TemporaryPassword,
    });

    const asked = await bench.signIn<InitiateAuthResponse>('u1', TemporaryPassword);
    const answer = {
      ClientId: bench.clientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: asked.Session,
      ChallengeResponses: { USERNAME: 'u1', NEW_PASSWORD: PASSWORD },
    };
    const weak = bench.call('RespondToAuthChallenge', {
      ...answer,
      ChallengeResponses: { USERNAME: 'u1', NEW_PASSWORD: 'weak' },
    });

    expect(asked).toMatchObject({
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ChallengeParameters: {
        USER_ID_FOR_SRP: 'u1',
        requiredAttributes: '[]',
        userAttributes: '{}',
      },
    });
    await expect(weak).rejects.toMatchObject({ code: 'InvalidPasswordException' });
    const answered = await bench.call<InitiateAuthResponse>('RespondToAuthChallenge', answer);
    expect(answered.AuthenticationResult?.IdToken).toBeDefined();
    await expect(bench.call('RespondToAuthChallenge', answer)).rejects.toMatchObject({
      code: 'NotAuthorizedException',
      message: 'Invalid session for the user, session is expired.',
    });
    expect((await tokensOf('u1')).AccessToken).toBeDefined();
  });

  it('cannot use it after its validity', async () => {
    const TemporaryPassword = 'Temporary-1';
    await bench.call('AdminCreateUser', {
      UserPoolId: bench.poolId,
      Username: 'u1',
      TemporaryPassword,
    });

    bench.clock.advance(7 * 86_400_000);

    await expect(bench.signIn('u1', TemporaryPassword)).rejects.toThrow(
      'Temporary password has expired',
    );
  });
});

describe('a sign-in that fails', () => {
  it('says what AWS says', async () => {
    await bench.createUser('u1');
    const guarded = await bench.createClient({ PreventUserExistenceErrors: 'ENABLED' });

    await expect(bench.signIn('u1', 'wrong')).rejects.toMatchObject({
      code: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
    await expect(bench.signIn('u2', 'wrong')).rejects.toMatchObject({
      code: 'UserNotFoundException',
      message: 'User does not exist.',
    });
    bench.clientId = guarded;
    await expect(bench.signIn('u2', 'wrong')).rejects.toMatchObject({
      code: 'NotAuthorizedException',
    });
    await bench.call('AdminDisableUser', { UserPoolId: bench.poolId, Username: 'u1' });
    await expect(bench.signIn('u1', PASSWORD)).rejects.toThrow('User is disabled.');
  });

  it('locks the user out after five times, for longer each time', async () => {
    await bench.createUser('u1');
    const messageOf = (password: string) =>
      bench.signIn('u1', password).then(
        () => 'in',
        (error: unknown) => (error as Error).message,
      );
    const guesses = await Promise.all(Array.from({ length: 6 }, () => messageOf('wrong')));

    expect(guesses.slice(0, 5)).toEqual(
      Array.from({ length: 5 }, () => 'Incorrect username or password.'),
    );
    expect([guesses[5], await messageOf(PASSWORD)]).toEqual([
      'Password attempts exceeded',
      'Password attempts exceeded',
    ]);
    bench.clock.advance(1_000);
    expect(await messageOf('wrong')).toBe('Incorrect username or password.');
    bench.clock.advance(1_000);
    expect(await messageOf(PASSWORD)).toBe('Password attempts exceeded');
    bench.clock.advance(1_000);
    expect(await messageOf(PASSWORD)).toBe('in');
    expect(await messageOf('wrong')).toBe('Incorrect username or password.');
  });

  it('is also one with a flow that the client does not have, or that is missing here', async () => {
    await bench.createUser('u1');
    bench.clientId = await bench.createClient({ ExplicitAuthFlows: [] });

    await expect(bench.signIn('u1', PASSWORD)).rejects.toThrow(
      'USER_PASSWORD_AUTH flow not enabled for this client',
    );
    const srp = { ClientId: bench.clientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: {} };
    await expect(bench.call('InitiateAuth', srp)).rejects.toMatchObject({ code: 'NotImplemented' });
  });

  it('is one without the proof of the secret of a client', async () => {
    await bench.createUser('u1');
    bench.clientId = await bench.createClient({ GenerateSecret: true });
    const { UserPoolClient } = await bench.call<{ UserPoolClient: { ClientSecret: string } }>(
      'DescribeUserPoolClient',
      { UserPoolId: bench.poolId, ClientId: bench.clientId },
    );
    const hash = createHmac('sha256', UserPoolClient.ClientSecret);
    const SECRET_HASH = hash.update(`u1${bench.clientId}`).digest('base64');

    await expect(bench.signIn('u1', PASSWORD)).rejects.toThrow('SECRET_HASH was not received');
    await expect(bench.signIn('u1', PASSWORD, { SECRET_HASH: 'x' })).rejects.toThrow(
      'Unable to verify secret hash',
    );
    expect(await bench.signIn('u1', PASSWORD, { SECRET_HASH })).toHaveProperty(
      'AuthenticationResult',
    );
  });
});

async function refresh(REFRESH_TOKEN: string | undefined) {
  const { AuthenticationResult } = await bench.call<InitiateAuthResponse>('InitiateAuth', {
    ClientId: bench.clientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN },
  });
  return AuthenticationResult ?? {};
}

describe('a refresh token', () => {
  it('gives new tokens of the same sign-in, and no other refresh token', async () => {
    await bench.createUser('u1');
    const first = await tokensOf('u1');
    bench.clock.advance(60_000);

    const second = await refresh(first.RefreshToken);

    expect(second.RefreshToken).toBeUndefined();
    const [before, after] = [first, second].map(
      ({ AccessToken = '' }) => contentOf(AccessToken).claims,
    );
    expect(after).toMatchObject({
      origin_jti: before?.['origin_jti'],
      auth_time: before?.['auth_time'],
      iat: (before?.iat ?? 0) + 60,
    });
    await bench.call('RevokeToken', { ClientId: bench.clientId, Token: first.RefreshToken });
    await expect(refresh(first.RefreshToken)).rejects.toThrow('Invalid Refresh Token');
    const get = bench.call('GetUser', { AccessToken: second.AccessToken });
    await expect(get).rejects.toThrow('Access Token has been revoked');
  });

  it('is replaced where the client has rotation, and works a while longer', async () => {
    const RefreshTokenRotation = { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 } as const;
    bench.clientId = await bench.createClient({ RefreshTokenRotation });
    await bench.createUser('u1');
    const first = await tokensOf('u1');

    const second = await refresh(first.RefreshToken);
    const again = await refresh(second.RefreshToken);

    expect(again.RefreshToken).not.toBe(second.RefreshToken);
    await expect(refresh(first.RefreshToken)).rejects.toThrow('Invalid Refresh Token');
    expect(await refresh(second.RefreshToken)).toHaveProperty('AccessToken');
    bench.clock.advance(10_000);
    await expect(refresh(second.RefreshToken)).rejects.toThrow('Invalid Refresh Token');
  });

  it('ends with a global sign-out, and works for its client only', async () => {
    await bench.createUser('u1');
    const { AccessToken, RefreshToken } = await tokensOf('u1');
    const own = bench.clientId;
    bench.clientId = await bench.createClient();

    await expect(refresh(RefreshToken)).rejects.toThrow('Invalid Refresh Token');
    bench.clientId = own;
    expect(await bench.call('GetUser', { AccessToken })).toMatchObject({ Username: 'u1' });
    await bench.call('GlobalSignOut', { AccessToken });
    await expect(refresh(RefreshToken)).rejects.toThrow('Invalid Refresh Token');
  });
});

describe('an access token that a user sends to Cognito', () => {
  it.each([
    ['no token', () => 'x'],
    ['an ID token', ({ IdToken = '' }: AuthenticationResultType) => IdToken],
    [
      'a forged one',
      ({ AccessToken = '' }: AuthenticationResultType) => `${AccessToken.slice(0, -8)}AAAAAAAA`,
    ],
  ])('is refused if it is %s', async (_what, change) => {
    await bench.createUser('u1');

    const get = bench.call('GetUser', { AccessToken: change(await tokensOf('u1')) });

    await expect(get).rejects.toMatchObject({
      code: 'NotAuthorizedException',
      message: 'Invalid Access Token',
    });
  });

  it('changes the password with the old one', async () => {
    await bench.createUser('u1');
    const { AccessToken } = await tokensOf('u1');
    const change = (PreviousPassword: string) =>
      bench.call('ChangePassword', {
        AccessToken,
        PreviousPassword,
        ProposedPassword: 'Another-horse-2',
      });

    await expect(change('wrong')).rejects.toThrow('Incorrect username or password.');
    await change(PASSWORD);
    expect(await tokensOf('u1', 'Another-horse-2')).toHaveProperty('AccessToken');
  });
});

describe('what is stored', () => {
  it('contains no password and no refresh token', async () => {
    await bench.createUser('u1');
    const { RefreshToken = '' } = await tokensOf('u1');

    const { store } = bench.cloud;
    const tables = ['users', 'sessions', 'pools', 'clients'].map((name) =>
      Array.from(store.table(`cognito-idp.${name}`).entries()),
    );

    const text = JSON.stringify(tables);
    expect(text).toContain('u1');
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(RefreshToken.split('.')[1]);
  });
});
