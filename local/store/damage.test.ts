import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { Encoder } from 'msgpackr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSeededRandom } from '../host/random.ts';
import { DiskWriter } from './disk-writer.ts';
import { type BrokenRecord, DiskFullError, LmdbStore, StoreError, StoreUnusable } from './index.ts';
import { encodeRow } from './row.ts';

let folder: string;
let store: LmdbStore | undefined;
let broken: BrokenRecord[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stepmill-damage-'));
  broken = [];
});

afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const silent = { onFull: () => {}, onRoom: () => {} };

function openStore(): LmdbStore {
  store = new LmdbStore(folder, { ...silent, onBroken: (record) => broken.push(record) });
  return store;
}

async function closeStore(): Promise<void> {
  const opened = store;
  store = undefined;
  await opened?.close();
}

/** Three tables and a log, as services leave them. */
async function fill(): Promise<void> {
  const filled = openStore();
  for (const name of ['one', 'two']) {
    const table = filled.table<object>(name);
    for (const key of ['a', 'b', `long ${'x'.repeat(3_000)}`]) {
      table.put(key, { key, at: new Date(5), bytes: Buffer.from(key) });
    }
  }
  for (const stream of ['first', 'second', '長'.repeat(1_024)]) {
    filled.log<object>('events').append(stream, { stream });
    await filled.committed();
    filled.log<object>('events').append(stream, { stream, number: 2 });
  }
  await closeStore();
}

const binary = { keyEncoding: 'binary', encoding: 'binary' } as const;

/** Every row there is, by its table. */
async function rowsOf(): Promise<readonly (readonly [name: string, key: Buffer])[]> {
  const root = open({ path: folder, maxDbs: 256 });
  const names = Array.from(root.getKeys(), String);
  const rows = names.flatMap((name) =>
    Array.from(
      root.openDB<Buffer, Buffer>({ name, ...binary }).getKeys(),
      (key) => [name, key] as const,
    ),
  );
  await root.close();
  return rows;
}

async function overwrite(name: string, key: Buffer, noise: Buffer): Promise<void> {
  const root = open({ path: folder, maxDbs: 256 });
  await root.openDB<Buffer, Buffer>({ name, ...binary }).put(key, noise);
  await root.close();
}

const kinds: Readonly<Record<string, Buffer>> = {
  empty: Buffer.alloc(0),
  'random bytes': Buffer.from('93f2c1007f1e55aa0b', 'hex'),
  'MessagePack of another shape': new Encoder().encode({ nonsense: [1, null, 'x'] }),
  'one byte': Buffer.of(5),
};

describe('a record that was overwritten', () => {
  it('is left out and named, and nothing else is', async () => {
    await fill();
    const rows = await rowsOf();
    const noises = Object.values(kinds);

    for (const [index, [name, key]] of rows.entries()) {
      const noise = noises[index % noises.length] ?? Buffer.alloc(0);
      const copy = `${folder}-copy`;
      cpSync(folder, copy, { recursive: true });
      await overwrite(name, key, noise);

      const damaged = openStore();
      const tables = ['one', 'two'].map((table) => damaged.table(table).size);
      const logs = damaged.log<object>('events');

      const [kind, table] = name.split('/');
      if (kind === 'table') {
        expect(tables[0] === 3 && tables[1] === 3).toBe(false);
        expect((tables[0] ?? 0) + (tables[1] ?? 0)).toBe(5);
      }
      if (table !== undefined) {
        expect(broken.map((record) => record.table)).toEqual([table]);
        expect(broken[0]?.message).toMatch(
          /^The record ".*" in \w+ is damaged: .*nothing else is affected\.$/,
        );
      }
      const readable = ['first', 'second', '長'.repeat(1_024)].filter((stream) => {
        try {
          return logs.read(stream).length === 2;
        } catch (error) {
          expect(String(error)).toMatch(/^BrokenRecord: The record ".*" in events is damaged/);
          return false;
        }
      });
      expect(readable.length).toBe(kind === 'log' ? 2 : 3);
      // It is written again like any other, and every later start succeeds.
      damaged.table('one').put('a', { key: 'again' });
      await closeStore();
      broken = [];
      expect(openStore().table('one').get('a')).toEqual({ key: 'again' });
      await closeStore();
      broken = [];
      rmSync(folder, { recursive: true });
      cpSync(copy, folder, { recursive: true });
      rmSync(copy, { recursive: true });
    }
  });
});

