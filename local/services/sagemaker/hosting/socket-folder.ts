import { join } from 'node:path';
import { makeTemporaryFolder, type TemporaryFolder } from '../../../processes/index.ts';

/**
 * A folder for the containers' sockets. A socket's path may have 108 bytes, so it lies in the system's
 * folder for temporary files, not below the state folder; no other user may enter it.
 */
export class SocketFolder {
  #folder: TemporaryFolder | undefined;
  #next = 0;

  take(): string {
    this.#folder ??= makeTemporaryFolder('sockets');
    this.#next += 1;
    return join(this.#folder.path, `${this.#next}.sock`);
  }

  async close(): Promise<void> {
    const folder = this.#folder;
    this.#folder = undefined;
    await folder?.remove();
  }
}
