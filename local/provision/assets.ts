import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import type { Cloud } from '../cloud/cloud.ts';
import { ServiceError } from '../cloud/service-error.ts';
import type { FileAsset } from './assembly.ts';
import { call } from './resource-type.ts';

/** Zip has no time before 1980; a fixed one makes the archive reproducible. */
const ARCHIVE_TIME = new Date('1980-01-01T00:00:00');

/**
 * Uploads the app's assets to where its templates expect them, as `cdk deploy` does. A key contains the
 * digest of its content, so existing objects are skipped.
 */
export async function publishAssets(cloud: Cloud, assets: readonly FileAsset[]): Promise<void> {
  for (const asset of assets) {
    const Bucket = asset.bucketName
      .replaceAll('${AWS::AccountId}', cloud.accountId)
      .replaceAll('${AWS::Region}', cloud.region);
    const Key = asset.objectKey.replaceAll('${AWS::Region}', cloud.region);
    if (asset.objectKey.endsWith('.template.json') || (await exists(cloud, Bucket, Key))) continue;
    const CreateBucketConfiguration =
      cloud.region === 'us-east-1' ? undefined : { LocationConstraint: cloud.region };
    await call({ cloud }, 's3', 'CreateBucket', { Bucket, CreateBucketConfiguration }).catch(
      ignoreOwnBucket,
    );
    await call({ cloud }, 's3', 'PutObject', { Bucket, Key, ...contentOf(asset) });
  }
}

function ignoreOwnBucket(error: unknown): void {
  if (!(error instanceof ServiceError) || error.code !== 'BucketAlreadyOwnedByYou') throw error;
}

async function exists(cloud: Cloud, Bucket: string, Key: string): Promise<boolean> {
  try {
    await call({ cloud }, 's3', 'HeadObject', { Bucket, Key });
    return true;
  } catch (error) {
    if (error instanceof ServiceError && error.status === 404) return false;
    throw error;
  }
}

function contentOf(asset: FileAsset): { readonly Body: unknown; readonly ContentLength: number } {
  if (asset.packaging === 'file') {
    return { Body: createReadStream(asset.path), ContentLength: statSync(asset.path).size };
  }
  const archive = zipSync(filesOf(asset.path), { level: 1, mtime: ARCHIVE_TIME });
  return { Body: archive, ContentLength: archive.byteLength };
}

function filesOf(folder: string): Zippable {
  const files: Zippable = {};
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1).replaceAll('\\', '/');
    files[name] = readFileSync(path);
  }
  return files;
}
