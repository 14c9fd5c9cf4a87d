import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Cloud } from '../../../cloud.ts';
import type { Principal } from '../../../principal.ts';
import { ServiceError } from '../../../service-error.ts';
import { ItemReaderFailure, ResultWriterFailure } from './failures.ts';

export interface ListedObject {
  readonly Key?: string;
  readonly ETag?: string;
  readonly LastModified?: Date;
  readonly Size?: number;
  readonly StorageClass?: string;
}

interface ListPage {
  readonly Contents?: readonly ListedObject[];
  readonly NextContinuationToken?: string;
}

/** S3 as a distributed Map uses it: with the role of its state machine. */
export interface Bucket {
  /** The object's text, decompressed where its key ends in `.gz`. */
  open(bucket: string, key: string, versionId?: string): Promise<AsyncIterable<string>>;
  list(input: object): AsyncGenerator<ListedObject>;
  put(bucket: string, key: string, body: string | Readable): Promise<void>;
}

export function createBucket(cloud: Cloud, principal: () => Promise<Principal>): Bucket {
  async function call<Output>(operation: string, input: object): Promise<Output> {
    return cloud.call<Output>(await principal(), 's3', operation, input);
  }
  return {
    async open(Bucket, Key, VersionId) {
      if (/\.(zst|zstd)$/.test(Key)) {
        throw new ItemReaderFailure(
          `stepmill cannot read zstd: ${Key} was not read and no item was started. Use gzip or no compression.`,
        );
      }
      const input = { Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) };
      const { Body } = await reading(() => call<{ readonly Body?: unknown }>('GetObject', input));
      const bytes = toReadable(Body);
      const plain = Key.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
      plain.setEncoding('utf8');
      return plain;
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
