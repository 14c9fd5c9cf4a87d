import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebHeader } from '../../../cloud/web.ts';
import {
  CALLBACK,
  contentOf,
  PASSWORD,
  type Page,
  PoolBench,
} from '../../../testing/user-pool.testing.ts';

let bench: PoolBench;

async function createBench(signIn: boolean): Promise<void> {
  bench = new PoolBench({ signIn });
  await bench.create();
  await bench.createUser('u1');
}

beforeEach(() => createBench(true));

afterEach(() => bench.cloud.stop());

const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

function request(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const parameters = {
    response_type: 'code',
    client_id: bench.clientId,
    redirect_uri: CALLBACK,
    state: 's',
    nonce: 'n',
    scope: 'openid email',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  };
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return new URLSearchParams(given as [string, string][]).toString();
}

const authorize = (
  changes: Readonly<Record<string, string | undefined>> = {},
  headers: readonly WebHeader[] = [],
) => bench.get(`/oauth2/authorize?${request(changes)}`, headers);

/** The form of a page, filled in. */
async function submit(
  shown: Page,
  fields: Readonly<Record<string, string>>,
  query = request(),
): Promise<Page> {
  const hidden = [...shown.body.matchAll(/<input type="hidden" name="(\w+)" value="(\w+)">/g)];
  const form = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
  const cookie = ['cookie', shown.cookies.join('; ')] as const;
  return bench.post(`/login?${query}`, { ...form, ...fields }, [cookie]);
}

async function logIn(password = PASSWORD, query = request()): Promise<Page> {
  return submit(await bench.get(`/login?${query}`), { username: 'u1', password }, query);
}

function exchange(code: string, changes: Readonly<Record<string, string>> = {}): Promise<Page> {
  return bench.post('/oauth2/token', {
    grant_type: 'authorization_code',
    client_id: bench.clientId,
    redirect_uri: CALLBACK,
    code,
    code_verifier: VERIFIER,
    ...changes,
  });
}

const codeOf = ({ location }: Page) => location.searchParams.get('code') ?? '';

describe('a sign-in in the browser', () => {
  it('gives a code for tokens, and a session for an hour', async () => {
    const asked = await authorize();
    const done = await logIn();
    const { status, body } = await exchange(codeOf(done));
    const cookie = ['cookie', done.cookies.join('; ')] as const;
    const again = await authorize({}, [cookie]);
    bench.clock.advance(3_600_000);
    const later = await authorize({}, [cookie]);

    expect([asked.status, asked.location.pathname]).toEqual([302, '/_aws/cognito-idp/bench/login']);
    expect(`${done.location.origin}${done.location.pathname}`).toBe(CALLBACK);
    expect(done.location.searchParams.get('state')).toBe('s');
    expect(status).toBe(200);
    const tokens = JSON.parse(body) as Readonly<Record<string, string>>;
    expect(tokens).toEqual({
      id_token: expect.any(String),
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 3_600,
      token_type: 'Bearer',
    });
    expect(contentOf(tokens['id_token'] ?? '').claims).toMatchObject({
      nonce: 'n',
      aud: bench.clientId,
    });
    expect(contentOf(tokens['access_token'] ?? '').claims).toMatchObject({
      scope: 'openid email',
      version: 2,
    });
    expect(codeOf(again)).not.toBe('');
    expect(later.location.pathname).toBe('/_aws/cognito-idp/bench/login');
  });

  it('shows a page without scripts that others cannot frame', async () => {
    const { headers, body } = await bench.get(`/login?${request({ state: '"><script>' })}`);

    const policy = headers.find(([name]) => name === 'content-security-policy')?.[1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://localhost:3000;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(body).not.toContain('<script');
  });

  it('says the same of a wrong password and of an unknown user', async () => {
    const wrong = await logIn('wrong');
    const unknown = await submit(await bench.get(`/login?${request()}`), {
      username: 'u2',
      password: PASSWORD,
    });

    for (const { status, body } of [wrong, unknown]) {
      expect(status).toBe(400);
      expect(body).toContain('<p role="alert">Incorrect username or password.</p>');
    }
  });

  it('is refused for five minutes to an address from which a hundred failed', async () => {
    const shown = await bench.get(`/login?${request()}`);
    const guess = { session: 'guessed', new_password: PASSWORD };
    const guesses = await Promise.all(Array.from({ length: 99 }, () => submit(shown, guess)));
    const signedIn = await logIn();
    await submit(shown, guess);

    const refused = await logIn();
    bench.sourceIp = '127.0.0.2';
    const elsewhere = await logIn();
    bench.sourceIp = '127.0.0.1';
    bench.clock.advance(300_000);
    const later = await logIn();

    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([400]));
    expect([signedIn, refused, elsewhere, later].map(({ status }) => status)).toEqual([
      302, 429, 302, 302,
    ]);
    expect(refused.body).toContain('Rate exceeded. Too many sign-ins from this address failed');
    expect(refused.headers).toContainEqual(['retry-after', '300']);
  });

  it('asks for a new password in place of a temporary one', async () => {
    const user = { UserPoolId: bench.poolId, Username: 'u1' };
    await bench.call('AdminSetUserPassword', {
      ...user,
      Password: 'Temporary-1',
      Permanent: false,
    });

    const asked = await logIn('Temporary-1');
    const weak = await submit(asked, { new_password: 'weak' });
    const done = await submit(weak, { new_password: 'Another-horse-2' });

    expect(asked.body).toContain('Choose a new password');
    expect(weak.body).toContain('Password did not conform with policy: Password not long enough');
    expect(codeOf(done)).not.toBe('');
  });

  it('needs the form that it gave', async () => {
    const shown = await bench.get(`/login?${request()}`);

    const other = await bench.post(
      `/login?${request()}`,
      { username: 'u1', password: PASSWORD, _csrf: 'other' },
      [['cookie', shown.cookies.join('; ')]],
    );
    const none = await bench.post(`/login?${request()}`, { username: 'u1', password: PASSWORD });

    expect([other.status, none.status]).toEqual([400, 400]);
    expect([other.cookies, none.cookies]).toEqual([[], []]);
  });

  it('ends with logout', async () => {
    const done = await logIn();
    const cookie = ['cookie', done.cookies.join('; ')] as const;
    const parameters = `client_id=${bench.clientId}&logout_uri=`;

    const refused = await bench.get(`/logout?${parameters}https://evil.example`, [cookie]);
    const out = await bench.get(`/logout?${parameters}http://localhost:3000/bye`, [cookie]);

    expect(refused.status).toBe(400);
    expect(out.location.href).toBe('http://localhost:3000/bye');
    expect((await authorize({}, [cookie])).location.pathname).toContain('/login');
  });
});

