import type { RecordCheck, Shape } from './shape.ts';

/** Anything MessagePack can hold: plain data, `Uint8Array`, `Date`; no functions, no class instances. */
export type Stored = unknown;

/** Which entries of a table or log to visit, in key order. */
export interface Range {
  /** Only keys that begin with this. */
  readonly prefix?: string;
  /** Only keys greater than this (or smaller, when `reverse`). */
  readonly after?: string;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/**
 * A sorted map from text keys to plain data. Reads and writes are immediate; a write is on disk once
 * `Store.committed()` resolves. Values are shared, not copied: treat them as readonly and put copies.
 * Keys sort by UTF-8 bytes, as S3 lists them.
 */
export interface Table<Value extends Stored> {
  get(key: string): Value | undefined;
  has(key: string): boolean;
  put(key: string, value: Value): void;
  delete(key: string): boolean;
  entries(range?: Range): Iterable<readonly [key: string, value: Value]>;
  readonly size: number;
}

/** Sequences of JSON that only grow (histories, log streams); kept on disk, read in pages. */
export interface Log<Entry extends Stored> {
  /** Appends at the end of `stream`; returns the entry's index, from 0, which only grows. */
  append(stream: string, entry: Entry): number;
  /** @throws BrokenRecord for a page that is damaged */
  read(stream: string, page?: LogPage): readonly Entry[];
  /** One more than the last index, whatever was trimmed. */
  length(stream: string): number;
  /** The first index that is left. */
  first(stream: string): number;
  /** Forgets entries before an index, as far as their rows hold no others. */
  trim(stream: string, before: number): void;
  delete(stream: string): void;
}

export interface LogPage {
  /** The first index to read. @default 0, or the last index when `reverse` */
  readonly from?: number;
  readonly limit?: number;
  readonly reverse?: boolean;
  /** Leave entries out that cannot be read any more. @default false: `BrokenRecord` is thrown */
  readonly skipDamaged?: boolean;
}

/**
 * Where the runtime remembers everything but object contents. Writes made in the same turn of the
 * event loop are one transaction: after a kill either all of them are there or none.
 */
export interface Store {
  /**
   * @param shape what its records must be: others on the disk are left out, by name, where the table is
   *   opened first. Without one any value is a record.
   */
  table<Value extends Stored>(name: string, shape?: Shape<Value> | RecordCheck): Table<Value>;
  log<Entry extends Stored>(name: string): Log<Entry>;
  /**
   * Resolves once everything written so far survives a kill of the process.
   *
   * @throws DiskFullError while the disk has no room: what was written is kept in memory until it has
   */
  committed(): Promise<void>;
  /** The same for those who can wait until the disk has room. */
  eventuallyCommitted(): Promise<void>;
  /**
   * Brings everything written so far to the disk; what is written from then on is forgotten, as after a
   * kill of the process.
   *
   * @throws DiskFullError where something is lost
   */
  freeze(): Promise<void>;
  /** @throws DiskFullError where something is lost */
  close(): Promise<void>;
}
