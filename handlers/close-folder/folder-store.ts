import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { writeJson } from '../write-json.ts';

/** A version of a key, or its deletion. */
export interface KeyVersion {
  readonly key: string;
  readonly versionId: string;
  readonly lastModifiedMs: number;
  readonly isLatest: boolean;
  /** Undefined where the key was deleted. */
  readonly sizeBytes: number | undefined;
}

/** The operations of the object storage that closing a folder needs. */
export interface FolderStore {
  /** All versions below a prefix and all deletions, in any order. */
  listVersions(bucket: string, prefix: string): AsyncIterable<KeyVersion>;
  writeJson(
    place: { readonly bucket: string; readonly key: string },
    value: unknown,
  ): Promise<void>;
}

/** S3. */
export class S3FolderStore implements FolderStore {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async *listVersions(Bucket: string, Prefix: string): AsyncGenerator<KeyVersion> {
    let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectVersionsCommand({ Bucket, Prefix, ...from }),
      );
      for (const version of page.Versions ?? []) yield versionOf(version, version.Size ?? 0);
      for (const deletion of page.DeleteMarkers ?? []) yield versionOf(deletion, undefined);
      from =
        page.IsTruncated === true
          ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
          : undefined;
    } while (from !== undefined);
  }

  async writeJson(
    place: { readonly bucket: string; readonly key: string },
    value: unknown,
  ): Promise<void> {
    await writeJson(this.#client, place, value);
  }
}

interface ListedVersion {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly IsLatest?: boolean | undefined;
}

function versionOf(
  { Key = '', VersionId = 'null', LastModified, IsLatest = false }: ListedVersion,
  sizeBytes: number | undefined,
): KeyVersion {
  const lastModifiedMs = LastModified?.getTime() ?? 0;
  return { key: Key, versionId: VersionId, lastModifiedMs, isLatest: IsLatest, sizeBytes };
}
