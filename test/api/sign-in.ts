import { createHash, randomBytes } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';

/** Who signs in, and for what. */
export interface Person {
  readonly name: string;
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
}

export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
}

/** What a page needs to know to sign people in: config.json of the site. */
export interface SignInConfig {
  readonly issuer: string;
  readonly clientId: string;
}

export const PASSWORD = 'Correct-horse-1!';

/** Adds a person to the user pool, as docs/api.md says an administrator does. */
export async function addPerson(
  cognito: CognitoIdentityProviderClient,
  UserPoolId: string,
  { name, groups }: Person,
): Promise<void> {
  const user = { UserPoolId, Username: name };
  await cognito.send(
    new AdminCreateUserCommand({
      ...user,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: `${name}@example.org` }],
    }),
  );
  await cognito.send(
    new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }),
  );
  for (const GroupName of groups) {
    await cognito.send(new AdminAddUserToGroupCommand({ ...user, GroupName }));
  }
}

/** Signs a person in as a browser does: discovery, the page of managed login, a code with PKCE, tokens. */
export async function signIn(
  { issuer, clientId }: SignInConfig,
  callback: string,
  person: Person,
): Promise<Tokens> {
  const discovered = await fetch(`${issuer}/.well-known/openid-configuration`);
  const { authorization_endpoint, token_endpoint } = (await discovered.json()) as Readonly<
    Record<string, string>
  >;
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: callback,
    scope: ['openid', ...person.scopes].join(' '),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const code = await submitLogin(`${authorization_endpoint}?${query.toString()}`, person);
  const answer = await fetch(token_endpoint ?? '', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: callback,
      code,
      code_verifier: verifier,
    }),
  });
  if (!answer.ok) throw new Error(`No tokens for ${person.name}: ${await answer.text()}`);
  return (await answer.json()) as Tokens;
}

/** Fills in the page to which the first address leads. @returns the code */
async function submitLogin(address: string, { name }: Person): Promise<string> {
  const page = await fetch(address);
  const html = await page.text();
  const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="(\w+)">/g)];
  const answer = await fetch(page.url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      cookie: page.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; '),
    },
    body: new URLSearchParams({
      ...Object.fromEntries(hidden.map(([, field = '', value = '']) => [field, value])),
      username: name,
      password: PASSWORD,
    }),
  });
  const code = new URL(answer.headers.get('location') ?? page.url).searchParams.get('code');
  if (code === null) throw new Error(`${name} was not signed in: ${answer.status}`);
  return code;
}
