import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FunctionCode } from '@aws-sdk/client-lambda';
import type { HeadObjectOutput } from '@aws-sdk/client-s3';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Principal } from '../../cloud/principal.ts';
import { doInTurns, SharedTime } from '../../host/shared-time.ts';
import { removeTree } from '../../processes/index.ts';
import { isDiskFull } from '../../store/index.ts';
import { DiskFull, InvalidParameterValueException, UnsupportedFunction } from './errors.ts';
import { UNZIPPED_BYTES } from './limits.ts';
import { linkSdk } from './sdk-links.ts';
import { type ZipEntry, ZipError, zipEntries } from './zip.ts';

/** A zip file that has been unpacked. */
export interface StoredCode {
  readonly sha256: string;
  readonly sizeBytes: number;
}

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
    const version = await this.#versionOf(principal, code);
    const known = version === undefined ? undefined : this.#stored.get(version);
    if (known !== undefined && this.#has(known)) return known;
    const stored = await this.#store(await this.#read(principal, code));
    if (version !== undefined) this.#remember(version, stored);
    return stored;
  }

  async #store(zip: Uint8Array): Promise<StoredCode> {
    const stored = {
      sha256: createHash('sha256').update(zip).digest('base64'),
      sizeBytes: zip.byteLength,
    };
    if (!this.#has(stored)) await this.#unpack(zip, this.folderOf(stored.sha256));
    return stored;
  }

  #has({ sha256 }: StoredCode): boolean {
    return existsSync(this.folderOf(sha256)) && this.zipOf(sha256) !== undefined;
  }

  #remember(version: string, stored: StoredCode): void {
    this.#stored.set(version, stored);
    const [oldest] = this.#stored.keys();
    if (this.#stored.size > REMEMBERED && oldest !== undefined) this.#stored.delete(oldest);
  }

  /** What an object in S3 is now, as its reader may know it: the stacks of many projects name the same object. */
  async #versionOf(principal: Principal, code: FunctionCode): Promise<string | undefined> {
    const { S3Bucket: Bucket, S3Key: Key, S3ObjectVersion: VersionId } = code;
    if (Bucket === undefined || Key === undefined) return undefined;
    try {
      const { ETag, LastModified } = await this.#cloud.call<HeadObjectOutput>(
        principal,
        's3',
        'HeadObject',
        { Bucket, Key, ...(VersionId !== undefined && { VersionId }) },
      );
      return JSON.stringify([Bucket, Key, VersionId, ETag, LastModified]);
    } catch {
      // GetObject says why.
      return undefined;
    }
  }

  async #read(principal: Principal, code: FunctionCode): Promise<Uint8Array> {
    if (code.ZipFile !== undefined) return code.ZipFile;
    if (code.ImageUri !== undefined) throw new UnsupportedFunction('container images');
    const { S3Bucket: Bucket, S3Key: Key, S3ObjectVersion: VersionId } = code;
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
      return await collect(Body);
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

  async #unpack(zip: Uint8Array, folder: string): Promise<void> {
    const entries = await checkedEntries(zip);
    const partial = `${folder}.${this.#cloud.random.hex(8)}`;
    try {
      await this.#withSdk();
      await mkdir(partial, { recursive: true });
      for (const entry of entries) {
        this.#end.signal.throwIfAborted();
        await writeEntry(partial, entry);
      }
      await writeFile(`${partial}.zip`, zip);
      await rename(`${partial}.zip`, `${folder}.zip`);
      await rename(partial, folder);
    } catch (error) {
      await removeTree(partial, this.#end);
      await rm(`${partial}.zip`, { force: true });
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

/** The name of an incomplete folder: a digest or the SDK, and a unique suffix. */
const PARTIAL = /^(?:[0-9a-f]{64}|node_modules)\.[0-9a-f]{8}(?:\.zip)?$/;

async function collect(body: Readable | Uint8Array | string): Promise<Uint8Array> {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

async function checkedEntries(zip: Uint8Array): Promise<readonly ZipEntry[]> {
  let entries: readonly ZipEntry[];
  try {
    entries = await doInTurns(zipEntries(zip), new SharedTime());
  } catch (cause) {
    throw unreadable(cause);
  }
  if (entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > UNZIPPED_BYTES) {
    throw new InvalidParameterValueException(
      `Unzipped size must be smaller than ${UNZIPPED_BYTES} bytes`,
    );
  }
  return entries;
}

function unreadable(cause: unknown): InvalidParameterValueException {
  return Object.assign(new InvalidParameterValueException(UNREADABLE), { cause });
}

async function writeEntry(folder: string, entry: ZipEntry): Promise<void> {
  const file = join(folder, entry.path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await entry.read());
  // File modes are not read, and the bootstrap of a custom runtime must be executable.
  if (entry.path === 'bootstrap') await chmod(file, 0o755);
}
