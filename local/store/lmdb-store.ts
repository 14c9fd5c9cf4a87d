import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { checkStore, noteClosed } from './check-store.ts';
import { type DiskListener, DiskWriter } from './disk-writer.ts';
import { PersistentLog } from './persistent-log.ts';
import { PersistentTable } from './persistent-table.ts';
import { decodeRow, encodeRow } from './row.ts';
import type { RecordCheck, Shape } from './shape.ts';
import type { Log, Store, Stored, Table } from './store.ts';
import { type BrokenRecord, StoreUnusable } from './store-error.ts';

/** Is notified of what the operator should know. */
export interface StoreListener extends DiskListener {
  /** A record cannot be read and is skipped. */
  readonly onBroken?: (record: BrokenRecord) => void;
}

/**
 * A store on LMDB. Tables are in memory and written behind, in one transaction for each turn of the event loop.
 * Logs are on the disk; only entries that are not committed yet are in memory.
 */
export class LmdbStore implements Store {
  readonly #folder: string;
  readonly #root: RootDatabase;
  readonly #tables = new Map<string, PersistentTable<Stored>>();
  readonly #logs = new Map<string, PersistentLog<Stored>>();
  readonly #disk: DiskWriter;
  readonly #listener: StoreListener | undefined;

  /**
   * @param folder created if it does not exist; no other process may have it open
   * @throws Error with code `ENOSPC` when there is not enough space to open it
   * @throws StoreUnusable when the file as a whole is damaged, or has another layout
   */
  constructor(folder: string, listener?: StoreListener) {
    this.#folder = folder;
    this.#listener = listener;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const broken = checkStore(folder);
    // A commit is in the system's page cache, which survives a kill of the process. Waiting for the disk would
    // cost milliseconds for each response. docs/decisions/002 explains what a power failure can lose.
    const root = open({
      path: folder,
      maxDbs: MOST_TABLES,
      compression: false,
      noSync: true,
      eventTurnBatching: false,
    });
    this.#root = root;
    for (const file of ['data.mdb', 'lock.mdb']) chmodSync(join(folder, file), 0o600);
    try {
      checkFormat(root, folder);
    } catch (error) {
      void root.close();
      throw error;
    }
    // On this thread: passing the few rows of a turn to another thread takes longer than writing them.
    this.#disk = new DiskWriter(folder, (write) => root.transactionSync(write), listener);
    for (const record of broken) listener?.onBroken?.(record);
  }

  table<Value extends Stored>(name: string, shape?: Shape<Value> | RecordCheck): Table<Value> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = new PersistentTable<Stored>({
        name,
        database: openDatabase(this.#root, `table/${name}`),
        disk: this.#disk,
        shape,
        onBroken: (record) => this.#listener?.onBroken?.(record),
      });
      this.#tables.set(name, table);
    }
    return table as Table<Value>;
  }

  log<Entry extends Stored>(name: string): Log<Entry> {
    let log = this.#logs.get(name);
    if (log === undefined) {
      const database = openDatabase(this.#root, `log/${name}`);
      log = new PersistentLog<Stored>({ name, database, disk: this.#disk });
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

  freeze(): Promise<void> {
    return this.#disk.close();
  }

  async close(): Promise<void> {
    try {
      await this.#disk.close();
    } finally {
      await this.#root.close();
    }
    noteClosed(this.#folder);
  }
}

/** Tables and logs: up to 130 of each account and region, for `MOST_CLOUDS` of them. */
const MOST_TABLES = 2_048;

function openDatabase(root: RootDatabase, name: string): Database<Buffer, Buffer> {
  return root.openDB<Buffer, Buffer>({ name, keyEncoding: 'binary', encoding: 'binary' });
}

/**
 * Rejects a store with another layout, which would look empty.
 *
 * @throws StoreUnusable
 */
function checkFormat(root: RootDatabase, folder: string): void {
  const names = Array.from(root.getKeys(), String);
  const about = openDatabase(root, 'about');
  const format = names.length === 0 ? FORMAT : formatOf(about.get(FORMAT_KEY));
  if (format !== undefined && format !== FORMAT) {
    throw new StoreUnusable(
      join(folder, 'data.mdb'),
      `has layout ${format} and this build of stepmill reads layout ${FORMAT}`,
    );
  }
  if (names.length > 0 && format === FORMAT) return;
  // The first record of a store: a damaged record is never the only one.
  root.transactionSync(() => void about.put(FORMAT_KEY, encodeRow(FORMAT)));
}

/** The layout of a store: undefined if the record is damaged, 0 for a store from before layouts had numbers. */
function formatOf(row: Buffer | undefined): number | undefined {
  if (row === undefined) return 0;
  try {
    return Number(decodeRow(row));
  } catch {
    return undefined;
  }
}

const FORMAT_KEY = Buffer.from('format');

/** In layout 2, the names of tables and logs begin with the account and region. */
const FORMAT = 2;
