import { describe, expect, it } from 'vitest';
import type { ServiceFactory } from '../../cloud/cloud.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { ApiBench } from '../../testing/http-api.testing.ts';
import { type Answered, type Step, transcriptOf } from '../../testing/transcript.testing.ts';
import type { Sent } from '../../testing/web.testing.ts';
import { createApiGatewayV2Service } from './index.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const ISSUER = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_x';

/** A request about the API of the transcript. */
const of = (operation: string, input: object = {}, as?: string): Step => [
  operation,
  (answered) => ({ ApiId: answered('api.ApiId'), ...input }),
  as,
];

const id = (operation: string, read: (answered: Answered) => object): Step => [
  operation,
  (answered) => ({ ApiId: answered('api.ApiId'), ...read(answered) }),
];

const integration = (more: object = {}, as?: string): Step =>
  of(
    'CreateIntegration',
    {
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: FUNCTION,
      PayloadFormatVersion: '2.0',
      ...more,
    },
    as,
  );

const authorizer = (more: object = {}, as?: string): Step =>
  of(
    'CreateAuthorizer',
    {
      Name: 'jwt',
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: ['client'], Issuer: ISSUER },
      ...more,
    },
    as,
  );

const stage = (StageName: string, more: object = {}): Step =>
  of('CreateStage', { StageName, ...more });

