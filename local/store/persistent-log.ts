import type { Database } from 'lmdb';
import { holdsNumberAsWritten, parseDocument, writeJson } from '../../engine/index.ts';
import type { Change } from './disk-writer.ts';
import { printable } from './printable.ts';
import { DamagedRow, decodeRow, encodeJson, encodeRow, problemOfJson } from './row.ts';
import { indexOf, logKey } from './row-key.ts';
import type { Log, LogPage, Stored } from './store.ts';
import { BrokenRecord, StoreError } from './store-error.ts';

/** The part of the store that a log needs. */
export interface LogHome {
  readonly name: string;
  readonly database: Database<Buffer, Buffer>;
  /** Writes changes, those of one turn of the event loop together. */
  readonly disk: { add(change: Change): void };
}

/** Consecutive entries that become one row on the disk. */
interface Chunk<Entry> {
  /** The index of the first entry. */
  readonly first: number;
  readonly entries: Entry[];
  /** Whether entries can still be added: the row is not written yet. */
  isOpen: boolean;
  isDeleted: boolean;
}

/** The most entries of a row, which is always read as a whole. */
const CHUNK_ENTRIES = 128;

/** The number of streams whose length is cached. */
const KNOWN_LENGTHS = 10_000;

/**
 * Logs on the disk; only entries that are not committed yet are in memory. The entries that one turn of the
 * event loop appends to a stream become one row, so that a history costs one write for each turn, not for each
 * event.
 */
export class PersistentLog<Entry extends Stored> implements Log<Entry> {
  readonly #home: LogHome;
  /** The lengths of the streams that were used last. */
  readonly #lengths = new Map<string, number>();
  /** The stream that was used last, which is already at the end. */
  #newest: string | undefined;
  /** In the order of their indices. They are not committed, so the database does not have them yet. */
  readonly #pending = new Map<string, Chunk<Entry>[]>();

  constructor(home: LogHome) {
    this.#home = home;
  }

  append(stream: string, entry: Entry): number {
    const problem = problemOfJson(entry);
    if (problem !== undefined) throw new StoreError(this.#describe(stream), problem);
    const index = this.length(stream);
    this.#note(stream, index + 1);
    const last = this.#pending.get(stream)?.at(-1);
    if (last?.isOpen === true && last.entries.length < CHUNK_ENTRIES) {
      last.entries.push(entry);
    } else {
      this.#open(stream, { first: index, entries: [entry], isOpen: true, isDeleted: false });
    }
    return index;
  }

  #describe(stream: string): string {
    return `An entry of ${printable(stream)} in ${this.#home.name}`;
  }

