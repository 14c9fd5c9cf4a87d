import { expect, it } from 'vitest';
import type { FolderFiles, ObjectVersion } from '../../events/index.ts';
import { type CopyStore, keepFolder } from './keep-folder.ts';

/** A store that counts how many copies run at a time. */
class CountingStore implements CopyStore {
  readonly copies = new Map<string, ObjectVersion>();
  most = 0;
  readonly #files: FolderFiles;
  #running = 0;

  constructor(files: FolderFiles) {
    this.#files = files;
  }

  async readFiles(): Promise<FolderFiles> {
    return this.#files;
  }

  async copy(from: ObjectVersion, to: { readonly key: string }): Promise<void> {
    this.#running += 1;
    this.most = Math.max(this.most, this.#running);
    await Promise.resolve();
    this.copies.set(to.key, from);
    this.#running -= 1;
  }
}

it('copies the versions of a thousand files, a few at a time', async () => {
  const files = Array.from({ length: 1_000 }, (_, at) => ({
    bucket: 'b',
    key: `incoming/flowers/1/${at}.csv`,
    versionId: `v${at}`,
    path: `${at}.csv`,
    name: `${at}`.padStart(5, '0'),
  }));
  const store = new CountingStore({ version: 1, folder: 'incoming/flowers/1/', files });

  const count = await keepFolder(
    {
      files: { bucket: 'b', key: 'runs/flowers/d/files.json' },
      to: { bucket: 'b', prefix: 'runs/flowers/d/dataset/' },
    },
    store,
  );

  expect(count).toBe(1_000);
  expect(store.copies.size).toBe(1_000);
  expect(store.copies.get('runs/flowers/d/dataset/00999')).toEqual({
    bucket: 'b',
    key: 'incoming/flowers/1/999.csv',
    versionId: 'v999',
  });
  expect(store.most).toBe(8);
});