// https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
describe('the authorization endpoint', () => {
  it.each([
    [{ client_id: 'other' }],
    [{ redirect_uri: 'https://evil.example' }],
    [{ redirect_uri: `${CALLBACK}/` }],
    [{ redirect_uri: undefined }],
  ])('redirects nowhere for %j', async (changes) => {
    const { status, headers } = await authorize(changes);

    expect(status).toBe(400);
    expect(headers.map(([name]) => name)).not.toContain('location');
  });

  it.each([
    [{ response_type: undefined }, 'invalid_request'],
    [{ response_type: 'token' }, 'unauthorized_client'],
    [{ scope: 'openid phone' }, 'invalid_scope'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ prompt: 'none' }, 'login_required'],
  ])('tells the client about %j', async (changes, error) => {
    const { location } = await authorize(changes);

    expect(`${location.origin}${location.pathname}`).toBe(CALLBACK);
    expect(location.searchParams.get('error')).toBe(error);
    expect(location.searchParams.get('state')).toBe('s');
  });
});

const errorOf = async (answer: Promise<Page>) => {
  const { status, body } = await answer;
  return [status, (JSON.parse(body) as { error?: string }).error];
};

describe('the token endpoint', () => {
  it.each([
    [{ code: 'other' }, 'invalid_grant'],
    [{ redirect_uri: 'http://localhost:3000/bye' }, 'invalid_grant'],
    [{ code_verifier: 'w'.repeat(43) }, 'invalid_grant'],
    [{ client_id: 'other' }, 'invalid_client'],
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
  ])('answers %j with %s', async (changes, error) => {
    const code = codeOf(await logIn());

    expect(await errorOf(exchange(code, changes))).toEqual([400, error]);
  });

  it('takes a code once, for five minutes, from its client', async () => {
    const [used, late, foreign] = [
      codeOf(await logIn()),
      codeOf(await logIn()),
      codeOf(await logIn()),
    ];
    await exchange(used);
    const client_id = await bench.createClient();

    expect(await errorOf(exchange(used))).toEqual([400, 'invalid_grant']);
    expect(await errorOf(exchange(foreign, { client_id }))).toEqual([400, 'invalid_grant']);
    bench.clock.advance(300_000);
    expect(await errorOf(exchange(late))).toEqual([400, 'invalid_grant']);
  });

  it('refreshes without a new refresh token until it is revoked', async () => {
    const { body } = await exchange(codeOf(await logIn()));
    const { refresh_token: token = '' } = JSON.parse(body) as Readonly<Record<string, string>>;
    const client_id = bench.clientId;
    const form = { grant_type: 'refresh_token', client_id, refresh_token: token };

    const refreshed = await bench.post('/oauth2/token', form);
    const revoked = await bench.post('/oauth2/revoke', { token, client_id });

    expect(Object.keys(JSON.parse(refreshed.body) as object)).toEqual([
      'id_token',
      'access_token',
      'expires_in',
      'token_type',
    ]);
    expect([revoked.status, revoked.body]).toEqual([200, '']);
    expect(await errorOf(bench.post('/oauth2/token', form))).toEqual([400, 'invalid_grant']);
    expect((await bench.post('/oauth2/revoke', { token: 'unknown', client_id })).status).toBe(200);
    const foreign = bench.post('/oauth2/revoke', { token, client_id: 'other' });
    expect(await errorOf(foreign)).toEqual([401, 'invalid_client']);
    const wrongType = bench.post('/oauth2/revoke', { token: 'a.b.c', client_id });
    expect(await errorOf(wrongType)).toEqual([400, 'unsupported_token_type']);
  });

  it('gives a client with a secret tokens of its own', async () => {
    const UserPoolId = bench.poolId;
    const Scopes = [{ ScopeName: 'read', ScopeDescription: 'r' }];
    await bench.call('CreateResourceServer', {
      UserPoolId,
      Identifier: 'api',
      Name: 'api',
      Scopes,
    });
    const client_id = await bench.createClient({
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['api/read'],
    });
    const { UserPoolClient } = await bench.call<{ UserPoolClient: { ClientSecret: string } }>(
      'DescribeUserPoolClient',
      { UserPoolId, ClientId: client_id },
    );
    const ask = (secret: string, scope = 'api/read') =>
      bench.post('/oauth2/token', { grant_type: 'client_credentials', scope }, [
        ['authorization', `Basic ${btoa(`${client_id}:${secret}`)}`],
      ]);

    const { body } = await ask(UserPoolClient.ClientSecret);

    const { access_token: token = '' } = JSON.parse(body) as Readonly<Record<string, string>>;
    expect(contentOf(token).claims).toMatchObject({
      sub: client_id,
      client_id,
      scope: 'api/read',
      token_use: 'access',
    });
    expect(await errorOf(ask('wrong'))).toEqual([400, 'invalid_client']);
    expect(await errorOf(ask(UserPoolClient.ClientSecret, 'api/write'))).toEqual([
      400,
      'invalid_scope',
    ]);
  });

  it('takes forms of up to 16 KB, and nothing else', async () => {
    const large = await bench.post('/oauth2/token', { code: 'x'.repeat(17_000) });

    expect(large.status).toBe(413);
    const json = ['content-type', 'application/json'] as const;
    expect(await errorOf(bench.get('/oauth2/token', [json]).then(() => exchange('x')))).toEqual([
      400,
      'invalid_grant',
    ]);
  });
});

