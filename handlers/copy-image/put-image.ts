import { parseImageName } from './image-name.ts';
import type { ImageRegistry } from './image-registry.ts';
import { readImage } from './plan-image.ts';

/** Puts the manifests of an image whose layers are there: those of an index before the index. */
export async function putImage(
  { from, to }: { readonly from: string; readonly to: string },
  registry: ImageRegistry,
): Promise<void> {
  const target = parseImageName(to).repository;
  const manifests = await readImage(from, registry);
  for (const [index, { digest, mediaType, text }] of manifests.entries()) {
    const isTop = index === manifests.length - 1;
    await registry.putImage(target, {
      digest,
      mediaType,
      text,
      // Without a tag it would look like one that nothing uses.
      tag: isTop ? digest.replace(':', '-') : undefined,
    });
  }
}
