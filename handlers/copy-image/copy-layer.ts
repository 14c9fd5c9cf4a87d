import { createHash } from 'node:crypto';
import type { ImageLayer } from '../../events/index.ts';
import { parseImageName } from './image-name.ts';
import { LayerUnreadable } from './image-refused.ts';
import type { ImageRegistry } from './image-registry.ts';

/** The bytes behind an address, in pieces. */
export type Download = (url: string) => Promise<AsyncIterable<Uint8Array>>;

interface LayerCopy {
  readonly from: string;
  readonly to: string;
  readonly layer: ImageLayer;
}

/**
 * Copies a layer in parts, of which one at a time is in memory. One that is there already is not copied again.
 *
 * @returns the number of bytes that were sent
 * @throws LayerUnreadable
 */
export async function copyLayer(
  { from, to, layer }: LayerCopy,
  registry: ImageRegistry,
  download: Download,
): Promise<number> {
  const source = parseImageName(from).repository;
  const target = parseImageName(to).repository;
  const there = await registry.findLayers(target, [layer.digest]);
  if (there.has(layer.digest)) return 0;
  const bytes = await download(await registry.locateLayer(source, layer.digest));
  const upload = await registry.beginUpload(target);
  const hash = createHash('sha256');
  let sent = 0;
  for await (const part of cutIntoParts(bytes, upload.partBytes)) {
    hash.update(part);
    await registry.uploadPart(target, upload, { firstByte: sent, bytes: part });
    sent += part.byteLength;
    if (sent > layer.sizeBytes) break;
  }
  const digest = `sha256:${hash.digest('hex')}`;
  if (digest !== layer.digest) {
    throw new LayerUnreadable(
      `The layer ${layer.digest} of ${source.uri} has ${layer.sizeBytes} bytes; ${sent} were read, with the digest ${digest}. Nothing of them is kept.`,
    );
  }
  await registry.completeUpload(target, upload, layer.digest);
  return sent;
}

/** Parts of one size and a rest; the memory of a part is that of the next one. */
export async function* cutIntoParts(
  pieces: AsyncIterable<Uint8Array>,
  partBytes: number,
): AsyncGenerator<Uint8Array> {
  const part = new Uint8Array(partBytes);
  let filled = 0;
  for await (const piece of pieces) {
    for (let start = 0; start < piece.byteLength; ) {
      const taken = piece.subarray(start, start + partBytes - filled);
      part.set(taken, filled);
      filled += taken.byteLength;
      start += taken.byteLength;
      if (filled === partBytes) {
        yield part;
        filled = 0;
      }
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}
