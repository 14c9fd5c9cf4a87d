import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { JwtVerifier } from 'aws-jwt-verify';
import { decodeJwt } from 'jose';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  None,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { provision } from '../provision/index.ts';
import { createApiGatewayV2Service } from '../services/apigatewayv2/index.ts';
import { createCognitoService } from '../services/cognito-idp/index.ts';
import { createLambdaService } from '../services/lambda/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

// The witness is openid-client, which knows nothing of AWS: it discovers the pool, signs in, and validates what it gets.
// aws-jwt-verify is AWS's own verifier of tokens.

let runtime: TestRuntime;
/** For state that is kept. */
let stateFolder: string;

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'stepmill-sign-in-'));
});

afterEach(async () => {
  await runtime.stop();
  await rm(stateFolder, { recursive: true, force: true });
});

const CALLBACK = 'http://localhost:3000/callback';
const UserPoolId = { Ref: 'Pool' };
const ApiId = { Ref: 'Api' };

/** As the CDK's HttpUserPoolAuthorizer joins it. */
const AWS_ISSUER = {
  'Fn::Join': ['', ['https://cognito-idp.us-east-1.amazonaws.com/', UserPoolId]],
};
const OWN_ISSUER = { 'Fn::GetAtt': ['Pool', 'ProviderURL'] };

function resource(Type: string, Properties: Readonly<Record<string, unknown>>, more: object = {}) {
  return { Type, Properties, ...more };
}

/** An API with sign-in, as the CDK synthesizes it. */
function template(issuer: object) {
  const client = {
    UserPoolId,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthScopes: ['openid', 'email', 'stepmill/read'],
    CallbackURLs: [CALLBACK],
    LogoutURLs: [CALLBACK],
    SupportedIdentityProviders: ['COGNITO'],
  };
  const group = (GroupName: string) =>
    resource('AWS::Cognito::UserPoolGroup', { UserPoolId, GroupName });
  return {
    Pool: resource('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: { PasswordPolicy: { MinimumLength: 12 } },
    }),
    Server: resource('AWS::Cognito::UserPoolResourceServer', {
      UserPoolId,
      Identifier: 'stepmill',
      Name: 'stepmill',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read.' }],
    }),
    Client: resource('AWS::Cognito::UserPoolClient', client, { DependsOn: ['Server'] }),
    Domain: resource('AWS::Cognito::UserPoolDomain', {
      UserPoolId,
      Domain: 'console',
      ManagedLoginVersion: 2,
    }),
    Branding: resource('AWS::Cognito::ManagedLoginBranding', {
      UserPoolId,
      ClientId: { Ref: 'Client' },
      UseCognitoProvidedValues: true,
    }),
    Viewer: group('viewer'),
    Approver: group('approver'),
    Role: resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      },
    }),
    Function: resource('AWS::Lambda::Function', {
      Handler: 'index.handler',
      Runtime: 'nodejs20.x',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: 'exports.handler = async (event) => event.requestContext.authorizer.jwt;' },
    }),
    Permission: resource('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
      Principal: 'apigateway.amazonaws.com',
    }),
    Api: resource('AWS::ApiGatewayV2::Api', { Name: 'api', ProtocolType: 'HTTP' }),
    Authorizer: resource('AWS::ApiGatewayV2::Authorizer', {
      ApiId,
      Name: 'jwt',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: [{ Ref: 'Client' }], Issuer: issuer },
    }),
    Integration: resource('AWS::ApiGatewayV2::Integration', {
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['Function', 'Arn'] },
      PayloadFormatVersion: '2.0',
    }),
    Route: resource('AWS::ApiGatewayV2::Route', {
      ApiId,
      RouteKey: 'GET /models',
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: 'Authorizer' },
      AuthorizationScopes: ['stepmill/read'],
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
    }),
    Stage: resource('AWS::ApiGatewayV2::Stage', { ApiId, StageName: '$default', AutoDeploy: true }),
  };
}

interface World {
  readonly config: Configuration;
  readonly issuer: string;
  readonly clientId: string;
  readonly cognito: CognitoIdentityProvider;
  readonly poolId: string;
}

async function createWorld(
  issuer: object,
  options: { readonly signIn: boolean; readonly stateFolder?: string },
): Promise<World> {
  const factories = [createApiGatewayV2Service, createCognitoService, createLambdaService];
  runtime = await startTestRuntime(factories, options);
  const Resources = template(issuer);
  const stack = { name: 'console', template: { Resources }, assets: [], dependencies: [] };
  await provision(runtime.cloud, { folder: '', stacks: [stack] });
  const cognito = new CognitoIdentityProvider(runtime.clientConfig);
  const { UserPools: [pool] = [] } = await cognito.listUserPools({ MaxResults: 1 });
  const poolId = pool?.Id ?? '';
  const { UserPoolClients: [client] = [] } = await cognito.listUserPoolClients({
    UserPoolId: poolId,
  });
  const clientId = client?.ClientId ?? '';
  const address = new URL(`${runtime.endpoint}/${poolId}`);
  const config = await discovery(address, clientId, undefined, None(), {
    execute: [allowInsecureRequests],
  });
  return { config, issuer: address.href, clientId, cognito, poolId };
}

/** The status and body of a request to the API. */
async function getModels(token: string): Promise<readonly [number, unknown]> {
  const [, api] =
    Array.from(
      runtime.cloud.store.table<{ readonly id: string }>('apigatewayv2.apis').entries(),
    )[0] ?? [];
  const { hostname, port } = new URL(runtime.endpoint);
  const host = `${api?.id}.execute-api.us-east-1.localhost:${port}`;
  const headers = { host, authorization: `Bearer ${token}` };
  const request = httpRequest({ hostname, port, path: '/models', headers });
  request.end();
  const [response] = await once(request, 'response');
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return [response.statusCode as number, JSON.parse(Buffer.concat(pieces).toString())];
}

