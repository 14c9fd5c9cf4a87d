import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type ReadEntry, Unpack } from 'tar';

/** What a model may take on the disk; AWS's bound is the instance's volume. */
const MAX_MODEL_BYTES = 30 * 1024 ** 3;
const MAX_MODEL_ENTRIES = 100_000;

/** Why a model archive was refused; nothing of it is served. */
export class ModelArchiveError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'ModelArchiveError';
  }
}

export interface UnpackLimits {
  readonly maxBytes?: number;
  readonly maxEntries?: number;
}

/**
 * Unpacks a model.tar.gz into a folder. Links, devices and paths that lead out of the folder are
 * refused, as is everything that does not end as an archive ends.
 *
 * @throws ModelArchiveError saying what is wrong with the archive
 */
export async function unpackModelArchive(
  archive: Readable,
  folder: string,
  limits: UnpackLimits = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const watch = new EntryWatch(folder, limits);
  const unpack = new Unpack({
    cwd: folder,
    strict: true,
    preserveOwner: false,
    filter: (_path, entry) => watch.admit(entry as ReadEntry),
  });
  let failure: unknown;
  unpack.on('error', (error: Error) => {
    failure ??= error;
  });
  const closed = new Promise((done) => unpack.on('close', done));
  try {
    await pipeline(archive, createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        watch.count(chunk.length);
        if (!unpack.write(chunk)) await once(unpack, 'drain');
      }
    });
  } catch (error) {
    failure ??= error;
  }
  unpack.end();
  // Also after a failure: a file that is still being written would be in the way of the folder's removal.
  await closed;
  if (failure !== undefined) throw asArchiveError(watch.refused ?? failure);
  if (watch.refused !== undefined) throw watch.refused;
  if (watch.entries === 0) throw new ModelArchiveError('the archive is empty');
}

/** Judges each entry before it is written. */
class EntryWatch {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  #bytes = 0;
  entries = 0;
  refused: ModelArchiveError | undefined;

  constructor(folder: string, limits: UnpackLimits) {
    this.#folder = resolve(folder);
    this.#maxBytes = limits.maxBytes ?? MAX_MODEL_BYTES;
    this.#maxEntries = limits.maxEntries ?? MAX_MODEL_ENTRIES;
  }

  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) {
      throw new ModelArchiveError(`it holds more than ${this.#maxBytes} bytes`);
    }
    if (this.refused !== undefined) throw this.refused;
  }

  admit(entry: ReadEntry): boolean {
    this.entries += 1;
    this.refused ??= this.#judge(entry);
    return this.refused === undefined;
  }

  #judge(entry: ReadEntry): ModelArchiveError | undefined {
    if (this.entries > this.#maxEntries) {
      return new ModelArchiveError(`it holds more than ${this.#maxEntries} entries`);
    }
    if (!['File', 'OldFile', 'ContiguousFile', 'Directory', 'GNUDumpDir'].includes(entry.type)) {
      return new ModelArchiveError(
        `the entry ${entry.path} is a ${entry.type}, not a file or folder`,
      );
    }
    const path = relative(this.#folder, resolve(this.#folder, entry.path));
    if (isAbsolute(entry.path) || path === '..' || path.startsWith('../')) {
      return new ModelArchiveError(`the entry ${entry.path} leads out of the model's folder`);
    }
    return undefined;
  }
}

function asArchiveError(error: unknown): ModelArchiveError {
  if (error instanceof ModelArchiveError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelArchiveError(reason, { cause: error });
}
