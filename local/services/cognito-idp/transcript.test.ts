import { describe, expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import { type Answered, type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { PoolBench } from '../../testing/user-pool.testing.ts';
import { createCognitoService } from './index.ts';
import { GROUPS_A_POOL, USER_POOLS } from './limits.ts';
import { CognitoStore } from './store.ts';

/** A request about the pool of the transcript. */
const of = (
  operation: string,
  input: object | ((answered: Answered) => object) = {},
  as?: string,
): Step => [
  operation,
  (answered) => ({
    UserPoolId: answered('pool.UserPool.Id'),
    ...(typeof input === 'function' ? input(answered) : input),
  }),
  as,
];

const client = (input: object, as?: string): Step =>
  of('CreateUserPoolClient', { ClientName: 'c', ...input }, as);

const ofClient = (operation: string, input: object = {}): Step =>
  of(operation, (answered) => ({ ClientId: answered('client.UserPoolClient.ClientId'), ...input }));

const CODE = {
  AllowedOAuthFlows: ['code'],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthScopes: ['openid', 'api/read'],
  CallbackURLs: ['https://app.example/callback'],
};

const user = (Username: string, input: object = {}): Step =>
  of('AdminCreateUser', { Username, ...input });

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const STANDARD_ATTRIBUTES = [
  ...['address', 'birthdate', 'email_verified', 'family_name', 'gender', 'given_name', 'locale'],
  ...['middle_name', 'name', 'nickname', 'phone_number_verified', 'picture', 'preferred_username'],
  ...['profile', 'updated_at', 'website', 'zoneinfo'],
].map((Name) => ({ Name, Value: 'x' }));
const email = (Value: string) => ({ UserAttributes: [{ Name: 'email', Value }] });

const steps: readonly Step[] = [
  ['CreateUserPool', {}],
  ['CreateUserPool', { PoolName: 'p', MfaConfiguration: 'ON' }],
  [
    'CreateUserPool',
    {
      PoolName: 'p',
      LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:f' },
    },
  ],
  ['CreateUserPool', { PoolName: 'p', UsernameAttributes: ['email'], AliasAttributes: ['email'] }],
  [
    'CreateUserPool',
    {
      PoolName: 'p',
      Schema: [{ Name: 'team', AttributeDataType: 'String' }],
      UserPoolTags: { team: 'ml' },
      UsernameConfiguration: { CaseSensitive: false },
    },
    'pool',
  ],
  ['DescribeUserPool', { UserPoolId: 'us-east-1_missing' }],
  of('DescribeUserPool'),
  ['ListUserPools', { MaxResults: 1 }],
  of('CreateUserPoolDomain', { Domain: 'my-aws' }),
  of('CreateUserPoolDomain', {
    Domain: 'p',
    CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/x' },
  }),
  of('CreateUserPoolDomain', { Domain: 'p' }),
  of('CreateUserPoolDomain', { Domain: 'q' }),
  of('CreateUserPoolDomain', { Domain: 'p' }),
  ['DescribeUserPoolDomain', { Domain: 'p' }],
  ['DescribeUserPoolDomain', { Domain: 'missing' }],
  of('UpdateUserPoolDomain', { Domain: 'p', ManagedLoginVersion: 2 }),
  client(CODE),
  of('CreateResourceServer', {
    Identifier: 'api',
    Name: 'API',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'r' }],
  }),
  of('CreateResourceServer', { Identifier: 'api', Name: 'API' }),
  of('DescribeResourceServer', { Identifier: 'missing' }),
  of('ListResourceServers'),
  client({ ...CODE, CallbackURLs: [] }),
  client({ ...CODE, CallbackURLs: ['http://app.example'] }),
  client({ ...CODE, CallbackURLs: ['https://app.example/#x'] }),
  client({ ...CODE, AllowedOAuthScopes: [] }),
  client({ ...CODE, AllowedOAuthFlows: ['client_credentials'] }),
  client({ ...CODE, AllowedOAuthFlows: ['code', 'client_credentials'] }),
  client({ SupportedIdentityProviders: ['Google'] }),
  client({ AccessTokenValidity: 2, TokenValidityUnits: { AccessToken: 'minutes' } }),
  client({ RefreshTokenValidity: 30, TokenValidityUnits: { RefreshToken: 'minutes' } }),
  client({ ...CODE, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }, 'client'),
  ofClient('DescribeUserPoolClient'),
  of('DescribeUserPoolClient', { ClientId: 'missing' }),
  ofClient('UpdateUserPoolClient', { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }),
  of('ListUserPoolClients'),
  ofClient('CreateManagedLoginBranding', { UseCognitoProvidedValues: true }),
  ofClient('CreateManagedLoginBranding', { UseCognitoProvidedValues: true }),
  ofClient('DescribeManagedLoginBrandingByClient'),
  of('CreateGroup', { GroupName: 'a b' }),
  of('CreateGroup', { GroupName: 'ops', Precedence: 1 }),
  of('CreateGroup', { GroupName: 'ops' }),
  of('UpdateGroup', { GroupName: 'ops', Description: 'd' }),
  of('GetGroup', { GroupName: 'missing' }),
  user('ada', email('no address')),
  user('ada', { UserAttributes: [{ Name: 'custom:missing', Value: 'x' }] }),
  user('ada', { UserAttributes: [...STANDARD_ATTRIBUTES, { Name: 'none', Value: 'x' }] }),
  user('ada', { TemporaryPassword: 'short' }),
  user('ada', { TemporaryPassword: 'lower-case-1' }),
  user('ada', { TemporaryPassword: 'UPPER-CASE-1' }),
  user('ada', { TemporaryPassword: 'No-numbers-' }),
  user('ada', { TemporaryPassword: 'NoSymbols11' }),
  user('ada', { MessageAction: 'RESEND' }),
  user('ada', {
    UserAttributes: [{ Name: 'custom:team', Value: 'ml' }],
    TemporaryPassword: 'Temporary-1',
  }),
  user('Ada'),
  user('bob', email('bob@example.com')),
  of('AdminGetUser', { Username: 'ADA' }),
  of('AdminGetUser', { Username: 'missing' }),
  of('ListUsers', { Limit: 1 }),
  of('ListUsers', { Filter: 'email ^= "bob"', AttributesToGet: ['email'] }),
  of('ListUsers', { Filter: 'email' }),
  of('AdminAddUserToGroup', { Username: 'bob', GroupName: 'ops' }),
  of('AdminAddUserToGroup', { Username: 'bob', GroupName: 'missing' }),
  of('AdminListGroupsForUser', { Username: 'bob' }),
  of('ListUsersInGroup', { GroupName: 'ops' }),
  of('AdminRemoveUserFromGroup', { Username: 'bob', GroupName: 'ops' }),
  of('AdminListGroupsForUser', { Username: 'bob' }),
  of('AdminSetUserPassword', { Username: 'bob', Password: 'weak', Permanent: true }),
  of('AdminSetUserPassword', { Username: 'bob', Password: 'Correct-horse-1', Permanent: true }),
  of('AdminGetUser', { Username: 'bob' }),
  of('AdminResetUserPassword', { Username: 'bob' }),
  [
    'InitiateAuth',
    (answered) => ({
      ClientId: answered('client.UserPoolClient.ClientId'),
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'bob', PASSWORD: 'Correct-horse-1' },
    }),
  ],
  of('AdminDeleteUser', { Username: 'bob' }),
  of('DeleteGroup', { GroupName: 'ops' }),
  of('DeleteUserPool'),
  of('DeleteUserPoolDomain', { Domain: 'p' }),
  of('UpdateUserPool', { DeletionProtection: 'ACTIVE' }),
  of('DeleteUserPool'),
  of('UpdateUserPool'),
  of('DeleteUserPool'),
  of('ListUsers'),
];

