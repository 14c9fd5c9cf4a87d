import { cbor } from '@smithy/core/cbor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime([]);
});

afterAll(() => runtime.stop());

interface Sent {
  readonly signedFor: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

async function send({ signedFor, path = '/', method = 'POST', headers = {}, body }: Sent) {
  const response = await fetch(`${runtime.endpoint}${path}`, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=AKID/20261120/us-east-1/${signedFor}/aws4_request, SignedHeaders=host, Signature=x`,
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const requestId = response.headers.get('x-amzn-requestid') ?? '';
  expect(requestId).toMatch(/^[\da-f-]{36}$/);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    errorType: response.headers.get('x-amzn-errortype'),
    bytes: new Uint8Array(await response.arrayBuffer()),
    requestId,
  };
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const sentence = (name: string) =>
  `stepmill has no service ${name}. Nothing was done. docs/local.md lists what there is.`;
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

describe('a service that is not there is refused as it would answer', () => {
  it('in AWS Query: ErrorResponse', async () => {
    const answer = await send({
      signedFor: 'autoscaling',
      headers: form,
      body: 'Action=DescribeAutoScalingGroups&Version=2011-01-01',
    });

    expect(answer).toMatchObject({ status: 501, type: 'text/xml' });
    expect(text(answer.bytes)).toBe(
      `<ErrorResponse xmlns=""><Error><Type>Sender</Type><Code>NotImplemented</Code><Message>${sentence('autoscaling')}</Message></Error><RequestId>${answer.requestId}</RequestId></ErrorResponse>`,
    );
  });

  it('in AWS Query by GET, too', async () => {
    const answer = await send({
      signedFor: 'rds',
      method: 'GET',
      path: '/?Action=DescribeDBInstances&Version=2014-10-31',
    });

    expect(text(answer.bytes)).toContain(`<Message>${sentence('rds')}</Message>`);
  });

  it('in the dialect of EC2: Response and Errors', async () => {
    const answer = await send({
      signedFor: 'ec2',
      headers: form,
      body: 'Action=DescribeInstances&Version=2016-11-15',
    });

    expect(answer).toMatchObject({ status: 501, type: 'text/xml;charset=UTF-8' });
    expect(text(answer.bytes)).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>NotImplemented</Code><Message>${sentence('ec2')}</Message></Error></Errors><RequestID>${answer.requestId}</RequestID></Response>`,
    );
  });

  it('in REST-XML: ErrorResponse', async () => {
    const answer = await send({
      signedFor: 'route53',
      method: 'GET',
      path: '/2013-04-01/hostedzone',
    });

    expect(answer).toMatchObject({ status: 501, type: 'text/xml' });
    expect(text(answer.bytes)).toContain(
      `<Code>NotImplemented</Code><Message>${sentence('route53')}</Message>`,
    );
  });

  it('in REST-JSON: the type in a header', async () => {
    const answer = await send({
      signedFor: 'elasticfilesystem',
      method: 'GET',
      path: '/2015-02-01/file-systems',
    });

    const message = sentence('elasticfilesystem');
    expect(answer).toMatchObject({
      status: 501,
      type: 'application/json',
      errorType: 'NotImplemented',
    });
    expect(JSON.parse(text(answer.bytes))).toMatchObject({ message });
  });

  it.each([
    ['1.0', 'kinesis#NotImplemented'],
    ['1.1', 'NotImplemented'],
  ])('in AWS JSON %s: the type in the body', async (version, type) => {
    const contentType = `application/x-amz-json-${version}`;

    const answer = await send({
      signedFor: 'kinesis',
      headers: { 'x-amz-target': 'Kinesis_20131202.ListStreams', 'content-type': contentType },
      body: '{}',
    });

    expect(answer).toMatchObject({ status: 501, type: contentType });
    expect(JSON.parse(text(answer.bytes))).toEqual({
      __type: type,
      message: sentence('kinesis'),
    });
  });

  it('in CBOR', async () => {
    const answer = await send({
      signedFor: 'rum',
      path: '/service/Rum/operation/GetAppMonitor',
      headers: { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
      body: Uint8Array.from(cbor.serialize({})),
    });

    expect(answer).toMatchObject({ status: 501, type: 'application/cbor' });
    expect(cbor.deserialize(answer.bytes)).toEqual({
      __type: 'rum#NotImplemented',
      message: sentence('rum'),
    });
  });
});
