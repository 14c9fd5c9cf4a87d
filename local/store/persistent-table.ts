import type { Database } from 'lmdb';
import type { Change } from './disk-writer.ts';
import { printable } from './printable.ts';
import { DamagedRow, decodeRow, encodeRow, problemOf } from './row.ts';
import { isLong, rowKey } from './row-key.ts';
import { type AnyShape, shapeProblem } from './shape.ts';
import { SortedTable } from './sorted-table.ts';
import type { Range, Stored, Table } from './store.ts';
import { BrokenRecord, StoreError } from './store-error.ts';

/** The part of the store that a table needs. */
export interface TableHome {
  readonly name: string;
  readonly database: Database<Buffer, Buffer>;
  /** Writes changes, those of one turn of the event loop together. */
  readonly disk: { add(change: Change): void };
  /** The required shape of its records. @default any value */
  readonly shape?: AnyShape | undefined;
  /** Is notified of records that are skipped. */
  readonly onBroken: (record: BrokenRecord) => void;
}

/** A table in memory, written behind. Rows that cannot be read are skipped, and stay on the disk until they are replaced. */
export class PersistentTable<Value extends Stored> implements Table<Value> {
  readonly #memory = new SortedTable<Value>();
  readonly #home: TableHome;
  /** The keys in the transaction of this turn. */
  readonly #changed = new Set<string>();

  constructor(home: TableHome) {
    this.#home = home;
    for (const { key: place, value: row } of home.database.getRange()) this.#load(place, row);
  }

  #load(place: Buffer, row: Buffer): void {
    try {
      const [key, value] = readRow(place, row);
      const { shape } = this.#home;
      const problem = shape === undefined ? undefined : shapeProblem(value, shape);
      if (problem !== undefined) throw new DamagedRow(problem);
      this.#memory.put(key, value as Value);
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
      this.#home.onBroken(new BrokenRecord(this.#home.name, nameOf(place), error.message));
    }
  }

  get(key: string): Value | undefined {
    return this.#memory.get(key);
  }

  has(key: string): boolean {
    return this.#memory.has(key);
  }

  put(key: string, value: Value): void {
    const problem = problemOf(value);
    if (problem !== undefined) throw new StoreError(this.#describe(key), problem);
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

  /** A row is written once for each turn of the event loop, also if it changes several times. */
  #follow(key: string): void {
    if (this.#changed.has(key)) return;
    this.#changed.add(key);
    const { database, disk } = this.#home;
    disk.add({
      describe: () => this.#describe(key),
      write: () => {
        this.#changed.delete(key);
        const place = rowKey(key);
        const value = this.#memory.get(key);
        if (value === undefined) void database.remove(place);
        else void database.put(place, encodeRow(isLong(place) ? [key, value] : value));
      },
      undo: () => this.#restore(key),
    });
  }

  #restore(key: string): void {
    const place = rowKey(key);
    const row = this.#home.database.get(place);
    this.#memory.delete(key);
    if (row !== undefined) this.#load(place, row);
  }

  #describe(key: string): string {
    return `The record ${printable(key)} in ${this.#home.name}`;
  }
}

/** @throws DamagedRow */
function readRow(place: Buffer, row: Buffer): readonly [string, unknown] {
  const value = decodeRow(row);
  if (!isLong(place)) return [place.toString('utf8'), value];
  if (!Array.isArray(value) || typeof value[0] !== 'string') {
    throw new DamagedRow('its key is not beside its value');
  }
  return [value[0], value[1]];
}

function nameOf(place: Buffer): string {
  return isLong(place) ? `with the digest ${place.toString('hex', 1)}` : place.toString('utf8');
}