  #open(stream: string, chunk: Chunk<Entry>): void {
    const pending = this.#pending.get(stream);
    if (pending === undefined) this.#pending.set(stream, [chunk]);
    else pending.push(chunk);
    this.#home.disk.add({
      describe: () => this.#describe(stream),
      write: () => {
        chunk.isOpen = false;
        if (chunk.isDeleted) return;
        void this.#home.database.put(logKey(stream, chunk.first), rowOf(chunk.entries));
      },
      written: () => this.#forget(stream, chunk),
      undo: () => {
        this.#forget(stream, chunk);
        this.#lengths.delete(stream);
      },
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
      return this.#between(stream, Math.max(0, end - limit), end, page).reverse();
    }
    const from = page.from ?? 0;
    return this.#between(stream, from, Math.min(length, from + limit), page);
  }

  #between(stream: string, from: number, end: number, page: LogPage): Entry[] {
    const found: Entry[] = [];
    if (from >= end) return found;
    const pending = this.#pending.get(stream) ?? [];
    const committedEnd = Math.min(end, pending[0]?.first ?? end);
    const committed = this.#committed(stream, from, committedEnd, page.skipDamaged === true);
    for (const { first, entries } of [...committed, ...pending]) {
      found.push(...entries.slice(Math.max(0, from - first), Math.max(0, end - first)));
    }
    return found;
  }

  *#committed(
    stream: string,
    from: number,
    end: number,
    skipDamaged: boolean,
  ): Generator<{ readonly first: number; readonly entries: readonly Entry[] }> {
    if (from >= end) return;
    const { database } = this.#home;
    const [start] = database.getKeys({
      start: logKey(stream, from),
      end: logKey(stream, BEFORE_ALL),
      reverse: true,
      limit: 1,
    });
    const range = { start: start ?? logKey(stream, from), end: logKey(stream, end) };
    for (const { key, value } of database.getRange(range)) {
      const entries = this.#entriesOf(stream, value, skipDamaged);
      if (entries !== undefined) yield { first: indexOf(key), entries };
    }
  }

  length(stream: string): number {
    const known = this.#lengths.get(stream);
    if (known !== undefined) return known;
    const pending = this.#pending.get(stream)?.at(-1);
    const length =
      pending === undefined ? this.#storedLength(stream) : pending.first + pending.entries.length;
    this.#note(stream, length);
    return length;
  }

  #storedLength(stream: string): number {
    const [last] = this.#home.database.getRange({
      start: logKey(stream, AFTER_ALL),
      end: logKey(stream, BEFORE_ALL),
      reverse: true,
      limit: 1,
    });
    if (last === undefined) return 0;
    // The number of entries in a damaged row is unknown; assume the most that a row can have.
    return indexOf(last.key) + (this.#entriesOf(stream, last.value, true)?.length ?? CHUNK_ENTRIES);
  }

  first(stream: string): number {
    const [start] = this.#home.database.getKeys({
      start: logKey(stream, BEFORE_ALL),
      end: logKey(stream, AFTER_ALL),
      limit: 1,
    });
    if (start !== undefined) return indexOf(start);
    return this.#pending.get(stream)?.[0]?.first ?? this.length(stream);
  }

  /** The last row on the disk is kept, because it holds the length of the stream. */
  trim(stream: string, before: number): void {
    const { database } = this.#home;
    this.#home.disk.add({
      describe: () => this.#describe(stream),
      write: () => {
        const range = { start: logKey(stream, BEFORE_ALL), end: logKey(stream, before + 1) };
        const [, ...later] = Array.from(database.getKeys(range));
        const last = later.at(-1);
        if (last === undefined) return;
        for (const key of database.getKeys({ ...range, end: last })) void database.remove(key);
      },
      undo: () => {},
    });
  }

  #note(stream: string, length: number): void {
    if (stream !== this.#newest) this.#lengths.delete(stream);
    this.#newest = stream;
    this.#lengths.set(stream, length);
    if (this.#lengths.size <= KNOWN_LENGTHS) return;
    for (const oldest of this.#lengths.keys()) {
      this.#lengths.delete(oldest);
      return;
    }
  }

  delete(stream: string): void {
    const pending = this.#pending.get(stream) ?? [];
    for (const chunk of pending) chunk.isDeleted = true;
    this.#pending.delete(stream);
    this.#note(stream, 0);
    const { database } = this.#home;
    this.#home.disk.add({
      describe: () => this.#describe(stream),
      write: () => {
        const committed = database.getKeys({
          start: logKey(stream, BEFORE_ALL),
          end: logKey(stream, AFTER_ALL),
        });
        for (const key of committed) void database.remove(key);
        // Some may be in the current transaction.
        for (const { first } of pending) void database.remove(logKey(stream, first));
      },
      undo: () => this.#lengths.delete(stream),
    });
  }

  #entriesOf(stream: string, row: Buffer, skipDamaged: boolean): readonly Entry[] | undefined {
    try {
      return entriesOf(row) as readonly Entry[];
    } catch (cause) {
      if (!(cause instanceof DamagedRow)) throw cause;
      if (skipDamaged) return undefined;
      throw new BrokenRecord(this.#home.name, stream, cause.message, { cause });
    }
  }
}

/** A row whose entries contain numbers as written is a JSON text inside MessagePack. */
function rowOf(entries: readonly unknown[]): Buffer {
  return holdsNumberAsWritten(entries) ? encodeRow(writeJson(entries)) : encodeJson(entries);
}

function entriesOf(row: Buffer): readonly unknown[] {
  const value = decodeRow(row);
  if (Array.isArray(value)) return value;
  let entries: unknown;
  try {
    entries = typeof value === 'string' ? parseDocument(value) : undefined;
  } catch (cause) {
    throw new DamagedRow('it is not JSON', { cause });
  }
  if (!Array.isArray(entries)) throw new DamagedRow('it is not a list of entries');
  return entries;
}

const BEFORE_ALL = -1;
const AFTER_ALL = Number.MAX_SAFE_INTEGER - 1;
