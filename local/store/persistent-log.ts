import type { Database } from 'lmdb';
import type { Log, LogPage, Stored } from './store.ts';

/** Takes a change to the disk, with all others of the same turn of the event loop. */
interface Disk {
  add(change: { write(): void; written?(): void }): void;
}

/** Entries that stand behind one another and are one row on the disk. */
interface Chunk<Entry> {
  /** The index of the first one. */
  readonly first: number;
  readonly entries: Entry[];
  /** More may be added: it was not handed to the database yet. */
  isOpen: boolean;
  isDeleted: boolean;
}

/** A list as JSON; in folders of earlier versions one entry as it is. */
type Row<Entry> = string | Entry;

/** A row is read as a whole, also for one of its entries. */
const CHUNK_ENTRIES = 128;

/**
 * Logs on the disk, with only the entries not yet committed in memory. What a turn of the event loop
 * appends to a stream becomes text at once and one row, so that a history costs a write a turn and not
 * one an event.
 */
export class PersistentLog<Entry extends Stored> implements Log<Entry> {
  readonly #database: Database<Row<Entry>, Buffer>;
  readonly #disk: Disk;
  readonly #lengths = new Map<string, number>();
  /** In the order of their indices; not committed yet and so not readable from the database. */
  readonly #pending = new Map<string, Chunk<Entry>[]>();

  constructor(database: Database<Row<Entry>, Buffer>, disk: Disk) {
    this.#database = database;
    this.#disk = disk;
  }

  append(stream: string, entry: Entry): number {
    const index = this.length(stream);
    this.#lengths.set(stream, index + 1);
    const last = this.#pending.get(stream)?.at(-1);
    if (last?.isOpen === true && last.entries.length < CHUNK_ENTRIES) {
      last.entries.push(entry);
    } else this.#open(stream, { first: index, entries: [entry], isOpen: true, isDeleted: false });
    return index;
  }

  #open(stream: string, chunk: Chunk<Entry>): void {
    const pending = this.#pending.get(stream);
    if (pending === undefined) this.#pending.set(stream, [chunk]);
    else pending.push(chunk);
    this.#disk.add({
      write: () => {
        chunk.isOpen = false;
        if (chunk.isDeleted) return;
        void this.#database.put(logKey(stream, chunk.first), JSON.stringify(chunk.entries));
      },
      written: () => this.#forget(stream, chunk),
    });
  }

  #forget(stream: string, chunk: Chunk<Entry>): void {
    const left = this.#pending.get(stream)?.filter((other) => other !== chunk) ?? [];
    if (left.length > 0) this.#pending.set(stream, left);
    else this.#pending.delete(stream);
  }

  read(stream: string, page: LogPage = {}): readonly Entry[] {
    const length = this.length(stream);
    const limit = page.limit ?? length;
    if (page.reverse === true) {
      const end = Math.min(page.from ?? length - 1, length - 1) + 1;
      return this.#between(stream, Math.max(0, end - limit), end).reverse();
    }
    const from = page.from ?? 0;
    return this.#between(stream, from, Math.min(length, from + limit));
  }

  #between(stream: string, from: number, end: number): Entry[] {
    const found: Entry[] = [];
    if (from >= end) return found;
    const pending = this.#pending.get(stream) ?? [];
    const committedEnd = Math.min(end, pending[0]?.first ?? end);
    for (const { first, entries } of [...this.#committed(stream, from, committedEnd), ...pending]) {
      found.push(...entries.slice(Math.max(0, from - first), Math.max(0, end - first)));
    }
    return found;
  }

  *#committed(
    stream: string,
    from: number,
    end: number,
  ): Generator<{ readonly first: number; readonly entries: readonly Entry[] }> {
    if (from >= end) return;
    const [start] = this.#database.getKeys({
      start: logKey(stream, from),
      end: logKey(stream, BEFORE_ALL),
      reverse: true,
      limit: 1,
    });
    const range = { start: start ?? logKey(stream, from), end: logKey(stream, end) };
    for (const { key, value } of this.#database.getRange(range)) {
      yield { first: indexOf(key), entries: entriesOf(value) };
    }
  }

  length(stream: string): number {
    const known = this.#lengths.get(stream);
    if (known !== undefined) return known;
    const [last] = this.#database.getRange({
      start: logKey(stream, AFTER_ALL),
      end: logKey(stream, BEFORE_ALL),
      reverse: true,
      limit: 1,
    });
    const length = last === undefined ? 0 : indexOf(last.key) + entriesOf(last.value).length;
    this.#lengths.set(stream, length);
    return length;
  }

  delete(stream: string): void {
    const pending = this.#pending.get(stream) ?? [];
    for (const chunk of pending) chunk.isDeleted = true;
    this.#pending.delete(stream);
    this.#lengths.set(stream, 0);
    this.#disk.add({
      write: () => {
        const committed = this.#database.getKeys({
          start: logKey(stream, BEFORE_ALL),
          end: logKey(stream, AFTER_ALL),
        });
        for (const key of committed) void this.#database.remove(key);
        // Some may be on their way to the disk.
        for (const { first } of pending) void this.#database.remove(logKey(stream, first));
      },
    });
  }
}

function entriesOf<Entry>(row: Row<Entry>): readonly Entry[] {
  return typeof row === 'string' ? (JSON.parse(row) as readonly Entry[]) : [row];
}

const LENGTH_BYTES = 2;
const INDEX_BYTES = 8;
const BEFORE_ALL = -1;
const AFTER_ALL = Number.MAX_SAFE_INTEGER - 1;

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

function indexOf(key: Buffer): number {
  return Number(key.readBigUInt64BE(key.length - INDEX_BYTES)) - 1;
}
