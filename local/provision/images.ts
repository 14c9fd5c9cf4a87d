import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import type { Cloud } from '../cloud/cloud.ts';
import { RECIPE_CONFIG_TYPE, RECIPE_CONTEXT_TYPE } from '../cloud/image-recipe.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { call } from './resource-type.ts';
import type { ImageAsset } from './template.ts';

/** Zip has no time before 1980; a fixed one makes the digest depend on the content alone. */
const ARCHIVE_TIME = new Date('1980-01-01T00:00:00');
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UploadLayerPart.html */
const PART_BYTES = 20 * 1024 * 1024;
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const UNIX = 3;
const MODE_SHIFT = 16;

/**
 * Publishes the app's images to where its templates expect them, as `cdk deploy` does, but as recipes: nothing is built
 * until a container starts. A tag contains the digest of its content, so existing ones are skipped.
 */
export async function publishImages(
  cloud: Cloud,
  images: readonly ImageAsset[] = [],
): Promise<void> {
  for (const image of images) {
    const repositoryName = image.repositoryName
      .replaceAll('${AWS::AccountId}', cloud.accountId)
      .replaceAll('${AWS::Region}', cloud.region);
    const { imageTag } = image;
    await ignoring('RepositoryAlreadyExistsException', () =>
      call({ cloud }, 'ecr', 'CreateRepository', {
        repositoryName,
        imageTagMutability: 'IMMUTABLE',
      }),
    );
    if (await isPublished(cloud, repositoryName, imageTag)) continue;
    const imageManifest = await publishLayers(cloud, repositoryName, image);
    await ignoring('ImageTagAlreadyExistsException', () =>
      call({ cloud }, 'ecr', 'PutImage', { repositoryName, imageTag, imageManifest }),
    );
  }
}

async function isPublished(
  cloud: Cloud,
  repositoryName: string,
  imageTag: string,
): Promise<boolean> {
  const found = await call<{ readonly images?: readonly unknown[] }>(
    { cloud },
    'ecr',
    'BatchGetImage',
    { repositoryName, imageIds: [{ imageTag }] },
  );
  return found.images?.length === 1;
}

async function publishLayers(
  cloud: Cloud,
  repositoryName: string,
  image: ImageAsset,
): Promise<string> {
  const { blobs, manifest } = renderRecipeImage(image);
  for (const { content } of blobs) await uploadLayer(cloud, repositoryName, content);
  return manifest;
}

/** An image that is not built, as a registry has it. */
export interface RecipeImage {
  /** Of OCI: https://github.com/opencontainers/image-spec/blob/main/manifest.md */
  readonly manifest: string;
  /** What the manifest names: the configuration, and the only layer. */
  readonly blobs: readonly { readonly digest: string; readonly content: Uint8Array }[];
}

/** The build context and how it is built, as an image. The same files give the same digests. */
export function renderRecipeImage({
  folder,
  recipe,
}: Pick<ImageAsset, 'folder' | 'recipe'>): RecipeImage {
  const config = Buffer.from(JSON.stringify(recipe));
  const context = zipSync(filesOf(folder), { mtime: ARCHIVE_TIME, os: UNIX });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType: RECIPE_CONFIG_TYPE,
    config: descriptorOf(RECIPE_CONFIG_TYPE, config),
    layers: [descriptorOf(RECIPE_CONTEXT_TYPE, context)],
  });
  const blobs = [config, context].map((content) => ({ digest: digestOf(content), content }));
  return { manifest, blobs };
}

function descriptorOf(mediaType: string, content: Uint8Array): object {
  return { mediaType, digest: digestOf(content), size: content.byteLength };
}

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

async function uploadLayer(
  cloud: Cloud,
  repositoryName: string,
  content: Uint8Array,
): Promise<void> {
  const { uploadId } = await call<{ readonly uploadId: string }>(
    { cloud },
    'ecr',
    'InitiateLayerUpload',
    { repositoryName },
  );
  for (let start = 0; start < content.byteLength; start += PART_BYTES) {
    const layerPartBlob = content.subarray(start, start + PART_BYTES);
    const partLastByte = start + layerPartBlob.byteLength - 1;
    const part = { repositoryName, uploadId, partFirstByte: start, partLastByte, layerPartBlob };
    await call({ cloud }, 'ecr', 'UploadLayerPart', part);
  }
  const layerDigests = [digestOf(content)];
  await ignoring('LayerAlreadyExistsException', () =>
    call({ cloud }, 'ecr', 'CompleteLayerUpload', { repositoryName, uploadId, layerDigests }),
  );
}

async function ignoring(code: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== code) throw error;
  }
}

/** The files of a folder, in order, with their modes: whether a script can be executed belongs to the content. */
function filesOf(folder: string): Zippable {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path): [string, Zippable[string]] => {
      const attrs = (statSync(path).mode & 0o777) << MODE_SHIFT;
      return [path.slice(folder.length + 1).replaceAll('\\', '/'), [readFileSync(path), { attrs }]];
    });
  return Object.fromEntries(files);
}