const FEATURES = { Name: 'team', AttributeDataType: 'String' };
const MINUTES = { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' };

/** Lifetimes of tokens at AWS's bounds and one beyond, in units of a client. */
const LIFETIMES: readonly object[] = [
  ...[4, 5, 1_440, 1_441].flatMap((minutes) => [
    { AccessTokenValidity: minutes, TokenValidityUnits: MINUTES, RefreshTokenValidity: 1_440 },
    { IdTokenValidity: minutes, TokenValidityUnits: MINUTES, RefreshTokenValidity: 1_440 },
  ]),
  ...[59, 60, 5_256_000, 5_256_001].map((minutes) => ({
    RefreshTokenValidity: minutes,
    TokenValidityUnits: MINUTES,
  })),
  { AccessTokenValidity: 299, TokenValidityUnits: { AccessToken: 'seconds' } },
  { AccessTokenValidity: 300, TokenValidityUnits: { AccessToken: 'seconds' } },
  { IdTokenValidity: 1, TokenValidityUnits: { IdToken: 'days' } },
  { IdTokenValidity: 2, TokenValidityUnits: { IdToken: 'days' } },
  { AccessTokenValidity: 24, IdTokenValidity: 24 },
  { AccessTokenValidity: 25 },
  { IdTokenValidity: 25 },
  { RefreshTokenValidity: 3_650 },
  { RefreshTokenValidity: 0 },
];

const tagged = (operation: string, input: object = {}): Step => [
  operation,
  (answered) => ({ ResourceArn: answered('pool.UserPool.Arn'), ...input }),
];
const MISSING_ID = '00000000-0000-4000-8000-000000000000';
const MISSING_POOL = 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_missing';

const server = (Identifier: string, input: object = {}): Step =>
  of('UpdateResourceServer', { Identifier, Name: Identifier, ...input });

const branding = (operation: string, input: object = {}): Step =>
  of(operation, (answered) => ({
    ManagedLoginBrandingId: answered('branding.ManagedLoginBranding.ManagedLoginBrandingId'),
    ...input,
  }));

const clients: readonly Step[] = [
  ['CreateUserPool', { PoolName: 'p', UserPoolTags: { a: '1' } }, 'pool'],
  ['CreateUserPool', { PoolName: 'other' }, 'other'],
  ['ListUserPools', { MaxResults: 1 }, 'page'],
  ['ListUserPools', (answered) => ({ MaxResults: 1, NextToken: answered('page.NextToken') })],
  ['ListUserPools', { MaxResults: 1, NextToken: 'wrong' }],
  tagged('TagResource', { Tags: { b: '2', a: '3' } }),
  tagged('UntagResource', { TagKeys: ['a', 'c'] }),
  tagged('ListTagsForResource'),
  ['ListTagsForResource', { ResourceArn: MISSING_POOL }],
  ['TagResource', { ResourceArn: MISSING_POOL, Tags: { a: '1' } }],
  ...LIFETIMES.map((lifetimes) => client(lifetimes)),
  client({ ...CODE, AllowedOAuthScopes: ['openid'], CallbackURLs: undefined }),
  ...[
    'http://localhost:3000',
    'http://127.0.0.1',
    'myapp://done',
    'no url',
    'http://a.example',
  ].map((url) => client({ LogoutURLs: [url] })),
  client({
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['openid'],
    GenerateSecret: true,
  }),
  client({ GenerateSecret: true, SupportedIdentityProviders: ['COGNITO'] }, 'client'),
  ofClient('DescribeUserPoolClient'),
  [
    'DescribeUserPoolClient',
    (answered) => ({
      UserPoolId: answered('other.UserPool.Id'),
      ClientId: answered('client.UserPoolClient.ClientId'),
    }),
  ],
  { advanceSeconds: 5 },
  ofClient('UpdateUserPoolClient', { ClientName: 'renamed' }),
  ofClient('UpdateUserPoolClient', { RefreshTokenValidity: 3_651 }),
  of('ListUserPoolClients', { MaxResults: 2 }, 'page'),
  of('ListUserPoolClients', (answered) => ({
    MaxResults: 60,
    NextToken: answered('page.NextToken'),
  })),
  of('ListUserPoolClients', { MaxResults: 61 }),
  ...['a', 'b', 'c'].map((Identifier) =>
    of('CreateResourceServer', { Identifier, Name: Identifier }),
  ),
  server('b', { Scopes: [{ ScopeName: 'read', ScopeDescription: 'r' }], Name: 'renamed' }),
  server('missing'),
  of('DescribeResourceServer', { Identifier: 'b' }),
  of('ListResourceServers', { MaxResults: 2 }, 'page'),
  of('ListResourceServers', (answered) => ({ NextToken: answered('page.NextToken') })),
  of('DeleteResourceServer', { Identifier: 'b' }),
  of('DeleteResourceServer', { Identifier: 'b' }),
  of('CreateUserPoolDomain', { Domain: 'p', ManagedLoginVersion: 2 }),
  of('UpdateUserPoolDomain', { Domain: 'p' }),
  of('UpdateUserPoolDomain', { Domain: 'missing' }),
  of('UpdateUserPoolDomain', {
    Domain: 'p',
    CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/x' },
  }),
  ['DescribeUserPoolDomain', { Domain: 'p' }],
  of('DescribeUserPool'),
  ofClient('CreateManagedLoginBranding', { ClientId: 'missing' }),
  of(
    'CreateManagedLoginBranding',
    (answered) => ({
      ClientId: answered('client.UserPoolClient.ClientId'),
      Settings: { a: 1 },
      Assets: [{ Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'PNG' }],
    }),
    'branding',
  ),
  { advanceSeconds: 5 },
  branding('UpdateManagedLoginBranding', { UseCognitoProvidedValues: true }),
  branding('DescribeManagedLoginBranding'),
  branding('UpdateManagedLoginBranding', { ManagedLoginBrandingId: MISSING_ID }),
  branding('DescribeManagedLoginBranding', { UserPoolId: 'us-east-1_other' }),
  ofClient('DescribeManagedLoginBrandingByClient', { UserPoolId: 'us-east-1_other' }),
  branding('DeleteManagedLoginBranding'),
  branding('DescribeManagedLoginBranding'),
  ofClient('DescribeManagedLoginBrandingByClient'),
  ofClient('DeleteUserPoolClient'),
  ofClient('DeleteUserPoolClient'),
];

const attribute = (Name: string, Value: string) => ({ UserAttributes: [{ Name, Value }] });
const temporary = (TemporaryPassword: string) => user('p', { TemporaryPassword });

const users: readonly Step[] = [
  [
    'CreateUserPool',
    {
      PoolName: 'mails',
      UsernameAttributes: ['email', 'phone_number'],
      Schema: [FEATURES, { Name: 'custom:role', AttributeDataType: 'String' }],
      Policies: {
        PasswordPolicy: {
          MinimumLength: 6,
          RequireUppercase: false,
          RequireLowercase: true,
          RequireNumbers: false,
          RequireSymbols: false,
          TemporaryPasswordValidityDays: 1,
        },
      },
    },
    'pool',
  ],
  user('no address'),
  user('a@example.com', attribute('custom:role', 'admin')),
  user('A@example.com'),
  user('+491701234567', attribute('custom:team', 'ml')),
  user('+49170x'),
  user('c@example.com', attribute('phone_number', '0170')),
  user('c@example.com', attribute('phone_number', `+${'1'.repeat(15)}`)),
  user('d@example.com', attribute('phone_number', `+${'1'.repeat(16)}`)),
  user('d@example.com', attribute('name', 'x'.repeat(2_048))),
  user('e@example.com', attribute('name', 'x'.repeat(2_049))),
  user('e@example.com', attribute('unknown', 'x')),
  of('AdminGetUser', { Username: 'a@example.com' }),
  of('DescribeUserPool'),
  ['CreateUserPool', { PoolName: 'phones', UsernameAttributes: ['phone_number'] }, 'pool'],
  user('a@example.com'),
  [
    'CreateUserPool',
    {
      PoolName: 'names',
      Policies: { PasswordPolicy: { MinimumLength: 6, RequireNumbers: true } },
      UserPoolAddOns: { AdvancedSecurityMode: 'OFF' },
      AliasAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: true },
    },
    'pool',
  ],
  of('DescribeUserPool'),
  temporary('12345'),
  temporary('abcdef'),
  temporary(' 123456'),
  temporary('123456 '),
  user('ada', attribute('email', 'ada@example.com')),
  user('ADA', attribute('email', 'ADA2@example.com')),
  { advanceSeconds: 60 },
  user('bob', attribute('email', 'bob@example.com')),
  of('AdminGetUser', { Username: 'ada@example.com' }),
  of('AdminDisableUser', { Username: 'bob' }),
  of('AdminGetUser', { Username: 'bob' }),
  ...[
    'username = "ada"',
    'username ^= "a"',
    'status = "Disabled"',
    'status = "Enabled"',
    'cognito:user_status = "FORCE_CHANGE_PASSWORD"',
    'cognito:user_status ^= "CONFIRMED"',
    '"email" = "bob@example.com"',
    'email ^= "\\bob"',
    'sub ^= "none"',
    'name ^= ""',
    'name = ""',
    'email > "a"',
    'email = "a" or',
    '',
  ].map((Filter) => of('ListUsers', { Filter, AttributesToGet: ['email'] })),
  of('AdminEnableUser', { Username: 'bob' }),
  of('AdminEnableUser', { Username: 'missing' }),
  of('AdminUserGlobalSignOut', { Username: 'bob' }),
  of('AdminUserGlobalSignOut', { Username: 'missing' }),
  of('ListUsers', { Limit: 2 }, 'page'),
  of('ListUsers', (answered) => ({ PaginationToken: answered('page.PaginationToken') })),
  of('ListUsers', { Limit: 0 }),
  of('ListUsers', { Limit: 61 }),
  of('ListUsers', { PaginationToken: 'wrong' }),
  of('CreateGroup', {
    GroupName: 'a',
    RoleArn: 'arn:aws:iam::000000000000:role/r',
    Precedence: 0,
    Description: 'd',
  }),
  of('CreateGroup', { GroupName: 'b' }),
  of('CreateGroup', { GroupName: 'c', Precedence: -1 }),
  { advanceSeconds: 60 },
  of('UpdateGroup', { GroupName: 'a', Precedence: 3 }),
  of('GetGroup', { GroupName: 'a' }),
  of('UpdateGroup', { GroupName: 'missing' }),
  of('DeleteGroup', { GroupName: 'missing' }),
  of('ListGroups', { Limit: 1 }, 'page'),
  of('ListGroups', (answered) => ({ NextToken: answered('page.NextToken') })),
  ...['ada', 'bob'].map((Username) => of('AdminAddUserToGroup', { Username, GroupName: 'a' })),
  of('AdminAddUserToGroup', { Username: 'ada', GroupName: 'b' }),
  of('AdminAddUserToGroup', { Username: 'ada', GroupName: 'a' }),
  of('AdminAddUserToGroup', { Username: 'missing', GroupName: 'a' }),
  of('ListUsersInGroup', { GroupName: 'a', Limit: 1 }, 'page'),
  of('ListUsersInGroup', (answered) => ({
    GroupName: 'a',
    NextToken: answered('page.NextToken'),
  })),
  of('ListUsersInGroup', { GroupName: 'missing' }),
  of('AdminListGroupsForUser', { Username: 'ada', Limit: 1 }, 'page'),
  of('AdminListGroupsForUser', (answered) => ({
    Username: 'ada',
    NextToken: answered('page.NextToken'),
  })),
  of('AdminListGroupsForUser', { Username: 'missing' }),
  of('AdminRemoveUserFromGroup', { Username: 'bob', GroupName: 'b' }),
  of('DeleteGroup', { GroupName: 'a' }),
  of('AdminListGroupsForUser', { Username: 'ada' }),
  of('AdminDeleteUser', { Username: 'missing' }),
];

