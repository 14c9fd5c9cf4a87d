import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Entry {
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
}

// `npm install` on one platform can leave packages of other platforms without an integrity.
it('pins every package of the lock file by its integrity, also for other platforms', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, Entry>>;
  };

  const unpinned = Object.entries(lock.packages)
    .filter(([path, { link, inBundle }]) => path !== '' && link !== true && inBundle !== true)
    .filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''))
    .map(([path]) => path);

  expect(unpinned).toEqual([]);
});
