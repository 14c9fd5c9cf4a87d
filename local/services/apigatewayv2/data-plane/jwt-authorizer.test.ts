import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../../../cloud/cloud.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { ApiBench, header, type Received } from '../../../testing/http-api.testing.ts';

const ISSUER = 'https://issuer.example/pool';

let own: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
let foreign: CryptoKey;
let jwk: JWK;
let bench: ApiBench;
let isReachable: boolean;

beforeAll(async () => {
  own = await generateKeyPair('RS256');
  foreign = (await generateKeyPair('RS256')).privateKey;
  jwk = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' };
});

/** A service that plays the issuer. */
const issuer: ServiceFactory = () => ({
  name: 'ssm',
  operations: {},
  accessDenied: (message) => new ServiceError('AccessDenied', message),
  web({ host, path }) {
    if (host !== 'issuer.example' || !isReachable) return undefined;
    const document = path.endsWith('jwks.json')
      ? { keys: [jwk] }
      : { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks.json` };
    return Promise.resolve({ status: 200, headers: [], body: JSON.stringify(document) });
  },
});

beforeEach(async () => {
  isReachable = true;
  bench = new ApiBench([issuer]);
  await bench.create(['GET /open']);
  const { AuthorizerId } = await bench.call('CreateAuthorizer', {
    ApiId: bench.apiId,
    Name: 'jwt',
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Audience: ['client'], Issuer: ISSUER },
  });
  const { Items } = await bench.call<{ readonly Items: readonly { readonly Target: string }[] }>(
    'GetRoutes',
    { ApiId: bench.apiId },
  );
  const jwt = {
    ApiId: bench.apiId,
    Target: Items[0]?.Target,
    AuthorizationType: 'JWT',
    AuthorizerId,
  };
  await bench.call('CreateRoute', { ...jwt, RouteKey: 'GET /x' });
  const AuthorizationScopes = ['api/read', 'api/all'];
  await bench.call('CreateRoute', { ...jwt, RouteKey: 'GET /scoped', AuthorizationScopes });
});

afterEach(() => bench.cloud.stop());

interface TokenOptions {
  readonly key?: CryptoKey;
  readonly kid?: string | undefined;
}

/** A token that is valid but for the given claims; undefined takes a claim away. */
function token(claims: object = {}, options: TokenOptions = {}) {
  const { key, kid } = { key: own.privateKey, kid: 'own', ...options };
  const now = Math.floor(bench.clock.now() / 1_000);
  const all = { iss: ISSUER, aud: 'client', iat: now, exp: now + 60, sub: 's', ...claims };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(given))
    .setProtectedHeader({ alg: 'RS256', ...(kid !== undefined && { kid }) })
    .sign(key);
}

function get(path: string, authorization: string): Promise<Received> {
  return bench.send(path, { headers: [['authorization', authorization]] });
}

function authorizer(index = 0): unknown {
  const event = bench.events[index] as { requestContext: { authorizer?: unknown } };
  return event.requestContext.authorizer;
}

describe('a route with a JWT authorizer', () => {
  // Measured on AWS: https://github.com/floci-io/floci/issues/2172
  it('gives the claims as texts, and no scopes unless the route has some', async () => {
    const claims = { scope: 'api/read openid', 'cognito:groups': ['admin', 'user'], n: 5, b: true };

    const answers = [
      await get('/x', `Bearer ${await token({ ...claims, none: null, o: { b: 1, a: [2] } })}`),
      await get('/x', await token()),
      await get('/scoped', `bearer ${await token(claims)}`),
      await bench.send('/open'),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const seconds = expect.stringMatching(/^\d{10}$/);
    expect(authorizer()).toEqual({
      jwt: {
        claims: {
          iss: ISSUER,
          aud: 'client',
          sub: 's',
          iat: seconds,
          exp: seconds,
          scope: 'api/read openid',
          'cognito:groups': '[admin user]',
          n: '5',
          b: 'true',
          o: 'map[a:[2] b:1]',
        },
        scopes: null,
      },
    });
    expect(authorizer(2)).toMatchObject({ jwt: { scopes: ['api/read', 'openid'] } });
    expect(authorizer(3)).toBeUndefined();
  });

  it('answers 401 without a token', async () => {
    const answer = await bench.send('/x');

    expect(answer).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    expect(header(answer, 'www-authenticate')).toBe('Bearer');
  });

  it.each<readonly [string, string, () => string | Promise<string>]>([
    ['is not a JWT', 'token contains an invalid number of segments', () => 'x'],
    ['is malformed', 'the token is malformed', () => '!.!.!'],
    [
      'is not signed',
      'signing method none is invalid',
      async () => `${btoa('{"alg":"none"}').replace(/=+$/, '')}.${(await token()).split('.')[1]}.`,
    ],
    ['has no key id', 'the token does not have a key id', () => token({}, { kid: undefined })],
    [
      'has an unknown key',
      'the signing key of the token is unknown',
      () => token({}, { kid: 'b' }),
    ],
    ['is forged', 'the signature of the token is invalid', () => token({}, { key: foreign })],
    ['is of another issuer', 'the token does not have a valid issuer', () => token({ iss: 'b' })],
    [
      'is for another client',
      'the token does not have a valid audience',
      () => token({ aud: 'b' }),
    ],
    [
      'is for a resource',
      'the token does not have a valid audience',
      () => token({ aud: 'https://resource', client_id: 'client' }),
    ],
    ['has expired', 'the token has expired', () => token({ exp: 1 })],
    ['never expires', 'the token has expired', () => token({ exp: undefined })],
    ['is not valid yet', 'the token is not valid yet', () => token({ nbf: 4e9 })],
    ['was issued later', 'the token was issued in the future', () => token({ iat: 4e9 })],
  ])('answers 401 for a token that %s', async (_what, description, made) => {
    const answer = await get('/x', `Bearer ${await made()}`);

    expect(answer).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
    expect(header(answer, 'www-authenticate')).toBe(
      `Bearer scope="" error="invalid_token" error_description="${description}"`,
    );
    expect(bench.events).toEqual([]);
  });

  it('answers 401 for a token that was valid in the request before', async () => {
    const soon = Math.floor(bench.clock.now() / 1_000) + 60;
    const authorization = `Bearer ${await token({ exp: soon })}`;
    const before = await get('/x', authorization);
    bench.clock.advance(60_000);
    const after = await get('/x', authorization);

    expect([before.status, after.status]).toEqual([200, 401]);
  });

  it('answers 401 for a token with the signature of another one', async () => {
    const valid = await token();
    const [, , signature] = valid.split('.');
    const [head, claims] = (await token({ sub: 'other' })).split('.');
    const before = await get('/x', `Bearer ${valid}`);
    const forged = await get('/x', `Bearer ${head}.${claims}.${signature}`);

    expect([before.status, forged.status]).toEqual([200, 401]);
  });

  // RFC 7519, sections 4.1.4 and 4.1.5: a token is valid from `nbf` on, and before `exp`.
  it.each<[claim: 'exp' | 'nbf' | 'iat', fromNow: number, status: number]>([
    ['exp', 1, 200],
    ['exp', 0, 401],
    ['nbf', 0, 200],
    ['nbf', 1, 401],
    ['iat', 0, 200],
    ['iat', 1, 401],
  ])('compares %s: now %i is %i', async (claim, fromNow, status) => {
    const now = Math.floor(bench.clock.now() / 1_000);

    expect((await get('/x', await token({ [claim]: now + fromNow }))).status).toBe(status);
  });

  it('takes the client of an access token as its audience', async () => {
    const answer = await get('/x', await token({ aud: undefined, client_id: 'client' }));

    expect(answer.status).toBe(200);
  });

  it.each([[{}], [{ scope: 'api/write' }], [{ scp: ['other'], scope: 'api/read' }]])(
    'answers 403 without a scope of the route: %j',
    async (claims) => {
      const answer = await get('/scoped', await token(claims));

      expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
      expect(header(answer, 'www-authenticate')).toMatch(/error="insufficient_scope"/);
    },
  );

  it('answers 401 while the issuer cannot be read, and never asks another machine', async () => {
    isReachable = false;

    const answer = await get('/x', await token());

    expect(header(answer, 'www-authenticate')).toContain(
      'OIDC discovery endpoint communication error',
    );
    isReachable = true;
    expect((await get('/x', await token())).status).toBe(401);
    bench.clock.advance(5_000);
    expect((await get('/x', await token())).status).toBe(200);
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
  it('keeps the keys of the issuer for two hours', async () => {
    const lasting = `Bearer ${await token({ exp: 4e9 })}`;
    await get('/x', lasting);
    isReachable = false;
    bench.clock.advance(2 * 60 * 60 * 1_000 - 1);
    expect((await get('/x', lasting)).status).toBe(200);
    bench.clock.advance(1);

    expect((await get('/x', lasting)).status).toBe(401);
  });
});
