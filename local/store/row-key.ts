import { createHash } from 'node:crypto';

/** The longest key of LMDB with pages of 4,096 bytes. */
const MAXIMUM_KEY_BYTES = 1_978;

/** The first byte of the place of a row whose key is too long. UTF-8 does not have this byte. */
const LONG = 0xff;

/**
 * The place of a row in LMDB: its key, or the digest of a key that is longer than LMDB's keys. Tables are sorted
 * in memory, so the order on the disk does not matter.
 */
export function rowKey(key: string): Buffer {
  const bytes = Buffer.from(key);
  return bytes.length <= MAXIMUM_KEY_BYTES
    ? bytes
    : Buffer.concat([Buffer.of(LONG), digest(bytes)]);
}

/** Whether the place is a digest, so that the row contains the key too. */
export function isLong(place: Buffer): boolean {
  return place[0] === LONG;
}

const LENGTH_BYTES = 2;
const INDEX_BYTES = 8;
const LONG_STREAM = 0xffff;

/**
 * The length of the stream name, the stream name, the index. The length separates streams whose names begin
 * alike. Indices count from 1 on the disk, so that 0 can be the exclusive end of a range. A long name is
 * replaced by its digest.
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

/** The stream name in the key of a log row, for messages. */
export function streamOf(key: Buffer): string {
  const name = key.subarray(LENGTH_BYTES, Math.max(LENGTH_BYTES, key.length - INDEX_BYTES));
  const isDigest = key.length >= LENGTH_BYTES && key.readUInt16BE(0) === LONG_STREAM;
  return isDigest ? `with the digest ${name.toString('hex')}` : name.toString('utf8');
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
