import type { ImagePlan } from '../../events/index.ts';
import { type ImageName, parseImageName } from './image-name.ts';
import { ImageRefused } from './image-refused.ts';
import type { ImageRegistry } from './image-registry.ts';
import { type Manifest, readManifest } from './read-manifest.ts';

/** Images of an index: one for each platform, and what was noted about their builds. */
export const MAXIMUM_CHILDREN = 20;
/** Copies whose events fit into an execution's history, beside those of a run. */
export const MAXIMUM_LAYERS = 150;
/** What a function copies in its 15 minutes, with room to spare. */
export const MAXIMUM_LAYER_GIB = 8;
/** What is copied well within the six hours of a handover. */
export const MAXIMUM_IMAGE_GIB = 64;
const GIB = 1024 ** 3;

/** An image, or an index with its images, children first. */
export async function readImage(
  image: string,
  registry: ImageRegistry,
): Promise<readonly [...Manifest[], Manifest]> {
  const name = parseImageName(image);
  const top = await read(image, name, registry);
  if (top.children.length > MAXIMUM_CHILDREN) {
    throw new ImageRefused(image, `it is an index of more than ${MAXIMUM_CHILDREN} images.`);
  }
  const children: Manifest[] = [];
  for (const digest of new Set(top.children)) {
    const child = await read(image, { ...name, tag: undefined, digest }, registry);
    if (child.children.length > 0) throw new ImageRefused(image, 'it is an index of indexes.');
    children.push(child);
  }
  return [...children, top];
}

/** @throws ImageRefused for an image that is not there, or is none that can be copied */
async function read(
  image: string,
  { repository, tag, digest }: ImageName,
  registry: ImageRegistry,
): Promise<Manifest> {
  const what = digest ?? tag;
  if (what === undefined) throw new ImageRefused(image, 'it has neither a tag nor a digest.');
  const found = await registry.readManifest(repository, { tag, digest });
  if (found === undefined) {
    throw new ImageRefused(image, `${what} is not in the repository any more.`);
  }
  const manifest = understand(image, found.text, found.mediaType);
  if (digest !== undefined && manifest.digest !== digest) {
    throw new ImageRefused(image, `the manifest that ECR gave has the digest ${manifest.digest}.`);
  }
  return manifest;
}

function understand(image: string, text: string, mediaType: string | undefined): Manifest {
  try {
    return readManifest(text, mediaType);
  } catch (error) {
    throw new ImageRefused(image, `${(error as Error).message}.`);
  }
}

/**
 * Pins an image to its digest, and says which of its layers are missing where it is copied to.
 *
 * @throws ImageRefused
 */
export async function planImage(
  { from, to }: { readonly from: string; readonly to?: string | undefined },
  registry: ImageRegistry,
): Promise<ImagePlan> {
  const manifests = await readImage(from, registry);
  const { digest } = manifests[manifests.length - 1] as Manifest;
  const pinned = `${parseImageName(from).repository.uri}@${digest}`;
  if (to === undefined) return { from: pinned, to: pinned, layers: [] };
  const layers = listLayers(from, manifests);
  const target = parseImageName(to).repository;
  const there = await registry.findLayers(
    target,
    layers.map((layer) => layer.digest),
  );
  return {
    from: pinned,
    to: `${target.uri}@${digest}`,
    layers: layers.filter((layer) => !there.has(layer.digest)),
  };
}

/** Each once. */
function listLayers(image: string, manifests: readonly Manifest[]) {
  const all = manifests.flatMap(({ layers }) => layers);
  const layers = [...new Map(all.map((layer) => [layer.digest, layer])).values()];
  if (layers.length > MAXIMUM_LAYERS) {
    throw new ImageRefused(
      image,
      `it has ${layers.length} layers with those of all its platforms, and ${MAXIMUM_LAYERS} are copied at most.`,
    );
  }
  const large = layers.find(({ sizeBytes }) => sizeBytes > MAXIMUM_LAYER_GIB * GIB);
  if (large !== undefined) {
    throw new ImageRefused(
      image,
      `its layer ${large.digest} has ${(large.sizeBytes / GIB).toFixed(1)} GiB, and layers of up to ${MAXIMUM_LAYER_GIB} GiB are copied. Build it in smaller layers.`,
    );
  }
  const total = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (total > MAXIMUM_IMAGE_GIB * GIB) {
    throw new ImageRefused(
      image,
      `it has ${(total / GIB).toFixed(1)} GiB, and images of up to ${MAXIMUM_IMAGE_GIB} GiB are copied.`,
    );
  }
  return layers;
}
