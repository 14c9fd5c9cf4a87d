import { createHash, randomBytes } from 'node:crypto';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { type Environment, region } from './environment.ts';

const MIB = 1024 ** 2;
/** More than one part of ten mebibytes. */
const LARGE_LAYER_BYTES = 11 * MIB;

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const digestOf = (content: string | Buffer) =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

export function repositoryUri({ account, names }: Environment): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com/${names.imageRepository}`;
}

/** An index with an image; more of them are for handlers/copy-image to test. */
export interface PushedImage {
  /** As a package names it. */
  readonly name: string;
  readonly digest: string;
  readonly layers: ReadonlyMap<string, Buffer>;
}

export async function pushImage(environment: Environment, tag: string): Promise<PushedImage> {
  const layers = new Map<string, Buffer>();
  const add = async (content: Buffer) => {
    const digest = await pushLayer(environment, content);
    layers.set(digest, content);
    return { mediaType: 'application/octet-stream', digest, size: content.byteLength };
  };
  const base = await add(randomBytes(LARGE_LAYER_BYTES));
  const manifests: object[] = [];
  for (const architecture of ['amd64']) {
    const config = await add(Buffer.from(JSON.stringify({ architecture, tag })));
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config,
      layers: [base],
    });
    const digest = await putManifest(environment, text, MANIFEST);
    manifests.push({
      mediaType: MANIFEST,
      digest,
      size: text.length,
      platform: { architecture, os: 'linux' },
    });
  }
  const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
  const digest = await putManifest(environment, index, INDEX, tag);
  return { name: `${repositoryUri(environment)}:${tag}`, digest, layers };
}

async function pushLayer({ ecr, names }: Environment, content: Buffer): Promise<string> {
  const repositoryName = names.imageRepository;
  const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
  for (let start = 0; start < content.byteLength; start += 10 * MIB) {
    const layerPartBlob = content.subarray(start, start + 10 * MIB);
    await ecr.send(
      new UploadLayerPartCommand({
        repositoryName,
        uploadId,
        partFirstByte: start,
        partLastByte: start + layerPartBlob.byteLength - 1,
        layerPartBlob,
      }),
    );
  }
  const layerDigest = digestOf(content);
  const completion = { repositoryName, uploadId, layerDigests: [layerDigest] };
  await ecr.send(new CompleteLayerUploadCommand(completion));
  return layerDigest;
}

async function putManifest(
  { ecr, names }: Environment,
  imageManifest: string,
  imageManifestMediaType: string,
  imageTag?: string,
): Promise<string> {
  const repositoryName = names.imageRepository;
  await ecr.send(
    new PutImageCommand({ repositoryName, imageManifest, imageManifestMediaType, imageTag }),
  );
  return digestOf(imageManifest);
}

/** The digests of all that an image consists of, computed from what a registry answers. */
export async function pullImage(environment: Environment, digest: string): Promise<string[]> {
  const { ecr, names } = environment;
  const repositoryName = names.imageRepository;
  const { images = [] } = await ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }),
  );
  const [{ imageManifest = '{}' } = {}] = images;
  const { config, layers = [], manifests = [] } = JSON.parse(imageManifest) as Manifest;
  const found = [digestOf(imageManifest)];
  for (const child of manifests) found.push(...(await pullImage(environment, child.digest)));
  for (const layer of config === undefined ? layers : [config, ...layers]) {
    const { downloadUrl = '' } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: layer.digest }),
    );
    const content = await (await fetch(downloadUrl)).arrayBuffer();
    found.push(digestOf(Buffer.from(content)));
  }
  return found;
}

interface Manifest {
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly digest: string }[];
  readonly manifests?: readonly { readonly digest: string }[];
}

/** Its layers stay. */
export async function deleteImage({ ecr, names }: Environment, digest: string): Promise<void> {
  const repositoryName = names.imageRepository;
  await ecr.send(
    new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }),
  );
}
