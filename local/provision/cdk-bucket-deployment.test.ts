import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import {
  BucketDeployment,
  type BucketDeploymentProps,
  CacheControl,
  Source,
} from 'aws-cdk-lib/aws-s3-deployment';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serviceFactories } from '../services/index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/cloud.testing.ts';
import { type ProvisionReport, provision, readAssembly, stackTable } from './index.ts';

let runtime: TestRuntime;
let s3: S3Client;
let folder: string;
let report: ProvisionReport | undefined;

beforeAll(async () => {
  runtime = await startTestRuntime(serviceFactories);
  s3 = new S3Client({ ...runtime.clientConfig, forcePathStyle: true });
});
afterAll(() => runtime.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-deployment-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with these files. */
function site(name: string, files: Readonly<Record<string, string>>): string {
  const place = join(folder, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(place, file, '..'), { recursive: true });
    writeFileSync(join(place, file), content);
  }
  return place;
}

/** Deploys to the bucket of this stack and returns its name. */
async function deployTo(
  stackName: string,
  properties: (stack: Stack) => Omit<BucketDeploymentProps, 'destinationBucket'> | undefined,
): Promise<string> {
  const outdir = mkdtempSync(join(folder, 'cdk.out-'));
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, stackName);
  const destinationBucket: IBucket = new Bucket(stack, 'Site') as IBucket;
  new CfnOutput(stack, 'Name', { value: destinationBucket.bucketName });
  const given = properties(stack);
  if (given !== undefined) {
    new BucketDeployment(stack, 'Deployment', { ...given, destinationBucket });
  }
  app.synth();
  report = await provision(runtime.cloud, readAssembly(outdir));
  return stackTable(runtime.cloud).get(stackName)?.outputs[0]?.value ?? '';
}

async function keysIn(bucket: string): Promise<readonly (string | undefined)[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key }) => Key);
}

async function contentOf(Bucket: string, Key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}

// The handler of the CDK: custom-resource-handlers/dist/aws-s3-deployment/bucket-deployment-handler/index.py
it('a deployment has no resource or property without effect, its AWS CLI layer included', async () => {
  await deployTo('reported', () => ({ sources: [Source.asset(site('reported', { a: '1' }))] }));

  expect(report?.stacks[0]?.notEmulated).toEqual([]);
});

describe('BucketDeployment', () => {
  it('unpacks its sources with types, cache control and metadata', async () => {
    const bucket = await deployTo('deployed', () => ({
      sources: [Source.asset(site('a', { 'index.html': '<p>', 'assets/app.js': '1', data: 'x' }))],
      cacheControl: [CacheControl.maxAge(Duration.minutes(1))],
      metadata: { Author: 'me' },
    }));

    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'assets/app.js' }));

    expect(await keysIn(bucket)).toEqual(['assets/app.js', 'data', 'index.html']);
    expect(head).toMatchObject({
      ContentType: 'text/javascript',
      CacheControl: 'max-age=60',
      Metadata: { author: 'me' },
    });
  });

  it('writes values that are known at deployment', async () => {
    const bucket = await deployTo('marked', (stack) => {
      const topic = new Topic(stack, 'Topic', { topicName: 'marked-topic' });
      const value = { topic: topic.topicArn, note: 'say "é"' };
      return {
        sources: [
          Source.jsonData('config.json', value),
          Source.data('plain.txt', `topic=${topic.topicArn}`),
        ],
      };
    });

    const arn = 'arn:aws:sns:us-east-1:000000000000:marked-topic';
    expect(JSON.parse((await contentOf(bucket, 'config.json')) ?? '')).toEqual({
      topic: arn,
      note: 'say "é"',
    });
    expect(await contentOf(bucket, 'plain.txt')).toBe(`topic=${arn}`);
  });

  it('removes what its sources no longer have, except what is excluded', async () => {
    const first = { 'old.html': '1', 'kept/photo.png': '2', 'index.html': '3' };
    await deployTo('pruned', () => ({ sources: [Source.asset(site('first', first))] }));

    const bucket = await deployTo('pruned', () => ({
      sources: [
        Source.asset(site('second', { 'index.html': '4', 'not.map': '5', 'yes.map': '6' })),
      ],
      exclude: ['kept/*', '*.map'],
      include: ['yes.map'],
    }));

    expect(await keysIn(bucket)).toEqual(['index.html', 'kept/photo.png', 'yes.map']);
    expect(await contentOf(bucket, 'index.html')).toBe('4');
  });

  it('writes below its prefix and leaves other objects of the bucket', async () => {
    await deployTo('prefixed', () => ({ sources: [Source.data('root.txt', 'r')] }));

    const bucket = await deployTo('prefixed', () => ({
      sources: [Source.data('a.txt', 'a')],
      destinationKeyPrefix: 'docs',
      prune: false,
    }));

    expect(await keysIn(bucket)).toEqual(['docs/a.txt', 'root.txt']);
  });

  it('keeps an archive packed, and removes its objects with it if it does not retain them', async () => {
    const bucket = await deployTo('packed', () => ({
      sources: [Source.asset(site('zip', { 'a.txt': 'a' }))],
      extract: false,
      retainOnDelete: false,
    }));
    const packed = await keysIn(bucket);

    await deployTo('packed', () => undefined);

    expect(packed).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.zip$/)]);
    expect(await keysIn(bucket)).toEqual([]);
  });
});
