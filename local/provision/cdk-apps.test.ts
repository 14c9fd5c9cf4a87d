import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, CfnResource, CustomResource, Fn, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
  Provider,
} from 'aws-cdk-lib/custom-resources';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { serviceFactories } from '../services/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { type ProvisionReport, provision, readAssembly, stackTable } from './index.ts';
import { call } from './resource-type.ts';

let runtime: TestRuntime;
let folder: string;

beforeAll(async () => {
  runtime = await startTestRuntime(serviceFactories);
});
afterAll(() => runtime.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-cdk-apps-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function newApp(): App {
  return new App({ outdir: folder, analyticsReporting: false });
}

/** Synthesizes the app with the CDK and provisions it. */
function deploy(app: App): Promise<ProvisionReport> {
  app.synth();
  return provision(runtime.cloud, readAssembly(folder));
}

function outputsOf(stackName: string): Readonly<Record<string, string>> {
  const { outputs = [] } = stackTable(runtime.cloud).get(stackName) ?? {};
  return Object.fromEntries(outputs.map(({ key, value }) => [key, value]));
}

/** A handler of an app, as AWS's guide to custom resources shows it with the module cfn-response. */
function handlerOf(stack: Stack, source: string, runtimeOfHandler = Runtime.NODEJS_22_X) {
  return new LambdaFunction(stack, 'Handler', {
    runtime: runtimeOfHandler,
    handler: 'index.handler',
    code: Code.fromInline(source),
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html */
const CFN_RESPONSE = `
const https = require('https');
const url = require('url');
function send(event, data) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({
      Status: 'SUCCESS', PhysicalResourceId: 'physical', StackId: event.StackId,
      RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, Data: data,
    });
    const { hostname, path } = url.parse(event.ResponseURL);
    const options = { hostname, port: 443, path, method: 'PUT', headers: { 'content-type': '', 'content-length': body.length } };
    const request = https.request(options, (response) => resolve(response.statusCode));
    request.on('error', reject);
    request.end(body);
  });
}
`;

it('a custom resource gets every scalar of its properties as a text', async () => {
  const app = newApp();
  const stack = new Stack(app, 'texts');
  const source = `${CFN_RESPONSE}
    exports.handler = (event) => send(event, { Seen: JSON.stringify(event.ResourceProperties.Given) });`;
  const resource = new CustomResource(stack, 'Resource', {
    serviceToken: handlerOf(stack, source).functionArn,
    properties: { Given: { Flag: true, Count: 3, List: [false, 1.5, 'text'] } },
  });
  new CfnOutput(stack, 'Seen', { value: resource.getAttString('Seen') });

  await deploy(app);

  expect(JSON.parse(outputsOf('texts')['Seen'] ?? '')).toEqual({
    Flag: 'true',
    Count: '3',
    List: ['false', '1.5', 'text'],
  });
});

it('an update has the old properties and the physical id', async () => {
  const source = `${CFN_RESPONSE}
    exports.handler = (event) => send(event, {
      Seen: [event.RequestType, event.PhysicalResourceId, event.OldResourceProperties.Value].join(' '),
    });`;
  const versionOf = (value: string) => {
    const app = newApp();
    const stack = new Stack(app, 'updated-custom');
    const create = `${CFN_RESPONSE}exports.handler = (event) => send(event, { Seen: event.RequestType });`;
    const resource = new CustomResource(stack, 'Resource', {
      serviceToken: handlerOf(stack, value === 'old' ? create : source).functionArn,
      properties: { Value: value },
    });
    new CfnOutput(stack, 'Seen', { value: resource.getAttString('Seen') });
    return app;
  };
  await deploy(versionOf('old'));
  expect(outputsOf('updated-custom')['Seen']).toBe('Create');

  await deploy(versionOf('new'));

  expect(outputsOf('updated-custom')['Seen']).toBe('Update physical old');
});

it('a Python handler answers with urllib, and with http.client on the default port', async () => {
  const app = newApp();
  const stack = new Stack(app, 'python-custom');
  const source = `
import http.client, json
from urllib.parse import urlparse
def handler(event, context):
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body = json.dumps({**body, "Status": "SUCCESS", "PhysicalResourceId": "p", "Data": {"Seen": "yes"}})
    url = urlparse(event["ResponseURL"])
    connection = http.client.HTTPSConnection(url.hostname)
    connection.request("PUT", url.path, body, {"content-type": ""})
    assert connection.getresponse().status == 200
`;
  const resource = new CustomResource(stack, 'Resource', {
    serviceToken: handlerOf(stack, source, Runtime.PYTHON_3_12).functionArn,
  });
  new CfnOutput(stack, 'Seen', { value: resource.getAttString('Seen') });

  await deploy(app);

  expect(outputsOf('python-custom')['Seen']).toBe('yes');
});

it('a bucket with eventBridgeEnabled starts: the handler of the CDK configures it', async () => {
  const app = newApp();
  const stack = new Stack(app, 'notified');
  const bucket = new Bucket(stack, 'Bucket', { eventBridgeEnabled: true });
  new CfnOutput(stack, 'Name', { value: bucket.bucketName });

  await deploy(app);

  const Bucket_ = outputsOf('notified')['Name'];
  const configuration = await call<object>(runtime, 's3', 'GetBucketNotificationConfiguration', {
    Bucket: Bucket_,
  });
  expect(configuration).toMatchObject({ EventBridgeConfiguration: {} });
});

it('an AwsCustomResource makes its call and returns the answer', async () => {
  const app = newApp();
  const stack = new Stack(app, 'called');
  const parameter = new StringParameter(stack, 'Parameter', { stringValue: 'from SSM' });
  const request = new AwsCustomResource(stack, 'Call', {
    onUpdate: {
      service: 'SSM',
      action: 'getParameter',
      parameters: { Name: parameter.parameterName },
      physicalResourceId: PhysicalResourceId.of('call'),
    },
    policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [parameter.parameterArn] }),
    installLatestAwsSdk: false,
  });
  new CfnOutput(stack, 'Value', { value: request.getResponseField('Parameter.Value') });

  await deploy(app);

  expect(outputsOf('called')['Value']).toBe('from SSM');
});

it("the CDK's provider framework answers from its state machine", async () => {
  const app = newApp();
  const stack = new Stack(app, 'waiting');
  const inline = (id: string, source: string) =>
    new LambdaFunction(stack, id, {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline(source),
    });
  const provider = new Provider(stack, 'Provider', {
    onEventHandler: inline('Begin', "exports.handler = async () => ({ PhysicalResourceId: 'p' });"),
    isCompleteHandler: inline(
      'Complete',
      "exports.handler = async () => ({ IsComplete: true, Data: { Seen: 'complete' } });",
    ),
  });
  const resource = new CustomResource(stack, 'Resource', { serviceToken: provider.serviceToken });
  new CfnOutput(stack, 'Seen', { value: resource.getAttString('Seen') });

  await deploy(app);

  expect(outputsOf('waiting')['Seen']).toBe('complete');
});

it('a reference to a resource that is not emulated is a placeholder that names it', async () => {
  const app = newApp();
  const stack = new Stack(app, 'placeholders');
  const stream = new CfnResource(stack, 'Stream', { type: 'AWS::Kinesis::Stream' });
  const reader = handlerOf(stack, 'exports.handler = async () => {};');
  new CfnResource(stack, 'Mapping', {
    type: 'AWS::Lambda::EventSourceMapping',
    properties: { EventSourceArn: stream.getAtt('Arn'), FunctionName: reader.functionName },
  });
  new CfnOutput(stack, 'StreamArn', { value: String(stream.getAtt('Arn')) });
  new CfnOutput(stack, 'StreamName', { value: stream.ref });

  const { stacks } = await deploy(app);

  expect(outputsOf('placeholders')).toMatchObject({
    StreamArn: 'arn:aws:kinesis:us-east-1:000000000000:not-emulated-AWS-Kinesis-Stream-Stream',
    StreamName: 'not-emulated-AWS-Kinesis-Stream-Stream',
  });
  expect(stacks[0]?.notEmulated).toEqual(
    expect.arrayContaining([
      'Stream: AWS::Kinesis::Stream is not emulated and was not created',
      expect.stringMatching(/^Mapping: AWS::Lambda::EventSourceMapping was not created\. .*Stream/),
    ]),
  );
  await expect(
    call(runtime, 's3', 'ListObjectsV2', { Bucket: outputsOf('placeholders')['StreamName'] }),
  ).rejects.toThrow(
    /AWS-Kinesis-Stream-Stream is a resource of the template that stepmill does not emulate/,
  );
});

it('a stack without resources is an empty stack', async () => {
  const app = newApp();
  new Stack(app, 'empty');

  const { stacks } = await deploy(app);

  expect(stacks).toMatchObject([{ stackName: 'empty', created: 0 }]);
});

it('stacks are provisioned in the order of their exports, also under names of their own', async () => {
  const app = newApp();
  const consumer = new Stack(app, 'AConsumer');
  new StringParameter(consumer, 'Parameter', { stringValue: Fn.importValue('shared-name') });
  const producer = new Stack(app, 'Producer', { stackName: 'renamed-producer' });
  const bucket = new Bucket(producer, 'Bucket');
  new CfnOutput(producer, 'Name', { value: bucket.bucketName, exportName: 'shared-name' });
  const referring = new Stack(app, 'ABefore', { stackName: 'referring' });
  new StringParameter(referring, 'Parameter', { stringValue: bucket.bucketName });

  const { stacks } = await deploy(app);

  const names = stacks.map(({ stackName }) => stackName);
  expect(names[0]).toBe('renamed-producer');
  expect(names).toHaveLength(3);
});

/** Deploys a function with a layer that has this package. */
async function deployWith(name: string) {
  rmSync(folder, { recursive: true, force: true });
  const content = join(folder, `layer-${name}`);
  const modules = join(content, 'nodejs', 'node_modules', name);
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(modules, 'index.js'), `module.exports = '${name}'`);
  const app = newApp();
  const stack = new Stack(app, 'layers');
  const layer = new LayerVersion(stack, 'Layer', { code: Code.fromAsset(content) });
  layer.addPermission('Everybody', { accountId: '*' });
  const source = `exports.handler = async () => require('${name}')`;
  const user = handlerOf(stack, source);
  user.addLayers(layer);
  new CfnOutput(stack, 'Name', { value: user.functionName });
  new CfnOutput(stack, 'LayerArn', { value: layer.layerVersionArn });
  const report = await deploy(app);
  const { Name: FunctionName, LayerArn } = outputsOf('layers');
  const { Payload } = await call<{ readonly Payload: Uint8Array }>(runtime, 'lambda', 'Invoke', {
    FunctionName,
  });
  const { Layers } = await call<{ readonly Layers: readonly unknown[] }>(
    runtime,
    'lambda',
    'ListLayers',
    {},
  );
  const { notEmulated } = report.stacks[0] ?? {};
  return { answer: String(Buffer.from(Payload)), LayerArn, layers: Layers.length, notEmulated };
}

it('a function finds what its layers contain, and another content is another version', async () => {
  const first = await deployWith('one');
  const second = await deployWith('two');

  expect(first).toMatchObject({ answer: '"one"', layers: 1, notEmulated: [] });
  expect(second).toMatchObject({ answer: '"two"', layers: 1, notEmulated: [] });
  expect([first.LayerArn, second.LayerArn]).toEqual([
    expect.stringMatching(/:layer:layers-Layer\w+-\w+:1$/),
    expect.stringMatching(/:layer:layers-Layer\w+-\w+:2$/),
  ]);
});
