import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTree } from './remove-tree.ts';

/** Two of these exceed 4,096 bytes. */
const CHAIN = Array.from({ length: 18 }, () => 'd'.repeat(200));

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

    expect(await removeTree(tree)).toBe(true);

    expect(await readdir(place)).toEqual(['other']);
    expect(await readdir(other)).toEqual(['precious']);
  });

  it('removes folders that are nested deeper than the longest path of the system', async () => {
    const lower = join(place, 'lower');
    await mkdir(join(lower, ...CHAIN), { recursive: true });
    await writeFile(join(lower, ...CHAIN, 'file'), 'x');
    await mkdir(join(tree, ...CHAIN), { recursive: true });
    await rename(lower, join(tree, ...CHAIN, 'lower'));

    expect(await removeTree(tree)).toBe(true);

    expect(await readdir(place)).toEqual([]);
  });

  it('removes what is in folders that even their owner cannot change or read', async () => {
    await chmod(join(tree, 'a', 'b'), 0o500);
    await mkdir(join(tree, 'closed', 'inner'), { recursive: true });
    await chmod(join(tree, 'closed'), 0);

    expect(await removeTree(tree)).toBe(true);

    expect(await readdir(place)).toEqual([]);
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

  it('keeps the file that it is to keep, and the folder', async () => {
    expect(await removeTree(tree, { kept: 'owner.json' })).toBe(true);

    expect(await readdir(tree)).toEqual(['owner.json']);
  });

  it('says that it was interrupted', async () => {
    expect(await removeTree(tree, { signal: AbortSignal.abort() })).toBe(false);

    expect(await readdir(place)).toEqual(['tree']);
  });

  it('treats a missing tree as removed', async () => {
    expect(await removeTree(join(place, 'absent'))).toBe(true);
  });
});
