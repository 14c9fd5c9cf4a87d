import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import type { Turns } from './shared-time.ts';

/**
 * Reads zip files one entry at a time and inflates them on other threads: a small file may have a very large
 * content, and the runtime must serve other clients while it is read.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */

/** A file of a zip that has not been read. */
export interface ZipEntry {
  readonly path: string;
  readonly sizeBytes: number;
  /** Whether the zip was made on Unix and its owner may execute the file. */
  readonly isExecutable: boolean;
  /** @throws ZipError */
  read(): Promise<Uint8Array>;
}

/** The zip file cannot be read; the message is the reason. */
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
/** The system in `version made by`, for which the upper half of the external attributes is a file mode. */
const UNIX = 3;
const OWNER_EXECUTES = 0o100;
const STORED = 0;
const DEFLATED = 8;

/** Linux allows 255 bytes for a name and 4,095 for a path, which includes the state folder. */
const LONGEST_NAME_BYTES = 255;
const LONGEST_PATH_BYTES = 2_048;

/**
 * The maximum depth and number of folders: a zip of 20 MB can have millions, which take seconds to create and
 * remove. Neither AWS nor Linux limits them; usual dependencies have far fewer.
 */
const DEEPEST_FOLDERS = 100;
const MOST_FOLDERS = 20_000;

const inflate = promisify(inflateRaw);

/**
 * The files in the central directory of a zip, of which it has up to 65,535. Of two files with the same path, the later is used.
 *
 * @throws ZipError if it is not a zip, or if its files cannot be in one folder
 */
export function* zipEntries(zip: Uint8Array): Turns<readonly ZipEntry[]> {
  const buffer = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = endOf(buffer);
  const count = buffer.readUInt16LE(end + 10);
  const files = new Map<string, ZipEntry>();
  const places: Place[] = [];
  const folders = new Set<string>();
  let at = buffer.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    const { entry, place, next } = centralEntry(buffer, at);
    at = next;
    places.push(place);
    const isFolder = entry.path.endsWith('/');
    const path = checkedPath(isFolder ? entry.path.slice(0, -1) : entry.path);
    addFolder(folders, isFolder ? path : parentOf(path));
    if (!isFolder) files.set(path, { ...entry, path });
    yield;
  }
  refuseOverlaps(places);
  yield;
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
  const isExecutable =
    buffer.readUInt8(at + 5) === UNIX && (buffer.readUInt16LE(at + 40) & OWNER_EXECUTES) !== 0;
  const place = placeOf(buffer, path, content);
  const read = () => contentOf(buffer, path, content, place);
  return { entry: { path, sizeBytes, isExecutable, read }, place, next };
}

interface Content {
  readonly isEncrypted: boolean;
  readonly method: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** The offset of its local header. */
  readonly header: number;
}

/** The place of an entry: its local header, and its bytes from `start` to `end`. */
interface Place {
  readonly header: number;
  readonly start: number;
  readonly end: number;
}

function placeOf(buffer: Buffer, path: string, content: Content): Place {
  const { header, method, packedBytes, sizeBytes } = content;
  if (header + LOCAL_BYTES > buffer.length || buffer.readUInt32LE(header) !== LOCAL_SIGNATURE) {
    throw new ZipError(`${path} is not where the central directory says`);
  }
  const start =
    header + LOCAL_BYTES + buffer.readUInt16LE(header + 26) + buffer.readUInt16LE(header + 28);
  const end = start + packedBytes;
  if (end > buffer.length) throw new ZipError(`${path} is cut off`);
  if (method === STORED && packedBytes !== sizeBytes) {
    throw new ZipError(`${path} is stored with another size than it has`);
  }
  return { header, start, end };
}

/** Checks that entries do not overlap: entries that share bytes would multiply the content. */
function refuseOverlaps(places: readonly Place[]): void {
  let free = 0;
  for (const { header, end } of places.toSorted((one, other) => one.header - other.header)) {
    if (header < free) throw new ZipError('its entries overlap');
    free = end;
  }
}

async function contentOf(
  buffer: Buffer,
  path: string,
  { isEncrypted, method, sizeBytes }: Content,
  { start, end }: Place,
): Promise<Uint8Array> {
  if (isEncrypted) throw new ZipError(`${path} is encrypted`);
  const packed = buffer.subarray(start, end);
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new ZipError(`${path} is packed by method ${method}`);
  return inflated(path, packed, sizeBytes);
}

/** Never yields more bytes than the directory declares, because those were checked. */
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
    names.length <= DEEPEST_FOLDERS + 1 &&
    Buffer.byteLength(path) <= LONGEST_PATH_BYTES &&
    names.every((name) => Buffer.byteLength(name) <= LONGEST_NAME_BYTES);
  if (!isInside || !isShort || path.includes('\0')) {
    throw new ZipError(`${path.slice(0, 64)} is not a path inside a folder`);
  }
  return path;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Adds a folder and its parents up to a known one, so that each folder is visited once. */
function addFolder(folders: Set<string>, path: string): void {
  for (let folder = path; folder !== '' && !folders.has(folder); folder = parentOf(folder)) {
    folders.add(folder);
    if (folders.size > MOST_FOLDERS) {
      throw new ZipError(`it has more than ${MOST_FOLDERS} folders`);
    }
  }
}
