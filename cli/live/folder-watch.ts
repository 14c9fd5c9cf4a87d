import { type FSWatcher, watch } from 'node:fs';

/**
 * Notices that something in folders changes: each folder by itself, because Node.js watches whole trees on
 * Linux only roughly. What changed is for the caller to find out.
 */
export class FolderWatch {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Watches exactly these folders from now on. */
  follow(folders: readonly string[]): void {
    for (const [folder, watcher] of this.#watchers) {
      if (!folders.includes(folder)) this.#end(folder, watcher);
    }
    for (const folder of folders) {
      if (!this.#watchers.has(folder)) this.#begin(folder);
    }
  }

  stop(): void {
    for (const [folder, watcher] of this.#watchers) this.#end(folder, watcher);
  }

  #begin(folder: string): void {
    try {
      const watcher = watch(folder, () => this.#onChange());
      // The folder has gone: its parent tells.
      watcher.on('error', () => this.#end(folder, watcher));
      this.#watchers.set(folder, watcher);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  #end(folder: string, watcher: FSWatcher): void {
    watcher.close();
    this.#watchers.delete(folder);
  }
}
