import { EventEmitter, once } from 'node:events';
import { DiskFullError, isDiskFull } from './disk-full-error.ts';
import { freeBytes, ROOM_BYTES } from './disk-room.ts';
import { StoreError } from './store-error.ts';

/** A change that is already in memory. */
export interface Change {
  /** The subject of the change, for messages. */
  describe(): string;
  /** Writes the current value in memory, if there is one, to the database. */
  write(): void;
  /** Called when the change is on the disk. */
  written?(): void;
  /** Called when the change cannot be written: restores the value on the disk. */
  undo(): void;
}

/** Runs a transaction; writes nothing if it throws. */
export type Transact = (write: () => void) => void;

/** Is notified of failed writes. */
export interface DiskListener {
  /** The disk is full; all changes wait. */
  readonly onFull: (cause: unknown) => void;
  /** All changes that waited are on the disk. */
  readonly onRoom: () => void;
  /** One change failed for another reason and was undone. */
  readonly onRefused?: (error: StoreError) => void;
}

interface DiskEvents {
  full: [cause: unknown];
  'has room': [];
  refused: [error: StoreError];
}

/** How often a full disk is checked for space. */
const LOOK_EVERY_MS = 1_000;

/**
 * Writes changes to the disk. The changes of one turn of the event loop are one transaction. While the disk is
 * full, changes are kept in memory; once there is space, all of them are written together, so that no change
 * is on the disk without the earlier ones. A change that fails for another reason is undone alone; the other
 * changes of its turn, and all later ones, are written.
 */
export class DiskWriter {
  readonly #events = new EventEmitter<DiskEvents>();
  readonly #folder: string;
  readonly #transact: Transact;
  /** The changes of this turn of the event loop. */
  #turn: Change[] = [];
  /** Settles when the changes of the last turn are on the disk or wait; with the errors of those that failed. */
  #settled: Promise<StoreError | undefined> = Promise.resolve(undefined);
  /** The changes that wait for space, in order; undefined while there is space. */
  #waiting: Change[] | undefined;
  #isFull = false;
  /** Whether the changes wait because too little space was found free. */
  #lacksRoom = false;
  #isClosed = false;
  #nextLook: NodeJS.Timeout | undefined;

  /** @param folder a folder on the disk */
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
   * @throws DiskFullError while the disk is full
   * @throws StoreError when a change of the last turn failed
   */
  async committed(): Promise<void> {
    const refused = await this.#settled;
    if (refused !== undefined) throw refused;
    if (this.#waiting !== undefined) throw new DiskFullError(this.#folder, this.#waiting.length);
  }

  /** Resolves once everything added so far is on the disk, also if that takes until there is space. */
  async eventuallyCommitted(): Promise<void> {
    await this.#settled;
    while (this.#waiting !== undefined) await once(this.#events, 'has room');
  }

  /**
   * Tries once more to write the changes that wait. Later changes are ignored, as after a kill.
   *
   * @throws DiskFullError when changes are lost
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
      // Callers of a later turn did not write the failed changes.
      if (refused !== undefined) setImmediate(() => this.#forget(refused));
      return refused;
    }
    this.#keep(changes);
    return this.#hasRoomAgain() ? this.#writeWaiting() : undefined;
  }

  /** Whether the changes wait for space that is free by now. */
  #hasRoomAgain(): boolean {
    if (!this.#lacksRoom) return false;
    try {
      return freeBytes(this.#folder) >= ROOM_BYTES;
    } catch {
      // The write itself will fail, and say so for each change.
      return true;
    }
  }

  #forget(refused: StoreError): void {
    const settled = this.#settled;
    void settled.then((last) => {
      if (last === refused && this.#settled === settled) this.#settled = Promise.resolve(undefined);
    });
  }

  /** @returns the first change that failed */
  #write(changes: readonly Change[]): StoreError | undefined {
    try {
      this.#lacksRoom = freeBytes(this.#folder) < ROOM_BYTES;
      if (this.#lacksRoom) {
        this.#keep(changes);
        this.#noteFull(new Error(`Less than ${ROOM_BYTES} bytes are free`));
        return undefined;
      }
    } catch (error) {
      // The folder was removed or cannot be read any more.
      return this.#refuseAll(changes, error);
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
      // No single change is at fault: the transaction as a whole failed.
      const lost = change === undefined ? left : [change];
      const problem = this.#refuseAll(lost, error);
      refused ??= problem;
      left = change === undefined ? [] : left.filter((other) => other !== change);
    }
    for (const change of left) change.written?.();
    return refused;
  }

  /** The error of a transaction with these changes, and the changes that caused it. */
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

  /** @returns the error of the first */
  #refuseAll(changes: readonly Change[], cause: unknown): StoreError | undefined {
    const [first] = changes.map((change) => this.#refuse(change, cause));
    return first;
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

  /** @returns the first change that failed */
  #writeWaiting(): StoreError | undefined {
    const changes = this.#waiting;
    if (changes === undefined) return undefined;
    this.#waiting = undefined;
    const refused = this.#write(changes);
    if (this.#waiting !== undefined) return refused;
    this.#isFull = false;
    this.#events.emit('has room');
    return refused;
  }
}