describe('keys longer than LMDB has', () => {
  it('are kept, in their place among the others', async () => {
    const keys = [
      `a${'\u{1F600}'.repeat(700)}`,
      `a${'長'.repeat(700)}1`,
      `a${'長'.repeat(700)}2`,
      `b${'x'.repeat(1_977)}`,
      `b${'x'.repeat(1_978)}`,
    ].toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    const table = openStore().table<string>('long');
    for (const key of keys.toReversed()) table.put(key, key);
    table.put('gone'.repeat(1_000), 'x');
    table.delete('gone'.repeat(1_000));
    await closeStore();

    const reopened = openStore().table<string>('long');

    expect([...reopened.entries()]).toEqual(keys.map((key) => [key, key]));
    expect([...reopened.entries({ prefix: `a${'長'.repeat(700)}`, reverse: true })].length).toBe(2);
    expect(broken).toEqual([]);
  });

  it('name streams that are pages of their own', async () => {
    const streams = ['長'.repeat(1_024), `${'長'.repeat(1_023)}短`];
    const lines = openStore().log<string>('lines');
    for (const stream of streams) lines.append(stream, stream);
    await closeStore();
    const log = openStore().log<string>('lines');

    for (const stream of streams) expect(log.append(stream, 'next')).toBe(1);

    for (const stream of streams) expect(log.read(stream)).toEqual([stream, 'next']);
    log.delete(streams[0] ?? '');
    expect([log.length(streams[0] ?? ''), log.length(streams[1] ?? '')]).toEqual([0, 2]);
  });
});

describe('a value that cannot be stored', () => {
  const deep: unknown = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000));

  it.each([
    ['nested too deep', deep],
    ['with a function in it', { list: [() => 1] }],
    ['with a symbol in it', { symbol: Symbol('s') }],
    ['with an integer of more than 64 bits', { number: 2n ** 64n }],
  ])('%s is refused by name, and memory is as before', async (_, value) => {
    const opened = openStore();
    const table = opened.table<unknown>('queues');
    table.put('mine', 'before');

    expect(() => table.put('mine', value)).toThrow(StoreError);
    expect(() => table.put('mine', value)).toThrow(/^The record "mine" in queues was not stored: /);

    expect(table.get('mine')).toBe('before');
    table.put('other', 'after');
    await opened.committed();
    await closeStore();
    expect([...openStore().table('queues').entries()]).toEqual([
      ['mine', 'before'],
      ['other', 'after'],
    ]);
  });

  it('is refused by a log, too', async () => {
    const opened = openStore();
    const log = opened.log<unknown>('history');
    log.append('s', 'first');

    for (const value of [deep, { number: 1n }, undefined]) {
      expect(() => log.append('s', value)).toThrow(/^An entry of "s" in history was not stored: /);
    }

    expect(log.append('s', 'second')).toBe(1);
    await opened.committed();
    expect(log.read('s')).toEqual(['first', 'second']);
  });
});

/** A disk whose transactions fail with the given error. */
function createWriter(fail: (written: readonly string[]) => void) {
  const disk: string[] = [];
  const events: string[] = [];
  const turn: string[] = [];
  const writer = new DiskWriter(
    tmpdir(),
    (write) => {
      turn.length = 0;
      write();
      fail(turn);
      disk.push(...turn);
    },
    {
      onFull: () => events.push('full'),
      onRoom: () => events.push('room'),
      onRefused: ({ message }) => events.push(message),
    },
  );
  const add = (name: string, error?: Error) =>
    writer.add({
      describe: () => name,
      write: () => {
        if (error !== undefined) throw error;
        turn.push(name);
      },
      undo: () => events.push(`${name} undone`),
    });
  return { writer, disk, events, add };
}

describe('a change that the disk refuses', () => {
  it('for a reason of its own is undone alone and named, and later ones are written', async () => {
    const { writer, disk, events, add } = createWriter(() => {});
    add('one');
    add('two', new Error('MDB_BAD_VALSIZE: bad key'));
    add('three');

    await expect(writer.committed()).rejects.toThrow(
      new StoreError('two', 'MDB_BAD_VALSIZE: bad key'),
    );
    add('four');
    await writer.committed();
    await writer.committed();

    expect(disk).toEqual(['one', 'three', 'four']);
    expect(events).toEqual([
      'two undone',
      'two was not stored: MDB_BAD_VALSIZE: bad key. Nothing of it was kept.',
    ]);
    await writer.close();
  });

  it('with its whole transaction is undone with it', async () => {
    const { writer, disk, add } = createWriter((written) => {
      if (written.includes('one')) throw new Error('EIO: i/o error');
    });
    add('one');
    add('two');

    await expect(writer.committed()).rejects.toThrow(/^one was not stored: EIO/);
    add('three');
    await writer.committed();

    expect(disk).toEqual(['three']);
    await writer.close();
  });

  it.each([
    ['by its name', { code: 'ENOSPC' }],
    ["by the system's number", { code: 28 }],
    ["by LMDB's number", { code: -30_792 }],
  ])('for want of room, called %s, waits', async (_, code) => {
    let isFull = true;
    const { writer, disk, events, add } = createWriter(() => {
      if (isFull) throw Object.assign(new Error('full'), code);
    });
    add('one');

    await expect(writer.committed()).rejects.toThrow(DiskFullError);
    isFull = false;
    await writer.eventuallyCommitted();

    expect([disk, events]).toEqual([['one'], ['full', 'room']]);
    await writer.close();
  });
});

