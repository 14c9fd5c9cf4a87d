import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { Cloud } from '../cloud/cloud.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { regularFile } from './assembly.ts';
import { createAssetBucket } from './asset-bucket.ts';
import { call } from './resource-type.ts';
import type { FileAsset } from './template.ts';

/** Zip has no time before 1980; a fixed one makes the archive reproducible. */
const ARCHIVE_TIME = new Date('1980-01-01T00:00:00');

/** Compressing the code of a function takes longer than all the rest of its update; larger assets are compressed. */
const LARGEST_STORED_BYTES = 20_000_000;

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
    await createAssetBucket(cloud, Bucket);
    await call({ cloud }, 's3', 'PutObject', { Bucket, Key, ...contentOf(asset) });
  }
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

/** Blocks of this size are given back to the system once they are free; many small ones leave holes. */
const CHUNK_BYTES = 1024 * 1024;

function contentOf(asset: FileAsset): { readonly Body: unknown; readonly ContentLength: number } {
  if (asset.packaging === 'file') {
    const path = regularFile(asset.path);
    const Body = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    return { Body, ContentLength: statSync(path).size };
  }
  const files = filesOf(asset.path);
  const level = sizeOf(files) > LARGEST_STORED_BYTES ? 1 : 0;
  const archive = zipSync(files, { level, mtime: ARCHIVE_TIME });
  return { Body: archive, ContentLength: archive.byteLength };
}

function sizeOf(files: Readonly<Record<string, Uint8Array>>): number {
  return Object.values(files).reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function filesOf(folder: string): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1).replaceAll('\\', '/');
    files[name] = readFileSync(path);
  }
  return files;
}
