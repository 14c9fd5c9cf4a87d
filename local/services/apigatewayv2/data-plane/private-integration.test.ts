import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Principal } from '../../../cloud/principal.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/cloud.testing.ts';
import { createElasticLoadBalancingV2Service } from '../../elasticloadbalancingv2/index.ts';
import { createApiGatewayV2Service } from '../index.ts';

const ROOT: Principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };

const SLOW_MS = 200;

let runtime: TestRuntime;
let api: ApiGatewayV2;
let elb: ElasticLoadBalancingV2;
let server: Server;
let listener = '';
let VpcLinkId = '';
let ApiId = '';

beforeAll(async () => {
  runtime = await startTestRuntime([
    createElasticLoadBalancingV2Service,
    createApiGatewayV2Service,
  ]);
  api = new ApiGatewayV2(runtime.clientConfig);
  elb = new ElasticLoadBalancingV2(runtime.clientConfig);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers, method, url } = request;
      if (url === '/broken') {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half');
        return setImmediate(() => response.destroy());
      }
      if (url === '/big') return response.end(Buffer.alloc(11 * 1024 * 1024));
      response.setHeader('x-from', 'target');
      if (url === '/slow') return setTimeout(() => response.end(), SLOW_MS);
      return response.end(
        JSON.stringify({ method, url, headers, bytes: Buffer.concat(chunks).byteLength }),
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  listener = await createListener();
  ({ VpcLinkId = '' } = await api.createVpcLink({ Name: 'link', SubnetIds: ['a', 'b'] }));
  ({ ApiId = '' } = await api.createApi({ Name: 'serving', ProtocolType: 'HTTP' }));
  await api.createStage({ ApiId, StageName: '$default', AutoDeploy: true });
  const { IntegrationId } = await api.createIntegration(integration());
  const Target = `integrations/${IntegrationId}`;
  await api.createRoute({ ApiId, RouteKey: 'ANY /{proxy+}', Target });
  await api.createRoute({
    ApiId,
    RouteKey: 'POST /invocations',
    AuthorizationType: 'AWS_IAM',
    Target,
  });
  await createRoles();
});

afterAll(async () => {
  api.destroy();
  elb.destroy();
  await runtime.stop();
  server.close();
  server.closeAllConnections();
});

const integration = () => ({
  ApiId,
  IntegrationType: 'HTTP_PROXY' as const,
  IntegrationMethod: 'ANY',
  IntegrationUri: listener,
  ConnectionType: 'VPC_LINK' as const,
  ConnectionId: VpcLinkId,
  PayloadFormatVersion: '1.0',
});

async function createListener(): Promise<string> {
  const { LoadBalancers: [balancer] = [] } = await elb.createLoadBalancer({
    Name: 'front',
    Subnets: ['a', 'b'],
    Scheme: 'internal',
  });
  const { TargetGroups: [group] = [] } = await elb.createTargetGroup({
    Name: 'group',
    Port: 80,
    Protocol: 'HTTP',
    TargetType: 'ip',
    VpcId: 'v',
  });
  const TargetGroupArn = group?.TargetGroupArn;
  const { Listeners: [created] = [] } = await elb.createListener({
    LoadBalancerArn: balancer?.LoadBalancerArn,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn }],
  });
  const { port } = server.address() as AddressInfo;
  await elb.registerTargets({ TargetGroupArn, Targets: [{ Id: '127.0.0.1', Port: port }] });
  await vi.waitFor(
    async () => {
      const { TargetHealthDescriptions: [found] = [] } = await elb.describeTargetHealth({
        TargetGroupArn,
      });
      expect(found?.TargetHealth?.State).toBe('healthy');
    },
    { timeout: 10_000 },
  );
  return created?.ListenerArn ?? '';
}

async function createRoles(): Promise<void> {
  for (const [RoleName, path] of [
    ['allowed', 'POST/invocations'],
    ['other', 'GET/other'],
  ] as const) {
    await runtime.cloud.call(ROOT, 'iam', 'CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Statement: [
          { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' },
        ],
      }),
    });
    await runtime.cloud.call(ROOT, 'iam', 'PutRolePolicy', {
      RoleName,
      PolicyName: 'invoke',
      PolicyDocument: JSON.stringify({
        Statement: [
          {
            Effect: 'Allow',
            Action: 'execute-api:Invoke',
            Resource: `arn:aws:execute-api:us-east-1:000000000000:${ApiId}/$default/${path}`,
          },
        ],
      }),
    });
  }
}

const ask = (path: string, init?: RequestInit) =>
  fetch(`${runtime.endpoint}/_aws/execute-api/${ApiId}${path}`, init);

it('sends a request through the link to a target of the listener', async () => {
  const answer = await ask('/models/a%20b?v=1', { method: 'POST', body: 'rows' });

  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-from')).toBe('target');
  expect(await answer.json()).toMatchObject({
    method: 'POST',
    url: '/models/a%20b?v=1',
    bytes: 4,
    headers: {
      forwarded: expect.stringMatching(/^by=.*;for=127\.0\.0\.1;host=.*;proto=https$/),
      'x-forwarded-for': '127.0.0.1',
    },
  });
});

