import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/**
 * Ten thousand parts of this size hold more than an object may have, and S3 takes none below 5 MiB but the last.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
const PART_BYTES = 8 * 1024 * 1024;

interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** Something that is written from its beginning to its end. */
export interface TextSink {
  write(text: string): Promise<void>;
  /** Makes what was written an object. */
  end(): Promise<void>;
  /** Leaves nothing of it. */
  abort(): Promise<void>;
}

/** Writes an object of unknown length, and holds at most one part of it in memory. */
export class ObjectWriter implements TextSink {
  readonly #client: S3Client;
  readonly #place: { readonly Bucket: string; readonly Key: string };
  readonly #contentType: string;
  readonly #parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
  #chunks: Buffer[] = [];
  #sizeBytes = 0;
  #uploadId: string | undefined;
  #versionId: string | undefined;

  constructor(client: S3Client, { bucket, key }: Place, contentType: string) {
    this.#client = client;
    this.#place = { Bucket: bucket, Key: key };
    this.#contentType = contentType;
  }

  /** Of the object, once it has ended; undefined in a bucket without versions. */
  get versionId(): string | undefined {
    return this.#versionId;
  }

  /** Text is written in UTF-8. */
  async write(text: string | Uint8Array): Promise<void> {
    if (text.length === 0) return;
    const chunk = Buffer.from(text as string);
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes >= PART_BYTES) await this.#sendPart();
  }

  async end(): Promise<void> {
    if (this.#uploadId === undefined) {
      const { VersionId } = await this.#client.send(
        new PutObjectCommand({
          ...this.#place,
          Body: this.#take(),
          ContentType: this.#contentType,
        }),
      );
      this.#versionId = VersionId;
      return;
    }
    if (this.#sizeBytes > 0) await this.#sendPart();
    const { VersionId } = await this.#client.send(
      new CompleteMultipartUploadCommand({
        ...this.#place,
        UploadId: this.#uploadId,
        MultipartUpload: { Parts: this.#parts },
      }),
    );
    this.#versionId = VersionId;
  }

  async abort(): Promise<void> {
    this.#take();
    if (this.#uploadId === undefined) return;
    await this.#client.send(
      new AbortMultipartUploadCommand({ ...this.#place, UploadId: this.#uploadId }),
    );
  }

  async #sendPart(): Promise<void> {
    this.#uploadId ??= await this.#begin();
    const PartNumber = this.#parts.length + 1;
    const { ETag } = await this.#client.send(
      new UploadPartCommand({
        ...this.#place,
        UploadId: this.#uploadId,
        PartNumber,
        Body: this.#take(),
      }),
    );
    this.#parts.push({ PartNumber, ETag });
  }

  async #begin(): Promise<string | undefined> {
    const { UploadId } = await this.#client.send(
      new CreateMultipartUploadCommand({ ...this.#place, ContentType: this.#contentType }),
    );
    return UploadId;
  }

  #take(): Buffer {
    const taken = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#sizeBytes = 0;
    return taken;
  }
}