const ofOther = (operation: string, input: object | ((answered: Answered) => object)): Step => [
  operation,
  (answered) => ({
    ClientId: answered('client.UserPoolClient.ClientId'),
    ...(typeof input === 'function' ? input(answered) : input),
  }),
];
const asked = (AuthFlow: string, AuthParameters: object = {}): Step =>
  ofOther('InitiateAuth', { AuthFlow, AuthParameters });
const signIn = (USERNAME: string, PASSWORD: string, as: string): Step => [
  'InitiateAuth',
  (answered) => ({
    ClientId: answered('client.UserPoolClient.ClientId'),
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD },
  }),
  as,
];
const responded = (responses: object, more: object = {}): Step =>
  ofOther('RespondToAuthChallenge', (answered) => ({
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: answered('asked.Session'),
    ChallengeResponses: responses,
    ...more,
  }));
const withToken = (operation: string, input: object = {}): Step => [
  operation,
  (answered) => ({
    AccessToken: answered('signed.AuthenticationResult.AccessToken'),
    ...input,
  }),
];
const refreshed = (as: string): Step =>
  ofOther('InitiateAuth', (answered) => ({
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: answered(`${as}.AuthenticationResult.RefreshToken`) },
  }));
const PASSWORD = 'Correct-horse-1';

