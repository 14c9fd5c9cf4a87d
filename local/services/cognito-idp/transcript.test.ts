import { describe, expect, it } from 'vitest';
import { type Answered, type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import { PoolBench } from '../../testing/user-pool.testing.ts';
import { createCognitoService } from './index.ts';

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

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/
describe('Cognito answers as in the transcript of', () => {
  it.each([
    ['cognito-idp', steps],
    ['clients', clients],
    ['users', users],
  ])('%s', async (name, requests) => {
    const transcript = await transcriptOf('cognito-idp', [createCognitoService], requests);

    await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
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