const askUserInfo = (token: string) =>
  bench.get('/oauth2/userInfo', [['authorization', `Bearer ${token}`]]);

const tokensFor = async (scope: string) => {
  const { body } = await exchange(codeOf(await logIn(PASSWORD, request({ scope }))));
  return JSON.parse(body) as Readonly<Record<string, string>>;
};

describe('userInfo', () => {
  it('gives the attributes as texts for an access token with openid', async () => {
    const UserAttributes = [
      { Name: 'email', Value: 'u@e.com' },
      { Name: 'email_verified', Value: 'true' },
    ];
    const user = { UserPoolId: bench.poolId, Username: 'u1' };
    await bench.call('AdminUpdateUserAttributes', { ...user, UserAttributes });
    const tokens = await tokensFor('openid email');
    const withoutOpenid = await tokensFor('email');

    expect(JSON.parse((await askUserInfo(tokens['access_token'] ?? '')).body)).toEqual({
      sub: expect.any(String),
      email: 'u@e.com',
      email_verified: 'true',
      username: 'u1',
    });
    expect(withoutOpenid['id_token']).toBeUndefined();
    for (const token of [tokens['id_token'], withoutOpenid['access_token'], 'x']) {
      const { status, headers } = await askUserInfo(token ?? '');
      expect(status).toBe(401);
      expect(headers).toContainEqual([
        'www-authenticate',
        'error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."',
      ]);
    }
  });
});