const file = () => join(folder, 'data.mdb');

/** What a start says of the store; undefined where it opens it. */
function refusal(): string | undefined {
  try {
    openStore();
    return undefined;
  } catch (error) {
    if (error instanceof StoreUnusable) return error.message;
    throw error;
  }
}

/** How every such sentence ends. */
const ADVICE = /The runtime was not started, and nothing was changed\. Restore a copy/;

describe('the file of a store', () => {
  it.each([
    [0, /is damaged: it is empty/],
    [1, /is damaged: it is cut off/],
    [100, /is damaged: it is cut off/],
    [4_096, /is damaged: it is cut off/],
    [8_192, /is damaged: it cannot be read through/],
    [16_384, /is damaged: it cannot be read through/],
  ])('that was cut to %d bytes is refused with a sentence', async (size, problem) => {
    await fill();
    truncateSync(file(), size);

    expect(refusal()).toMatch(problem);
    expect(refusal()).toMatch(ADVICE);
  });

  it('that is something else is refused with a sentence', async () => {
    await fill();
    for (const [content, problem] of [
      [Buffer.alloc(100_000, 7), /its header is not that of a store/],
      [Buffer.alloc(100_000), /its header is not that of a store/],
    ] as const) {
      writeFileSync(file(), content);

      expect(refusal()).toMatch(problem);
    }
    rmSync(file());
    mkdirSync(file());
    expect(refusal()).toMatch(/is not a file/);
  });

  it('with any one page overwritten is refused, or its records are named, and no signal ends the process', async () => {
    await fill();
    const whole = readFileSync(file());
    const random = createSeededRandom(3);
    const pageBytes = 4_096;

    for (let page = 0; page * pageBytes < whole.length; page += 1) {
      const damaged = Buffer.from(whole);
      for (let at = 0; at < pageBytes; at += 1) {
        damaged[page * pageBytes + at] = Math.floor(random.next() * 256);
      }
      writeFileSync(file(), damaged);
      try {
        const opened = openStore();
        for (const name of ['one', 'two']) opened.table(name);
        for (const stream of ['first', 'second']) {
          try {
            opened.log('events').read(stream);
          } catch (error) {
            expect((error as Error).name).toBe('BrokenRecord');
          }
        }
        await closeStore();
      } catch (error) {
        expect(error).toBeInstanceOf(StoreUnusable);
      }
    }
  });

  it('with garbage for a lock is opened', async () => {
    await fill();
    writeFileSync(join(folder, 'lock.mdb'), Buffer.alloc(9_000, 0xa5));

    expect(openStore().table('one').size).toBe(3);
  });

  it.each([
    ['without a number', undefined, 0],
    ['of an earlier build', 1, 1],
    ['of a later build', 3, 3],
  ])('of a layout %s is refused and left as it is', async (_, format, number) => {
    await fill();
    await closeStore();
    const file = open({ path: folder, maxDbs: 8 });
    const about = file.openDB<Buffer, Buffer>({
      name: 'about',
      keyEncoding: 'binary',
      encoding: 'binary',
    });
    if (format === undefined) await about.remove(Buffer.from('format'));
    else await about.put(Buffer.from('format'), encodeRow(format));
    await file.close();
    const before = readFileSync(join(folder, 'data.mdb'));

    expect(openStore).toThrow(
      `data.mdb has layout ${number} and this build of stepmill reads layout 2. The runtime was not started`,
    );

    expect(readFileSync(join(folder, 'data.mdb'))).toEqual(before);
  });

  it('in which the number of the layout is damaged is opened', async () => {
    await fill();
    await closeStore();
    await overwrite('about', Buffer.from('format'), Buffer.from('noise'));

    expect(openStore().table('one').size).toBe(3);
  });

  it("is its owner's alone", async () => {
    const inner = join(folder, 'store');
    const umask = process.umask(0);
    try {
      store = new LmdbStore(inner);
      await closeStore();
    } finally {
      process.umask(umask);
    }

    const modes = ['', 'data.mdb', 'lock.mdb', 'closed.json'].map(
      (name) => statSync(join(inner, name)).mode & 0o777,
    );

    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
  });
});
