import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FunctionCode, LayerVersionContentInput } from '@aws-sdk/client-lambda';
import type { HeadObjectOutput } from '@aws-sdk/client-s3';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Principal } from '../../cloud/principal.ts';
import { doInTurns, SharedTime } from '../../host/shared-time.ts';
import { type ZipEntry, ZipError, ZipFile, zipEntries } from '../../host/zip.ts';
import { removeTree } from '../../processes/index.ts';
import { isDiskFull } from '../../store/index.ts';
import { DiskFull, InvalidParameterValueException, LayerMissing } from './errors.ts';
import { UNZIPPED_BYTES } from './limits.ts';
import { linkSdk } from './sdk-links.ts';

/** A zip file that has been unpacked. */
export interface StoredCode {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A zip file in the state folder that has not been judged yet. */
interface Upload extends StoredCode {
  readonly path: string;
}

/** The code of a function is unpacked; a layer is when a function with it starts. */
type Kind = 'function' | 'layer';

type ZipSource = FunctionCode | LayerVersionContentInput;

/** Objects in S3 whose contents are known without reading them. */
const REMEMBERED = 200;

const UNREADABLE =
  'Could not unzip uploaded file. Please check your file, then try to upload again.';

/** Unpacked code: one folder per content, which equal zip files share and which never changes. */
export class CodeStore {
  readonly #cloud: Cloud;
  readonly #folder: string;
  readonly #end = new AbortController();
  /** What objects in S3 were stored as. */
  readonly #stored = new Map<string, StoredCode>();
  /** Objects that are being stored, which functions of many stacks name at the same time. */
  readonly #storing = new Map<string, Promise<StoredCode>>();
  readonly #unzippedBytes = new Map<string, number>();
  /** Set by the first function and shared by later ones. */
  #sdk: Promise<void> | undefined;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#folder = join(cloud.stateFolder, 'lambda', 'code');
  }

  folderOf(sha256: string): string {
    return join(this.#folder, Buffer.from(sha256, 'base64').toString('hex'));
  }

  /** The original zip file; undefined if an older version unpacked it without keeping it. */
  zipOf(sha256: string): string | undefined {
    const file = `${this.folderOf(sha256)}.zip`;
    return existsSync(file) ? file : undefined;
  }

  /**
   * Stores the code of a request.
   *
   * @param principal must be allowed to read the object, as on AWS
   */
  async put(principal: Principal, code: FunctionCode): Promise<StoredCode> {
    return this.#put('function', principal, code);
  }

  /** Stores the zip file of a layer, which is unpacked when a function with it starts. */
  async putLayer(principal: Principal, content: LayerVersionContentInput): Promise<StoredCode> {
    return this.#put('layer', principal, content);
  }

  async #put(kind: Kind, principal: Principal, source: ZipSource): Promise<StoredCode> {
    const version = await this.#versionOf(kind, principal, source);
    if (version === undefined) return this.#store(kind, principal, source);
    const known = this.#stored.get(version);
    if (known !== undefined && this.#has(kind, known)) return known;
    const begun =
      this.#storing.get(version) ??
      this.#storeVersion(version, () => this.#store(kind, principal, source));
    this.#storing.set(version, begun);
    return begun;
  }

  async #storeVersion(version: string, store: () => Promise<StoredCode>): Promise<StoredCode> {
    try {
      const stored = await store();
      this.#remember(version, stored);
      return stored;
    } finally {
      this.#storing.delete(version);
    }
  }

  /** The size of a stored zip file's content; 0 if the zip file was not kept. */
  async unzippedBytes(sha256: string): Promise<number> {
    const known = this.#unzippedBytes.get(sha256);
    if (known !== undefined) return known;
    const file = this.zipOf(sha256);
    const size =
      file === undefined ? 0 : await withEntries([file], async (one) => sizeOf(one[0] ?? []));
    this.#unzippedBytes.set(sha256, size);
    return size;
  }

