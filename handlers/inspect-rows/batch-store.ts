import type { S3Client } from '@aws-sdk/client-s3';
import { type ObjectStore, S3ObjectStore } from '../inspect-dataset/object-store.ts';
import { ObjectWriter, type TextSink } from '../object-writer.ts';

/** The operations of the object storage that scoring needs. */
export interface BatchStore extends Pick<ObjectStore, 'open' | 'writeJson'> {
  /** Begins a file of CSV rows. */
  create(place: { readonly bucket: string; readonly key: string }): TextSink;
}

/** S3. */
export class S3BatchStore extends S3ObjectStore implements BatchStore {
  readonly #s3: S3Client;

  constructor(client: S3Client) {
    super(client, 'score');
    this.#s3 = client;
  }

  create(place: { readonly bucket: string; readonly key: string }): TextSink {
    return new ObjectWriter(this.#s3, place, 'text/csv');
  }
}