describe('the person at the machine', () => {
  it('is signed in at once, with all groups, through the same tokens', async () => {
    await bench.cloud.stop();
    await createBench(false);
    for (const GroupName of ['viewer', 'approver']) {
      await bench.call('CreateGroup', { UserPoolId: bench.poolId, GroupName });
    }

    const { body } = await exchange(codeOf(await authorize()));

    const { access_token: token = '' } = JSON.parse(body) as Readonly<Record<string, string>>;
    expect(contentOf(token).claims).toMatchObject({
      username: 'local',
      'cognito:groups': ['approver', 'viewer'],
      scope: 'openid email',
    });
    await expect(bench.signIn('local', '')).rejects.toThrow('Missing required parameter PASSWORD');
    await expect(bench.signIn('local', PASSWORD)).rejects.toThrow(
      'Incorrect username or password.',
    );
  });
});

describe('managed login of version 2', () => {
  it('has no pages for a client without branding', async () => {
    const UserPoolId = bench.poolId;
    await bench.call('UpdateUserPoolDomain', {
      UserPoolId,
      Domain: 'bench',
      ManagedLoginVersion: 2,
    });

    const without = await authorize();
    const branding = { UserPoolId, ClientId: bench.clientId, UseCognitoProvidedValues: true };
    await bench.call('CreateManagedLoginBranding', branding);

    expect(without.status).toBe(400);
    expect(without.body).toContain('no branding');
    expect((await authorize()).status).toBe(302);
  });
});

type Form = Readonly<Record<string, string>>;

/** Errors of https://www.rfc-editor.org/rfc/rfc6749#section-5.2, as AWS's page of the token endpoint lists them. */
describe('the token endpoint answers', () => {
  it.each<[what: string, form: () => Form, status: number, error: string]>([
    ['a request without a client', () => ({ grant_type: 'refresh_token' }), 400, 'invalid_client'],
    ['an unknown client', () => ({ client_id: 'x' }), 400, 'invalid_client'],
    ['no grant type', () => ({ client_id: bench.clientId }), 400, 'invalid_request'],
    [
      'an unknown grant type',
      () => ({ client_id: bench.clientId, grant_type: 'password' }),
      400,
      'unsupported_grant_type',
    ],
    [
      'no code',
      () => ({
        client_id: bench.clientId,
        grant_type: 'authorization_code',
        redirect_uri: CALLBACK,
      }),
      400,
      'invalid_request',
    ],
    [
      'no redirect_uri',
      () => ({ client_id: bench.clientId, grant_type: 'authorization_code', code: 'x' }),
      400,
      'invalid_request',
    ],
    [
      'no refresh token',
      () => ({ client_id: bench.clientId, grant_type: 'refresh_token' }),
      400,
      'invalid_request',
    ],
    [
      'a refresh token of nobody',
      () => ({ client_id: bench.clientId, grant_type: 'refresh_token', refresh_token: 'x' }),
      400,
      'invalid_grant',
    ],
    [
      'client credentials of a client without a secret',
      () => ({ client_id: bench.clientId, grant_type: 'client_credentials' }),
      400,
      'unauthorized_client',
    ],
  ])('%s with an error', async (_what, form, status, error) => {
    const answer = await bench.post('/oauth2/token', form());

    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { error }]);
    expect(answer.headers).toContainEqual(['content-type', 'application/json;charset=UTF-8']);
  });

  it('a code of a client without the code grant, or of a user who is disabled, with an error', async () => {
    const other = await bench.createClient({ AllowedOAuthFlows: ['implicit'] });
    const code = codeOf(await logIn());
    await bench.call('AdminDisableUser', { UserPoolId: bench.poolId, Username: 'u1' });

    const answers = [await exchange(code, { client_id: other }), await exchange(code)];

    expect(answers.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { error: 'unauthorized_client' },
      { error: 'invalid_grant' },
    ]);
  });

  it.each([
    ['without a challenge and a verifier', {}, {}, 200],
    ['without a challenge, with a verifier', {}, { code_verifier: VERIFIER }, 400],
    ['with a challenge, without a verifier', { code_challenge: CHALLENGE }, {}, 400],
    [
      'with a challenge and another verifier',
      { code_challenge: CHALLENGE },
      { code_verifier: 'w'.repeat(43) },
      400,
    ],
  ])('a code %s', async (_what, asked, given, status) => {
    const method = 'code_challenge' in asked ? 'S256' : undefined;
    const query = request({
      code_challenge: undefined,
      ...asked,
      code_challenge_method: method,
    });
    const code = codeOf(await logIn(PASSWORD, query));

    const answer = await bench.post('/oauth2/token', {
      grant_type: 'authorization_code',
      client_id: bench.clientId,
      redirect_uri: CALLBACK,
      code,
      ...given,
    });

    expect(answer.status).toBe(status);
  });

  it('clients of browsers before they ask', async () => {
    const { headers, status } = await bench.options('/oauth2/token');

    expect(status).toBe(200);
    expect(headers).toEqual([
      ['access-control-allow-origin', '*'],
      ['access-control-allow-methods', 'GET, POST'],
      ['access-control-allow-headers', 'authorization, content-type'],
    ]);
  });

  it('no other form than one of a browser', async () => {
    const answer = await bench.post(
      '/oauth2/token',
      { grant_type: 'refresh_token' },
      [],
      'text/plain',
    );

    expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { error: 'invalid_request' }]);
  });
});

