import type { RecordCheck, Shape } from './shape.ts';

/** Anything that MessagePack can encode: plain data, `Uint8Array`, `Date`; no functions, no class instances. */
export type Stored = unknown;

/** A range of entries of a table, in key order. */
export interface Range {
  /** Only keys with this prefix. */
  readonly prefix?: string;
  /** Only keys greater than this (or smaller, when `reverse`). */
  readonly after?: string;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/**
 * A sorted map from text keys to plain data. Reads and writes are immediate; a write is on the disk once
 * `Store.committed()` resolves. Values are shared, not copied: treat them as readonly and put copies.
 * Keys are sorted by their UTF-8 bytes, as in S3 listings.
 */
export interface Table<Value extends Stored> {
  get(key: string): Value | undefined;
  has(key: string): boolean;
  put(key: string, value: Value): void;
  delete(key: string): boolean;
  entries(range?: Range): Iterable<readonly [key: string, value: Value]>;
  readonly size: number;
}

/** Append-only streams of JSON (histories, log streams) on the disk, read in pages. */
export interface Log<Entry extends Stored> {
  /** Appends to `stream` and returns the index of the entry. Indices start at 0 and only grow. */
  append(stream: string, entry: Entry): number;
  /** @throws BrokenRecord for a damaged page */
  read(stream: string, page?: LogPage): readonly Entry[];
  /** One more than the last index, trimmed entries included. */
  length(stream: string): number;
  /** The first index that is not trimmed. */
  first(stream: string): number;
  /** Deletes the rows whose entries are all before an index. */
  trim(stream: string, before: number): void;
  delete(stream: string): void;
}

export interface LogPage {
  /** The first index to read. @default 0, or the last index when `reverse` */
  readonly from?: number;
  readonly limit?: number;
  readonly reverse?: boolean;
  /** Skip entries that cannot be read. @default false: `BrokenRecord` is thrown */
  readonly skipDamaged?: boolean;
}

/**
 * The storage of the runtime, for everything except the contents of objects. Writes of one turn of the event
 * loop are one transaction: after a kill, either all or none of them are stored.
 */
export interface Store {
  /**
   * @param shape the required shape of its records. Other records on the disk are skipped, by name, when the
   *   table is opened. @default any value
   */
  table<Value extends Stored>(name: string, shape?: Shape<Value> | RecordCheck): Table<Value>;
  log<Entry extends Stored>(name: string): Log<Entry>;
  /**
   * Resolves once everything written so far survives a kill of the process.
   *
   * @throws DiskFullError while the disk is full; the writes stay in memory until there is space
   */
  committed(): Promise<void>;
  /** As `committed`, but waits until a full disk has space. */
  eventuallyCommitted(): Promise<void>;
  /**
   * Writes everything to the disk; later writes are ignored, as after a kill of the process.
   *
   * @throws DiskFullError when writes are lost
   */
  freeze(): Promise<void>;
  /** @throws DiskFullError when writes are lost */
  close(): Promise<void>;
}
