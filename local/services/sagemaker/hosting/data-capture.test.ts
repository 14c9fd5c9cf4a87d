import type { DataCaptureConfig } from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../cloud/cloud.ts';
import { createVirtualClock, type VirtualClock } from '../../../host/clock.ts';
import { createTestCloud, settle } from '../../../testing/cloud.testing.ts';
import { type CapturedRequest, DataCapture } from './data-capture.ts';

interface Written {
  readonly Bucket: string;
  readonly Key: string;
  readonly lines: readonly unknown[];
  readonly encryption: unknown;
}

let clock: VirtualClock;
let cloud: Cloud;
let capture: DataCapture;
let written: Written[];

beforeEach(() => {
  clock = createVirtualClock();
  written = [];
  cloud = createTestCloud(
    [
      () => ({
        name: 'sts',
        operations: {
          AssumeRole: {
            permissions: () => [],
            run: async ({ RoleArn }: { readonly RoleArn?: string }) => ({
              Credentials: {},
              AssumedRoleUser: { Arn: RoleArn, AssumedRoleId: 'id' },
            }),
          },
        },
        accessDenied: (message) => new Error(message) as never,
      }),
      () => ({
        name: 's3',
        operations: {
          PutObject: {
            permissions: () => [],
            run: async ({ Bucket, Key, Body, SSEKMSKeyId }: Record<string, never>) => {
              const lines = Buffer.from(Body ?? '')
                .toString()
                .trimEnd()
                .split('\n');
              written.push({
                Bucket: String(Bucket),
                Key: String(Key),
                lines: lines.map((line) => JSON.parse(line) as unknown),
                encryption: SSEKMSKeyId,
              });
              return {};
            },
          },
        },
        accessDenied: (message) => new Error(message) as never,
      }),
    ],
    { clock },
  );
  capture = new DataCapture(cloud);
});

const CONFIG: DataCaptureConfig = {
  EnableCapture: true,
  InitialSamplingPercentage: 100,
  DestinationS3Uri: 's3://bucket/folder/',
  CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
};

const request = (config: Partial<DataCaptureConfig> = {}, more: Partial<CapturedRequest> = {}) => ({
  endpointName: 'e',
  variantName: 'v',
  roleArn: 'arn:aws:iam::000000000000:role/r',
  config: { ...CONFIG, ...config },
  input: { contentType: 'text/csv', data: Buffer.from('1,2') },
  output: { contentType: 'application/json', data: Buffer.from('{"a":1}') },
  eventId: 'event',
  inferenceId: undefined,
  timestamp: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  ...more,
});

// https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
describe('of the requests of an endpoint', () => {
  it.each<[percent: number | undefined, count: number]>([
    [100, 20],
    [50, 10],
    [25, 5],
    [1, 0],
    [0, 0],
    [undefined, 0],
  ])('%s %% are in the sample: %i of 20', (InitialSamplingPercentage, count) => {
    const config = { ...CONFIG, InitialSamplingPercentage };
    const sample = Array.from({ length: 20 }, () => capture.sampled('e', config));

    expect(sample.filter(Boolean)).toHaveLength(count);
  });

  it('those in the sample are evenly distributed, for each endpoint', () => {
    const config = { ...CONFIG, InitialSamplingPercentage: 50 };

    expect(['e', 'f', 'e', 'f', 'e'].map((name) => capture.sampled(name, config))).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it.each([undefined, { ...CONFIG, EnableCapture: false }])('none is with %j', (config) => {
    expect(capture.sampled('e', config)).toBe(false);
  });
});

describe('captured data', () => {
  it('is written to the place of its hour, with the time of its first request', async () => {
    capture.add(request());
    await capture.flush();

    expect(written).toEqual([
      {
        Bucket: 'bucket',
        Key: expect.stringMatching(
          /^folder\/e\/v\/2026\/01\/02\/03\/04-05-678-[\da-f-]{36}\.jsonl$/,
        ),
        lines: [
          {
            captureData: {
              endpointInput: {
                observedContentType: 'text/csv',
                mode: 'INPUT',
                data: 'MSwy',
                encoding: 'BASE64',
              },
              endpointOutput: {
                observedContentType: 'application/json',
                mode: 'OUTPUT',
                data: 'eyJhIjoxfQ==',
                encoding: 'BASE64',
              },
            },
            eventMetadata: { eventId: 'event', inferenceTime: '2026-01-02T03:04:05Z' },
            eventVersion: '0',
          },
        ],
        encryption: undefined,
      },
    ]);
  });

  it('is text for the content types of the configuration', async () => {
    const CaptureContentTypeHeader = {
      CsvContentTypes: ['Text/CSV'],
      JsonContentTypes: ['application/json'],
    };
    const input = { contentType: 'text/csv; charset=utf-8', data: Buffer.from('1,2') };
    capture.add(request({ CaptureContentTypeHeader }, { input, inferenceId: 'mine' }));
    await capture.flush();

    expect(written[0]?.lines[0]).toMatchObject({
      captureData: {
        endpointInput: { data: '1,2', encoding: 'CSV' },
        endpointOutput: { data: '{"a":1}', encoding: 'JSON' },
      },
      eventMetadata: { inferenceId: 'mine' },
    });
  });

  it.each<[modes: readonly string[], members: readonly string[]]>([
    [['Input'], ['endpointInput']],
    [['Output'], ['endpointOutput']],
    [['InputAndOutput'], ['endpointInput', 'endpointOutput']],
    [[], []],
  ])('has the sides of %j', async (modes, members) => {
    const CaptureOptions = modes.map((CaptureMode) => ({ CaptureMode: CaptureMode as 'Input' }));
    capture.add(
      request({ CaptureOptions }, { input: { contentType: undefined, data: Buffer.from('') } }),
    );
    await capture.flush();

    const [line] = written[0]?.lines ?? [];
    expect(Object.keys((line as { captureData: object }).captureData)).toEqual(members);
  });

  it('is one file for each variant and hour', async () => {
    const later = request().timestamp + 3_600_000;
    capture.add(request({ KmsKeyId: 'key' }));
    capture.add(request());
    capture.add(request({}, { variantName: 'w' }));
    capture.add(request({}, { timestamp: later }));
    await capture.flush();

    expect(written.map(({ Key, lines }) => [Key.slice(0, 23), lines.length])).toEqual([
      ['folder/e/v/2026/01/02/0', 2],
      ['folder/e/w/2026/01/02/0', 1],
      ['folder/e/v/2026/01/02/0', 1],
    ]);
    expect(written[0]?.encryption).toBe('key');
  });

  it('is written after a minute, and with its thousandth request', async () => {
    for (let count = 1; count < 1_000; count += 1) capture.add(request());
    await settle();
    expect(written).toEqual([]);
    capture.add(request());
    await settle();
    expect(written.map(({ lines }) => lines.length)).toEqual([1_000]);
    capture.add(request());
    clock.advance(59_999);
    await settle();
    expect(written).toHaveLength(1);
    clock.advance(1);
    await settle();

    expect(written).toHaveLength(2);
  });
});