const steps: readonly Step[] = [
  ['CreateApi', { ProtocolType: 'HTTP' }],
  ['CreateApi', { Name: 'a', ProtocolType: 'WEBSOCKET' }],
  ['CreateApi', { Name: 'a', ProtocolType: 'HTTP', Target: FUNCTION }],
  [
    'CreateApi',
    {
      Name: 'a',
      ProtocolType: 'HTTP',
      CorsConfiguration: { AllowOrigins: ['*'], AllowCredentials: true },
    },
  ],
  ['CreateApi', { Name: 'a', ProtocolType: 'HTTP', Tags: { team: 'ml' } }, 'api'],
  ['GetApi', { ApiId: 'missing' }],
  of('GetApi'),
  ['GetApis', { MaxResults: '0' }],
  ['GetApis', { NextToken: '!' }],
  ['GetApis'],
  of('UpdateApi', { Name: 'b', CorsConfiguration: { AllowOrigins: ['https://a.example'] } }),
  of('DeleteCorsConfiguration'),
  of('GetApi'),
  integration({ IntegrationType: 'HTTP_PROXY' }),
  integration({ IntegrationSubtype: 'SQS-SendMessage' }),
  integration({ PayloadFormatVersion: '1.0' }),
  integration({ PayloadFormatVersion: undefined }),
  integration({ IntegrationUri: 'https://example.com' }),
  integration({ TimeoutInMillis: 30_001 }),
  integration({ TimeoutInMillis: 29_000 }, 'integration'),
  integration({
    IntegrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`,
  }),
  id('GetIntegration', (answered) => ({
    IntegrationId: answered('integration.IntegrationId'),
  })),
  id('UpdateIntegration', (answered) => ({
    IntegrationId: answered('integration.IntegrationId'),
    Description: 'd',
  })),
  of('GetIntegrations'),
  authorizer({ AuthorizerType: 'REQUEST' }),
  authorizer({ JwtConfiguration: { Audience: [], Issuer: ISSUER } }),
  authorizer({ JwtConfiguration: { Audience: ['c'], Issuer: 'no url' } }),
  authorizer({ IdentitySource: ['Authorization'] }),
  authorizer({}, 'authorizer'),
  of('GetAuthorizers'),
  of('CreateRoute', { RouteKey: 'GET' }),
  of('CreateRoute', { RouteKey: 'FETCH /x' }),
  of('CreateRoute', { RouteKey: 'GET /{all+}/x' }),
  of('CreateRoute', { RouteKey: 'GET /x{id}' }),
  of('CreateRoute', { RouteKey: 'GET /x', Target: 'integrations/missing' }),
  of('CreateRoute', { RouteKey: 'GET /x', AuthorizationType: 'CUSTOM' }),
  of('CreateRoute', { RouteKey: 'GET /x', AuthorizationType: 'JWT', AuthorizerId: 'missing' }),
  [
    'CreateRoute',
    (answered) => ({
      ApiId: answered('api.ApiId'),
      RouteKey: 'GET /x',
      Target: `integrations/${String(answered('integration.IntegrationId'))}`,
      AuthorizationType: 'JWT',
      AuthorizerId: answered('authorizer.AuthorizerId'),
      AuthorizationScopes: ['a/read'],
    }),
    'route',
  ],
  of('CreateRoute', { RouteKey: 'GET /x' }),
  of('CreateRoute', { RouteKey: '$default' }),
  id('GetRoute', (answered) => ({ RouteId: answered('route.RouteId') })),
  id('UpdateRoute', (answered) => ({
    RouteId: answered('route.RouteId'),
    AuthorizationType: 'NONE',
  })),
  id('DeleteIntegration', (answered) => ({
    IntegrationId: answered('integration.IntegrationId'),
  })),
  id('DeleteAuthorizer', (answered) => ({
    AuthorizerId: answered('authorizer.AuthorizerId'),
  })),
  of('GetRoutes', { MaxResults: '1' }),
  stage('a b'),
  stage('dev', { RouteSettings: { 'GET /missing': { ThrottlingRateLimit: 1 } } }),
  stage('dev', { DefaultRouteSettings: { ThrottlingRateLimit: -1 } }),
  stage('dev', { AccessLogSettings: { DestinationArn: 'group', Format: '$context.requestId' } }),
  stage('dev', { DeploymentId: 'missing' }),
  stage('$default', {
    AutoDeploy: true,
    RouteSettings: { 'GET /x': { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } },
    StageVariables: { a: 'b' },
    AccessLogSettings: {
      DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:g',
      Format: '$context.requestId',
    },
  }),
  stage('$default'),
  { advanceSeconds: 1 },
  of('UpdateStage', { StageName: '$default', Description: 'd' }),
  of('DeleteRouteSettings', { StageName: '$default', RouteKey: 'GET /x' }),
  of('DeleteAccessLogSettings', { StageName: '$default' }),
  of('GetStage', { StageName: '$default' }),
  stage('dev'),
  of('CreateDeployment', { StageName: 'dev', Description: 'first' }, 'deployment'),
  id('DeleteDeployment', (answered) => ({
    DeploymentId: answered('deployment.DeploymentId'),
  })),
  of('GetDeployments'),
  of('GetStages'),
  of('DeleteStage', { StageName: 'dev' }),
  of('DeleteStage', { StageName: 'dev' }),
  [
    'GetTags',
    (answered) => ({
      ResourceArn: `arn:aws:apigateway:us-east-1::/apis/${String(answered('api.ApiId'))}`,
    }),
  ],
  ['GetTags', { ResourceArn: 'arn:aws:apigateway:us-east-1::/apis/missing' }],
  of('DeleteApi'),
  of('DeleteApi'),
  of('GetRoutes'),
];

const AUDIENCES = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);
const jwt = (Audience: readonly string[], Issuer = ISSUER) => ({
  JwtConfiguration: { Audience, Issuer },
});
const apiArn = (answered: Answered, rest = '') =>
  `arn:aws:apigateway:us-east-1::/apis/${String(answered('api.ApiId'))}${rest}`;
const tagging = (rest: string): readonly Step[] => [
  [
    'TagResource',
    (answered) => ({ ResourceArn: apiArn(answered, rest), Tags: { a: '1', b: '2' } }),
  ],
  ['UntagResource', (answered) => ({ ResourceArn: apiArn(answered, rest), TagKeys: ['a', 'c'] })],
  ['GetTags', (answered) => ({ ResourceArn: apiArn(answered, rest) })],
];
const withId = (operation: string, kind: string, more: object = {}, as = kind): Step =>
  id(operation, (answered) => ({ [`${kind}Id`]: answered(`${as}.${kind}Id`), ...more }));
const log = (DestinationArn: string, Format = '$context.requestId') =>
  of('UpdateStage', { StageName: 'log', AccessLogSettings: { DestinationArn, Format } });
const GROUP = 'arn:aws:logs:us-east-1:000000000000:log-group:g';

const edges: readonly Step[] = [
  ['CreateApi', { Name: 'a', ProtocolType: 'HTTP' }, 'api'],
  ['CreateApi', { Name: 'b', ProtocolType: 'HTTP', RouteKey: 'GET /' }],
  ['CreateApi', { Name: 'b', ProtocolType: 'HTTP', CredentialsArn: 'arn' }],
  ['CreateApi', { Name: 'b', ProtocolType: 'HTTP', DisableExecuteApiEndpoint: true }],
  ['GetApis', { MaxResults: '1' }, 'page'],
  ['GetApis', (answered) => ({ MaxResults: '1', NextToken: answered('page.NextToken') })],
  ['GetApis', { MaxResults: 'x' }],
  of('UpdateApi', { Target: FUNCTION }),
  of('UpdateApi', { CorsConfiguration: { AllowOrigins: ['*'], AllowCredentials: true } }),
  of('UpdateApi', { Description: 'd', Version: '1' }),
  ...tagging(''),
  ...[49, 50, 30_000, 30_001].map((TimeoutInMillis) => integration({ TimeoutInMillis })),
  integration({}, 'Integration'),
  integration({ IntegrationMethod: 'POST', Description: 'd' }, 'Unused'),
  withId('UpdateIntegration', 'Integration', { TimeoutInMillis: 49 }),
  of('GetIntegrations', { MaxResults: '1' }, 'page'),
  id('GetIntegrations', (answered) => ({ NextToken: answered('page.NextToken') })),
  of('GetIntegration', { IntegrationId: 'missing' }),
  ...[49, 50, 30_000, 30_001].map((TimeoutInMillis) =>
    withId('UpdateIntegration', 'Integration', { TimeoutInMillis }, 'Unused'),
  ),
  withId('DeleteIntegration', 'Integration', {}, 'Unused'),
  withId('DeleteIntegration', 'Integration', {}, 'Unused'),
  ...[0, 1, 50, 51].map((count) => authorizer(jwt(AUDIENCES(count)))),
  authorizer(jwt(['a'], '')),
  authorizer({ IdentitySource: ['$request.querystring.token'], Name: 'query' }, 'Query'),
  authorizer({ IdentitySource: ['$request.body.token'] }),
  authorizer({ IdentitySource: ['$request.header.a', '$request.header.b'] }),
  authorizer({ IdentitySource: undefined }),
  authorizer({}, 'Authorizer'),
  withId('UpdateAuthorizer', 'Authorizer', { Name: 'renamed' }),
  withId('UpdateAuthorizer', 'Authorizer', jwt([])),
  withId('GetAuthorizer', 'Authorizer'),
  of('GetAuthorizer', { AuthorizerId: 'missing' }),
  of('GetAuthorizers', { MaxResults: '1' }, 'page'),
  id('GetAuthorizers', (answered) => ({ NextToken: answered('page.NextToken') })),
  stage('early', { AutoDeploy: true }),
  { advanceSeconds: 1 },
  withId('DeleteAuthorizer', 'Authorizer', {}, 'Query'),
  withId('GetAuthorizer', 'Authorizer', {}, 'Query'),
  of('GetStage', { StageName: 'early' }),
  of('CreateDeployment'),
  of('CreateRoute', { RouteKey: 'GET /x', ApiKeyRequired: true }),
  of('CreateRoute', { RouteKey: 'GET /x', RequestParameters: {} }),
  of('CreateRoute', { RouteKey: 'GET /x', RequestModels: {} }),
  of('CreateRoute', { RouteKey: 'GET /x', AuthorizationType: 'CUSTOM' }),
  of('CreateRoute', { RouteKey: 'GET /x', Target: 'missing' }),
  ...['GET x', 'GET  /x', 'GET /x y', 'get /x', '/x', 'GET /{a+}/b', 'GET /{a b}', ''].map(
    (RouteKey) => of('CreateRoute', { RouteKey }),
  ),
  ...['ANY /{a+}', 'GET /{a}/{b}', 'PATCH /', 'OPTIONS /x.y-z:w/{a.b}'].map((RouteKey) =>
    of('CreateRoute', { RouteKey }),
  ),
  ...[10, 11].map((count) =>
    id('CreateRoute', (answered) => ({
      RouteKey: `POST /${count}`,
      AuthorizationType: 'JWT',
      AuthorizerId: answered('Authorizer.AuthorizerId'),
      AuthorizationScopes: AUDIENCES(count),
      Target: `integrations/${String(answered('Integration.IntegrationId'))}`,
    })),
  ),
  withId('DeleteAuthorizer', 'Authorizer'),
  withId('DeleteIntegration', 'Integration'),
  of('CreateRoute', { RouteKey: 'GET /y', OperationName: 'y' }, 'Route'),
  { advanceSeconds: 1 },
  withId('UpdateRoute', 'Route', { RouteKey: 'POST /10' }),
  withId('UpdateRoute', 'Route', { RouteKey: 'GET /y' }),
  of('GetStage', { StageName: 'early' }),
  withId('UpdateRoute', 'Route', { RouteKey: 'GET /z' }),
  of('GetRoute', { RouteId: 'missing' }),
  of('GetRoutes', { MaxResults: '2' }, 'page'),
  id('GetRoutes', (answered) => ({ NextToken: answered('page.NextToken') })),
  withId('DeleteRoute', 'Route'),
  withId('DeleteRoute', 'Route'),
  of('CreateDeployment', { Description: 'first' }, 'Deployment'),
  of('CreateDeployment', { StageName: 'missing' }),
  withId('GetDeployment', 'Deployment'),
  of('GetDeployment', { DeploymentId: 'missing' }),
  ...['a'.repeat(128), 'a'.repeat(129), 'a.b', '$other'].map((name) => stage(name)),
  id('CreateStage', (answered) => ({
    StageName: 'both',
    AutoDeploy: true,
    DeploymentId: answered('Deployment.DeploymentId'),
  })),
  id('CreateStage', (answered) => ({
    StageName: 'given',
    DeploymentId: answered('Deployment.DeploymentId'),
    Description: 'd',
  })),
  stage('certified', { ClientCertificateId: 'c' }),
  ...[0, 10_000, 10_001].map((ThrottlingRateLimit) =>
    of('UpdateStage', { StageName: 'given', DefaultRouteSettings: { ThrottlingRateLimit } }),
  ),
  of('UpdateStage', {
    StageName: 'given',
    DefaultRouteSettings: { ThrottlingBurstLimit: -1 },
  }),
  of('UpdateStage', {
    StageName: 'given',
    RouteSettings: { 'POST /10': { ThrottlingRateLimit: 10_001 } },
  }),
  of('UpdateStage', { StageName: 'given', RouteSettings: { 'POST /10': {} } }),
  of('UpdateStage', { StageName: 'given', RouteSettings: { 'ANY /{a+}': {} } }),
  of('DeleteRouteSettings', { StageName: 'given', RouteKey: 'POST /10' }),
  of('GetStage', { StageName: 'given' }),
  stage('log'),
  log(GROUP),
  log(`${GROUP}:*`),
  log('arn:aws:logs:us-east-1:000000000000:log-stream:g'),
  log(GROUP, 'x'.repeat(3_072)),
  log(GROUP, 'x'.repeat(3_073)),
  of('GetStages', { MaxResults: '2' }, 'page'),
  id('GetStages', (answered) => ({ NextToken: answered('page.NextToken') })),
  ...tagging('/stages/given'),
  ...tagging('/stages/missing'),
  ...tagging('/routes/x'),
  withId('DeleteDeployment', 'Deployment'),
  of('DeleteStage', { StageName: 'given' }),
  withId('DeleteDeployment', 'Deployment'),
  withId('DeleteDeployment', 'Deployment'),
];

/** Functions that answer what the transcript says, by the path of the request. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  text: 'text',
  object: { a: 1 },
  null: null,
  list: [1],
  200: { statusCode: 200 },
  string: { statusCode: '201', body: 'b' },
  199: { statusCode: 199 },
  599: { statusCode: 599 },
  600: { statusCode: 600 },
  half: { statusCode: 200.5 },
  bodyless: { statusCode: 200, body: null },
  number: { statusCode: 200, body: 1 },
  204: { statusCode: 204, body: 'dropped', headers: { a: 'b' } },
  304: { statusCode: 304, body: 'dropped' },
  base64: { statusCode: 200, body: 'aGk=', isBase64Encoded: true },
  headers: {
    statusCode: 200,
    headers: { 'Content-Type': 'a/b', 'X-N': 1, 'X-Null': null, Connection: 'close' },
    cookies: ['a=1', 'b=2'],
  },
  'header-list': { statusCode: 200, headers: [] },
  'header-object': { statusCode: 200, headers: { a: {} } },
  'header-name': { statusCode: 200, headers: { 'a b': '1' } },
  'header-value': { statusCode: 200, headers: { a: 'b\nc' } },
  'header-tab': { statusCode: 200, headers: { a: 'b\tc' } },
  'header-unicode': { statusCode: 200, headers: { a: '\u0100' } },
  cookie: { statusCode: 200, cookies: 'a=1' },
};

/** Errors that Lambda refuses with. */
const ERRORS = ['TooManyRequestsException', 'RequestTooLargeException', 'ServiceException'];

const lambda: ServiceFactory = () => ({
  name: 'lambda',
  operations: {
    Invoke: {
      permissions: ({ FunctionName }: { readonly FunctionName?: string }) => [
        { action: 'lambda:InvokeFunction', resource: FunctionName ?? '' },
      ],
      async run({ Payload, FunctionName }: { Payload?: Uint8Array; FunctionName?: string }) {
        const event = JSON.parse(Buffer.from(Payload ?? []).toString()) as { rawPath: string };
        const name = event.rawPath.slice(1);
        if (ERRORS.includes(name)) throw new ServiceError(name, 'refused', { status: 429 });
        if (name === 'failed') return { Payload: Buffer.from('{}'), FunctionError: 'Unhandled' };
        if (name === 'broken') return { Payload: Buffer.from('{') };
        const answer = Object.hasOwn(ANSWERS, name) ? ANSWERS[name] : { FunctionName, event };
        return { Payload: Buffer.from(JSON.stringify(answer)) };
      },
    },
  },
  resourcePolicy: () => ({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: '*',
    },
  }),
  accessDenied: (message) => new ServiceError('AccessDeniedException', message, { status: 403 }),
});

const ask = (target: string, more: Omit<Sent, 'url'> = {}): Step => ({
  web: (answered) => ({
    url: `${String(answered('api.ApiId'))}.execute-api.us-east-1.amazonaws.com${target}`,
    ...more,
  }),
});

const route = (RouteKey: string): Step =>
  id('CreateRoute', (answered) => ({
    RouteKey,
    Target: `integrations/${String(answered('integration.IntegrationId'))}`,
  }));

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
const requests: readonly Step[] = [
  ['CreateApi', { Name: 'a', ProtocolType: 'HTTP' }, 'api'],
  integration({ IntegrationUri: `${FUNCTION}_\${stageVariables.name}:1` }, 'integration'),
  route('ANY /{proxy+}'),
  route('GET /given/{id}'),
  ask('/text'),
  stage('$default', { AutoDeploy: true, StageVariables: { name: 'v' } }),
  ...[...Object.keys(ANSWERS), 'failed', 'broken', ...ERRORS].map((name) => ask(`/${name}`)),
  ask('/event?a=1&b=2&a=3&c', {
    method: 'POST',
    headers: [
      ['content-type', 'text/plain'],
      ['cookie', 'c=1; d=2'],
      ['user-agent', 'agent'],
      ['x-a', '1'],
      ['x-a', '2'],
      ['x-amzn-trace-id', 'Root=1-00000000-000000000000000000000000'],
    ],
    body: 'text',
  }),
  ...[1_024, 1_025].map((length) =>
    ask('/event', { method: 'POST', headers: [['x-amzn-trace-id', 'x'.repeat(length)]] }),
  ),
  ask('/event', { method: 'PUT', body: Buffer.from([255]) }),
  ask('/given/a%20b'),
  ask('/given/'),
  ask('/'),
  ask('/%zz'),
  of('UpdateApi', { DisableExecuteApiEndpoint: true }),
  ask('/text'),
];

const LISTENER = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/l/1/2';
const ofLink = (operation: string, more: object = {}): Step => [
  operation,
  (answered) => ({ VpcLinkId: answered('link.VpcLinkId'), ...more }),
];
const privately = (more: object, as?: string): Step => [
  'CreateIntegration',
  (answered) => ({
    ApiId: answered('api.ApiId'),
    IntegrationType: 'HTTP_PROXY',
    IntegrationMethod: 'ANY',
    IntegrationUri: LISTENER,
    PayloadFormatVersion: '1.0',
    ConnectionType: 'VPC_LINK',
    ConnectionId: answered('link.VpcLinkId'),
    ...more,
  }),
  as,
];

const links: readonly Step[] = [
  ['CreateVpcLink', { SubnetIds: ['a'] }],
  ['CreateVpcLink', { Name: 'l', SubnetIds: [] }],
  ['CreateVpcLink', { Name: 'l', SubnetIds: ['a', 'b'], Tags: { team: 'ml' } }, 'link'],
  ['CreateVpcLink', { Name: 'm', SubnetIds: ['a'], SecurityGroupIds: ['sg'] }],
  ofLink('GetVpcLink'),
  ofLink('UpdateVpcLink', { Name: 'renamed' }),
  ofLink('UpdateVpcLink'),
  ...['GetVpcLink', 'UpdateVpcLink', 'DeleteVpcLink'].map(
    (operation): Step => [operation, { VpcLinkId: 'missing' }],
  ),
  ['GetVpcLinks', { MaxResults: '1' }, 'page'],
  ['GetVpcLinks', (answered) => ({ NextToken: answered('page.NextToken') })],
  ['CreateApi', { Name: 'a', ProtocolType: 'HTTP' }, 'api'],
  ...[
    { IntegrationType: 'MOCK' },
    { ConnectionType: 'INTERNET' },
    { ConnectionType: undefined },
    { ConnectionId: 'missing' },
    { ConnectionId: undefined },
    { IntegrationMethod: undefined },
    { PayloadFormatVersion: '2.0' },
    { PayloadFormatVersion: undefined },
    { IntegrationUri: FUNCTION },
    { IntegrationUri: `x${LISTENER}` },
    ...[
      { CredentialsArn: 'a' },
      { RequestParameters: { 'overwrite:path': '/' } },
      { ResponseParameters: { '200': { 'overwrite:statuscode': '201' } } },
      { RequestTemplates: { $default: '' } },
    ],
  ].map((more) => privately(more)),
  integration({ ConnectionId: 'c' }),
  integration({ TlsConfig: { ServerNameToVerify: 'a' } }),
  privately({}, 'private'),
  of('GetIntegrations'),
  ofLink('DeleteVpcLink'),
  id('DeleteIntegration', (answered) => ({
    IntegrationId: answered('private.IntegrationId'),
  })),
  ofLink('DeleteVpcLink'),
  ofLink('GetVpcLink'),
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: ten.
  ...Array.from(
    { length: 10 },
    (_, index): Step => ['CreateVpcLink', { Name: `l${index}`, SubnetIds: ['a'] }],
  ),
  authorizer({}, 'authorizer'),
  id('CreateRoute', (answered) => ({
    RouteKey: 'GET /x',
    AuthorizationType: 'JWT',
    AuthorizerId: answered('authorizer.AuthorizerId'),
  })),
  id('DeleteAuthorizer', (answered) => ({
    AuthorizerId: answered('authorizer.AuthorizerId'),
  })),
];

// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/
describe('API Gateway answers as in the transcript of', () => {
  it.each([
    ['apigatewayv2', steps],
    ['edges', edges],
    ['requests', requests],
    ['links', links],
  ])('%s', async (name, asked) => {
    const factories = [createApiGatewayV2Service, lambda];
    const transcript = await transcriptOf('apigatewayv2', factories, asked);

    await expect(transcript).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
describe('an API has at most', () => {
  it.each<[count: number, operation: string, input: (index: number) => object]>([
    [300, 'CreateRoute', (index) => ({ RouteKey: `GET /${index}` })],
    [
      300,
      'CreateIntegration',
      () => ({
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: FUNCTION,
        PayloadFormatVersion: '2.0',
      }),
    ],
    [
      10,
      'CreateAuthorizer',
      () => ({
        Name: 'jwt',
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        ...jwt(['client']),
      }),
    ],
    [10, 'CreateStage', (index) => ({ StageName: `s${index}` })],
  ])('%i of %s', async (count, operation, inputOf) => {
    const bench = new ApiBench();
    const { ApiId } = await bench.call('CreateApi', { Name: 'a', ProtocolType: 'HTTP' });
    const create = (index: number) => bench.call(operation, { ApiId, ...inputOf(index) });
    for (let index = 0; index < count; index += 1) await create(index);

    await expect(create(count)).rejects.toMatchObject({ code: 'TooManyRequestsException' });
    await bench.cloud.stop();
  });
});
