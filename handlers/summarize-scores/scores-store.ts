import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type BatchStore, S3BatchStore } from '../inspect-rows/batch-store.ts';

interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** The operations of the object storage that a summary needs. */
export interface ScoresStore extends BatchStore {
  /** Reads what a state or a job of the same execution wrote. */
  read(place: Place): Promise<AsyncIterable<Buffer>>;
}

/** S3. */
export class S3ScoresStore extends S3BatchStore implements ScoresStore {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    super(client);
    this.#client = client;
  }

  async read({ bucket, key }: Place): Promise<AsyncIterable<Buffer>> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Body as Readable;
  }
}
