import { closeSync, createWriteStream, fstatSync, readSync, type WriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Zip, ZipDeflate } from 'fflate';
import { doInTurns, SharedTime } from '../host/shared-time.ts';
import { ZipError, ZipFile, zipEntries } from '../host/zip.ts';
import { openContainerFile } from '../jobs/index.ts';

/** The largest content of one artifact. CodePipeline allows 5 GB for some sources; here the disk is the user's. */
export const MAX_ARTIFACT_BYTES = 1024 * 1024 * 1024;
/** A zip without its 64-bit extension has at most 65,535 entries. */
export const MAX_ARTIFACT_FILES = 65_000;

/** An artifact that is too large, or that cannot be read. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}

export interface ArchiveFile {
  /** In the zip. */
  readonly path: string;
  /** On the disk. */
  readonly file: string;
}

/** 1980-01-01: the same files make the same zip. */
const ARCHIVE_TIME = new Date(1980, 0, 1);
const UNIX = 3;
const COMPRESSION_LEVEL = 1;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes files into a zip, one after the other; links are not followed.
 *
 * @param root the folder that holds all of them
 * @throws ArtifactError if they are too many or too large
 */
export async function writeArchive(
  root: string,
  files: readonly ArchiveFile[],
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  if (files.length > MAX_ARTIFACT_FILES) {
    throw new ArtifactError(
      `${files.length} files are more than the ${MAX_ARTIFACT_FILES} of an artifact. Nothing was uploaded.`,
    );
  }
  // A build can have put a link or a pipe there.
  await rm(target, { recursive: true, force: true });
  const output = createWriteStream(target, { flags: 'wx', mode: 0o600 });
  const written = new Promise<void>((resolve, reject) => {
    output.once('finish', resolve);
    output.once('error', reject);
  });
  written.catch(() => {});
  const zip = new Zip((error, chunk, isLast) => {
    if (error !== null) return void output.destroy(error);
    output.write(chunk);
    if (isLast) output.end();
  });
  try {
    let sizeBytes = 0;
    for (const file of files) {
      sizeBytes += await addFile(
        { zip, root, output, written, signal },
        file,
        MAX_ARTIFACT_BYTES - sizeBytes,
      );
    }
    zip.end();
  } catch (error) {
    output.destroy();
    throw error;
  }
  await written;
}

interface Archive {
  readonly zip: Zip;
  readonly root: string;
  readonly output: WriteStream;
  /** Rejects when the disk takes no more. */
  readonly written: Promise<void>;
  readonly signal: AbortSignal | undefined;
}

async function addFile(
  { zip, root, output, written, signal }: Archive,
  { path, file }: ArchiveFile,
  leftBytes: number,
): Promise<number> {
  const descriptor = openContainerFile(root, file);
  // The build has removed it since, or it is a link.
  if (descriptor === undefined) return 0;
  try {
    const { mode, size } = fstatSync(descriptor);
    if (size > leftBytes) {
      throw new ArtifactError(
        `The files are larger than the ${MAX_ARTIFACT_BYTES} bytes of an artifact. Nothing was uploaded.`,
      );
    }
    const entry = new ZipDeflate(path, { level: COMPRESSION_LEVEL });
    entry.mtime = ARCHIVE_TIME;
    entry.os = UNIX;
    entry.attrs = mode << 16;
    zip.add(entry);
    for (let at = 0; at < size || at === 0; at += CHUNK_BYTES) {
      signal?.throwIfAborted();
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - at));
      const read = readSync(descriptor, chunk, 0, chunk.length, at);
      entry.push(chunk.subarray(0, read), at + CHUNK_BYTES >= size);
      await haveTurn(output, written);
    }
    return size;
  } finally {
    closeSync(descriptor);
  }
}

/** Lets others have a turn, and the disk catch up. */
async function haveTurn(output: WriteStream, written: Promise<void>): Promise<void> {
  if (output.writableNeedDrain) {
    const drained = new Promise<void>((resolve) => output.once('drain', () => resolve()));
    await Promise.race([drained, written]);
  } else await nextTurn();
}

/**
 * Unpacks a zip into a folder.
 *
 * @throws ArtifactError if it is no zip, or too large
 */
export async function readArchive(archive: string, folder: string): Promise<void> {
  const zip = new ZipFile(archive);
  try {
    const entries = await doInTurns(zipEntries(zip), new SharedTime());
    const sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
    if (sizeBytes > MAX_ARTIFACT_BYTES) {
      throw new ArtifactError(
        `The archive has ${sizeBytes} bytes, more than ${MAX_ARTIFACT_BYTES}.`,
      );
    }
    for (const entry of entries) {
      const { isExecutable, path } = entry;
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, await entry.read(), { mode: isExecutable ? 0o755 : 0o644 });
    }
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw new ArtifactError(`The archive cannot be unpacked: ${error.message}.`, { cause: error });
  } finally {
    zip.close();
  }
}
