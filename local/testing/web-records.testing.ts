import type { Cloud } from '../cloud/cloud.ts';
import type { ServiceName } from '../cloud/service-name.ts';

const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:f';

/** Ids that AWS gave, by the name of the answer's member. */
type Ids = Readonly<Record<string, string>>;
type Call = (operation: string, input: object) => Promise<never>;

/** Creates records in every table of HTTP APIs, user pools and distributions. */
export async function createWebRecords(cloud: Cloud): Promise<void> {
  await createHttpApi(callsOf(cloud, 'apigatewayv2'));
  await createUserPool(callsOf(cloud, 'cognito-idp'));
  await createDistribution(callsOf(cloud, 'cloudfront'));
}

function callsOf(cloud: Cloud, service: ServiceName): Call {
  return (operation, input) => cloud.call(ROOT, service, operation, input);
}

async function createHttpApi(call: Call): Promise<void> {
  const { ApiId = '' } = (await call('CreateApi', { Name: 'a', ProtocolType: 'HTTP' })) as Ids;
  const { IntegrationId } = (await call('CreateIntegration', {
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: FUNCTION_ARN,
    PayloadFormatVersion: '2.0',
  })) as Ids;
  await call('CreateAuthorizer', {
    ApiId,
    Name: 'tokens',
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Audience: ['me'], Issuer: 'https://example.com' },
  });
  await call('CreateRoute', { ApiId, RouteKey: 'GET /a', Target: `integrations/${IntegrationId}` });
  await call('CreateDeployment', { ApiId });
  await call('CreateStage', { ApiId, StageName: 'test' });
}

async function createUserPool(call: Call): Promise<void> {
  const { UserPool } = (await call('CreateUserPool', { PoolName: 'p' })) as {
    UserPool: { Id: string };
  };
  const UserPoolId = UserPool.Id;
  await call('CreateResourceServer', {
    UserPoolId,
    Identifier: 'files',
    Name: 'files',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'Reads' }],
  });
  const { UserPoolClient } = (await call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'site',
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })) as { UserPoolClient: { ClientId: string } };
  const { ClientId } = UserPoolClient;
  await call('CreateUserPoolDomain', { UserPoolId, Domain: 'p', ManagedLoginVersion: 2 });
  await call('CreateManagedLoginBranding', {
    UserPoolId,
    ClientId,
    UseCognitoProvidedValues: true,
  });
  await call('CreateGroup', { UserPoolId, GroupName: 'readers' });
  const user = { UserPoolId, Username: 'ada' };
  const Password = 'Correct-horse-1';
  await call('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS' });
  await call('AdminSetUserPassword', { ...user, Password, Permanent: true });
  await call('AdminAddUserToGroup', { ...user, GroupName: 'readers' });
  await call('AdminInitiateAuth', {
    UserPoolId,
    ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD: Password },
  });
}

async function createDistribution(call: Call): Promise<void> {
  await call('CreateOriginAccessControl', {
    OriginAccessControlConfig: {
      Name: 'c',
      SigningProtocol: 'sigv4',
      SigningBehavior: 'always',
      OriginAccessControlOriginType: 's3',
    },
  });
  await call('CreateCachePolicy', { CachePolicyConfig: { Name: 'short', MinTTL: 1 } });
  await call('CreateOriginRequestPolicy', {
    OriginRequestPolicyConfig: {
      Name: 'all',
      HeadersConfig: { HeaderBehavior: 'allViewer' },
      CookiesConfig: { CookieBehavior: 'all' },
      QueryStringsConfig: { QueryStringBehavior: 'all' },
    },
  });
  await call('CreateResponseHeadersPolicy', { ResponseHeadersPolicyConfig: { Name: 'plain' } });
  await call('CreateFunction', {
    Name: 'same',
    FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
    FunctionCode: Buffer.from('function handler(event) { return event.request; }'),
  });
  const { Distribution } = (await call('CreateDistribution', {
    DistributionConfig: {
      CallerReference: 'once',
      Comment: '',
      Enabled: true,
      Origins: {
        Quantity: 1,
        Items: [
          {
            Id: 'o',
            DomainName: 'data.s3.us-east-1.amazonaws.com',
            S3OriginConfig: { OriginAccessIdentity: '' },
          },
        ],
      },
      DefaultCacheBehavior: {
        TargetOriginId: 'o',
        ViewerProtocolPolicy: 'allow-all',
        CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
      },
    },
  })) as { Distribution: { Id: string } };
  await call('CreateInvalidation', {
    DistributionId: Distribution.Id,
    InvalidationBatch: { CallerReference: 'once', Paths: { Quantity: 1, Items: ['/*'] } },
  });
}
