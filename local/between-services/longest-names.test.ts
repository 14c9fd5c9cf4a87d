import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../host/logger.ts';
import { type Runtime, startRuntime } from '../runtime.ts';
import { hidePython } from '../testing/no-python.testing.ts';

/** LMDB refuses keys above its maximum length; the store must still accept the longest names of AWS. */
const ROOT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;

let stateFolder: string;

hidePython();

beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'stepmill-names-'));
});

afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
const Dimensions = Array.from({ length: 30 }, (_, index) => ({
  Name: `${String(index).padStart(2, '0')}${'n'.repeat(253)}`,
  Value: 'v'.repeat(1_024),
}));
/** Names of 512 characters: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogStream.html */
const logGroupName = 'g'.repeat(512);
const logStreamName = '長'.repeat(512);
const Key = '長'.repeat(341);

function start(): Promise<Runtime> {
  return startRuntime({ stateFolder, port: 0, logger: silentLogger });
}

it('the longest names are stored, do not block other writes, and survive a restart', async () => {
  const first = await start();
  const { cloud } = first;
  await cloud.call(ROOT, 'cloudwatch', 'PutMetricData', {
    Namespace: 'n',
    MetricData: [{ MetricName: 'm'.repeat(255), Dimensions, Value: 1 }],
  });
  await cloud.call(ROOT, 'logs', 'CreateLogGroup', { logGroupName });
  await cloud.call(ROOT, 'logs', 'CreateLogStream', { logGroupName, logStreamName });
  await cloud.call(ROOT, 'logs', 'PutLogEvents', {
    logGroupName,
    logStreamName,
    logEvents: [{ timestamp: cloud.clock.now(), message: 'one' }],
  });
  await cloud.call(ROOT, 's3', 'CreateBucket', { Bucket: 'b'.repeat(63) });
  await cloud.call(ROOT, 's3', 'PutObject', { Bucket: 'b'.repeat(63), Key, Body: 'x' });
  await cloud.call(ROOT, 'sqs', 'CreateQueue', { QueueName: 'after' });
  await first.stop();

  const second = await start();
  const answers = await answersOf(second);
  await second.stop();

  expect(answers).toEqual([1, ['one'], [Key], 1]);
});

async function answersOf({ cloud }: Runtime): Promise<readonly unknown[]> {
  const metrics = await cloud.call<{ readonly Metrics?: readonly unknown[] }>(
    ROOT,
    'cloudwatch',
    'ListMetrics',
    { Namespace: 'n' },
  );
  const lines = await cloud.call<{ readonly events?: readonly { readonly message?: string }[] }>(
    ROOT,
    'logs',
    'GetLogEvents',
    { logGroupName, logStreamName, startFromHead: true },
  );
  const objects = await cloud.call<{ readonly Contents?: readonly { readonly Key?: string }[] }>(
    ROOT,
    's3',
    'ListObjectsV2',
    { Bucket: 'b'.repeat(63) },
  );
  const queues = await cloud.call<{ readonly QueueUrls?: readonly string[] }>(
    ROOT,
    'sqs',
    'ListQueues',
    {},
  );
  return [
    metrics.Metrics?.length,
    lines.events?.map(({ message }) => message),
    objects.Contents?.map((object) => object.Key),
    queues.QueueUrls?.length,
  ];
}
