import { createReadStream, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { visibleLine } from '../../local/index.ts';
import type { Connection } from '../connection/connection.ts';
import { UserError } from '../terminal/user-error.ts';
import { type DataFile, isFolder, listDataFiles } from './data-folder.ts';
import type { ProjectResources } from './project-resources.ts';
import type { Uploaded } from './upload-file.ts';

/** So many files are under way at a time. */
const CONCURRENCY = 8;
/** So many names are listed. */
const NAMED_FILES = 5;

/** Where the files of a dataset go. */
interface Target {
  readonly bucket: string;
  /** Ends in `/`. */
  readonly folder: string;
}

/**
 * Uploads the files of a folder as one dataset, and closes it.
 *
 * @param path the folder; a file is a dataset of one file
 * @param name of the folder in the bucket
 * @param progress called with the numbers of files that are there and of all
 * @returns what closed it: the marker, or the last file
 * @throws UserError where there is no data, or the folder in the bucket holds other files
 */
export async function uploadFolder(
  { s3 }: Connection,
  { bucket, incomingPrefix, folder: closing }: ProjectResources,
  path: string,
  { name = nameOf(path), progress }: UploadFolderOptions,
): Promise<Uploaded> {
  const marker = closing?.marker;
  const files = filesOf(path, marker);
  const target = { bucket, folder: `${incomingPrefix}${name.replace(/\/+$/, '')}/` };
  await refuseOthers(s3, target, files, marker);
  const last = files.at(-1);
  if (last === undefined) throw holdsNothing(path);
  // The last file closes a folder without a marker, so that it must come last.
  await putAll(s3, target, files.slice(0, -1), (done) => progress?.(done, files.length));
  const uploaded = await put(s3, target, last);
  progress?.(files.length, files.length);
  if (marker === undefined) return uploaded;
  const key = `${target.folder}${marker}`;
  // Without the length, the SDK warns of a stream.
  const { VersionId } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: '', ContentLength: 0 }),
  );
  return { bucket, key, versionId: VersionId };
}

export interface UploadFolderOptions {
  readonly name?: string | undefined;
  readonly progress?: (done: number, all: number) => void;
}

/** `data/2026-11` → `2026-11`, `titanic.csv` → `titanic` */
function nameOf(path: string): string {
  const file = resolve(path);
  return isFolder(path) ? basename(file) : basename(file, extname(file));
}

function filesOf(path: string, marker: string | undefined): readonly DataFile[] {
  if (isFolder(path)) return listDataFiles(path, marker);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() === true) {
    return stats.size === 0 ? [] : [{ file: path, path: basename(path), sizeBytes: stats.size }];
  }
  throw new UserError(
    `${visibleLine(path)} is neither a folder nor a file that can be read; nothing was uploaded.`,
  );
}

function holdsNothing(path: string): UserError {
  return new UserError(
    `${visibleLine(path)} holds no data; nothing was uploaded. Empty files, and names that begin with _ or ., are left out.`,
  );
}

/** Files of an earlier upload would be part of the dataset. */
async function refuseOthers(
  s3: Connection['s3'],
  { bucket, folder }: Target,
  files: readonly DataFile[],
  marker: string | undefined,
): Promise<void> {
  const known = new Set([...files.map(({ path }) => `${folder}${path}`), `${folder}${marker}`]);
  const others: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: folder, ContinuationToken }),
    );
    for (const { Key = '', Size = 0 } of page.Contents ?? []) {
      if (Size > 0 && !known.has(Key)) others.push(Key.slice(folder.length));
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  if (others.length === 0) return;
  const named = others.slice(0, NAMED_FILES).map((other) => visibleLine(other));
  const more = others.length - named.length;
  throw new UserError(
    `s3://${bucket}/${visibleLine(folder)} holds files that this folder does not, which would be part of the dataset: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}; nothing was uploaded. Delete them, or choose another name with --name.`,
  );
}

async function putAll(
  s3: Connection['s3'],
  target: Target,
  files: readonly DataFile[],
  progress: (done: number) => void,
): Promise<void> {
  let done = 0;
  const waiting = files.values();
  const worker = async () => {
    for (const file of waiting) {
      await put(s3, target, file);
      progress((done += 1));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

async function put(
  s3: Connection['s3'],
  { bucket, folder }: Target,
  { file, path, sizeBytes }: DataFile,
): Promise<Uploaded> {
  const key = `${folder}${path}`;
  const { VersionId } = await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: createReadStream(file),
      ContentLength: sizeBytes,
    }),
  );
  return { bucket, key, versionId: VersionId };
}
