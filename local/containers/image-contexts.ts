import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Random } from '../host/random.ts';
import { doInTurns, SharedTime } from '../host/shared-time.ts';
import { type ZipEntry, ZipFile, zipEntries } from '../host/zip.ts';
import { removeTree } from '../processes/index.ts';

const EXECUTABLE = 0o755;

/** Build contexts: a folder for each content, which never changes. */
export class ImageContexts {
  readonly #folder: string;
  readonly #random: Random;

  constructor(folder: string, random: Random) {
    this.#folder = folder;
    this.#random = random;
  }

  /**
   * The folder with the files of a zip. A context that cannot be unpacked leaves nothing.
   *
   * @param digest of the zip, `sha256:…`
   * @throws ZipError
   */
  async unpack(zip: string, digest: string): Promise<string> {
    const folder = this.#folderOf(digest);
    if (existsSync(folder)) return folder;
    const file = new ZipFile(zip);
    try {
      const entries = await doInTurns(zipEntries(file), new SharedTime());
      await this.#fill(folder, (partial) => writeEntries(entries, partial));
    } finally {
      file.close();
    }
    return folder;
  }

  /** A context that contains only a base image. */
  async ofBase(uri: string): Promise<string> {
    const folder = this.#folderOf(`base-${createHash('sha256').update(uri).digest('hex')}`);
    if (existsSync(folder)) return folder;
    await this.#fill(folder, (partial) => writeFile(join(partial, 'Dockerfile'), `FROM ${uri}\n`));
    return folder;
  }

  #folderOf(name: string): string {
    return join(this.#folder, name.replace(/^sha256:/, ''));
  }

  async #fill(folder: string, write: (partial: string) => Promise<void>): Promise<void> {
    const partial = `${folder}.${this.#random.hex(8)}`;
    try {
      await mkdir(partial, { recursive: true });
      await write(partial);
      await rename(partial, folder);
    } catch (error) {
      await removeTree(partial);
      // Another runtime may have unpacked the same context.
      if (!existsSync(folder)) throw error;
    }
  }
}

async function writeEntries(entries: readonly ZipEntry[], folder: string): Promise<void> {
  for (const entry of entries) {
    const file = join(folder, entry.path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await entry.read());
    if (entry.isExecutable) await chmod(file, EXECUTABLE);
  }
}
