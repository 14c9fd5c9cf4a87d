import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  InvalidObjectState,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { DatasetRejected } from '../../api/rules/index.ts';
import { type FolderFiles, folderFilesSchema, type ObjectVersion } from '../../events/index.ts';

/** An object to read. */
export interface StoredObject {
  readonly body: Readable;
  /** The size of the whole object, if the store reports it. */
  readonly sizeBytes?: number | undefined;
}

/** The operations of the object storage that inspection needs. */
export interface ObjectStore {
  /** @throws DatasetRejected when the object is gone, or cannot be read as it is stored */
  open(version: ObjectVersion): Promise<StoredObject>;
  /** The files of a folder that was closed. */
  readFiles(place: Place): Promise<FolderFiles>;
  writeJson(place: Place, value: unknown): Promise<void>;
}

interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** S3. */
export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #purpose: 'train' | 'score';

  /** @param purpose what the objects are read for */
  constructor(client: S3Client, purpose: 'train' | 'score' = 'train') {
    this.#client = client;
    this.#purpose = purpose;
  }

  async open({ bucket, key, versionId }: ObjectVersion): Promise<StoredObject> {
    try {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
      const { Body: body, ContentLength: sizeBytes } = await this.#client.send(command);
      return { body: body as Readable, sizeBytes };
    } catch (error) {
      if (isGone(error)) {
        throw new DatasetRejected(
          `The object was deleted before it was read. Nothing was ${this.#purpose === 'train' ? 'trained' : 'scored'}. Upload it again to ${this.#purpose === 'train' ? 'train on' : 'score'} it.`,
        );
      }
      if (error instanceof InvalidObjectState) {
        throw new DatasetRejected(
          `The object is archived (${error.StorageClass ?? 'storage class unknown'}) and cannot be read. Restore it, then upload it again in the standard storage class.`,
        );
      }
      throw error;
    }
  }

  async readFiles({ bucket, key }: Place): Promise<FolderFiles> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return folderFilesSchema.parse(JSON.parse((await Body?.transformToString()) ?? 'null'));
  }

  async writeJson({ bucket, key }: Place, value: unknown): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: JSON.stringify(value, undefined, 2),
        ContentType: 'application/json',
      }),
    );
  }
}

/** 404: the version is gone; 405: the version is a delete marker. */
function isGone(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  return [404, 405].includes(error.$metadata.httpStatusCode ?? 0);
}
