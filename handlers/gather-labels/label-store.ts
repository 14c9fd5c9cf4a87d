import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  NoSuchKey,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ObjectWriter, type TextSink } from '../object-writer.ts';
import type { TextEncoding } from './encode-text.ts';

export const HOUR_MS = 3_600_000;

/** An object as it is listed. */
export interface StoredFile {
  readonly key: string;
  readonly sizeBytes: number;
  /** Its LastModified, in whole seconds. */
  readonly arrivedMs: number;
}

/** The operations of the object storage that gathering labels needs. */
export interface LabelStore {
  /** The folders below a prefix, each ending in `/`. */
  folders(bucket: string, prefix: string): AsyncIterable<string>;
  /** Objects below a prefix that come after a key, in the order of their keys, page by page. */
  list(bucket: string, prefix: string, after: string): AsyncIterable<readonly StoredFile[]>;
  /** When the uploads in parts below a prefix were begun that have not ended. */
  unfinished(bucket: string, prefix: string): AsyncIterable<number>;
  /** Undefined where the object was deleted since it was listed. */
  open(place: Place): Promise<Readable | undefined>;
  create(place: Place, encoding: TextEncoding): TextSink;
}

interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** `2026/11/30/10`: as SageMaker names the folder of an hour, in UTC. */
export function nameHour(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/');
}

/** The hour of a path below a variant's folder; undefined of a file that lies in none. */
export function readHour(path: string): number | undefined {
  const [, year, month, day, hour] = /^(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)\//.exec(path) ?? [];
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** S3. */
export class S3LabelStore implements LabelStore {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async *folders(bucket: string, prefix: string) {
    const request = { Bucket: bucket, Prefix: prefix, Delimiter: '/' };
    for await (const { CommonPrefixes = [] } of paginateListObjectsV2(
      { client: this.#client },
      request,
    )) {
      yield* CommonPrefixes.flatMap(({ Prefix = '' }) => (Prefix === '' ? [] : [Prefix]));
    }
  }

  async *list(bucket: string, prefix: string, after: string) {
    const request = { Bucket: bucket, Prefix: prefix, StartAfter: after };
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#client },
      request,
    )) {
      yield Contents.map(({ Key = '', Size = 0, LastModified }) => ({
        key: Key,
        sizeBytes: Size,
        arrivedMs: LastModified?.getTime() ?? 0,
      }));
    }
  }

  async *unfinished(bucket: string, prefix: string) {
    let place: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {};
    while (place !== undefined) {
      const page: ListMultipartUploadsCommandOutput = await this.#client.send(
        new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...place }),
      );
      for (const { Initiated } of page.Uploads ?? []) {
        if (Initiated !== undefined) yield Initiated.getTime();
      }
      const { IsTruncated, NextKeyMarker = '', NextUploadIdMarker = '' } = page;
      place =
        IsTruncated === true
          ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker }
          : undefined;
    }
  }

  async open({ bucket, key }: Place): Promise<Readable | undefined> {
    try {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      const { Body } = await this.#client.send(command);
      return Body as Readable | undefined;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  create(place: Place, { encode }: TextEncoding): TextSink {
    const writer = new ObjectWriter(this.#client, place, 'text/csv');
    return {
      write: (text) => writer.write(encode(text)),
      end: () => writer.end(),
      abort: () => writer.abort(),
    };
  }
}
