import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cloud } from '../cloud/cloud.ts';
import type { Principal } from '../cloud/principal.ts';
import { createS3Service } from '../services/s3/index.ts';
import { createTestClouds } from '../testing/cloud.testing.ts';
import { createAssetBucket } from './asset-bucket.ts';
import { provision } from './provision.ts';

const ROOT: Principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' };

let cloud: Cloud;
let stateFolder: string;

// In us-east-1, S3 answers 200 where a bucket is made once more.
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'asset-bucket-'));
  const clouds = createTestClouds([createS3Service], ['000000000000'], { stateFolder });
  cloud = clouds.open({ accountId: '000000000000', region: 'eu-west-1' });
});

afterEach(() => rmSync(stateFolder, { recursive: true }));

const call = (operation: string, input: object) => cloud.call(ROOT, 's3', operation, input);

async function provisionBucket(properties: Readonly<Record<string, unknown>>): Promise<unknown> {
  const Resources = { StagingBucket: { Type: 'AWS::S3::Bucket', Properties: properties } };
  const stack = { name: 'CDKToolkit', template: { Resources }, assets: [], dependencies: [] };
  return provision(cloud, { folder: '', stacks: [stack] });
}

it('a stack takes over the bucket that was made for assets, with what is in it', async () => {
  await createAssetBucket(cloud, 'assets');
  await createAssetBucket(cloud, 'assets');
  await call('PutObject', { Bucket: 'assets', Key: 'k', Body: 'kept' });

  await provisionBucket({ BucketName: 'assets' });

  await expect(call('HeadObject', { Bucket: 'assets', Key: 'k' })).resolves.toMatchObject({
    ContentLength: 4,
  });
});

it('a stack takes over no bucket of a person', async () => {
  await call('CreateBucket', {
    Bucket: 'own',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });

  await expect(provisionBucket({ BucketName: 'own' })).rejects.toThrow(/BucketAlreadyOwnedByYou/);
  await call('HeadBucket', { Bucket: 'own' });
});

it('a bucket that could not be configured is gone, so that the next start can make it', async () => {
  const CorsConfiguration = { CorsRules: [{ AllowedMethods: ['NONE'], AllowedOrigins: ['*'] }] };
  const BucketName = 'broken';

  await expect(provisionBucket({ BucketName, CorsConfiguration })).rejects.toThrow(
    /StagingBucket .* was not provisioned/,
  );

  await expect(call('HeadBucket', { Bucket: BucketName })).rejects.toMatchObject({ status: 404 });
  await provisionBucket({ BucketName });
});
