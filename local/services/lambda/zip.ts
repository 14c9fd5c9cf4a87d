import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

/**
 * Reads zip files one entry at a time, inflated on other threads: a small file may hold very much, and
 * the runtime answers its other clients while it is read.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

/** A file of a zip, not read yet. */
export interface ZipEntry {
  readonly path: string;
  readonly sizeBytes: number;
  /** @throws ZipError */
  read(): Promise<Uint8Array>;
}

/** A zip file that cannot be read; the message says why. */
export class ZipError extends Error {
  override readonly name = 'ZipError';
}

const END_SIGNATURE = 0x0605_4b50;
const CENTRAL_SIGNATURE = 0x0201_4b50;
const LOCAL_SIGNATURE = 0x0403_4b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT_BYTES = 65_535;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

/** Linux allows 255 bytes for a name and 4,095 for a path, of which the state folder takes some. */
const LONGEST_NAME_BYTES = 255;
const LONGEST_PATH_BYTES = 2_048;

const inflate = promisify(inflateRaw);

/**
 * The files of a zip, by its central directory; of two with one path the later counts.
 *
 * @throws ZipError for what is no zip, or names files that cannot lie in one folder
 */
export function zipEntries(zip: Uint8Array): readonly ZipEntry[] {
  const buffer = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = endOf(buffer);
  const count = buffer.readUInt16LE(end + 10);
  const files = new Map<string, ZipEntry>();
  const folders = new Set<string>();
  let at = buffer.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    const { entry, next } = centralEntry(buffer, at);
    at = next;
    const isFolder = entry.path.endsWith('/');
    const path = checkedPath(isFolder ? entry.path.slice(0, -1) : entry.path);
    for (const folder of ancestorsOf(path)) folders.add(folder);
    if (isFolder) folders.add(path);
    else files.set(path, { ...entry, path });
  }
  for (const path of files.keys()) {
    if (folders.has(path)) throw new ZipError(`${path} is a file and a folder`);
  }
  return [...files.values()];
}

function endOf(buffer: Buffer): number {
  const earliest = Math.max(0, buffer.length - END_BYTES - LONGEST_COMMENT_BYTES);
  for (let at = buffer.length - END_BYTES; at >= earliest; at -= 1) {
    if (buffer.readUInt32LE(at) === END_SIGNATURE) return at;
  }
  throw new ZipError('it has no end of a central directory');
}

function centralEntry(buffer: Buffer, at: number) {
  if (at + CENTRAL_BYTES > buffer.length || buffer.readUInt32LE(at) !== CENTRAL_SIGNATURE) {
    throw new ZipError('its central directory is broken');
  }
  const nameEnd = at + CENTRAL_BYTES + buffer.readUInt16LE(at + 28);
  const next = nameEnd + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
  if (next > buffer.length) throw new ZipError('its central directory is broken');
  const path = buffer.toString('utf8', at + CENTRAL_BYTES, nameEnd);
  const content: Content = {
    isEncrypted: (buffer.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
    method: buffer.readUInt16LE(at + 10),
    packedBytes: buffer.readUInt32LE(at + 20),
    sizeBytes: buffer.readUInt32LE(at + 24),
    header: buffer.readUInt32LE(at + 42),
  };
  const { sizeBytes } = content;
  return { entry: { path, sizeBytes, read: () => contentOf(buffer, path, content) }, next };
}

interface Content {
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Where its local header is. */
  readonly header: number;
}

async function contentOf(buffer: Buffer, path: string, content: Content): Promise<Uint8Array> {
  const { header, method, packedBytes, sizeBytes } = content;
  if (content.isEncrypted) throw new ZipError(`${path} is encrypted`);
  if (header + LOCAL_BYTES > buffer.length || buffer.readUInt32LE(header) !== LOCAL_SIGNATURE) {
    throw new ZipError(`${path} is not where the central directory says`);
  }
  const start =
    header + LOCAL_BYTES + buffer.readUInt16LE(header + 26) + buffer.readUInt16LE(header + 28);
  if (start + packedBytes > buffer.length) throw new ZipError(`${path} is cut off`);
  const packed = buffer.subarray(start, start + packedBytes);
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new ZipError(`${path} is packed by method ${method}`);
  return inflated(path, packed, sizeBytes);
}

/** Never more than the directory says, which was counted before. */
async function inflated(path: string, packed: Buffer, sizeBytes: number): Promise<Uint8Array> {
  try {
    const bytes = await inflate(packed, { maxOutputLength: Math.max(1, sizeBytes) });
    if (bytes.length === sizeBytes) return bytes;
  } catch (cause) {
    throw new ZipError(`${path} cannot be inflated`, { cause });
  }
  throw new ZipError(`${path} has another size than the central directory says`);
}

function checkedPath(path: string): string {
  const names = path.split('/');
  const isInside = !names.some((name) => name === '' || name === '.' || name === '..');
  const isShort =
    Buffer.byteLength(path) <= LONGEST_PATH_BYTES &&
    names.every((name) => Buffer.byteLength(name) <= LONGEST_NAME_BYTES);
  if (!isInside || !isShort || path.includes('\0')) {
    throw new ZipError(`${path.slice(0, 64)} is no path inside a folder`);
  }
  return path;
}

function ancestorsOf(path: string): readonly string[] {
  const found: string[] = [];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    found.push(path.slice(0, slash));
  }
  return found;
}