  /**
   * A folder with the contents of layers, each laid over those before it, as AWS unpacks them to `/opt`.
   *
   * @param functionName for errors
   * @throws LayerMissing if the state folder no longer has a layer
   */
  async layersFolder(functionName: string, sha256s: readonly string[]): Promise<string> {
    const folder = this.folderOf(
      createHash('sha256').update(`layers ${sha256s.join()}`).digest('base64'),
    );
    if (existsSync(folder)) return folder;
    const files = sha256s.map((sha256) => `${this.folderOf(sha256)}.zip`);
    const missing = files.find((file) => !existsSync(file));
    if (missing !== undefined) throw new LayerMissing(functionName, missing);
    await withEntries(files, (layers) => this.#unpack(overlay(layers), folder));
    return folder;
  }

  async #store(kind: Kind, principal: Principal, source: ZipSource): Promise<StoredCode> {
    const { path, ...stored } = await this.#receive(principal, source);
    try {
      if (!this.#has(kind, stored)) {
        await withEntries([path], ([entries = []]) => this.#keep(kind, stored, { path, entries }));
      }
      return stored;
    } finally {
      await rm(path, { force: true });
    }
  }

  async #keep(
    kind: Kind,
    { sha256 }: StoredCode,
    { path, entries }: { readonly path: string; readonly entries: readonly ZipEntry[] },
  ): Promise<void> {
    this.#unzippedBytes.set(sha256, sizeOf(entries));
    if (kind === 'layer') await rename(path, `${this.folderOf(sha256)}.zip`);
    else await this.#unpack(entries, this.folderOf(sha256), path);
  }

