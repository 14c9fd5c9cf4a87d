import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  ImageAlreadyExistsException,
  ImageTagAlreadyExistsException,
  InitiateLayerUploadCommand,
  LayerAlreadyExistsException,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import type { Repository } from './image-name.ts';
import { MANIFEST_TYPES } from './read-manifest.ts';

/** The most that one call takes: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html */
const LAYERS_PER_CALL = 100;
/** ECR answers 20 MiB, and its quota is half of that: https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
const LARGEST_PART_BYTES = 10 * 1024 ** 2;

export interface StoredManifest {
  readonly text: string;
  readonly mediaType: string | undefined;
}

export interface NewImage extends StoredManifest {
  readonly digest: string;
  readonly tag: string | undefined;
}

/** An upload whose parts follow one another. */
export interface Upload {
  readonly id: string;
  readonly partBytes: number;
}

export interface UploadPart {
  readonly firstByte: number;
  readonly bytes: Uint8Array;
}

/** The operations of a registry that a copy needs. */
export interface ImageRegistry {
  /** @returns undefined where there is no such image */
  readManifest(
    repository: Repository,
    id: { readonly tag?: string | undefined; readonly digest?: string | undefined },
  ): Promise<StoredManifest | undefined>;
  /** Those of the digests whose layers the repository has. */
  findLayers(repository: Repository, digests: readonly string[]): Promise<ReadonlySet<string>>;
  /** An address that answers the bytes of a layer. */
  locateLayer(repository: Repository, digest: string): Promise<string>;
  beginUpload(repository: Repository): Promise<Upload>;
  uploadPart(repository: Repository, upload: Upload, part: UploadPart): Promise<void>;
  /** Fails where the bytes do not have the digest; a layer that another upload has completed is no error. */
  completeUpload(repository: Repository, upload: Upload, digest: string): Promise<void>;
  /** An image that is there already is no error. */
  putImage(repository: Repository, image: NewImage): Promise<void>;
}

/** Amazon ECR. */
export class EcrRegistry implements ImageRegistry {
  readonly #client: ECRClient;

  constructor(client: ECRClient) {
    this.#client = client;
  }

  async readManifest(
    repository: Repository,
    { tag, digest }: { readonly tag?: string | undefined; readonly digest?: string | undefined },
  ): Promise<StoredManifest | undefined> {
    const { images = [], failures = [] } = await this.#client.send(
      new BatchGetImageCommand({
        ...nameOf(repository),
        // The digest alone: a tag beside it must still be that of the digest, and may have moved.
        imageIds: [digest === undefined ? { imageTag: tag } : { imageDigest: digest }],
        acceptedMediaTypes: [...MANIFEST_TYPES],
      }),
    );
    const [{ failureCode, failureReason } = {}] = failures;
    if (failureCode !== undefined && failureCode !== 'ImageNotFound') {
      throw new Error(
        `ECR did not give the image of ${repository.uri}: ${failureCode}: ${failureReason}`,
      );
    }
    const [{ imageManifest, imageManifestMediaType } = {}] = images;
    return imageManifest === undefined
      ? undefined
      : { text: imageManifest, mediaType: imageManifestMediaType };
  }

  async findLayers(
    repository: Repository,
    digests: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (let start = 0; start < digests.length; start += LAYERS_PER_CALL) {
      const layerDigests = digests.slice(start, start + LAYERS_PER_CALL);
      const { layers = [] } = await this.#client.send(
        new BatchCheckLayerAvailabilityCommand({ ...nameOf(repository), layerDigests }),
      );
      for (const { layerAvailability, layerDigest } of layers) {
        if (layerAvailability === 'AVAILABLE' && layerDigest !== undefined) found.add(layerDigest);
      }
    }
    return found;
  }

  async locateLayer(repository: Repository, layerDigest: string): Promise<string> {
    const { downloadUrl = '' } = await this.#client.send(
      new GetDownloadUrlForLayerCommand({ ...nameOf(repository), layerDigest }),
    );
    return downloadUrl;
  }

  async beginUpload(repository: Repository): Promise<Upload> {
    const { uploadId = '', partSize = LARGEST_PART_BYTES } = await this.#client.send(
      new InitiateLayerUploadCommand(nameOf(repository)),
    );
    return { id: uploadId, partBytes: Math.min(partSize, LARGEST_PART_BYTES) };
  }

  async uploadPart(
    repository: Repository,
    { id: uploadId }: Upload,
    { firstByte, bytes }: UploadPart,
  ): Promise<void> {
    await this.#client.send(
      new UploadLayerPartCommand({
        ...nameOf(repository),
        uploadId,
        partFirstByte: firstByte,
        partLastByte: firstByte + bytes.byteLength - 1,
        layerPartBlob: bytes,
      }),
    );
  }

  async completeUpload(repository: Repository, { id }: Upload, digest: string): Promise<void> {
    const completion = { ...nameOf(repository), uploadId: id, layerDigests: [digest] };
    try {
      await this.#client.send(new CompleteLayerUploadCommand(completion));
    } catch (error) {
      if (!(error instanceof LayerAlreadyExistsException)) throw error;
    }
  }

  async putImage(repository: Repository, image: NewImage): Promise<void> {
    const { digest, tag, text, mediaType } = image;
    try {
      await this.#client.send(
        new PutImageCommand({
          ...nameOf(repository),
          imageManifest: text,
          imageManifestMediaType: mediaType,
          imageDigest: digest,
          imageTag: tag,
        }),
      );
    } catch (error) {
      if (error instanceof ImageAlreadyExistsException) return;
      if (tag === undefined || !(error instanceof ImageTagAlreadyExistsException)) throw error;
      // An immutable tag is refused to the image that has it, too: https://github.com/aws/containers-roadmap/issues/2179
      await this.putImage(repository, { ...image, tag: undefined });
    }
  }
}

function nameOf({ registryId, name }: Repository) {
  return { registryId, repositoryName: name };
}
