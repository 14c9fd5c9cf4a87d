import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../host/logger.ts';
import type { Random } from '../host/random.ts';
import { isDoneWithin, removeTree } from '../processes/index.ts';

/** How long the end of a job waits for the removal of its folder, in real time. */
const PATIENCE_MS = 1_000;

/**
 * Folders that are no longer needed. Removing the folder of a job can take long, because the job decides how many files
 * it contains: so it is moved here, which takes no time, and removed in the background.
 */
export class DiscardedFolders {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #random: Random;
  readonly #end = new AbortController();

  /** @param path on the same file system as the folders */
  constructor(path: string, host: { readonly logger: Logger; readonly random: Random }) {
    this.#path = path;
    this.#logger = host.logger;
    this.#random = host.random;
  }

  /**
   * Moves a folder away, so that its path is free, and removes it; a missing folder is not an error. Resolves once it
   * is removed, so that its space is free, or after a second.
   */
  async discard(folder: string): Promise<void> {
    // Nothing is created here once `sweep` has run, so this also works on a full disk.
    mkdirSync(this.#path, { recursive: true });
    const place = join(this.#path, this.#random.uuid());
    try {
      renameSync(folder, place);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      throw error;
    }
    await isDoneWithin(PATIENCE_MS, this.#remove(place));
  }

  /** Removes what a former run of the runtime did not finish to remove. */
  sweep(): void {
    mkdirSync(this.#path, { recursive: true });
    for (const name of readdirSync(this.#path)) void this.#remove(join(this.#path, name));
  }

  /** Ends all removals; the next start continues them. */
  halt(): void {
    this.#end.abort();
  }

  async #remove(place: string): Promise<void> {
    try {
      await removeTree(place, this.#end);
    } catch (error) {
      this.#logger.warn({ folder: place, error: String(error) }, 'A folder could not be removed');
    }
  }
}
