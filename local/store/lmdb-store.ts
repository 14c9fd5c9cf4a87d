import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { type DiskListener, DiskWriter } from './disk-writer.ts';
import { PersistentLog } from './persistent-log.ts';
import { SortedTable } from './sorted-table.ts';
import type { Log, Range, Store, Stored, Table } from './store.ts';

/**
 * A store on LMDB. Tables live in memory and are written behind, one transaction a turn of the event
 * loop; logs stay on disk, with only the entries not yet committed in memory.
 */
export class LmdbStore implements Store {
  readonly #root: RootDatabase;
  readonly #tables = new Map<string, PersistentTable<Stored>>();
  readonly #logs = new Map<string, PersistentLog<Stored>>();
  readonly #disk: DiskWriter;

  /**
   * @param folder created where it is missing
   * @throws Error with code `ENOSPC` where there is no room even to open it
   */
  constructor(folder: string, listener?: DiskListener) {
    mkdirSync(folder, { recursive: true });
    // A commit is in the system's cache, which outlives a killed process; waiting for the disk would
    // cost each answer milliseconds. docs/decisions/002 says what that means for a power failure.
    const root = open({
      path: folder,
      maxDbs: 256,
      compression: false,
      noSync: true,
      eventTurnBatching: false,
    });
    this.#root = root;
    // On this thread: handing a turn's few rows to another one takes longer than writing them.
    this.#disk = new DiskWriter(folder, (write) => root.transactionSync(write), listener);
  }

  table<Value extends Stored>(name: string): Table<Value> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      const database = this.#root.openDB<Stored, Buffer>({
        name: `table/${name}`,
        keyEncoding: 'binary',
      });
      table = new PersistentTable<Stored>(database, this.#disk);
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
      log = new PersistentLog<Stored>(database, this.#disk);
      this.#logs.set(name, log);
    }
    return log as Log<Entry>;
  }

  committed(): Promise<void> {
    return this.#disk.committed();
  }

  eventuallyCommitted(): Promise<void> {
    return this.#disk.eventuallyCommitted();
  }

  async close(): Promise<void> {
    try {
      await this.#disk.close();
    } finally {
      await this.#root.close();
    }
  }
}

class PersistentTable<Value extends Stored> implements Table<Value> {
  readonly #memory = new SortedTable<Value>();
  readonly #database: Database<Value, Buffer>;
  readonly #disk: DiskWriter;
  /** Keys that this turn's transaction writes. */
  readonly #changed = new Set<string>();

  constructor(database: Database<Value, Buffer>, disk: DiskWriter) {
    this.#database = database;
    this.#disk = disk;
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
    this.#follow(key);
  }

  delete(key: string): boolean {
    const existed = this.#memory.delete(key);
    if (existed) this.#follow(key);
    return existed;
  }

  entries(range?: Range): Iterable<readonly [string, Value]> {
    return this.#memory.entries(range);
  }

  get size(): number {
    return this.#memory.size;
  }

  /** However often a row changes in a turn of the event loop, it is written once. */
  #follow(key: string): void {
    if (this.#changed.has(key)) return;
    this.#changed.add(key);
    this.#disk.add({
      write: () => {
        this.#changed.delete(key);
        const value = this.#memory.get(key);
        if (value === undefined) void this.#database.remove(Buffer.from(key));
        else void this.#database.put(Buffer.from(key), value);
      },
    });
  }
}
