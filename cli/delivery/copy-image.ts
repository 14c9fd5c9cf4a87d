import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  DescribeImagesCommand,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  ImageNotFoundException,
  InitiateLayerUploadCommand,
  LayerAlreadyExistsException,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import * as z from 'zod';
import { UserError } from '../terminal/user-error.ts';

/** An image in a repository, by its tag. */
export interface TaggedImage {
  readonly client: ECRClient;
  readonly repository: string;
  readonly tag: string;
}

/** Kinds of manifests that name the layers of one image. */
const manifestSchema = z.object({
  config: z.object({ digest: z.string() }),
  layers: z.array(z.object({ digest: z.string() })),
});

/** The digest of an image; undefined where there is none of this tag. */
export async function findDigest({
  client,
  repository,
  tag,
}: TaggedImage): Promise<string | undefined> {
  try {
    const { imageDetails = [] } = await client.send(
      new DescribeImagesCommand({ repositoryName: repository, imageIds: [{ imageTag: tag }] }),
    );
    return imageDetails[0]?.imageDigest;
  } catch (error) {
    if (error instanceof ImageNotFoundException) return undefined;
    throw error;
  }
}

/**
 * Copies an image byte for byte through ECR's API, so that its digest stays and no container engine is needed.
 *
 * @returns the digest, and whether something was copied
 * @throws UserError where the image is missing, or its tag names another one in the target
 */
export async function copyImage(
  from: TaggedImage,
  to: TaggedImage,
): Promise<{ readonly digest: string; readonly isNew: boolean }> {
  const { manifest, mediaType, digest } = await readManifest(from);
  const there = await findDigest(to);
  if (there === digest) return { digest, isNew: false };
  if (there !== undefined) {
    throw new UserError(
      `${to.repository}:${to.tag} is ${there}, and not ${digest}, which was built and scanned; nothing was copied. Another image was pushed under this tag since: delete it, or change the sources.`,
    );
  }
  const { config, layers } = manifestSchema.parse(JSON.parse(manifest));
  const blobs = new Set([config.digest, ...layers.map((layer) => layer.digest)]);
  for (const blob of blobs) await copyLayer(from, to, blob);
  await to.client.send(
    new PutImageCommand({
      repositoryName: to.repository,
      imageTag: to.tag,
      imageManifest: manifest,
      imageManifestMediaType: mediaType,
      imageDigest: digest,
    }),
  );
  return { digest, isNew: true };
}

async function readManifest({ client, repository, tag }: TaggedImage) {
  const { images = [] } = await client.send(
    new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageTag: tag }] }),
  );
  const [image] = images;
  if (image?.imageManifest === undefined) {
    throw new UserError(
      `There is no image ${repository}:${tag}; nothing was copied or deployed. The step Images builds it.`,
    );
  }
  const mediaType = image.imageManifestMediaType ?? '';
  if (/index|manifest\.list/.test(mediaType)) {
    throw new UserError(
      `${repository}:${tag} is a list of images (${mediaType}), which Lambda does not take; nothing was copied. Build it for one platform, without attestations.`,
    );
  }
  return { manifest: image.imageManifest, mediaType, digest: image.imageId?.imageDigest ?? '' };
}

async function copyLayer(from: TaggedImage, to: TaggedImage, digest: string): Promise<void> {
  const { layers = [] } = await to.client.send(
    new BatchCheckLayerAvailabilityCommand({
      repositoryName: to.repository,
      layerDigests: [digest],
    }),
  );
  if (layers[0]?.layerAvailability === 'AVAILABLE') return;
  const { downloadUrl = '' } = await from.client.send(
    new GetDownloadUrlForLayerCommand({ repositoryName: from.repository, layerDigest: digest }),
  );
  const answer = await fetch(downloadUrl);
  if (!answer.ok || answer.body === null) {
    throw new Error(`${from.repository}: the layer ${digest} answered ${answer.status}`);
  }
  await uploadLayer(to, digest, answer.body);
}

/** ECR says how large the parts of an upload are; it has always said this. */
const DEFAULT_PART_BYTES = 20_971_520;

/** @throws ECR's InvalidLayerException where the bytes are not those of the digest */
export async function uploadLayer(
  { client, repository: repositoryName }: Pick<TaggedImage, 'client' | 'repository'>,
  digest: string,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const { uploadId, partSize = DEFAULT_PART_BYTES } = await client.send(
    new InitiateLayerUploadCommand({ repositoryName }),
  );
  let partFirstByte = 0;
  for await (const layerPartBlob of inParts(body, partSize)) {
    const partLastByte = partFirstByte + layerPartBlob.length - 1;
    await client.send(
      new UploadLayerPartCommand({
        repositoryName,
        uploadId,
        partFirstByte,
        partLastByte,
        layerPartBlob,
      }),
    );
    partFirstByte = partLastByte + 1;
  }
  try {
    await client.send(
      new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }),
    );
  } catch (error) {
    if (!(error instanceof LayerAlreadyExistsException)) throw error;
  }
}

/** A stream in parts of one size, but for the last. */
async function* inParts(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  let waiting = Buffer.alloc(0);
  for await (const chunk of body) {
    waiting = Buffer.concat([waiting, chunk]);
    const whole = waiting.length - (waiting.length % sizeBytes);
    for (let at = 0; at < whole; at += sizeBytes) yield waiting.subarray(at, at + sizeBytes);
    waiting = waiting.subarray(whole);
  }
  if (waiting.length > 0) yield waiting;
}
