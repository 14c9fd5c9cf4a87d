import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECS } from '@aws-sdk/client-ecs';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpAlbIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createScaledClock, type RunningClock } from '../host/clock.ts';
import { serviceFactories } from '../services/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { readAssembly } from './assembly.ts';
import { type ProvisionReport, provision } from './provision.ts';
import { stackTable } from './stack-record.ts';

/** The first start of an image makes its environment. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let runtime: TestRuntime;
let clock: RunningClock;
let folder: string;
let report: ProvisionReport;

const SERVER = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = os.environ["ANSWER"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`;

/** A blue/green service behind a load balancer and an HTTP API, as the CDK writes them. */
function fill(stack: Stack, answer: string): void {
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }) as ec2.IVpc;
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc, clusterName: 'serving' });
  const definition = new ecs.FargateTaskDefinition(stack, 'Definition');
  definition.addContainer('app', {
    image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/python:3.12-slim'),
    command: ['python3', '-c', SERVER],
    environment: { ANSWER: answer },
    portMappings: [{ containerPort: 8080 }],
    stopTimeout: Duration.seconds(2),
  });
  const balancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc });
  const [blue, green] = ['Blue', 'Green'].map(
    (id) =>
      new elb.ApplicationTargetGroup(stack, id, {
        vpc,
        port: 8080,
        protocol: elb.ApplicationProtocol.HTTP,
        targetType: elb.TargetType.IP,
        deregistrationDelay: Duration.seconds(5),
        healthCheck: { path: '/ping', interval: Duration.seconds(10) },
      }),
  );
  if (blue === undefined || green === undefined) throw new Error('two groups');
  const listener = balancer.addListener('Listener', {
    port: 80,
    open: false,
    defaultAction: elb.ListenerAction.fixedResponse(404),
  });
  const rule = new elb.ApplicationListenerRule(stack, 'Rule', {
    listener,
    priority: 1,
    conditions: [elb.ListenerCondition.pathPatterns(['*'])],
    action: elb.ListenerAction.weightedForward([
      { targetGroup: blue, weight: 100 },
      { targetGroup: green, weight: 0 },
    ]),
  });
  const service = new ecs.FargateService(stack, 'Service', {
    cluster: cluster as ecs.ICluster,
    taskDefinition: definition,
    serviceName: 'web',
    desiredCount: 1,
    deploymentStrategy: ecs.DeploymentStrategy.BLUE_GREEN,
    bakeTime: Duration.minutes(1),
  });
  const target = service.loadBalancerTarget({
    containerName: 'app',
    containerPort: 8080,
    alternateTarget: new ecs.AlternateTarget('Alternate', {
      alternateTargetGroup: green,
      productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(rule),
    }),
  });
  target.attachToApplicationTargetGroup(blue);
  const api = new apigateway.HttpApi(stack, 'Api');
  api.addRoutes({
    path: '/invocations',
    methods: [apigateway.HttpMethod.GET],
    integration: new HttpAlbIntegration('Integration', listener),
    authorizer: new HttpIamAuthorizer(),
  });
  new CfnOutput(stack, 'Url', { value: `http://${balancer.loadBalancerDnsName}` });
  new CfnOutput(stack, 'ApiUrl', { value: api.apiEndpoint });
}

let synthesized = 0;

async function deploy(answer: string): Promise<ProvisionReport> {
  synthesized += 1;
  const outdir = join(folder, `cdk.out-${synthesized}`);
  const app = new App({ outdir, analyticsReporting: false });
  fill(new Stack(app, 'stack'), answer);
  app.synth();
  return provision(runtime.cloud, readAssembly(outdir));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'services-'));
  clock = createScaledClock(60);
  runtime = await startTestRuntime(serviceFactories, {
    pythonFolder: process.env['STEPMILL_PYTHON_FOLDER'] ?? '.stepmill/python',
    containers: 'process',
    clock,
  });
  report = await deploy('one');
});

afterAll(async () => {
  clock.stop();
  await runtime.stop();
  rmSync(folder, { recursive: true, force: true });
});

const output = (name: string) => {
  const { outputs = [] } = stackTable(runtime.cloud).get('stack') ?? {};
  return outputs.find(({ key }) => key === name)?.value ?? '';
};

it('creates the service with all that is in front of it, and names what has no effect', async () => {
  const named = report.stacks[0]?.notEmulated.filter((line) =>
    /ElasticLoadBalancing|AWS::ECS|ApiGateway/.test(line),
  );

  expect(named).toEqual([]);
  await vi.waitFor(async () => expect(await (await fetch(output('Url'))).text()).toBe('one'), {
    timeout: 90_000,
    interval: 100,
  });
});

it('asks the service through the HTTP API and its VPC link, for callers that sign their requests', async () => {
  const url = `${runtime.endpoint}/_aws/execute-api/${/\/\/([a-z0-9]+)\./.exec(output('ApiUrl'))?.[1]}/invocations`;
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIATEST/20261130/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0';

  const signed = await fetch(url, { headers: { authorization } });
  const unsigned = await fetch(url);

  expect([signed.status, await signed.text(), unsigned.status]).toEqual([200, 'one', 403]);
});

it('deploys a changed task definition by blue/green', async () => {
  const client = new ECS(runtime.clientConfig);
  const untilDeployed = (times: number) =>
    vi.waitFor(
      async () => {
        const { serviceDeployments: all = [] } = await client.listServiceDeployments({
          cluster: 'serving',
          service: 'web',
        });
        expect(all.map(({ status }) => status)).toEqual(Array(times).fill('SUCCESSFUL'));
      },
      { timeout: 60_000, interval: 200 },
    );
  await untilDeployed(1);

  await deploy('two');

  await untilDeployed(2);
  client.destroy();
  expect(await (await fetch(output('Url'))).text()).toBe('two');
});
