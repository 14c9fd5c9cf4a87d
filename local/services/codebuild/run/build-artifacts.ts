import { createHash } from 'node:crypto';
import { createReadStream, fstatSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BuildArtifacts, ProjectArtifacts } from '@aws-sdk/client-codebuild';
import {
  type ArchiveFile,
  ArtifactError,
  type Buildspec,
  type BuildspecArtifact,
  matching,
  writeArchive,
} from '../../../builds/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { containerFiles, openContainerFile } from '../../../jobs/index.ts';
import { BuildFailure } from './build-failure.ts';
import type { PreparedBuild } from './prepared-build.ts';

/**
 * Uploads what the build specification names as artifacts of its project, which are zip files or objects below a key.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec.artifacts
 *
 * @throws BuildFailure if no file matches, or the role may not write them
 */
export async function uploadArtifacts(
  prepared: PreparedBuild,
  { artifacts }: Buildspec,
): Promise<readonly BuildArtifacts[]> {
  const { artifacts: primary, secondaryArtifacts } = prepared.context.current().settings;
  if (artifacts === undefined) return [];
  const uploaded: BuildArtifacts[] = [];
  if (primary.type === 'S3' && artifacts.files !== undefined) {
    const files = await filesOf(prepared, { ...artifacts, files: artifacts.files });
    uploaded.push(await upload(prepared, primary, files));
  }
  for (const place of secondaryArtifacts) {
    const id = place.artifactIdentifier ?? '';
    const named = artifacts['secondary-artifacts']?.[id];
    if (named === undefined) {
      throw new BuildFailure(
        'CLIENT_ERROR',
        `no definition for secondary artifact ${id} found in buildspec`,
      );
    }
    uploaded.push({
      ...(await upload(prepared, place, await filesOf(prepared, named))),
      artifactIdentifier: id,
    });
  }
  return uploaded;
}

/** @throws BuildFailure with CodeBuild's words if none matches */
async function filesOf(
  { folders, log }: PreparedBuild,
  artifact: BuildspecArtifact,
): Promise<readonly ArchiveFile[]> {
  const { 'base-directory': base = '.', 'exclude-paths': excluded = [], files } = artifact;
  const folder = join(folders.source, base);
  if (folder !== folders.source && !folder.startsWith(folders.source + sep)) {
    throw new BuildFailure('CLIENT_ERROR', `base-directory ${base} is outside of the source`);
  }
  const all = (await containerFiles(folders.root, folder)).map((path) => path.split(sep).join('/'));
  const out = new Set(await matching(all, excluded));
  const found = (await matching(all, files)).filter((path) => !out.has(path));
  log.say(`Found ${found.length} file(s)`);
  if (found.length === 0) {
    throw new BuildFailure('CLIENT_ERROR', 'no matching artifact paths found');
  }
  const isFlat = artifact['discard-paths'] === true;
  return found.map((path) => ({
    path: isFlat ? basename(path) : path,
    file: join(folder, path),
  }));
}

async function upload(
  prepared: PreparedBuild,
  place: ProjectArtifacts,
  files: readonly ArchiveFile[],
): Promise<BuildArtifacts> {
  const { context, folders, stopping } = prepared;
  const { id } = context.current();
  const parts = [
    place.path,
    place.namespaceType === 'BUILD_ID' ? id.slice(id.indexOf(':') + 1) : undefined,
    place.name === '/' ? undefined : place.name,
  ];
  const key = parts.filter((part) => part !== undefined && part !== '').join('/');
  try {
    if (place.packaging === 'ZIP') {
      const archive = join(folders.root, 'artifact.zip');
      await writeArchive(folders.root, files, archive, stopping);
      await put(prepared, place, key, archive);
      return { location: arnOf(place, key), sha256sum: await digestOf(archive) };
    }
    for (const { file, path } of files) await put(prepared, place, `${key}/${path}`, file);
    return { location: arnOf(place, key) };
  } catch (cause) {
    if (!(cause instanceof ServiceError) && !(cause instanceof ArtifactError)) throw cause;
    const reason =
      cause instanceof ServiceError ? `${cause.code}: ${cause.message}` : cause.message;
    throw new BuildFailure('CLIENT_ERROR', `Error in UPLOAD_ARTIFACTS phase: ${reason}`, { cause });
  }
}

/** What the build has removed since, or exchanged for a link, is not uploaded. */
async function put(
  { context: { cloud }, folders, role, stopping }: PreparedBuild,
  { location: Bucket }: ProjectArtifacts,
  Key: string,
  file: string,
): Promise<void> {
  stopping.throwIfAborted();
  const descriptor = openContainerFile(folders.root, file);
  if (descriptor === undefined) return;
  const ContentLength = fstatSync(descriptor).size;
  const Body = createReadStream(file, { fd: descriptor, signal: stopping });
  Body.on('error', () => {});
  try {
    await cloud.call(role.principal, 's3', 'PutObject', { Bucket, Key, Body, ContentLength });
  } finally {
    Body.destroy();
  }
}

function arnOf({ location = '' }: ProjectArtifacts, key: string): string {
  return `arn:aws:s3:::${location}/${key}`;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
