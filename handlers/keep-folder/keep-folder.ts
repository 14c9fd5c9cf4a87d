import { CopyObjectCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  type FolderFiles,
  folderFilesSchema,
  type KeepingRequest,
  type ObjectVersion,
} from '../../events/index.ts';

interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** The operations of the object storage that keeping a folder needs. */
export interface CopyStore {
  readFiles(place: Place): Promise<FolderFiles>;
  copy(from: ObjectVersion, to: Place): Promise<void>;
}

/** The number of copies that run at a time. */
const CONCURRENCY = 8;

/** @returns the number of files */
export async function keepFolder(
  { files: place, to }: KeepingRequest,
  store: CopyStore,
): Promise<number> {
  const { files } = await store.readFiles(place);
  const waiting = files.values();
  const worker = async () => {
    for (const { bucket, key, versionId, name } of waiting) {
      await store.copy(
        { bucket, key, versionId },
        { bucket: to.bucket, key: `${to.prefix}${name}` },
      );
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return files.length;
}

/** S3. */
export class S3CopyStore implements CopyStore {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async readFiles({ bucket, key }: Place): Promise<FolderFiles> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return folderFilesSchema.parse(JSON.parse((await Body?.transformToString()) ?? 'null'));
  }

  async copy({ bucket, key, versionId }: ObjectVersion, to: Place): Promise<void> {
    await this.#client.send(
      new CopyObjectCommand({
        Bucket: to.bucket,
        Key: to.key,
        CopySource: `${bucket}/${encodeURIComponent(key)}?versionId=${encodeURIComponent(versionId)}`,
        // The uploader's tags and metadata are not copied: reading tags is another permission.
        MetadataDirective: 'REPLACE',
        TaggingDirective: 'REPLACE',
        ContentType: 'text/csv',
      }),
    );
  }
}
