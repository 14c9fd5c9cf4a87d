import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../processes/index.ts';
import { streamOf } from './row-key.ts';
import { BrokenRecord, StoreUnusable } from './store-error.ts';

/**
 * Verifies the file before LMDB reads it in this process, because a damaged page can crash LMDB.
 * docs/decisions/007 explains what is verified when, and what it costs.
 *
 * @returns the damaged rows of logs, which are otherwise detected when they are read
 * @throws StoreUnusable
 */
export function checkStore(folder: string): readonly BrokenRecord[] {
  const file = join(folder, DATA);
  if (!existsSync(file)) return [];
  checkHeader(file);
  removeLock(folder);
  const asLeft = isAsLeft(folder, file);
  rmSync(join(folder, CLOSED), { force: true });
  return asLeft ? [] : readThrough(folder, file);
}

/** Records that the file is closed, with its size and time of modification. */
export function noteClosed(folder: string): void {
  const data = statSync(join(folder, DATA), { throwIfNoEntry: false });
  // The folder was removed while it was used.
  if (data === undefined) return;
  const { size, mtimeMs } = data;
  writeFileSync(join(folder, CLOSED), JSON.stringify({ size, mtimeMs }), { mode: 0o600 });
}

const DATA = 'data.mdb';
const LOCK = 'lock.mdb';
const CLOSED = 'closed.json';

/** https://github.com/kriszyp/lmdb-js/blob/v3.5.6/dependencies/lmdb/libraries/liblmdb/mdb.c `MDB_meta` */
const MAGIC = 0xbeefc0de;
const FORMAT = 2;
const PAGE_HEADER_BYTES = 24;
const PAGE_SIZE_AT = PAGE_HEADER_BYTES + 24;
const META_BYTES = PAGE_HEADER_BYTES + 136;
const LEAST_PAGE_BYTES = 512;
const MOST_PAGE_BYTES = 65_536;

function checkHeader(file: string): void {
  if (!lstatSync(file).isFile()) throw new StoreUnusable(file, 'is not a file');
  let opened: number;
  try {
    opened = openSync(file, 'r+');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreUnusable(file, `cannot be read and written (${reason})`, { cause });
  }
  try {
    const { size } = fstatSync(opened);
    if (size === 0) throw new StoreUnusable(file, 'is damaged: it is empty');
    const pageBytes = checkMeta(file, readAt(opened, 0));
    if (size < 2 * pageBytes) throw new StoreUnusable(file, 'is damaged: it is cut off');
    checkMeta(file, readAt(opened, pageBytes));
  } finally {
    closeSync(opened);
  }
}

function readAt(opened: number, position: number): Buffer {
  const bytes = Buffer.alloc(META_BYTES);
  return bytes.subarray(0, readSync(opened, bytes, 0, META_BYTES, position));
}

/** @returns the size of a page in bytes */
function checkMeta(file: string, meta: Buffer): number {
  if (meta.length < META_BYTES) throw new StoreUnusable(file, 'is damaged: it is cut off');
  if (meta.readUInt32LE(PAGE_HEADER_BYTES) !== MAGIC) {
    throw new StoreUnusable(file, 'is damaged: its header is not that of a store');
  }
  const format = meta.readUInt32LE(PAGE_HEADER_BYTES + 4);
  if (format !== FORMAT) {
    throw new StoreUnusable(file, `has the format ${format}, and this version reads ${FORMAT}`);
  }
  const pageBytes = meta.readUInt32LE(PAGE_SIZE_AT);
  const isPageSize =
    pageBytes >= LEAST_PAGE_BYTES &&
    pageBytes <= MOST_PAGE_BYTES &&
    Number.isInteger(Math.log2(pageBytes));
  if (!isPageSize) throw new StoreUnusable(file, 'is damaged: its header has no page size');
  return pageBytes;
}

/** Removes LMDB's list of processes that have the store open. The lock of the state folder says that there are none. */
function removeLock(folder: string): void {
  const lock = join(folder, LOCK);
  if (!existsSync(lock)) return;
  if (!lstatSync(lock).isFile()) throw new StoreUnusable(lock, 'is not a file');
  rmSync(lock);
}

function isAsLeft(folder: string, file: string): boolean {
  const { size, mtimeMs } = statSync(file);
  try {
    const left: unknown = JSON.parse(readFileSync(join(folder, CLOSED), 'utf8'));
    return JSON.stringify(left) === JSON.stringify({ size, mtimeMs });
  } catch {
    return false;
  }
}

/** The base time limit of a verification; a tree with a cycle would be read for ever. */
const READING_MS = 30_000;
/** Bytes that a slow disk reads in a millisecond. */
const BYTES_A_MS = 10_000;

interface Report {
  /** Whether any row has a checksum. */
  readonly sealed: boolean;
  readonly damaged: readonly {
    readonly table: string;
    readonly key: string;
    readonly problem: string;
  }[];
}

function readThrough(folder: string, file: string): readonly BrokenRecord[] {
  const program = fileURLToPath(new URL('verifier/verify-store.mjs', import.meta.url));
  const allowedMs = READING_MS + Math.ceil(statSync(file).size / BYTES_A_MS);
  const ended = runToEnd(process.execPath, [program, folder], allowedMs);
  const { errors, output, signal, status } = ended;
  if (status !== 0) {
    const reason = signal ?? /^\w*Error: (.*)$/m.exec(errors)?.[1] ?? `status ${status ?? 'none'}`;
    throw new StoreUnusable(file, `is damaged: it cannot be read through (${reason})`);
  }
  const { sealed, damaged } = JSON.parse(output) as Report;
  return sealed ? damaged.filter(isOfLog).map(brokenEntry) : [];
}

const LOG = 'log/';

function isOfLog({ table }: Report['damaged'][number]): boolean {
  return table.startsWith(LOG);
}

function brokenEntry({ table, key, problem }: Report['damaged'][number]): BrokenRecord {
  const stream = streamOf(Buffer.from(key, 'base64'));
  return new BrokenRecord(table.slice(LOG.length), stream, problem);
}
