import { EventEmitter, once } from 'node:events';
import { DiskFullError, isDiskFull } from './disk-full-error.ts';
import { freeBytes, ROOM_BYTES } from './disk-room.ts';
import { StoreError } from './store-error.ts';

/** A change that memory holds already. */
export interface Change {
  /** What it is a change of, for messages. */
  describe(): string;
  /** Hands what memory holds now, if anything, to the database. */
  write(): void;
  /** It is on the disk. */
  written?(): void;
  /** It never will be: memory goes back to what the disk has. */
  undo(): void;
}

/** Writes all or, throwing, nothing. */
export type Transact = (write: () => void) => void;

/** Hears what the disk does not take. */
export interface DiskListener {
  /** A transaction was refused for want of room, after which all wait. */
  readonly onFull: (cause: unknown) => void;
  /** Everything that waited is on the disk. */
  readonly onRoom: () => void;
  /** One change was refused for a reason of its own, and undone. */
  readonly onRefused?: (error: StoreError) => void;
}

interface DiskEvents {
  full: [cause: unknown];
  'has room': [];
  refused: [error: StoreError];
}

/** How often a full disk is asked for room. */
const LOOK_EVERY_MS = 1_000;

/**
 * Brings changes to the disk, those of one turn of the event loop together or not at all. What a full
 * disk refuses is kept, and written together with all that came after it once there is room, so that
 * no change is on the disk without the earlier ones. A change that is refused for any other reason is
 * undone alone: the others of its turn, and all later ones, are written.
 */
export class DiskWriter {
  readonly #events = new EventEmitter<DiskEvents>();
  readonly #folder: string;
  readonly #transact: Transact;
  /** Changes of this turn of the event loop. */
  #turn: Change[] = [];
  /** When the last turn's changes are on the disk, or wait; with what was refused of them. */
  #settled: Promise<StoreError | undefined> = Promise.resolve(undefined);
  /** What a full disk refused and what came since; undefined while there is room. */
  #waiting: Change[] | undefined;
  #isFull = false;
  #isClosed = false;
  #nextLook: NodeJS.Timeout | undefined;

  /** @param folder on the disk in question */
  constructor(folder: string, transact: Transact, listener?: DiskListener) {
    this.#folder = folder;
    this.#transact = transact;
    this.#events.setMaxListeners(0);
    if (listener !== undefined) {
      this.#events.on('full', listener.onFull).on('has room', listener.onRoom);
      if (listener.onRefused !== undefined) this.#events.on('refused', listener.onRefused);
    }
  }

  add(change: Change): void {
    if (this.#isClosed) return;
    if (this.#turn.length === 0) {
      this.#settled = new Promise((resolve) => {
        setImmediate(() => resolve(this.#endTurn()));
      });
    }
    this.#turn.push(change);
  }

  /**
   * Resolves once everything added so far is on the disk.
   *
   * @throws DiskFullError where there is no room for it
   * @throws StoreError where a change of the last turn was refused
   */
  async committed(): Promise<void> {
    const refused = await this.#settled;
    if (refused !== undefined) throw refused;
    if (this.#waiting !== undefined) throw new DiskFullError(this.#folder, this.#waiting.length);
  }

  /** Resolves once everything added so far is on the disk, however long it is full. */
  async eventuallyCommitted(): Promise<void> {
    await this.#settled;
    while (this.#waiting !== undefined) await once(this.#events, 'has room');
  }

  /**
   * Tries once more to write what waits; what is added from now on is forgotten, as after a kill.
   *
   * @throws DiskFullError where that is lost
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#settled;
    clearTimeout(this.#nextLook);
    this.#writeWaiting();
    clearTimeout(this.#nextLook);
    if (this.#waiting !== undefined) throw new DiskFullError(this.#folder, this.#waiting.length);
  }

  #endTurn(): StoreError | undefined {
    const changes = this.#turn;
    this.#turn = [];
    if (this.#waiting === undefined) {
      const refused = this.#write(changes);
      // Who asks in a later turn has written nothing that was refused.
      if (refused !== undefined) setImmediate(() => this.#forget(refused));
      return refused;
    }
    this.#keep(changes);
    return undefined;
  }

  #forget(refused: StoreError): void {
    const settled = this.#settled;
    void settled.then((last) => {
      if (last === refused && this.#settled === settled) this.#settled = Promise.resolve(undefined);
    });
  }

  /** @returns the first change that was refused */
  #write(changes: readonly Change[]): StoreError | undefined {
    if (!this.#hasRoom()) {
      this.#keep(changes);
      this.#noteFull(new Error(`Less than ${ROOM_BYTES} bytes are free`));
      return undefined;
    }
    let refused: StoreError | undefined;
    let left = changes;
    while (left.length > 0) {
      const { error, change } = this.#try(left);
      if (error === undefined) break;
      if (isDiskFull(error)) {
        this.#keep(left);
        this.#noteFull(error);
        return refused;
      }
      // Without a change at fault it is the transaction as a whole that failed.
      const lost = change === undefined ? left : [change];
      for (const each of lost) {
        const problem = this.#refuse(each, error);
        refused ??= problem;
      }
      left = change === undefined ? [] : left.filter((other) => other !== change);
    }
    for (const change of left) change.written?.();
    return refused;
  }

  /** What a transaction with these changes failed with, and which of them did. */
  #try(changes: readonly Change[]): { readonly error?: unknown; readonly change?: Change } {
    let current: Change | undefined;
    try {
      this.#transact(() => {
        for (const change of changes) {
          current = change;
          change.write();
        }
        current = undefined;
      });
      return {};
    } catch (error) {
      return current === undefined ? { error } : { error, change: current };
    }
  }

  #refuse(change: Change, cause: unknown): StoreError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = new StoreError(change.describe(), reason, { cause });
    change.undo();
    this.#events.emit('refused', error);
    return error;
  }

  #keep(changes: readonly Change[]): void {
    if (this.#waiting === undefined) {
      this.#waiting = [];
      this.#lookLater();
    }
    for (const change of changes) this.#waiting.push(change);
  }

  #noteFull(cause: unknown): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.#events.emit('full', cause);
  }

  #lookLater(): void {
    this.#nextLook = setTimeout(() => this.#writeWaiting(), LOOK_EVERY_MS).unref();
  }

  #hasRoom(): boolean {
    return freeBytes(this.#folder) >= ROOM_BYTES;
  }

  #writeWaiting(): void {
    const changes = this.#waiting;
    if (changes === undefined) return;
    this.#waiting = undefined;
    this.#write(changes);
    if (this.#waiting !== undefined) return;
    this.#isFull = false;
    this.#events.emit('has room');
  }
}
