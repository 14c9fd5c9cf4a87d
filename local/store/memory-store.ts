import { SortedTable } from './sorted-table.ts';
import type { Log, LogPage, Store, Stored, Table } from './store.ts';

/** A store in memory: for tests, simulations and `--ephemeral`. */
export class MemoryStore implements Store {
  readonly #tables = new Map<string, SortedTable<Stored>>();
  readonly #logs = new Map<string, MemoryLog<Stored>>();

  table<Value extends Stored>(name: string): Table<Value> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = new SortedTable<Stored>();
      this.#tables.set(name, table);
    }
    return table as Table<Value>;
  }

  log<Entry extends Stored>(name: string): Log<Entry> {
    let log = this.#logs.get(name);
    if (log === undefined) {
      log = new MemoryLog<Stored>();
      this.#logs.set(name, log);
    }
    return log as Log<Entry>;
  }

  async committed(): Promise<void> {}

  async eventuallyCommitted(): Promise<void> {}

  async freeze(): Promise<void> {}

  async close(): Promise<void> {}
}

class MemoryLog<Entry> implements Log<Entry> {
  readonly #streams = new Map<string, Entry[]>();
  /** The number of trimmed entries of each stream. */
  readonly #trimmed = new Map<string, number>();

  append(stream: string, entry: Entry): number {
    const entries = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, entries);
    entries.push(entry);
    return this.length(stream) - 1;
  }

  read(stream: string, page: LogPage = {}): readonly Entry[] {
    const entries = this.#streams.get(stream) ?? [];
    const first = this.first(stream);
    const limit = page.limit ?? entries.length;
    if (page.reverse !== true) {
      const from = (page.from ?? 0) - first;
      return entries.slice(Math.max(0, from), Math.max(0, from + limit));
    }
    const last = entries.length - 1;
    const from = Math.min(page.from === undefined ? last : page.from - first, last);
    return entries.slice(Math.max(0, from - limit + 1), Math.max(0, from + 1)).reverse();
  }

  length(stream: string): number {
    return this.first(stream) + (this.#streams.get(stream)?.length ?? 0);
  }

  first(stream: string): number {
    return this.#trimmed.get(stream) ?? 0;
  }

  trim(stream: string, before: number): void {
    const count = Math.min(before, this.length(stream)) - this.first(stream);
    if (count <= 0) return;
    this.#streams.get(stream)?.splice(0, count);
    this.#trimmed.set(stream, this.first(stream) + count);
  }

  delete(stream: string): void {
    this.#streams.delete(stream);
    this.#trimmed.delete(stream);
  }
}
