import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiGatewayV2Service } from '../services/apigatewayv2/index.ts';
import { createLambdaService } from '../services/lambda/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { provision } from './provision.ts';
import type { Template } from './template.ts';

let runtime: TestRuntime;
let client: ApiGatewayV2;

beforeAll(async () => {
  runtime = await startTestRuntime([createApiGatewayV2Service, createLambdaService]);
  client = new ApiGatewayV2(runtime.clientConfig);
});

afterAll(() => runtime.stop());

const ROLE = {
  Type: 'AWS::IAM::Role',
  Properties: {
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
  },
};

const FUNCTION = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Handler: 'index.handler',
    Runtime: 'nodejs20.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: { ZipFile: 'exports.handler = async ({ rawPath }) => ({ seen: rawPath });' },
  },
};

/** As the CDK's HttpApi, HttpLambdaIntegration and HttpStage synthesize them. */
function template(routes: readonly string[], stage: object = {}): Template['Resources'] {
  const ApiId = { Ref: 'Api' };
  const routesOf = routes.map((path, index): readonly [string, object] => [
    `Route${index}`,
    {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId,
        RouteKey: `GET ${path}`,
        AuthorizationType: 'NONE',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      },
    },
  ]);
  return {
    Role: ROLE,
    Function: FUNCTION,
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'web', ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Function', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
        Principal: 'apigateway.amazonaws.com',
        SourceArn: {
          'Fn::Join': [
            '',
            ['arn:aws:execute-api:us-east-1:000000000000:', ApiId, '/*/*/runs/{id}'],
          ],
        },
      },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId, StageName: '$default', AutoDeploy: true, ...stage },
      DependsOn: routesOf.map(([name]) => name),
    },
    ...Object.fromEntries(routesOf),
  };
}

async function provisionApi(Resources: Template['Resources']): Promise<void> {
  const stack = { name: 'web', template: { Resources }, assets: [], dependencies: [] };
  await provision(runtime.cloud, { folder: '', stacks: [stack] });
}

/** The status and body of a request, to the address that the API says it has. */
async function get(path: string): Promise<readonly [number, string]> {
  const { Items: [api] = [] } = await client.getApis({});
  const { host } = new URL(api?.ApiEndpoint ?? '');
  const { hostname, port } = new URL(runtime.endpoint);
  const request = httpRequest({ hostname, port, path, headers: { host } });
  request.end();
  const [response] = await once(request, 'response');
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return [response.statusCode as number, Buffer.concat(pieces).toString()];
}

describe('an HTTP API of a template', () => {
  it('serves its function where the permission allows it, and follows updates in place', async () => {
    const throttled = { DefaultRouteSettings: { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 } };
    const logged = {
      AccessLogSettings: {
        DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:g',
        Format: '$context.requestId',
      },
      RouteSettings: { 'GET /runs/{id}': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 5 } },
    };

    await provisionApi(template(['/runs/{id}', '/other'], logged));
    const { Items: [former] = [] } = await client.getApis({});
    const answers = [await get('/runs/1'), await get('/other'), await get('/missing')];
    await provisionApi(template(['/runs/{id}'], throttled));
    const { Items: [latter] = [] } = await client.getApis({});
    const stage = await client.getStage({ ApiId: latter?.ApiId, StageName: '$default' });

    expect(answers).toEqual([
      [200, '{"seen":"/runs/1"}'],
      [500, '{"message":"Internal Server Error"}'],
      [404, '{"message":"Not Found"}'],
    ]);
    expect(former?.ApiEndpoint).toMatch(
      /^http:\/\/[a-z0-9]{10}\.execute-api\.us-east-1\.localhost:\d+$/,
    );
    expect(latter?.ApiId).toBe(former?.ApiId);
    expect(stage).toMatchObject({ RouteSettings: {}, ...throttled });
    expect(stage.AccessLogSettings).toBeUndefined();
    expect(await get('/runs/1')).toEqual([429, '{"message":"Too Many Requests"}']);
    expect(await get('/other')).toEqual([404, '{"message":"Not Found"}']);
  });

  it('is removed with its stack', async () => {
    await provisionApi({ Role: ROLE });

    expect((await client.getApis({})).Items).toEqual([]);
  });
});
