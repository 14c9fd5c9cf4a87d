import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { SortedTable } from './sorted-table.ts';
import type { Log, LogPage, Range, Store, Stored, Table } from './store.ts';

/**
 * A store on LMDB. Tables live in memory and are written behind, one transaction a turn of the event
 * loop; logs stay on disk, with only the entries not yet committed in memory.
 */
export class LmdbStore implements Store {
  readonly #root: RootDatabase;
  readonly #tables = new Map<string, PersistentTable<Stored>>();
  readonly #logs = new Map<string, PersistentLog<Stored>>();
  #lastWrite: Promise<unknown> = Promise.resolve();

  /** @param folder created where it is missing */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    // A commit is in the system's cache, which outlives a killed process; waiting for the disk would
    // cost each answer milliseconds. docs/decisions/002 says what that means for a power failure.
    this.#root = open({ path: folder, maxDbs: 256, compression: false, noSync: true });
  }

  table<Value extends Stored>(name: string): Table<Value> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      const database = this.#root.openDB<Stored, Buffer>({
        name: `table/${name}`,
        keyEncoding: 'binary',
      });
      table = new PersistentTable<Stored>(database, (write) => {
        this.#lastWrite = write;
      });
      this.#tables.set(name, table);
    }
    return table as Table<Value>;
  }

  log<Entry extends Stored>(name: string): Log<Entry> {
    let log = this.#logs.get(name);
    if (log === undefined) {
      const database = this.#root.openDB<Stored, Buffer>({
        name: `log/${name}`,
        keyEncoding: 'binary',
      });
      log = new PersistentLog<Stored>(database, (write) => {
        this.#lastWrite = write;
      });
      this.#logs.set(name, log);
    }
    return log as Log<Entry>;
  }

  async committed(): Promise<void> {
    await this.#lastWrite;
  }

  async close(): Promise<void> {
    await this.#lastWrite;
    await this.#root.close();
  }
}

type Written = (write: Promise<unknown>) => void;

class PersistentTable<Value extends Stored> implements Table<Value> {
  readonly #memory = new SortedTable<Value>();
  readonly #database: Database<Value, Buffer>;
  readonly #written: Written;

  constructor(database: Database<Value, Buffer>, written: Written) {
    this.#database = database;
    this.#written = written;
    for (const { key, value } of database.getRange()) {
      this.#memory.put(key.toString('utf8'), value);
    }
  }

  get(key: string): Value | undefined {
    return this.#memory.get(key);
  }

  has(key: string): boolean {
    return this.#memory.has(key);
  }

  put(key: string, value: Value): void {
    this.#memory.put(key, value);
    this.#written(this.#database.put(Buffer.from(key), value));
  }

  delete(key: string): boolean {
    const existed = this.#memory.delete(key);
    if (existed) this.#written(this.#database.remove(Buffer.from(key)));
    return existed;
  }

  entries(range?: Range): Iterable<readonly [string, Value]> {
    return this.#memory.entries(range);
  }

  get size(): number {
    return this.#memory.size;
  }
}

class PersistentLog<Entry extends Stored> implements Log<Entry> {
  readonly #database: Database<Entry, Buffer>;
  readonly #written: Written;
  readonly #lengths = new Map<string, number>();
  /** Entries that are not committed yet and so cannot be read from the database. */
  readonly #pending = new Map<string, Map<number, Entry>>();

  constructor(database: Database<Entry, Buffer>, written: Written) {
    this.#database = database;
    this.#written = written;
  }

  append(stream: string, entry: Entry): number {
    const index = this.length(stream);
    this.#lengths.set(stream, index + 1);
    const pending = this.#pending.get(stream) ?? new Map<number, Entry>();
    this.#pending.set(stream, pending);
    pending.set(index, entry);
    const write = this.#database.put(logKey(stream, index), entry).then(() => {
      pending.delete(index);
      if (pending.size === 0 && this.#pending.get(stream) === pending) this.#pending.delete(stream);
    });
    this.#written(write);
    return index;
  }

  read(stream: string, page: LogPage = {}): readonly Entry[] {
    const length = this.length(stream);
    const limit = page.limit ?? length;
    const step = page.reverse === true ? -1 : 1;
    const first = Math.min(
      page.from ?? (step === 1 ? 0 : length - 1),
      length - (step === 1 ? 0 : 1),
    );
    const entries: Entry[] = [];
    const pending = this.#pending.get(stream);
    for (let index = first; index >= 0 && index < length && entries.length < limit; index += step) {
      const entry = pending?.get(index) ?? this.#database.get(logKey(stream, index));
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  length(stream: string): number {
    const known = this.#lengths.get(stream);
    if (known !== undefined) return known;
    const [last] = this.#database.getKeys({
      start: logKey(stream, LARGEST_INDEX),
      end: logKey(stream, -1),
      reverse: true,
      limit: 1,
    });
    const length = last === undefined ? 0 : Number(last.readBigUInt64BE(last.length - INDEX_BYTES));
    this.#lengths.set(stream, length);
    return length;
  }

  delete(stream: string): void {
    const length = this.length(stream);
    this.#pending.delete(stream);
    this.#lengths.set(stream, 0);
    for (let index = 0; index < length; index += 1) {
      this.#written(this.#database.remove(logKey(stream, index)));
    }
  }
}

const LENGTH_BYTES = 2;
const INDEX_BYTES = 8;
const LARGEST_INDEX = Number.MAX_SAFE_INTEGER - 1;

/**
 * The stream's length, the stream, the index: streams may hold any character, and none begins another.
 * Indices count from 1 on disk, so that 0 can be the end, exclusive, of a range.
 */
function logKey(stream: string, index: number): Buffer {
  const name = Buffer.from(stream);
  const key = Buffer.alloc(LENGTH_BYTES + name.length + INDEX_BYTES);
  key.writeUInt16BE(name.length, 0);
  name.copy(key, LENGTH_BYTES);
  key.writeBigUInt64BE(BigInt(index + 1), LENGTH_BYTES + name.length);
  return key;
}
