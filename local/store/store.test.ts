import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDocument, writeJson } from '../../engine/index.ts';
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

describe.each(kinds)('a long log of a %s store', (_, open) => {
  const count = 1_000;

  it('is read in any part and direction, with committed and pending entries', async () => {
    const store = open();
    const log = store.log<object>('events');
    for (let index = 0; index < count; index += 1) {
      log.append('stream', { index });
      if (index % 77 === 0) await store.committed();
    }
    const all = Array.from({ length: count }, (_, index) => ({ index }));
    const pages = [0, 1, 127, 128, 129, 500, 923, 924, 999, 1_000].flatMap((from) =>
      [1, 2, 130, 2_000].map((limit) => ({ from, limit })),
    );

    function check(): void {
      for (const { from, limit } of pages) {
        expect(log.read('stream', { from, limit })).toEqual(all.slice(from, from + limit));
        expect(log.read('stream', { from, limit, reverse: true })).toEqual(
          all.slice(Math.max(0, Math.min(from, count - 1) + 1 - limit), from + 1).reverse(),
        );
      }
      expect(log.length('stream')).toBe(count);
      expect(log.read('stream')).toEqual(all);
    }

    check();
    await store.committed();
    check();
    await store.close();
  });

  it('forgets its beginning and keeps its indices', async () => {
    const store = open();
    const log = store.log<object>('events');
    for (let index = 0; index < count; index += 1) {
      log.append('stream', { index });
      if (index % 50 === 49) await store.committed();
    }
    log.append('stream2', { index: 0 });

    log.trim('stream', 720);
    await store.committed();

    const first = log.first('stream');
    expect(first).toBeGreaterThanOrEqual(700);
    expect(first).toBeLessThanOrEqual(720);
    expect(log.length('stream')).toBe(count);
    expect(log.read('stream', { from: 0, limit: 800 })).toEqual(
      Array.from({ length: 800 - first }, (__, at) => ({ index: first + at })),
    );
    expect(log.read('stream', { reverse: true })).toHaveLength(count - first);
    expect(log.append('stream', { index: count })).toBe(count);
    log.trim('stream', count + 5);
    await store.committed();
    expect(log.length('stream')).toBe(count + 1);
    expect(log.append('stream', { index: count + 1 })).toBe(count + 1);
    expect(log.read('stream2')).toEqual([{ index: 0 }]);
    await store.close();
  });

  it('starts again after it was deleted, in the same turn or later', async () => {
    const store = open();
    const log = store.log<string>('events');
    log.append('stream', 'committed');
    await store.committed();
    log.append('stream', 'pending');

    log.delete('stream');
    log.append('stream', 'again');

    expect(log.read('stream')).toEqual(['again']);
    await store.committed();
    expect(log.read('stream')).toEqual(['again']);
    log.delete('stream');
    await store.committed();
    expect([log.length('stream'), log.read('stream')]).toEqual([0, []]);
    await store.close();
  });
});

describe('lmdb store', () => {
  it('keeps the last of what a turn wrote, and documents with any key', async () => {
    const before = new LmdbStore(folder);
    const table = before.table<string>('objects');
    const document: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}');
    table.put('changed', 'first');
    table.put('changed', 'last');
    table.put('gone', 'first');
    table.delete('gone');
    before.log<unknown>('events').append('stream', document);
    await before.close();

    const after = new LmdbStore(folder);

    expect([...after.table<string>('objects').entries()]).toEqual([['changed', 'last']]);
    const [read] = after.log<unknown>('events').read('stream');
    expect(JSON.stringify(read)).toBe(JSON.stringify(document));
    await after.close();
  });

  it('keeps numbers as they were written, in tables and in logs', async () => {
    const text = '{"n":12345678901234567890,"l":[1.0,1e400]}';
    const before = new LmdbStore(folder);
    before.table<unknown>('deliveries').put('first', parseDocument(text));
    before.log<unknown>('events').append('stream', parseDocument(text));
    await before.close();

    const after = new LmdbStore(folder);

    expect(writeJson(after.table<unknown>('deliveries').get('first'))).toBe(text);
    expect(after.log<unknown>('events').read('stream').map(writeJson)).toEqual([text]);
    await after.close();
  });

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

  it('refuses changes by name, and can be closed, after its folder was removed', async () => {
    const store = new LmdbStore(folder);
    const table = store.table<string>('things');
    table.put('kept', 'before');
    await store.committed();
    await rm(folder, { recursive: true });

    table.put('lost', 'after');

    await expect(store.committed()).rejects.toThrow(/"lost" in things.*ENOENT/s);
    expect(table.get('lost')).toBeUndefined();
    await store.close();
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
