import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for the containers' sockets. A socket's path may have 108 bytes, so it lies in the system's
 * folder for temporary files, not below the state folder; nobody else may enter it.
 */
export class SocketFolder {
  readonly #path: string;
  #next = 0;

  /** @param stateFolder two runtimes never share one, so neither do they share sockets */
  constructor(stateFolder: string) {
    const digest = createHash('sha256').update(stateFolder).digest('hex').slice(0, 16);
    this.#path = join(tmpdir(), `stepmill-${digest}`);
  }

  /** Removes what a killed runtime left. */
  open(): void {
    this.close();
    mkdirSync(this.#path, { recursive: true, mode: 0o700 });
  }

  take(): string {
    this.#next += 1;
    return join(this.#path, `${this.#next}.sock`);
  }

  close(): void {
    rmSync(this.#path, { recursive: true, force: true });
  }
}
