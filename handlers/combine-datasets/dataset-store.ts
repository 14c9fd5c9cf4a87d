import type { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { folderFilesSchema } from '../../events/index.ts';
import { ObjectWriter } from '../object-writer.ts';
import type { DatasetSink, DatasetStore } from './combine-datasets.ts';

/** S3. */
export class S3DatasetStore implements DatasetStore {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async listCopies(bucket: string, key: string): Promise<readonly string[]> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const { files } = folderFilesSchema.parse(
      JSON.parse((await Body?.transformToString()) ?? 'null'),
    );
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    return files.map(({ name }) => `${folder}dataset/${name}`);
  }

  async read(bucket: string, key: string): Promise<AsyncIterable<Uint8Array>> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Body as Readable;
  }

  write(bucket: string, key: string): DatasetSink {
    const writer = new ObjectWriter(this.#client, { bucket, key }, 'text/csv');
    return {
      write: (bytes) => writer.write(bytes),
      end: async () => {
        await writer.end();
        return writer.versionId;
      },
      abort: () => writer.abort(),
    };
  }
}