/** Signs in with a browser's requests, and returns the tokens. */
async function signIn({ config }: World, visit: (url: URL) => Promise<URL>) {
  const pkceCodeVerifier = randomPKCECodeVerifier();
  const expectedState = randomState();
  const url = buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid email stepmill/read',
    code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
  });
  const checks = { pkceCodeVerifier, expectedState, idTokenExpected: true };
  return authorizationCodeGrant(config, await visit(url), checks);
}

async function locationOf(url: URL, init: RequestInit = {}): Promise<URL> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  return new URL(response.headers.get('location') ?? 'about:blank', url);
}

describe('a generic OpenID Connect client', () => {
  it('signs the person at the machine in, and calls the API', async () => {
    const world = await createWorld(OWN_ISSUER, { signIn: false });
    const { config, issuer, clientId } = world;

    const tokens = await signIn(world, locationOf);
    const claims = tokens.claims();
    const info = await fetchUserInfo(config, tokens.access_token, claims?.sub ?? '');
    const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
    const [status, jwt] = await getModels(refreshed.access_token);
    const [withIdToken] = await getModels(tokens.id_token ?? '');

    expect(claims).toMatchObject({
      iss: issuer,
      aud: clientId,
      'cognito:username': 'local',
      'cognito:groups': ['approver', 'viewer'],
      token_use: 'id',
    });
    expect(info).toMatchObject({ username: 'local', email_verified: 'true' });
    expect(status).toBe(200);
    expect(jwt).toMatchObject({
      claims: { 'cognito:groups': '[approver viewer]', client_id: clientId },
      scopes: ['openid', 'email', 'stepmill/read'],
    });
    expect(withIdToken).toBe(403);
    expect(await getModels('x')).toEqual([401, { message: 'Unauthorized' }]);
    await tokenRevocation(config, tokens.refresh_token ?? '');
    await expect(refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const out = buildEndSessionUrl(config, { client_id: clientId, logout_uri: CALLBACK });
    expect((await locationOf(out)).href).toBe(CALLBACK);
  });

  it('signs a user in who chooses a password, with the issuer that the CDK joins', async () => {
    const world = await createWorld(AWS_ISSUER, { signIn: true });
    const { cognito, poolId: UserPoolId, issuer, clientId } = world;
    const TemporaryPassword = 'a-temporary-password';
    await cognito.adminCreateUser({ UserPoolId, Username: 'ada', TemporaryPassword });
    await cognito.adminAddUserToGroup({ UserPoolId, Username: 'ada', GroupName: 'viewer' });

    const tokens = await signIn(world, async (url) => {
      const page = await locationOf(url);
      const asked = await submit(await fetch(page), page, {
        username: 'ada',
        password: TemporaryPassword,
      });
      const done = await submit(asked, page, { new_password: 'a-password-of-my-own' });
      return new URL(done.headers.get('location') ?? '', page);
    });
    const keys = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as object;
    const verifier = JwtVerifier.create({
      issuer,
      audience: clientId,
      jwksUri: 'https://unused.example/',
    });
    verifier.cacheJwks(keys as never);

    expect(await verifier.verify(tokens.id_token ?? '')).toMatchObject({
      'cognito:username': 'ada',
    });
    const [status, jwt] = await getModels(tokens.access_token);
    expect(status).toBe(200);
    expect(jwt).toMatchObject({ claims: { username: 'ada', 'cognito:groups': '[viewer]' } });
  });
});

describe('a restart from disk, on another port', () => {
  it('keeps users, sessions and keys, and serves issuer and API at the new address', async () => {
    const first = await createWorld(OWN_ISSUER, { signIn: true, stateFolder });
    const { poolId: UserPoolId } = first;
    const name = { UserPoolId, Username: 'ada' };
    const Password = 'a-password-of-my-own';
    await first.cognito.adminCreateUser({ ...name, TemporaryPassword: 'a-temporary-password' });
    await first.cognito.adminSetUserPassword({ ...name, Password, Permanent: true });
    const visit = async (url: URL) => {
      const page = await locationOf(url);
      const done = await submit(await fetch(page), page, { username: 'ada', password: Password });
      return new URL(done.headers.get('location') ?? '', page);
    };
    const before = await signIn(first, visit);
    await runtime.stop();

    const second = await createWorld(OWN_ISSUER, { signIn: true, stateFolder });

    expect(second.issuer).not.toBe(first.issuer);
    expect([second.poolId, second.clientId]).toEqual([first.poolId, first.clientId]);
    expect(await getModels(before.access_token)).toMatchObject([200, {}]);
    const refreshed = await refreshTokenGrant(second.config, before.refresh_token ?? '');
    const again = await signIn(second, visit);
    for (const { access_token: token } of [refreshed, again]) {
      expect(decodeJwt(token).iss).toBe(second.issuer);
      expect(await getModels(token)).toMatchObject([200, {}]);
    }
  });
});

/** Fills the form of a page in. */
async function submit(
  page: Response,
  address: URL,
  fields: Readonly<Record<string, string>>,
): Promise<Response> {
  const html = await page.text();
  const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="(\w+)">/g)];
  const cookie = page.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  const body = new URLSearchParams(fields);
  for (const [, name = '', value = ''] of hidden) body.set(name, value);
  return fetch(address, { method: 'POST', redirect: 'manual', headers: { cookie }, body });
}
