import { crc32 } from 'node:zlib';
import { addExtension, Encoder } from 'msgpackr';
import { NumberAsWritten } from '../../engine/index.ts';

/**
 * The format of a value on the disk: a byte that no MessagePack value begins with, the layout, a checksum, the
 * value. The checksum detects noise that happens to be valid MessagePack, and pages that mix two records.
 */
const MARK = 0xc1;
const HEADER_BYTES = 6;

/** The encoding of the value: MessagePack, or JSON with numbers as JavaScript prints them. */
const Layout = { MESSAGE_PACK: 1, JSON: 2 } as const;

/** The MessagePack extension type of a number as written. */
const NUMBER_AS_WRITTEN = 1;

addExtension({
  Class: NumberAsWritten,
  type: NUMBER_AS_WRITTEN,
  pack: (number: NumberAsWritten) => Buffer.from(number.text),
  unpack: (bytes: Buffer) => new NumberAsWritten(bytes.toString()),
});

const encoder = new Encoder();

/** The value of a row cannot be read. */
export class DamagedRow extends Error {}

export function encodeRow(value: unknown): Buffer {
  const payload = encoder.encode(value);
  const row = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  payload.copy(row, HEADER_BYTES);
  return seal(row, Layout.MESSAGE_PACK);
}

/** For long lists that are written once: JSON is faster than MessagePack. */
export function encodeJson(value: unknown): Buffer {
  const text = JSON.stringify(value);
  const row = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(text));
  row.write(text, HEADER_BYTES);
  return seal(row, Layout.JSON);
}

function seal(row: Buffer, layout: number): Buffer {
  row[0] = MARK;
  row[1] = layout;
  row.writeUInt32BE(crc32(row.subarray(HEADER_BYTES)), 2);
  return row;
}

/** @throws DamagedRow */
export function decodeRow(row: Buffer): unknown {
  const payload = openRow(row);
  try {
    if (row[1] === Layout.JSON) return JSON.parse(payload.toString('utf8'));
    return encoder.decode(payload);
  } catch (cause) {
    throw new DamagedRow('it cannot be decoded', { cause });
  }
}

function openRow(row: Buffer): Buffer {
  if (row.length === 0) throw new DamagedRow('it is empty');
  if (!isSealed(row)) throw new DamagedRow('it does not begin as records do');
  if (row[1] !== Layout.MESSAGE_PACK && row[1] !== Layout.JSON)
    throw new DamagedRow(`it has the unknown layout ${row[1] ?? 0}`);
  const payload = row.subarray(HEADER_BYTES);
  if (row.readUInt32BE(2) !== crc32(payload)) throw new DamagedRow('its checksum is wrong');
  return payload;
}

/** Whether it begins like a row. */
function isSealed(row: Buffer): boolean {
  return row.length >= HEADER_BYTES && row[0] === MARK;
}

/** The deepest nesting of a stored value. Documents have a lower limit. */
const MAXIMUM_LEVELS = 1_500;

/** Why a value cannot be stored in a table; undefined if it can. */
export function problemOf(value: unknown): string | undefined {
  return problemAt(value, 64, 0);
}

/** Why a value cannot be stored in a log, as JSON; undefined if it can. */
export function problemOfJson(value: unknown): string | undefined {
  return value === undefined ? 'it is not JSON' : problemAt(value, 0, 0);
}

/** @param bigintBits the most bits of a bigint */
function problemAt(value: unknown, bigintBits: number, levels: number): string | undefined {
  switch (typeof value) {
    case 'function':
    case 'symbol':
      return `a ${typeof value} is not data`;
    case 'bigint':
      if (bigintBits === 0) return 'JSON has no bigint';
      return value === BigInt.asIntN(bigintBits, value)
        ? undefined
        : `an integer has more than ${bigintBits} bits`;
    case 'object':
      return value === null ? undefined : problemInside(value, bigintBits, levels);
    default:
      return undefined;
  }
}

function problemInside(value: object, bigintBits: number, levels: number): string | undefined {
  if (ArrayBuffer.isView(value) || value instanceof Date) return undefined;
  if (levels >= MAXIMUM_LEVELS) return `it is nested deeper than ${MAXIMUM_LEVELS} levels`;
  for (const key in value) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    const problem = problemAt(member, bigintBits, levels + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
