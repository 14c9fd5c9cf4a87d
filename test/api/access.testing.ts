import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { BASE_PATH, groups, nameScope, type Route, routesInOrder } from '../../api/index.ts';
import type { ApiRuntime } from './api-runtime.ts';
import {
  type ApiAnswer,
  type ApiRequest,
  callApi,
  everyScope,
  kindOf,
  personIn,
  problemOf,
} from './call-api.ts';
import { PASSWORD, type Person } from './sign-in.ts';

/** The example of a route as a request. */
function exampleOf({ method, path, example }: Route): ApiRequest {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => example.path?.[name] ?? '');
  const query = new URLSearchParams(example.query).toString();
  return {
    method,
    path: `${BASE_PATH}${filled}${query === '' ? '' : `?${query}`}`,
    ...(example.body === undefined ? {} : { body: example.body }),
  };
}

const guarded = routesInOrder.filter(({ scope }) => scope !== undefined);
const malformable = routesInOrder.filter(
  ({ request }) => request.body !== undefined || request.query !== undefined,
);
const everyGroup = Object.keys(groups);

/** A request of the route with something that the contract does not know. */
function malform(route: Route): ApiRequest {
  const request = exampleOf(route);
  if (route.request.body !== undefined) {
    return { ...request, body: { ...(route.example.body as object), '~odd/name': 1 } };
  }
  return { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}odd=1` };
}

/** Who may call what, over the whole chain: distribution, API, authorizer, router. */
export function describeAccess(api: () => ApiRuntime): void {
  describe('every route', () => {
    it('answers a call without a token with 401', async () => {
      const answers = await Promise.all(guarded.map((route) => api().call(exampleOf(route))));
      expect(answers.map(({ status, body }) => [status, body])).toEqual(
        guarded.map(() => [401, { message: 'Unauthorized' }]),
      );
    });

    it('answers a token without its scope with 403, and people of no group by name', async () => {
      for (const route of guarded) {
        const { scope, id } = route;
        const own = scope === undefined ? '' : nameScope(scope);
        const scopeless = await api().call({
          ...exampleOf(route),
          person: {
            ...personIn('all', ...everyGroup),
            scopes: everyScope.filter((each) => each !== own),
          },
        });
        const groupless = await api().call({ ...exampleOf(route), person: personIn('none') });
        expect([id, scopeless.status, scopeless.body]).toEqual([id, 403, { message: 'Forbidden' }]);
        expect([id, groupless.status, kindOf(groupless)]).toEqual([id, 403, 'wrong-group']);
      }
    });

    it('refuses a viewer with every scope where others decide and start', async () => {
      const others = guarded.filter((route) => !route.groups.includes('viewer'));
      const viewer = personIn('viewer-only', 'viewer');
      for (const route of others) {
        const answer = await api().call({ ...exampleOf(route), person: viewer });
        expect([route.id, answer.status, kindOf(answer)]).toEqual([route.id, 403, 'wrong-group']);
      }
      expect(others.length).toBeGreaterThan(8);
    });

    it('answers a malformed call with the place of the mistake', async () => {
      for (const route of malformable) {
        const person = route.scope === undefined ? undefined : personIn('all', ...everyGroup);
        const answer = await api().call({ ...malform(route), person });
        expect([route.id, answer.status, kindOf(answer)]).toEqual([
          route.id,
          400,
          'malformed-request',
        ]);
        const [mistake] = problemOf(answer).errors ?? [];
        expect(mistake).toMatchObject(
          route.request.body === undefined ? { parameter: 'odd' } : { pointer: '#/~0odd~1name' },
        );
      }
    });
  });

  describeTokens(api);
}

const person: Person = personIn('all', ...everyGroup);
const path = `${BASE_PATH}/projects`;

function describeTokens(api: () => ApiRuntime): void {
  let access = '';
  let id = '';
  const ask = (token: string): Promise<ApiAnswer> => callApi(api().site, { path }, token);

  beforeAll(async () => {
    ({ access_token: access, id_token: id } = await api().tokensOf(person));
  });

  describe('a token', () => {
    it('is taken as it is, and not where a character differs', async () => {
      const [head = '', claims = '', signature = ''] = access.split('.');
      const other = claims.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
      expect((await ask(access)).status).toBe(200);
      const taken = await findTaken(ask, {
        'other claims': `${head}.${other}.${signature}`,
        'no signature': `${head}.${claims}.`,
        'half a token': `${head}.${claims}`,
        'no token': 'token',
      });
      expect(taken).toEqual({});
    });

    it('is refused without a signature, or signed with keys of others', async () => {
      expect(await findTaken(ask, await forge(access))).toEqual({});
    });

    it('of another pool or another client is refused', async () => {
      const cognito = new CognitoIdentityProviderClient(api().clientConfig);
      const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'other' }));
      const taken = await findTaken(ask, {
        'another pool': await tokenOf(cognito, UserPool?.Id ?? ''),
        'another client': await tokenOf(cognito, api().outputs['UserPoolId'] ?? ''),
      });
      expect(taken).toEqual({});
    });

    it('that says who one is grants no scope', async () => {
      const { status, body } = await ask(id);
      expect([status, body]).toEqual([403, { message: 'Forbidden' }]);
    });

    it('is refused once its hour is over', async () => {
      api().advance(3_601_000);
      const { status, headers } = await ask(access);
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toContain('the token has expired');
    });
  });
}

type Named = Readonly<Record<string, string>>;

/** The tokens that are not refused with 401 and the scheme of the header. */
async function findTaken(
  ask: (token: string) => Promise<ApiAnswer>,
  tokens: Named,
): Promise<Named> {
  const taken: Record<string, string> = {};
  for (const [what, token] of Object.entries(tokens)) {
    const { status, headers } = await ask(token);
    const scheme = headers['www-authenticate']?.split(' ')[0];
    if (status !== 401 || scheme !== 'Bearer') taken[what] = `${status} ${scheme}`;
  }
  return taken;
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** Tokens that say what the genuine one says. */
async function forge(genuine: string): Promise<Named> {
  const [head = '', body = '', signature = ''] = genuine.split('.');
  const { kid } = decode(head) as { kid: string };
  const claims = decode(body) as Readonly<Record<string, unknown>>;
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const sign = (header: object, changed: object = {}) =>
    new SignJWT({ ...claims, ...changed })
      .setProtectedHeader({ alg: 'RS256', kid, ...header })
      .sign(privateKey);
  const publicKeyAsSecret = new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey)));
  return {
    'alg none': `${encode({ alg: 'none', kid })}.${body}.`,
    'alg none with a signature': `${encode({ alg: 'none', kid })}.${body}.${signature}`,
    'another key under the name of the genuine one': await sign({}),
    'another key under a name of its own': await sign({ kid: 'mine' }),
    'a key that the token brings along': await sign({ jwk: await exportJWK(publicKey) }),
    'another issuer': await sign({}, { iss: 'https://issuer.example' }),
    'a shared secret': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(publicKeyAsSecret),
  };
}

/** An access token of a pool for a client that the API does not know. */
async function tokenOf(cognito: CognitoIdentityProviderClient, UserPoolId: string) {
  const { UserPoolClient } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'other',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    }),
  );
  const user = { UserPoolId, Username: `user-of-${UserPoolClient?.ClientId}` };
  await cognito.send(
    new AdminCreateUserCommand({
      ...user,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: 'other@example.org' }],
    }),
  );
  await cognito.send(
    new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }),
  );
  const { AuthenticationResult } = await cognito.send(
    new InitiateAuthCommand({
      ClientId: UserPoolClient?.ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: user.Username, PASSWORD },
    }),
  );
  return AuthenticationResult?.AccessToken ?? '';
}
