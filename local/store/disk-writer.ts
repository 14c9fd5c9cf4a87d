import { EventEmitter, once } from 'node:events';
import { DiskFullError } from './disk-full-error.ts';
import { freeBytes, ROOM_BYTES } from './disk-room.ts';

/** A change that memory holds already. */
export interface Change {
  /** Hands what memory holds now, if anything, to the database. */
  write(): void;
  /** It is on the disk. */
  written?(): void;
}

/** Writes all or, throwing, nothing. */
export type Transact = (write: () => void) => void;

/** Hears when the disk is full and when it has room again. */
export interface DiskListener {
  /** A transaction was refused, after which all wait. */
  readonly onFull: (cause: unknown) => void;
  /** Everything that waited is on the disk. */
  readonly onRoom: () => void;
}

interface DiskEvents {
  full: [cause: unknown];
  'has room': [];
}

/** How often a full disk is asked for room. */
const LOOK_EVERY_MS = 1_000;

/**
 * Brings changes to the disk, those of one turn of the event loop together or not at all. What a full
 * disk refuses is kept, and written together with all that came after it once there is room, so that
 * no change is on the disk without the earlier ones.
 */
export class DiskWriter {
  readonly #events = new EventEmitter<DiskEvents>();
  readonly #folder: string;
  readonly #transact: Transact;
  /** Changes of this turn of the event loop. */
  #turn: Change[] = [];
  /** When the last turn's changes are on the disk, or wait. */
  #settled: Promise<void> = Promise.resolve();
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
    }
  }

  add(change: Change): void {
    if (this.#isClosed) return;
    if (this.#turn.length === 0) {
      this.#settled = new Promise((resolve) => {
        setImmediate(() => {
          this.#endTurn();
          resolve();
        });
      });
    }
    this.#turn.push(change);
  }

  /**
   * Resolves once everything added so far is on the disk.
   *
   * @throws DiskFullError where there is no room for it
   */
  async committed(): Promise<void> {
    await this.#settled;
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
    await this.committed();
  }

  #endTurn(): void {
    const changes = this.#turn;
    this.#turn = [];
    if (this.#waiting === undefined) this.#write(changes);
    else this.#keep(changes);
  }

  #write(changes: readonly Change[]): void {
    if (!this.#hasRoom()) {
      this.#keep(changes);
      this.#noteFull(new Error(`Less than ${ROOM_BYTES} bytes are free`));
      return;
    }
    try {
      this.#transact(() => {
        for (const change of changes) change.write();
      });
    } catch (error) {
      this.#keep(changes);
      this.#noteFull(error);
      return;
    }
    for (const change of changes) change.written?.();
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
