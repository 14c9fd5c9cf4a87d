import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LmdbStore, MemoryStore, type Store } from './index.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepmill-store-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const kinds: readonly (readonly [string, () => Store])[] = [
  ['memory', () => new MemoryStore()],
  ['lmdb', () => new LmdbStore(folder)],
];

describe.each(kinds)('%s store', (_, open) => {
  it('reads its own writes at once, sorted by UTF-8 bytes', async () => {
    const store = open();
    const table = store.table<number>('numbers');
    for (const [index, key] of ['b', '\u{1F600}', 'a/2', '\uFF5E', 'a/1'].entries())
      table.put(key, index);

    const keys = [...table.entries()].map(([key]) => key);

    expect(keys).toEqual(['a/1', 'a/2', 'b', '\uFF5E', '\u{1F600}']);
    expect(table.get('b')).toBe(0);
    await store.close();
  });

  it('walks prefixes forwards and backwards, after a key and up to a limit', async () => {
    const store = open();
    const table = store.table<number>('numbers');
    for (const key of ['a', 'b1', 'b2', 'b3', 'c']) table.put(key, 1);
    const keysOf = (range: object) => [...table.entries(range)].map(([key]) => key);

    expect(keysOf({ prefix: 'b' })).toEqual(['b1', 'b2', 'b3']);
    expect(keysOf({ prefix: 'b', after: 'b1', limit: 1 })).toEqual(['b2']);
    expect(keysOf({ prefix: 'b', reverse: true })).toEqual(['b3', 'b2', 'b1']);
    expect(keysOf({ prefix: 'b', after: 'b3', reverse: true })).toEqual(['b2', 'b1']);
    expect(keysOf({ reverse: true, limit: 2 })).toEqual(['c', 'b3']);
    await store.close();
  });

  it('pages through a log in both directions', async () => {
    const store = open();
    const log = store.log<string>('events');
    for (const entry of ['one', 'two', 'three']) log.append('stream', entry);
    log.append('stream2', 'other');

    expect(log.read('stream')).toEqual(['one', 'two', 'three']);
    expect(log.read('stream', { from: 1, limit: 1 })).toEqual(['two']);
    expect(log.read('stream', { reverse: true, limit: 2 })).toEqual(['three', 'two']);
    await store.committed();
    expect(log.read('stream', { reverse: true, from: 1 })).toEqual(['two', 'one']);
    expect(log.length('stream')).toBe(3);
    log.delete('stream');
    expect(log.read('stream')).toEqual([]);
    expect(log.read('stream2')).toEqual(['other']);
    await store.close();
  });
});

describe('lmdb store', () => {
  it('finds tables and logs again after it was closed', async () => {
    const before = new LmdbStore(folder);
    before.table<object>('objects').put('key', { size: 3, at: new Date(5) });
    before.log<string>('events').append('stream', 'one');
    await before.close();

    const after = new LmdbStore(folder);

    expect(after.table<object>('objects').get('key')).toEqual({ size: 3, at: new Date(5) });
    expect(after.log<string>('events').append('stream', 'two')).toBe(1);
    expect(after.log<string>('events').read('stream')).toEqual(['one', 'two']);
    await after.close();
  });

  it('keeps keys with any character, and streams that begin like others apart', async () => {
    const before = new LmdbStore(folder);
    const keys = ['bucket\u0000a/\u{1F600} b+%.csv', 'bucket', '\u0000'];
    for (const key of keys) before.table<string>('objects').put(key, key);
    before.log<string>('events').append('group\u0000stream', 'one');
    before.log<string>('events').append('group', 'two');
    await before.close();

    const after = new LmdbStore(folder);

    expect([...after.table<string>('objects').entries()].map(([key]) => key)).toEqual(
      keys.toSorted(),
    );
    expect(after.log<string>('events').length('group\u0000stream')).toBe(1);
    expect(after.log<string>('events').append('group', 'three')).toBe(1);
    expect(after.log<string>('events').read('group', { reverse: true })).toEqual(['three', 'two']);
    await after.close();
  });
});
