import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { visibleLine } from '../../local/index.ts';
import type { Connection } from '../connection/connection.ts';
import { UserError } from '../terminal/user-error.ts';
import type { ProjectResources } from './project-resources.ts';

/** What was put where. */
export interface Uploaded {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/**
 * Uploads a file as a data set of the project.
 *
 * @throws UserError where the file cannot be read
 */
export async function uploadFile(
  { s3 }: Connection,
  { bucket, incomingPrefix }: ProjectResources,
  file: string,
  name: string = basename(file),
): Promise<Uploaded> {
  const key = `${incomingPrefix}${name}`;
  // Looked at before it is opened: a stream fails before anything listens.
  const size = sizeOf(file);
  const { VersionId } = await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: createReadStream(file),
      ContentLength: size,
    }),
  );
  return { bucket, key, versionId: VersionId };
}

function sizeOf(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return stats.size;
  if (stats?.isDirectory() === true) {
    throw new UserError(
      `${visibleLine(file)} is a folder, and every upload of this project is a dataset of its own; nothing was uploaded. Upload one file, or set dataset.layout to 'folder' to train on all files of a folder.`,
    );
  }
  throw new UserError(`${visibleLine(file)} is not a file that can be read; nothing was uploaded.`);
}