  #has(kind: Kind, { sha256 }: StoredCode): boolean {
    const isUnpacked = kind === 'layer' || existsSync(this.folderOf(sha256));
    return isUnpacked && this.zipOf(sha256) !== undefined;
  }

  /** Writes a zip file to the state folder as it comes, because layers are too large to be in memory. */
  async #receive(principal: Principal, source: ZipSource): Promise<Upload> {
    const path = join(this.#folder, `upload.${this.#cloud.random.hex(8)}.zip`);
    const digest = createHash('sha256');
    let sizeBytes = 0;
    try {
      await mkdir(this.#folder, { recursive: true });
      const file = await open(path, 'wx');
      try {
        for await (const piece of this.#read(principal, source)) {
          this.#end.signal.throwIfAborted();
          digest.update(piece);
          sizeBytes += piece.byteLength;
          await file.writeFile(piece);
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(path, { force: true });
      throw isDiskFull(error) ? new DiskFull(this.#folder) : error;
    }
    return { path, sha256: digest.digest('base64'), sizeBytes };
  }

  #remember(version: string, stored: StoredCode): void {
    this.#stored.set(version, stored);
    const [oldest] = this.#stored.keys();
    if (this.#stored.size > REMEMBERED && oldest !== undefined) this.#stored.delete(oldest);
  }

  /** What an object in S3 is now, as its reader may know it: the stacks of many projects name the same object. */
  async #versionOf(
    kind: Kind,
    principal: Principal,
    source: ZipSource,
  ): Promise<string | undefined> {
    const { S3Bucket: Bucket, S3Key: Key, S3ObjectVersion: VersionId } = source;
    if (Bucket === undefined || Key === undefined) return undefined;
    try {
      const { ETag, LastModified } = await this.#cloud.call<HeadObjectOutput>(
        principal,
        's3',
        'HeadObject',
        { Bucket, Key, ...(VersionId !== undefined && { VersionId }) },
      );
      return JSON.stringify([kind, Bucket, Key, VersionId, ETag, LastModified]);
    } catch {
      // GetObject says why.
      return undefined;
    }
  }

  async *#read(principal: Principal, source: ZipSource): AsyncGenerator<Uint8Array> {
    if (source.ZipFile !== undefined) {
      yield source.ZipFile;
      return;
    }
    const { S3Bucket: Bucket, S3Key: Key, S3ObjectVersion: VersionId } = source;
    if (Bucket === undefined || Key === undefined) {
      throw new InvalidParameterValueException('Please provide a source for function code.');
    }
    try {
      const { Body } = await this.#cloud.call<{ Body: Readable | Uint8Array | string }>(
        principal,
        's3',
        'GetObject',
        { Bucket, Key, ...(VersionId !== undefined && { VersionId }) },
      );
      if (typeof Body === 'string') yield Buffer.from(Body);
      else if (Body instanceof Uint8Array) yield Body;
      else yield* Body;
    } catch (error) {
      const reason =
        error instanceof Error ? `${error.name}. S3 Error Message: ${error.message}` : '';
      throw Object.assign(
        new InvalidParameterValueException(
          `Error occurred while GetObject. S3 Error Code: ${reason}`,
        ),
        { cause: error },
      );
    }
  }

  /** @param zip the file that is kept beside the folder */
  async #unpack(entries: readonly ZipEntry[], folder: string, zip?: string): Promise<void> {
    const partial = `${folder}.${this.#cloud.random.hex(8)}`;
    try {
      await this.#withSdk();
      await mkdir(partial, { recursive: true });
      for (const entry of entries) {
        this.#end.signal.throwIfAborted();
        await writeEntry(partial, entry);
      }
      if (zip !== undefined) await rename(zip, `${folder}.zip`);
      await rename(partial, folder);
    } catch (error) {
      await removeTree(partial, this.#end);
      if (error instanceof ZipError) throw unreadable(error);
      if (isDiskFull(error)) throw new DiskFull(this.#folder);
      // Another request may have unpacked the same code.
      if (!existsSync(folder)) throw error;
    }
  }

  /** Removes folders that a kill left incomplete; this may take long. */
  async sweep(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names.filter((one) => PARTIAL.test(one))) {
      const path = join(this.#folder, name);
      if (name.endsWith('.zip')) await rm(path, { force: true });
      else await removeTree(path, this.#end);
    }
  }

  /** Stops unpacking and sweeping; the next start sweeps incomplete folders. */
  halt(): void {
    this.#end.abort();
  }

  /** A failure, such as a full disk, is retried with the next function. */
  #withSdk(): Promise<void> {
    this.#sdk ??= this.#shareSdk().catch((error: unknown) => {
      this.#sdk = undefined;
      throw error;
    });
    return this.#sdk;
  }

  /** AWS's Node.js runtimes include the SDK; here functions find it beside their folders. */
  async #shareSdk(): Promise<void> {
    const modules = join(this.#folder, 'node_modules');
    await mkdir(this.#folder, { recursive: true });
    // Code without a package.json is CommonJS, even if the state folder is inside a package.
    await writeFile(join(this.#folder, 'package.json'), '{"type":"commonjs"}');
    await linkSdk(modules, () => `${modules}.${this.#cloud.random.hex(8)}`);
  }
}

/** The name of an incomplete folder or file: a digest, the SDK or an upload, and a unique suffix. */
const PARTIAL = /^(?:[0-9a-f]{64}|node_modules|upload)\.[0-9a-f]{8}(?:\.zip)?$/;

/** Does something with the entries of zip files, which can be read at the same time. */
async function withEntries<Result>(
  paths: readonly string[],
  use: (entries: readonly (readonly ZipEntry[])[]) => Promise<Result>,
): Promise<Result> {
  const zips: ZipFile[] = [];
  try {
    const entries: (readonly ZipEntry[])[] = [];
    for (const path of paths) {
      const zip = new ZipFile(path);
      zips.push(zip);
      entries.push(await checkedEntries(zip));
    }
    return await use(entries);
  } finally {
    for (const zip of zips) zip.close();
  }
}

async function checkedEntries(zip: ZipFile): Promise<readonly ZipEntry[]> {
  let entries: readonly ZipEntry[];
  try {
    entries = await doInTurns(zipEntries(zip), new SharedTime());
  } catch (cause) {
    throw unreadable(cause);
  }
  if (sizeOf(entries) > UNZIPPED_BYTES) {
    throw new InvalidParameterValueException(
      `Unzipped size must be smaller than ${UNZIPPED_BYTES} bytes`,
    );
  }
  return entries;
}

function sizeOf(entries: readonly ZipEntry[]): number {
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** The files of layers laid over each other: what a later layer has replaces what is at its path. */
function overlay(layers: readonly (readonly ZipEntry[])[]): readonly ZipEntry[] {
  const files = new Map<string, ZipEntry>();
  const folders = new Set<string>();
  for (const layer of layers.toReversed()) {
    const free = layer.filter(
      ({ path }) =>
        !files.has(path) && !folders.has(path) && !parentsOf(path).some((one) => files.has(one)),
    );
    for (const entry of free) {
      files.set(entry.path, entry);
      for (const folder of parentsOf(entry.path)) folders.add(folder);
    }
  }
  return [...files.values()];
}

function parentsOf(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

function unreadable(cause: unknown): InvalidParameterValueException {
  return Object.assign(new InvalidParameterValueException(UNREADABLE), { cause });
}

async function writeEntry(folder: string, entry: ZipEntry): Promise<void> {
  const file = join(folder, entry.path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await entry.read());
  // Zip files that were not made on Unix have no modes, and the bootstrap of a custom runtime must be executable.
  if (entry.isExecutable || entry.path === 'bootstrap') await chmod(file, 0o755);
}
