import { createHash } from 'node:crypto';

/** LMDB's longest key at its page size of 4,096 bytes is 1,978 bytes. */
const MAXIMUM_KEY_BYTES = 1_978;

/** Begins the keys of rows whose own keys are too long: UTF-8 has no such byte. */
const LONG = 0xff;

/**
 * Where the row of a key lies: at the key itself, or, where that is longer than LMDB's keys, at its digest.
 * The order of a table is that of its keys in memory, so that the disk needs none.
 */
export function rowKey(key: string): Buffer {
  const bytes = Buffer.from(key);
  return bytes.length <= MAXIMUM_KEY_BYTES
    ? bytes
    : Buffer.concat([Buffer.of(LONG), digest(bytes)]);
}

/** Whether the row holds its key beside its value: the place does not tell it. */
export function isLong(place: Buffer): boolean {
  return place[0] === LONG;
}

const LENGTH_BYTES = 2;
const INDEX_BYTES = 8;
const LONG_STREAM = 0xffff;

/**
 * The stream's length, the stream, the index: streams may hold any character, and none begins another.
 * Indices count from 1 on disk, so that 0 can be the end, exclusive, of a range. A long stream is its digest.
 */
export function logKey(stream: string, index: number): Buffer {
  const bytes = Buffer.from(stream);
  const isShort = LENGTH_BYTES + bytes.length + INDEX_BYTES <= MAXIMUM_KEY_BYTES;
  const name = isShort ? bytes : digest(bytes);
  const key = Buffer.alloc(LENGTH_BYTES + name.length + INDEX_BYTES);
  key.writeUInt16BE(isShort ? name.length : LONG_STREAM, 0);
  name.copy(key, LENGTH_BYTES);
  key.writeBigUInt64BE(BigInt(index + 1), LENGTH_BYTES + name.length);
  return key;
}

export function indexOf(key: Buffer): number {
  return Number(key.readBigUInt64BE(key.length - INDEX_BYTES)) - 1;
}

/** The stream in a log's key, for messages. */
export function streamOf(key: Buffer): string {
  const name = key.subarray(LENGTH_BYTES, Math.max(LENGTH_BYTES, key.length - INDEX_BYTES));
  const isDigest = key.length >= LENGTH_BYTES && key.readUInt16BE(0) === LONG_STREAM;
  return isDigest ? `with the digest ${name.toString('hex')}` : name.toString('utf8');
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
