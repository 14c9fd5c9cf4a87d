import { Readable } from 'node:stream';
import { Decompress } from 'fzstd';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { gunzip } from '../../../host/gunzip.ts';
import { ItemReaderFailure, ResultWriterFailure } from './failures.ts';
import type { RandomAccess } from './parquet-items.ts';

export interface ListedObject {
  readonly Key?: string;
  readonly ETag?: string;
  readonly LastModified?: Date;
  readonly Size?: number;
  readonly StorageClass?: string;
}

interface GetObjectOutput {
  readonly Body?: unknown;
}

interface ListPage {
  readonly Contents?: readonly ListedObject[];
  readonly NextContinuationToken?: string;
}

/** S3 for a distributed Map, called with the role of its state machine. */
export interface Bucket {
  /** @throws ItemReaderFailure for another account than this one, which owns all buckets here */
  checkOwner(accountId: string): void;
  /** The object's text, decompressed if its key ends in `.gz`, `.zst` or `.zstd`. */
  open(bucket: string, key: string, versionId?: string): Promise<AsyncIterable<string>>;
  /** The object, to be read in ranges. */
  openFile(bucket: string, key: string): Promise<RandomAccess>;
  list(input: object): AsyncGenerator<ListedObject>;
  put(bucket: string, key: string, body: string | Readable): Promise<void>;
}

export function createBucket(cloud: Cloud, principal: () => Promise<Principal>): Bucket {
  async function call<Output>(operation: string, input: object): Promise<Output> {
    return cloud.call<Output>(await principal(), 's3', operation, input);
  }
  return {
    checkOwner(accountId) {
      if (accountId === cloud.accountId) return;
      throw new ItemReaderFailure(
        `Access Denied: the bucket does not belong to the expected owner ${accountId}.`,
      );
    },
    async open(Bucket, Key, VersionId) {
      const input = { Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) };
      const { Body } = await reading(() => call<GetObjectOutput>('GetObject', input));
      return decoded(decompressed(toReadable(Body), Key), Key);
    },
    async openFile(Bucket, Key) {
      const { ContentLength } = await reading(() =>
        call<{ readonly ContentLength?: number }>('HeadObject', { Bucket, Key }),
      );
      return {
        byteLength: ContentLength ?? 0,
        async read(start, end) {
          const Range = `bytes=${start}-${end === undefined ? '' : end - 1}`;
          const { Body } = await reading(() =>
            call<GetObjectOutput>('GetObject', { Bucket, Key, Range }),
          );
          const chunks: Buffer[] = [];
          for await (const chunk of toReadable(Body)) chunks.push(chunk as Buffer);
          return Buffer.concat(chunks);
        },
      };
    },
    async *list(input) {
      let token: string | undefined;
      do {
        const page: ListPage = await reading(() =>
          call<ListPage>('ListObjectsV2', {
            ...input,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        );
        yield* page.Contents ?? [];
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    async put(Bucket, Key, Body) {
      try {
        await call('PutObject', { Bucket, Key, Body, ContentType: 'application/json' });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        throw new ResultWriterFailure(error.message, { cause: error });
      }
    },
  };
}

function decompressed(bytes: Readable, key: string): AsyncIterable<Uint8Array> {
  if (key.endsWith('.gz')) return gunzip(bytes);
  return /\.zstd?$/.test(key) ? unpackZstd(bytes) : bytes;
}

async function* unpackZstd(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let unpacked: Uint8Array[] = [];
  const decompress = new Decompress((chunk) => unpacked.push(chunk));
  for await (const chunk of bytes) {
    decompress.push(chunk);
    yield* unpacked;
    unpacked = [];
  }
  decompress.push(new Uint8Array(0), true);
  yield* unpacked;
}

async function* decoded(bytes: AsyncIterable<Uint8Array>, key: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  } catch (error) {
    if (error instanceof ItemReaderFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ItemReaderFailure(`Unable to decompress ${key}: ${reason}`, { cause: error });
  }
  yield decoder.decode();
}

async function reading<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ItemReaderFailure(error.message, { cause: error });
  }
}

function toReadable(body: unknown): Readable {
  if (body instanceof Readable) return body;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    return Readable.from([Buffer.from(body)]);
  }
  return Readable.from([]);
}
