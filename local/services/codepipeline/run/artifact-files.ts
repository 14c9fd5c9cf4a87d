import { createReadStream, createWriteStream, mkdirSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArtifactDetail } from '@aws-sdk/client-codepipeline';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { type ArchiveFile, readArchive, writeArchive } from '../../../builds/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';

interface Store {
  readonly cloud: Cloud;
  readonly principal: Principal;
}

/** Unpacks an artifact into a folder. @throws the error of S3, or ArtifactError */
export async function unpackArtifact(
  { cloud, principal }: Store,
  { s3location }: ArtifactDetail,
  { folder, scratch }: { readonly folder: string; readonly scratch: string },
): Promise<void> {
  const { Body } = await cloud.call<GetObjectCommandOutput>(principal, 's3', 'GetObject', {
    Bucket: s3location?.bucket,
    Key: s3location?.key,
  });
  const archive = join(scratch, 'input.zip');
  const content = Body instanceof Uint8Array ? Readable.from([Body]) : (Body as Readable);
  await pipeline(content, createWriteStream(archive, { mode: 0o600 }));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await readArchive(archive, folder);
}

/** Writes files of a folder as an artifact. @throws the error of S3, or ArtifactError */
export async function packArtifact(
  { cloud, principal }: Store,
  { s3location }: ArtifactDetail,
  {
    folder,
    paths,
    scratch,
  }: {
    readonly folder: string;
    readonly paths: readonly string[];
    readonly scratch: string;
  },
): Promise<void> {
  const archive = join(scratch, 'output.zip');
  const files: readonly ArchiveFile[] = paths.map((path) => ({
    path,
    file: join(folder, path.split('/').join(sep)),
  }));
  await writeArchive(scratch, files, archive);
  await cloud.call(principal, 's3', 'PutObject', {
    Bucket: s3location?.bucket,
    Key: s3location?.key,
    Body: createReadStream(archive),
    ContentLength: statSync(archive).size,
  });
}
