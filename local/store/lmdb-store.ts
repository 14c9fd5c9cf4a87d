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

/** Hears what the runtime's operator should know of. */
export interface StoreListener extends DiskListener {
  /** A record cannot be read and is left out. */
  readonly onBroken?: (record: BrokenRecord) => void;
}

/**
 * A store on LMDB. Tables live in memory and are written behind, one transaction a turn of the event
 * loop; logs stay on disk, with only the entries not yet committed in memory.
 */
export class LmdbStore implements Store {
  readonly #folder: string;
  readonly #root: RootDatabase;
  readonly #tables = new Map<string, PersistentTable<Stored>>();
  readonly #logs = new Map<string, PersistentLog<Stored>>();
  readonly #disk: DiskWriter;
  readonly #listener: StoreListener | undefined;

  /**
   * @param folder created where it is missing; no other process may have it open
   * @throws Error with code `ENOSPC` where there is no room even to open it
   * @throws StoreUnusable where it is damaged as a whole, or of another layout
   */
  constructor(folder: string, listener?: StoreListener) {
    this.#folder = folder;
    this.#listener = listener;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const broken = checkStore(folder);
    // A commit is in the system's cache, which outlives a killed process; waiting for the disk would
    // cost each answer milliseconds. docs/decisions/002 says what that means for a power failure.
    const root = open({
      path: folder,
      maxDbs: 1_024,
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
    // On this thread: handing a turn's few rows to another one takes longer than writing them.
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

function openDatabase(root: RootDatabase, name: string): Database<Buffer, Buffer> {
  return root.openDB<Buffer, Buffer>({ name, keyEncoding: 'binary', encoding: 'binary' });
}

/**
 * Refuses a store whose records lie elsewhere than this build looks for them: it would seem to be empty.
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
  // The first record of all: with it, a damaged record is never the only one there is.
  root.transactionSync(() => void about.put(FORMAT_KEY, encodeRow(FORMAT)));
}

/** Undefined where the record is damaged; a store without one is from before layouts had numbers. */
function formatOf(row: Buffer | undefined): number | undefined {
  if (row === undefined) return 0;
  try {
    return Number(decodeRow(row));
  } catch {
    return undefined;
  }
}

const FORMAT_KEY = Buffer.from('format');

/** 2: what a service stores lies below its account and region. */
const FORMAT = 2;