/** Signing in with the API, as app clients without managed login do. */
const authentication: readonly Step[] = [
  [
    'CreateUserPool',
    {
      PoolName: 'p',
      Schema: [{ Name: 'email', AttributeDataType: 'String', Required: true }],
      UsernameConfiguration: { CaseSensitive: false },
    },
    'pool',
  ],
  client({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }, 'client'),
  user('ada', { TemporaryPassword: 'Temporary-1' }),
  user('bob', { ...email('bob@example.com'), TemporaryPassword: 'Temporary-1' }),
  asked('USER_SRP_AUTH'),
  asked('CUSTOM_AUTH'),
  asked('ADMIN_USER_PASSWORD_AUTH', { USERNAME: 'ada', PASSWORD }),
  asked('USER_PASSWORD_AUTH'),
  asked('USER_PASSWORD_AUTH', { USERNAME: 'ada' }),
  asked('USER_PASSWORD_AUTH', { USERNAME: 'none', PASSWORD }),
  asked('USER_PASSWORD_AUTH', { USERNAME: 'ada', PASSWORD }),
  asked('REFRESH_TOKEN_AUTH'),
  asked('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: 'none' }),
  ofOther('InitiateAuth', { ClientId: 'none', AuthFlow: 'USER_PASSWORD_AUTH' }),
  signIn('ADA', 'Temporary-1', 'asked'),
  responded({ USERNAME: 'ada', NEW_PASSWORD: PASSWORD }, { ChallengeName: 'SMS_MFA' }),
  responded({ NEW_PASSWORD: PASSWORD }),
  responded({ USERNAME: 'ada' }),
  responded({ USERNAME: 'ada', NEW_PASSWORD: PASSWORD }, { Session: 'x'.repeat(20) }),
  responded({ USERNAME: 'bob', NEW_PASSWORD: PASSWORD }),
  responded({ USERNAME: 'ada', NEW_PASSWORD: 'weak' }),
  responded({ USERNAME: 'ada', NEW_PASSWORD: ` ${PASSWORD}` }),
  responded({ USERNAME: 'ada', NEW_PASSWORD: PASSWORD }),
  responded({ USERNAME: 'ada', NEW_PASSWORD: PASSWORD, 'userAttributes.email': 'none' }),
  responded({ USERNAME: 'ada', NEW_PASSWORD: PASSWORD, 'userAttributes.email': 'a@example.com' }),
  responded({ USERNAME: 'ada', NEW_PASSWORD: PASSWORD, 'userAttributes.email': 'a@example.com' }),
  of('AdminGetUser', { Username: 'ada' }),
  { advanceSeconds: 10 },
  signIn('ada', PASSWORD, 'signed'),
  signIn('ada', PASSWORD, 'other'),
  withToken('GetUser'),
  ['GetUser', { AccessToken: 'none' }],
  withToken('ChangePassword', { PreviousPassword: 'Wrong-horse-1', ProposedPassword: PASSWORD }),
  withToken('ChangePassword', { PreviousPassword: PASSWORD, ProposedPassword: 'weak' }),
  withToken('ChangePassword', { PreviousPassword: PASSWORD, ProposedPassword: 'Battery-9' }),
  asked('USER_PASSWORD_AUTH', { USERNAME: 'ada', PASSWORD }),
  refreshed('signed'),
  ofOther('RevokeToken', { Token: 'none' }),
  ofOther('RevokeToken', { Token: 'none', ClientSecret: 'x'.repeat(24) }),
  ofOther('RevokeToken', (answered) => ({
    Token: answered('other.AuthenticationResult.RefreshToken'),
  })),
  refreshed('other'),
  of('AdminDisableUser', { Username: 'ada' }),
  withToken('GetUser'),
  asked('USER_PASSWORD_AUTH', { USERNAME: 'ada', PASSWORD: 'Battery-9' }),
  of('AdminEnableUser', { Username: 'ada' }),
  signIn('ada', 'Battery-9', 'signed'),
  { advanceSeconds: 3_599 },
  withToken('GetUser'),
  { advanceSeconds: 1 },
  withToken('GetUser'),
  signIn('ada', 'Battery-9', 'signed'),
  withToken('GlobalSignOut'),
  refreshed('signed'),
  of('AdminDeleteUser', { Username: 'ada' }),
  withToken('GetUser'),
  // https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html: a temporary password is for seven days.
  { advanceSeconds: 7 * 86_400 },
  asked('USER_PASSWORD_AUTH', { USERNAME: 'bob', PASSWORD: 'Temporary-1' }),
];

const hosted = (path: string, query: (answered: Answered) => Record<string, string>): Step => ({
  web: (answered) => ({
    url: `p.auth.us-east-1.amazoncognito.com${path}?${new URLSearchParams(query(answered)).toString()}`,
  }),
});
const authorize = (more: Record<string, string> = {}): Step =>
  hosted('/oauth2/authorize', (answered) => ({
    client_id: answered('client.UserPoolClient.ClientId'),
    response_type: 'code',
    redirect_uri: 'https://app.example/callback',
    state: 's',
    ...more,
  }));
const published = (document: string): Step => ({
  web: (answered) => ({
    url: `cognito-idp.us-east-1.amazonaws.com/${String(answered('pool.UserPool.Id'))}/.well-known/${document}`,
  }),
});
const ofAdmin = (operation: string, input: (answered: Answered) => object, as?: string): Step =>
  of(
    operation,
    (answered) => ({ ClientId: answered('client.UserPoolClient.ClientId'), ...input(answered) }),
    as,
  );

/** https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html */
const managedLogin: readonly Step[] = [
  ['CreateUserPool', { PoolName: 'p' }, 'pool'],
  published('openid-configuration'),
  of('CreateUserPoolDomain', { Domain: 'p' }),
  published('openid-configuration'),
  {
    web: () => ({
      url: 'cognito-idp.us-east-1.amazonaws.com/us-east-1_none00000/.well-known/openid-configuration',
    }),
  },
  client({ ...CODE, AllowedOAuthScopes: ['openid', 'email'] }, 'client'),
  authorize(),
  authorize({ scope: '' }),
  authorize({ scope: 'openid' }),
  authorize({ scope: 'openid phone' }),
  authorize({ response_type: 'token' }),
  authorize({ response_type: 'other' }),
  authorize({ redirect_uri: 'https://app.example/other' }),
  authorize({ client_id: 'none' }),
  authorize({ code_challenge: 'x'.repeat(43) }),
  authorize({ code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }),
  authorize({ code_challenge: 'x'.repeat(42), code_challenge_method: 'S256' }),
  authorize({ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }),
  hosted('/logout', () => ({ client_id: 'none' })),
  hosted('/none', () => ({})),
  { web: () => ({ url: 'q.auth.us-east-1.amazoncognito.com/login' }) },
];

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html */
const administration: readonly Step[] = [
  ['CreateUserPool', { PoolName: 'p' }, 'pool'],
  ['CreateUserPool', { PoolName: 'q' }, 'other'],
  client(
    {
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      ReadAttributes: ['email'],
    },
    'client',
  ),
  client({ GenerateSecret: true }, 'secret'),
  of('CreateGroup', {
    GroupName: 'ops',
    Precedence: 2,
    RoleArn: 'arn:aws:iam::000000000000:role/ops',
  }),
  of('CreateGroup', {
    GroupName: 'dev',
    Precedence: 1,
    RoleArn: 'arn:aws:iam::000000000000:role/dev',
  }),
  user('ada', {
    UserAttributes: [
      { Name: 'email', Value: 'a@example.com' },
      { Name: 'name', Value: 'Ada' },
    ],
    TemporaryPassword: 'Temporary-1',
  }),
  of('AdminAddUserToGroup', { Username: 'ada', GroupName: 'ops' }),
  of('AdminAddUserToGroup', { Username: 'ada', GroupName: 'dev' }),
  ofAdmin('AdminInitiateAuth', (answered) => ({
    UserPoolId: answered('other.UserPool.Id'),
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
  })),
  ...['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH', 'USER_PASSWORD_AUTH'].map((AuthFlow) =>
    ofAdmin(
      'AdminInitiateAuth',
      () => ({ AuthFlow, AuthParameters: { USERNAME: 'ada', PASSWORD: 'Temporary-1' } }),
      AuthFlow,
    ),
  ),
  ofAdmin(
    'AdminRespondToAuthChallenge',
    (answered) => ({
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: answered('ADMIN_NO_SRP_AUTH.Session'),
      ChallengeResponses: { USERNAME: 'ada', NEW_PASSWORD: PASSWORD },
    }),
    'signed',
  ),
  withToken('GetUser'),
  [
    'RevokeToken',
    (answered) => ({
      ClientId: answered('secret.UserPoolClient.ClientId'),
      ClientSecret: 'x'.repeat(51),
      Token: 't',
    }),
  ],
  [
    'RevokeToken',
    (answered) => ({
      ClientId: answered('secret.UserPoolClient.ClientId'),
      ClientSecret: answered('secret.UserPoolClient.ClientSecret'),
      Token: 't',
    }),
  ],
  of('DeleteUserPool'),
  withToken('GetUser'),
  ['ListUserPools', { MaxResults: 60 }],
];

/** A pool and an account that are full: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
const quotas: readonly Step[] = [
  ...['last', 'more'].map((PoolName): Step => ['CreateUserPool', { PoolName }]),
  ...['last', 'more'].map(
    (GroupName): Step => ['CreateGroup', { UserPoolId: 'us-east-1_full00000', GroupName }],
  ),
];
function fill(cloud: Cloud): void {
  const store = new CognitoStore(cloud);
  const dated = { createdAt: 0, modifiedAt: 0 };
  const poolId = 'us-east-1_full00000';
  store.pools.put(poolId, { ...dated, id: poolId, settings: { PoolName: 'full' } });
  for (let index = 2; index < USER_POOLS; index += 1) {
    const id = `us-east-1_${String(index).padStart(9, '0')}`;
    store.pools.put(id, { ...dated, id, settings: { PoolName: 'p' } });
  }
  for (let index = 1; index < GROUPS_A_POOL; index += 1) {
    const name = `g${index}`;
    store.groups.put(`${poolId}/${name}`, {
      ...dated,
      poolId,
      name,
      settings: {},
    });
  }
}

/** Keys are made anew in each run; what a token says is the same. */
const withClaims = (transcript: string) =>
  transcript.replaceAll(/eyJ[\w-]+\.([\w-]+)\.[\w-]+/g, (_token, claims: string) =>
    Buffer.from(claims, 'base64url').toString(),
  );

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/
describe('Cognito answers as in the transcript of', () => {
  it.each([
    ['cognito-idp', steps],
    ['clients', clients],
    ['users', users],
    ['authentication', authentication],
    ['managed-login', managedLogin],
    ['administration', administration],
    ['quotas', quotas],
  ])('%s', async (name, requests) => {
    const transcript = await transcriptOf('cognito-idp', [createCognitoService], requests, {
      ...(name === 'quotas' && { prepare: fill }),
    });

    await expect(withClaims(transcript)).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});

// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
describe('a pool has at most', () => {
  it.each<[count: number, what: string, operation: string, input: (index: number) => object]>([
    [
      25,
      'resource servers',
      'CreateResourceServer',
      (index) => ({ Identifier: `s${index}`, Name: 's' }),
    ],
    [1_000, 'app clients', 'CreateUserPoolClient', (index) => ({ ClientName: `c${index}` })],
    [
      100,
      'groups of a user',
      'AdminAddUserToGroup',
      (index) => ({ GroupName: `g${index}`, Username: 'ada' }),
    ],
  ])('%i %s', async (count, _, operation, inputOf) => {
    const bench = new PoolBench();
    const { UserPool } = await bench.call<{ UserPool: { Id: string } }>('CreateUserPool', {
      PoolName: 'p',
    });
    const call = (name: string, input: object) =>
      bench.call(name, { UserPoolId: UserPool.Id, ...input });
    await call('AdminCreateUser', { Username: 'ada' });
    for (let index = 0; index <= 100; index += 1)
      await call('CreateGroup', { GroupName: `g${index}` });
    for (let index = 0; index < count; index += 1) await call(operation, inputOf(index));

    await expect(call(operation, inputOf(count))).rejects.toMatchObject({
      code: 'LimitExceededException',
    });
    await bench.cloud.stop();
  });
});
