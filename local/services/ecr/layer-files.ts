import { createHash } from 'node:crypto';
import {
  appendFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cloud } from '../../cloud/cloud.ts';

/** The bytes of layers: one file for each content, which all repositories share and which never changes. */
export class LayerFiles {
  readonly #folder: string;

  constructor({ stateFolder }: Pick<Cloud, 'stateFolder'>) {
    this.#folder = join(stateFolder, 'ecr');
  }

  /** @returns undefined where there is no such layer */
  find(digest: string): string | undefined {
    const path = this.#layer(digest);
    return existsSync(path) ? path : undefined;
  }

  /** Adds a part at its place; what a part that was not recorded has left behind it is removed first. */
  append(uploadId: string, receivedBytes: number, part: Uint8Array): void {
    const path = this.#upload(uploadId);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (existsSync(path) && statSync(path).size > receivedBytes) truncateSync(path, receivedBytes);
    appendFileSync(path, part, { mode: 0o600 });
  }

  async digestOf(uploadId: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(this.#upload(uploadId)))
      hash.update(chunk as Buffer);
    return `sha256:${hash.digest('hex')}`;
  }

  /** Makes a layer of what was uploaded. */
  complete(uploadId: string, digest: string): void {
    const path = this.#layer(digest);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    renameSync(this.#upload(uploadId), path);
  }

  discard(uploadId: string): void {
    rmSync(this.#upload(uploadId), { force: true });
  }

  #layer(digest: string): string {
    return join(this.#folder, 'layers', digest.replace(/^sha256:/, ''));
  }

  #upload(uploadId: string): string {
    return join(this.#folder, 'uploads', uploadId);
  }
}