it('reaches a listener of HTTPS, whose certificate has no effect here', async () => {
  const { Listeners: [plain] = [] } = await elb.describeListeners({ ListenerArns: [listener] });
  const { Listeners: [secure] = [] } = await elb.createListener({
    LoadBalancerArn: plain?.LoadBalancerArn,
    Port: 443,
    Protocol: 'HTTPS',
    Certificates: [{ CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/a' }],
    DefaultActions: plain?.DefaultActions,
  });
  const { IntegrationId } = await api.createIntegration({
    ...integration(),
    IntegrationUri: secure?.ListenerArn,
    TlsConfig: { ServerNameToVerify: 'models.example.com' },
  });
  const Target = `integrations/${IntegrationId}`;
  await api.createRoute({ ApiId, RouteKey: 'GET /secure', Target });

  expect((await ask('/secure')).headers.get('x-from')).toBe('target');
});

it('waits for its timeout in real time, however fast the clock of the runtime is', async () => {
  const { IntegrationId } = await api.createIntegration({
    ...integration(),
    TimeoutInMillis: SLOW_MS / 2,
  });
  await api.createRoute({
    ApiId,
    RouteKey: 'GET /slow',
    Target: `integrations/${IntegrationId}`,
  });
  const late = await ask('/slow');
  await api.updateIntegration({ ApiId, IntegrationId, TimeoutInMillis: 30_000 });
  const { clock } = runtime.cloud;
  const setTimer = clock.setTimer.bind(clock);
  const faster = vi
    .spyOn(clock, 'setTimer')
    .mockImplementation((delayMs, callback) => setTimer(delayMs / 1_000, callback));
  const inTime = await ask('/slow').finally(() => faster.mockRestore());

  expect([late.status, await late.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  expect(inTime.status).toBe(200);
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
it('refuses more than 10 MB in either direction', async () => {
  const sent = await ask('/models', { method: 'POST', body: Buffer.alloc(20 * 1024 * 1024) });
  const received = await ask('/big');

  expect([sent.status, await sent.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  expect([received.status, await received.json()]).toEqual([
    500,
    { message: 'Internal Server Error' },
  ]);
});

it('answers with its own error when the target breaks off in the middle of its answer', async () => {
  const answer = await ask('/broken');

  expect([answer.status, await answer.json()]).toEqual([500, { message: 'Internal Server Error' }]);
});

it('sends a path as it was encoded, with a number sign too', async () => {
  expect(await (await ask('/a%23b%3Dc')).json()).toMatchObject({ url: '/a%23b=c' });
});

it('answers 502 to a method that HTTP cannot carry', async () => {
  const { IntegrationId } = await api.createIntegration({
    ...integration(),
    IntegrationMethod: 'GET /\r\nx: y',
  });
  await api.createRoute({ ApiId, RouteKey: 'GET /odd', Target: `integrations/${IntegrationId}` });

  expect((await ask('/odd')).status).toBe(502);
});

const credential = (key: string) =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261130/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0`;

async function signedAs(RoleName: string | undefined): Promise<Readonly<Record<string, string>>> {
  if (RoleName === undefined) return { authorization: credential('AKIATEST') };
  const { Credentials } = await runtime.cloud.call<{
    readonly Credentials: { readonly AccessKeyId: string; readonly SessionToken: string };
  }>(ROOT, 'sts', 'AssumeRole', {
    RoleArn: `arn:aws:iam::000000000000:role/${RoleName}`,
    RoleSessionName: 'test',
  });
  return {
    authorization: credential(Credentials.AccessKeyId),
    'x-amz-security-token': Credentials.SessionToken,
  };
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
it('lets in who may invoke the route, and does not pass the signature on', async () => {
  const statuses = [];
  for (const headers of [
    {},
    await signedAs('other'),
    await signedAs('allowed'),
    await signedAs(undefined),
  ]) {
    const answer = await ask('/invocations', { method: 'POST', body: '1,2', headers });
    const body = (await answer.json()) as { headers?: Record<string, string>; message?: string };
    statuses.push([answer.status, body.message, body.headers?.['authorization']]);
  }
  const unknown = await ask('/invocations', {
    method: 'POST',
    headers: { ...(await signedAs('allowed')), 'x-amz-security-token': 'wrong' },
  });

  expect(statuses).toEqual([
    [403, 'Forbidden', undefined],
    [403, 'Forbidden', undefined],
    [200, undefined, undefined],
    [200, undefined, undefined],
  ]);
  expect(unknown.status).toBe(403);
});

it('refuses integrations that reach nothing, and the removal of a link that is in use', async () => {
  const bad = [
    { ...integration(), ConnectionId: 'none' },
    { ...integration(), IntegrationUri: 'http://example.com' },
    { ...integration(), ConnectionType: 'INTERNET' as const },
  ];
  const codes = [];
  for (const input of bad) {
    codes.push(await api.createIntegration(input).catch((error: Error) => error.name));
  }

  expect(codes).toEqual(['NotFoundException', 'BadRequestException', 'NotImplemented']);
  await expect(api.deleteVpcLink({ VpcLinkId })).rejects.toThrow('is referenced by integration');
  expect((await api.getVpcLinks({})).Items).toMatchObject([
    { VpcLinkId, VpcLinkStatus: 'AVAILABLE', VpcLinkVersion: 'V2', SubnetIds: ['a', 'b'] },
  ]);
});
