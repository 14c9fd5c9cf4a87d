import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTree } from './remove-tree.ts';

let place: string;
let tree: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'remove-tree-'));
  tree = join(place, 'tree');
  await mkdir(join(tree, 'a', 'b'), { recursive: true });
  await writeFile(join(tree, 'a', 'b', 'file'), 'x');
  await writeFile(join(tree, 'owner.json'), '{}');
});

afterEach(() => rm(place, { recursive: true, force: true }));

describe('removing a tree', () => {
  it('removes everything, and links without their targets', async () => {
    const other = join(place, 'other');
    await mkdir(other);
    await writeFile(join(other, 'precious'), 'x');
    await symlink(other, join(tree, 'a', 'link'));

    expect(await removeTree(tree, { last: 'owner.json' })).toBe(true);

    expect(await readdir(place)).toEqual(['other']);
    expect(await readdir(other)).toEqual(['precious']);
  });

  it('yields to other work while it removes', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    await Promise.all(
      Array.from({ length: 500 }, (_, index) => mkdir(join(tree, 'a', String(index)))),
    );
    turns = 0;

    await removeTree(tree);

    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it('keeps the owner file until everything else is removed', async () => {
    const signal = AbortSignal.abort();

    expect(await removeTree(tree, { signal, last: 'owner.json' })).toBe(false);

    expect(await readdir(tree)).toContain('owner.json');
  });

  it('treats a missing tree as removed', async () => {
    expect(await removeTree(join(place, 'absent'))).toBe(true);
  });
});
