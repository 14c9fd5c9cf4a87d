import { crc32 } from 'node:zlib';
import { Encoder } from 'msgpackr';

/**
 * How a value lies on the disk: a byte that MessagePack never begins with, the layout, a checksum, the value.
 * The checksum tells a record from noise that happens to be MessagePack, and from one that a damaged page
 * made of two.
 */
const MARK = 0xc1;
const LAYOUT = 1;
const HEADER_BYTES = 6;

const encoder = new Encoder();

/** The value that a row holds cannot be read; says in what way. */
export class DamagedRow extends Error {}

export function encodeRow(value: unknown): Buffer {
  return sealRow(encoder.encode(value));
}

/** @param payload MessagePack */
export function sealRow(payload: Buffer): Buffer {
  const row = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  row[0] = MARK;
  row[1] = LAYOUT;
  row.writeUInt32BE(crc32(payload), 2);
  payload.copy(row, HEADER_BYTES);
  return row;
}

/** @throws DamagedRow */
export function decodeRow(row: Buffer): unknown {
  const payload = openRow(row);
  try {
    return encoder.decode(payload);
  } catch (cause) {
    throw new DamagedRow('it cannot be decoded', { cause });
  }
}

function openRow(row: Buffer): Buffer {
  if (row.length === 0) throw new DamagedRow('it is empty');
  if (!isSealed(row)) throw new DamagedRow('it does not begin as records do');
  if (row[1] !== LAYOUT) throw new DamagedRow(`it has the unknown layout ${row[1] ?? 0}`);
  const payload = row.subarray(HEADER_BYTES);
  if (row.readUInt32BE(2) !== crc32(payload)) throw new DamagedRow('its checksum is wrong');
  return payload;
}

/** Whether it has a checksum at all: rows of folders from before 0.2 have none. */
export function isSealed(row: Buffer): boolean {
  return row.length >= HEADER_BYTES && row[0] === MARK;
}

/** What a store can hold is nested less deep than this: documents have their own limit below it. */
const MAXIMUM_LEVELS = 1_500;

/** Why a value cannot be stored; undefined where it can. */
export function problemOf(value: unknown, levels = 0): string | undefined {
  switch (typeof value) {
    case 'function':
    case 'symbol':
      return `a ${typeof value} is not data`;
    case 'bigint':
      return value === BigInt.asIntN(64, value) ? undefined : 'an integer has more than 64 bits';
    case 'object':
      return value === null ? undefined : problemInside(value, levels);
    default:
      return undefined;
  }
}

function problemInside(value: object, levels: number): string | undefined {
  if (ArrayBuffer.isView(value) || value instanceof Date) return undefined;
  if (levels >= MAXIMUM_LEVELS) return `it is nested deeper than ${MAXIMUM_LEVELS} levels`;
  for (const key in value) {
    const problem = problemOf((value as Readonly<Record<string, unknown>>)[key], levels + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
