import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs';
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

/** A zip file of which only what is read is in memory: layers may have hundreds of megabytes. */
export class ZipFile {
  readonly sizeBytes: number;
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.sizeBytes = fstatSync(this.#file).size;
  }

  /** Headers, which are small. What lies beyond the end is missing. */
  part(from: number, to: number): Buffer {
    const buffer = this.#room(from, to);
    return buffer.subarray(0, readSync(this.#file, buffer, 0, buffer.length, from));
  }

  /** The bytes of an entry, which may be many. */
  async content(from: number, to: number): Promise<Buffer> {
    const buffer = this.#room(from, to);
    const { bytesRead } = await readFile(this.#file, buffer, 0, buffer.length, from);
    return buffer.subarray(0, bytesRead);
  }

  close(): void {
    closeSync(this.#file);
  }

  #room(from: number, to: number): Buffer {
    return Buffer.alloc(Math.max(0, Math.min(to, this.sizeBytes) - from));
  }
}

const readFile = promisify(read);

/**
 * The files in the central directory of a zip, of which it has up to 65,535. Of two files with the same path, the later is used.
 *
 * @throws ZipError if it is not a zip, or if its files cannot be in one folder
 */
export function* zipEntries(zip: ZipFile): Turns<readonly ZipEntry[]> {
  const { directory, count } = directoryOf(zip);
  const files = new Map<string, ZipEntry>();
  const places: Place[] = [];
  const folders = new Set<string>();
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const { entry, place, next } = centralEntry(zip, directory, at);
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

/** The central directory, which ends where its end record begins, and the number of its entries. */
function directoryOf(zip: ZipFile): { readonly directory: Buffer; readonly count: number } {
  const tailStart = Math.max(0, zip.sizeBytes - END_BYTES - LONGEST_COMMENT_BYTES);
  const tail = zip.part(tailStart, zip.sizeBytes);
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    const directory = zip.part(tail.readUInt32LE(at + 16), tailStart + at);
    return { directory, count: tail.readUInt16LE(at + 10) };
  }
  throw new ZipError('it has no end of a central directory');
}

function centralEntry(zip: ZipFile, directory: Buffer, at: number) {
  if (at + CENTRAL_BYTES > directory.length || directory.readUInt32LE(at) !== CENTRAL_SIGNATURE) {
    throw new ZipError('its central directory is broken');
  }
  const nameEnd = at + CENTRAL_BYTES + directory.readUInt16LE(at + 28);
  const next = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw new ZipError('its central directory is broken');
  const path = directory.toString('utf8', at + CENTRAL_BYTES, nameEnd);
  const content: Content = {
    isEncrypted: (directory.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
    method: directory.readUInt16LE(at + 10),
    packedBytes: directory.readUInt32LE(at + 20),
    sizeBytes: directory.readUInt32LE(at + 24),
    header: directory.readUInt32LE(at + 42),
  };
  const { sizeBytes } = content;
  const isExecutable =
    directory.readUInt8(at + 5) === UNIX &&
    (directory.readUInt16LE(at + 40) & OWNER_EXECUTES) !== 0;
  const place = placeOf(zip, path, content);
  const read = () => contentOf(zip, path, content, place);
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

function placeOf(zip: ZipFile, path: string, content: Content): Place {
  const { header, method, packedBytes, sizeBytes } = content;
  const local = zip.part(header, header + LOCAL_BYTES);
  if (local.length < LOCAL_BYTES || local.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    throw new ZipError(`${path} is not where the central directory says`);
  }
  const start = header + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  const end = start + packedBytes;
  if (end > zip.sizeBytes) throw new ZipError(`${path} is cut off`);
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
  zip: ZipFile,
  path: string,
  { isEncrypted, method, sizeBytes }: Content,
  { start, end }: Place,
): Promise<Uint8Array> {
  if (isEncrypted) throw new ZipError(`${path} is encrypted`);
  if (method !== STORED && method !== DEFLATED) {
    throw new ZipError(`${path} is packed by method ${method}`);
  }
  const packed = await zip.content(start, end);
  return method === STORED ? packed : inflated(path, packed, sizeBytes);
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
