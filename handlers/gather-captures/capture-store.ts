import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { writeJson } from '../write-json.ts';
import type { CaptureStore } from './gather-captures.ts';

/** S3. */
export class S3CaptureStore implements CaptureStore {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async *list(bucket: string, prefix: string) {
    const request = { Bucket: bucket, Prefix: prefix };
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.#client },
      request,
    )) {
      yield Contents.map(({ Key = '', Size = 0 }) => ({ key: Key, sizeBytes: Size }));
    }
  }

  async writeJson(
    place: { readonly bucket: string; readonly key: string },
    value: unknown,
  ): Promise<void> {
    await writeJson(this.#client, place, value);
  }
}