describe('other addresses answer', () => {
  it('the documents of no pool, and tokens that are missing, with an error', async () => {
    const unknown = await bench.get('/us-east-1_Missing/.well-known/jwks.json');
    const noToken = await bench.get('/oauth2/userInfo');
    const nothing = await bench.post('/oauth2/revoke', { client_id: bench.clientId });

    expect([unknown.status, JSON.parse(unknown.body)]).toEqual([
      400,
      { message: 'User pool us-east-1_Missing does not exist.' },
    ]);
    expect([noToken.status, JSON.parse(noToken.body)]).toEqual([
      400,
      { error: 'invalid_request', error_description: 'Missing authorization token' },
    ]);
    expect(noToken.headers).toContainEqual([
      'www-authenticate',
      'error="invalid_request", error_description="Missing authorization token"',
    ]);
    expect([nothing.status, JSON.parse(nothing.body)]).toEqual([400, { error: 'invalid_request' }]);
  });

  it('a sign-out with the sign-in where that is asked for, and no unknown client', async () => {
    const client_id = bench.clientId;
    const again = String(
      new URLSearchParams({ client_id, redirect_uri: CALLBACK, response_type: 'code' }),
    );
    const toSignIn = await bench.get(`/logout?${again}`);
    const bare = await bench.get(`/logout?client_id=${client_id}`);
    const stranger = await bench.get('/logout?client_id=x');

    expect([toSignIn.status, toSignIn.location.pathname, toSignIn.location.search]).toEqual([
      302,
      '/_aws/cognito-idp/bench/oauth2/authorize',
      `?${again}`,
    ]);
    expect(bare.body).toContain('The logout_uri is not a sign-out URL of the client.');
    expect(stranger.body).toContain('The client does not exist.');
  });

  it.each([
    [{ response_type: undefined }, 'invalid_request', 'response_type is missing'],
    [
      { response_type: 'token' },
      'unauthorized_client',
      'stepmill has no implicit grant; use the code grant with PKCE',
    ],
    [
      { response_type: 'id_token' },
      'unauthorized_client',
      'The client is not allowed to use this response_type',
    ],
    [{ scope: 'openid phone' }, 'invalid_scope', 'The client does not have this scope'],
    [
      { code_challenge_method: 'plain' },
      'invalid_request',
      'code_challenge_method must be S256, with a code_challenge',
    ],
    [
      { code_challenge: 'short' },
      'invalid_request',
      'code_challenge_method must be S256, with a code_challenge',
    ],
    [
      { code_challenge: undefined },
      'invalid_request',
      'code_challenge_method must be S256, with a code_challenge',
    ],
  ])('an authorization with %j at the client, with %s', async (changes, error, description) => {
    const { location, status } = await authorize(changes);

    expect([status, `${location.origin}${location.pathname}`]).toEqual([302, CALLBACK]);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error,
      error_description: description,
      state: 's',
    });
  });

  it('a callback URL that has parameters with more of them', async () => {
    const redirect_uri = `${CALLBACK}?of=mine`;
    const client_id = await bench.createClient({ CallbackURLs: [redirect_uri] });

    const done = await logIn(PASSWORD, request({ client_id, redirect_uri }));

    expect(done.location.searchParams.get('of')).toBe('mine');
    expect(codeOf(done)).not.toBe('');
  });
});
