import { type Log, MemoryStore, type Store, type Table } from '../../store/index.ts';

type Write = (store: Store) => void;

/**
 * A store for crash tests: it records every write, so that a new store can be created from the first n of them.
 * As on disk, the writes of one turn of the event loop are kept together or not at all.
 */
export class CrashableStore implements Store {
  readonly #memory = new MemoryStore();
  readonly #turns: Write[][] = [];
  #turn: Write[] | undefined;
  #committed: Promise<void> = Promise.resolve();

  /** The number of turns with writes. */
  get turns(): number {
    return this.#turns.length;
  }

  /** How many of them survive a kill. */
  get safeTurns(): number {
    return this.#turn === undefined ? this.turns : this.turns - 1;
  }

  /** A store that holds what the first `turns` turns wrote, as a killed process leaves it. */
  survivor(turns: number): CrashableStore {
    const store = new CrashableStore();
    for (const writes of this.#turns.slice(0, turns)) for (const write of writes) write(store);
    return store;
  }

  table<Value>(name: string): Table<Value> {
    const table = this.#memory.table<Value>(name);
    const write = (change: (table: Table<Value>) => void) =>
      this.#write((store) => change(store.table<Value>(name)));
    return {
      get: (key) => table.get(key),
      has: (key) => table.has(key),
      entries: (range) => table.entries(range),
      get size() {
        return table.size;
      },
      put(key, value) {
        table.put(key, value);
        const kept = structuredClone(value);
        write((other) => other.put(key, structuredClone(kept)));
      },
      delete(key) {
        write((other) => other.delete(key));
        return table.delete(key);
      },
    };
  }

  log<Entry>(name: string): Log<Entry> {
    const log = this.#memory.log<Entry>(name);
    const write = (change: (log: Log<Entry>) => void) =>
      this.#write((store) => change(store.log<Entry>(name)));
    return {
      read: (stream, page) => log.read(stream, page),
      length: (stream) => log.length(stream),
      first: (stream) => log.first(stream),
      trim(stream, before) {
        write((other) => other.trim(stream, before));
        log.trim(stream, before);
      },
      append(stream, entry) {
        const kept = structuredClone(entry);
        write((other) => other.append(stream, structuredClone(kept)));
        return log.append(stream, entry);
      },
      delete(stream) {
        write((other) => other.delete(stream));
        log.delete(stream);
      },
    };
  }

  committed(): Promise<void> {
    return this.#committed;
  }

  eventuallyCommitted(): Promise<void> {
    return this.#committed;
  }

  async freeze(): Promise<void> {}

  async close(): Promise<void> {}

  #write(write: Write): void {
    if (this.#turn === undefined) {
      const turn: Write[] = [];
      this.#turn = turn;
      this.#turns.push(turn);
      this.#committed = new Promise((resolve) => {
        setImmediate(() => {
          this.#turn = undefined;
          resolve();
        });
      });
    }
    this.#turn.push(write);
  }
}
