import {
  GetObjectCommand,
  NoSuchKey,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { whyUnreadable } from '../unreadable-objects.ts';
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

  async tryToRead(bucket: string, key: string): Promise<string | undefined> {
    try {
      // The list names neither keys nor the archive tiers of Intelligent-Tiering.
      const { Body } = await this.#client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, Range: 'bytes=0-0' }),
      );
      await Body?.transformToByteArray();
      return undefined;
    } catch (error) {
      // An empty object has no first byte.
      if (error instanceof S3ServiceException && error.name === 'InvalidRange') return undefined;
      const reason = error instanceof NoSuchKey ? error.name : whyUnreadable(error);
      if (reason === undefined) throw error;
      return reason;
    }
  }

  async writeJson(
    place: { readonly bucket: string; readonly key: string },
    value: unknown,
  ): Promise<void> {
    await writeJson(this.#client, place, value);
  }
}
