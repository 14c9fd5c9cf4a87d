import { createWriteStream, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ProjectSource } from '@aws-sdk/client-codebuild';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import {
  ArtifactError,
  type Buildspec,
  BuildspecError,
  MAX_ARTIFACT_BYTES,
  parseBuildspec,
  readArchive,
} from '../../../builds/index.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { BuildFailure } from './build-failure.ts';
import type { PreparedBuild } from './prepared-build.ts';

/** The folders of the secondary sources, by their identifiers. */
export type SourceFolders = ReadonlyMap<string, string>;

/** @throws BuildFailure */
export async function downloadSources(prepared: PreparedBuild): Promise<SourceFolders> {
  const { context, folders } = prepared;
  const { secondarySources, source } = context.current().settings;
  await download(prepared, source, folders.source);
  const found = new Map<string, string>();
  for (const [index, secondary] of secondarySources.entries()) {
    const folder = join(folders.root, `src-${index + 1}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await download(prepared, secondary, folder);
    found.set(secondary.sourceIdentifier ?? '', folder);
  }
  return found;
}

async function download(
  { context, folders, role }: PreparedBuild,
  { location = '', type }: ProjectSource,
  folder: string,
): Promise<void> {
  if (type !== 'S3') return;
  const [Bucket = '', ...rest] = location.replace(/^arn:aws[\w-]*:s3:::/, '').split('/');
  const Key = rest.join('/');
  const archive = join(folders.root, 'source.zip');
  try {
    const { Body, ContentLength = 0 } = await context.cloud.call<GetObjectCommandOutput>(
      role.principal,
      's3',
      'GetObject',
      { Bucket, Key },
    );
    if (ContentLength > MAX_ARTIFACT_BYTES) {
      throw new ArtifactError(
        `${location} has ${ContentLength} bytes, more than ${MAX_ARTIFACT_BYTES}.`,
      );
    }
    await pipeline(contentOf(Body), createWriteStream(archive, { mode: 0o600 }));
    await readArchive(archive, folder);
  } catch (cause) {
    if (!(cause instanceof ServiceError) && !(cause instanceof ArtifactError)) throw cause;
    const reason =
      cause instanceof ServiceError ? `${cause.code}: ${cause.message}` : cause.message;
    throw new BuildFailure(
      'CLIENT_ERROR',
      `error while downloading source ${location}: ${reason}`,
      {
        cause,
      },
    );
  }
}

function contentOf(body: unknown): Readable {
  return body instanceof Uint8Array ? Readable.from([body]) : (body as Readable);
}

const DEFAULT_BUILDSPEC = 'buildspec.yml';
/** Text with a line end or a brace is a build specification, and everything else is the path of one. */
const IS_TEXT = /[\n{]/;

/** @throws BuildFailure */
export function readBuildspec({ context, folders }: PreparedBuild): Buildspec {
  const { buildspec = DEFAULT_BUILDSPEC } = context.current().settings.source;
  try {
    return parseBuildspec(
      IS_TEXT.test(buildspec) ? buildspec : readFile(folders.source, buildspec),
    );
  } catch (cause) {
    if (!(cause instanceof BuildspecError)) throw cause;
    throw new BuildFailure('YAML_FILE_ERROR', cause.message, { cause });
  }
}

function readFile(source: string, path: string): string {
  const isInside = !isAbsolute(path) && !normalize(path).startsWith('..');
  try {
    if (!isInside) throw new BuildspecError('the path leads out of the source');
    return readFileSync(join(source, path), 'utf8');
  } catch (cause) {
    throw new BuildspecError(`YAML file does not exist: ${path}`, { cause });
  }
}
