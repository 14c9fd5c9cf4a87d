import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { copyLayer, cutIntoParts } from './copy-layer.ts';
import { parseImageName, type Repository } from './image-name.ts';
import { ImageRefused, LayerUnreadable } from './image-refused.ts';
import type { ImageRegistry, NewImage, StoredManifest, Upload } from './image-registry.ts';
import { MAXIMUM_CHILDREN, MAXIMUM_LAYERS, planImage } from './plan-image.ts';
import { putImage } from './put-image.ts';

const FROM = '111111111111.dkr.ecr.us-east-1.amazonaws.com/abalone/models';
const TO = '222222222222.dkr.ecr.us-east-1.amazonaws.com/staging/abalone/models';
const PART_BYTES = 10;

const digestOf = (content: string) =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;
const descriptor = (content: string, size = content.length) => ({
  digest: digestOf(content),
  size,
});

function manifestOf(layers: readonly object[]): string {
  return JSON.stringify({ schemaVersion: 2, config: descriptor('config'), layers });
}

const indexOf = (...images: readonly string[]) =>
  JSON.stringify({ schemaVersion: 2, manifests: images.map((image) => descriptor(image)) });

/** Both registries, in memory. */
class MemoryRegistry implements ImageRegistry {
  readonly manifests = new Map<string, StoredManifest>();
  readonly layers = new Map<string, string>();
  readonly put: NewImage[] = [];
  /** The size of each part. */
  readonly parts: number[] = [];
  #received = '';

  /** In the source. */
  add(text: string, tag?: string): string {
    const digest = digestOf(text);
    this.manifests.set(digest, { text, mediaType: 'type' });
    if (tag !== undefined) this.manifests.set(tag, { text, mediaType: 'type' });
    return digest;
  }

  async readManifest(_: Repository, { tag, digest }: { tag?: string; digest?: string }) {
    return this.manifests.get(digest ?? tag ?? '');
  }

  async findLayers({ uri }: Repository, digests: readonly string[]) {
    return new Set(digests.filter((digest) => uri === TO && this.layers.has(digest)));
  }

  async locateLayer(_: Repository, digest: string) {
    return `https://${digest}`;
  }

  async beginUpload(): Promise<Upload> {
    this.#received = '';
    return { id: 'u', partBytes: PART_BYTES };
  }

  async uploadPart(
    _: Repository,
    _upload: Upload,
    { firstByte, bytes }: { firstByte: number; bytes: Uint8Array },
  ) {
    expect(firstByte).toBe(this.#received.length);
    this.parts.push(bytes.byteLength);
    this.#received += Buffer.from(bytes).toString();
  }

  async completeUpload(_: Repository, _upload: Upload, digest: string) {
    this.layers.set(digest, this.#received);
  }

  async putImage(_: Repository, image: NewImage) {
    this.put.push(image);
  }
}

/** Pieces whose ends are not those of parts. */
const download = (content: string) => async () => piecesOf(content);

async function* piecesOf(content: string): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < content.length; start += 7) {
    yield Buffer.from(content.slice(start, start + 7));
  }
}

it('pins a tag to its digest, and names each layer once that is missing', async () => {
  const registry = new MemoryRegistry();
  const digest = registry.add(
    manifestOf([descriptor('a'), descriptor('b'), descriptor('b')]),
    '1.0',
  );
  registry.layers.set(digestOf('a'), 'a');

  const plan = await planImage({ from: `${FROM}:1.0`, to: TO }, registry);

  expect(plan).toEqual({
    from: `${FROM}@${digest}`,
    to: `${TO}@${digest}`,
    layers: [
      { digest: digestOf('config'), sizeBytes: 6 },
      { digest: digestOf('b'), sizeBytes: 1 },
    ],
  });
});

it('only pins an image that stays where it is', async () => {
  const registry = new MemoryRegistry();
  const digest = registry.add(manifestOf([]), '1.0');

  expect(await planImage({ from: `${FROM}:1.0` }, registry)).toEqual({
    from: `${FROM}@${digest}`,
    to: `${FROM}@${digest}`,
    layers: [],
  });
});

it('puts the images of an index before the index, whose tag is made of its digest', async () => {
  const registry = new MemoryRegistry();
  const images = [manifestOf([descriptor('amd')]), manifestOf([descriptor('arm')])];
  for (const image of images) registry.add(image);
  const digest = registry.add(indexOf(...images));

  const plan = await planImage({ from: `${FROM}@${digest}`, to: TO }, registry);
  await putImage({ from: plan.from, to: TO }, registry);

  expect(plan.layers.map((layer) => layer.digest)).toEqual(
    ['config', 'amd', 'arm'].map((content) => digestOf(content)),
  );
  expect(registry.put.map(({ digest: each, tag }) => [each, tag])).toEqual([
    ...images.map((image) => [digestOf(image), undefined]),
    [digest, digest.replace(':', '-')],
  ]);
});

it('copies a layer in parts of one size and a rest, and not again', async () => {
  const registry = new MemoryRegistry();
  const content = 'x'.repeat(3 * PART_BYTES + 4);
  const layer = { digest: digestOf(content), sizeBytes: content.length };
  const copy = { from: FROM, to: TO, layer };

  const sent = await copyLayer(copy, registry, download(content));
  const again = await copyLayer(copy, registry, () => Promise.reject(new Error('No download.')));

  expect([sent, again]).toEqual([34, 0]);
  expect(registry.parts).toEqual([10, 10, 10, 4]);
  expect(registry.layers.get(layer.digest)).toBe(content);
});

it.each([
  ['other bytes', 'y'.repeat(34)],
  ['fewer bytes', 'x'.repeat(33)],
  ['more bytes than the manifest says', 'x'.repeat(90)],
])('keeps nothing of a layer that has %s', async (_what, content) => {
  const registry = new MemoryRegistry();
  const whole = 'x'.repeat(34);
  const layer = { digest: digestOf(whole), sizeBytes: whole.length };

  const copied = copyLayer({ from: FROM, to: TO, layer }, registry, download(content));

  await expect(copied).rejects.toThrow(LayerUnreadable);
  expect(registry.layers.size).toBe(0);
  expect(registry.parts.length).toBeLessThanOrEqual(4);
});

const GIB = 1024 ** 3;

it.each([
  ['no image', undefined, '1.0 is not in the repository any more.'],
  ['no JSON', '{', 'its manifest is not JSON.'],
  ['another schema', '{"schemaVersion":1}', 'its manifest is not supported: schemaVersion: '],
  ['nothing', '{"schemaVersion":2}', 'its manifest is neither that of an image nor an index.'],
  [
    'a digest of another kind',
    manifestOf([{ digest: 'sha512:1', size: 1 }]),
    'its manifest is not supported: layers.0.digest: is not a SHA-256 digest.',
  ],
  [
    'a layer of Windows',
    manifestOf([{ ...descriptor('a'), mediaType: 'application/vnd.docker.image.rootfs.foreign' }]),
    'is kept outside of the registry.',
  ],
  [
    'a large layer',
    manifestOf([descriptor('a', 9 * GIB)]),
    'has 9.0 GiB, and layers of up to 8 GiB are copied. Build it in smaller layers.',
  ],
  [
    'many large layers',
    manifestOf(Array.from({ length: 9 }, (_, at) => descriptor(`${at}`, 8 * GIB))),
    'it has 72.0 GiB, and images of up to 64 GiB are copied.',
  ],
  [
    'many layers',
    manifestOf(Array.from({ length: MAXIMUM_LAYERS }, (_, at) => descriptor(`${at}`))),
    'it has 151 layers with those of all its platforms, and 150 are copied at most.',
  ],
  [
    'an index of many images',
    indexOf(...Array.from({ length: MAXIMUM_CHILDREN + 1 }, (_, at) => `${at}`)),
    'it is an index of more than 20 images.',
  ],
  ['an index without its image', indexOf('a'), `${digestOf('a')} is not in the repository`],
])('refuses %s by name', async (_what, text, reason) => {
  const registry = new MemoryRegistry();
  if (text !== undefined) registry.add(text, '1.0');

  const planned = planImage({ from: `${FROM}:1.0`, to: TO }, registry);

  await expect(planned).rejects.toThrow(ImageRefused);
  await expect(planned).rejects.toThrow(`The image ${FROM}:1.0 was not copied: `);
  await expect(planned).rejects.toThrow(reason);
});

it('refuses what is neither a tag nor a digest, an index of indexes, and another manifest', async () => {
  const registry = new MemoryRegistry();
  registry.add(indexOf('a'));
  const nested = registry.add(indexOf(indexOf('a')));
  registry.manifests.set(digestOf('b'), { text: manifestOf([]), mediaType: undefined });
  const plan = (from: string) => planImage({ from, to: TO }, registry);

  await expect(plan(FROM)).rejects.toThrow('it has neither a tag nor a digest.');
  await expect(plan(`${FROM}@${nested}`)).rejects.toThrow('it is an index of indexes.');
  await expect(plan(`${FROM}@${digestOf('b')}`)).rejects.toThrow(
    `the manifest that ECR gave has the digest ${digestOf(manifestOf([]))}.`,
  );
});

it('reads images as model packages name them', () => {
  const digest = digestOf('a');

  expect(parseImageName(`${FROM}:1.0@${digest}`)).toEqual({
    repository: { registryId: '111111111111', name: 'abalone/models', uri: FROM },
    tag: '1.0',
    digest,
  });
  expect(() => parseImageName('ubuntu:24.04')).toThrow(
    '"ubuntu:24.04" is not an image or a repository of Amazon ECR.',
  );
});

it('cuts nothing into no parts', async () => {
  const first = await cutIntoParts(piecesOf(''), PART_BYTES).next();

  expect(first).toEqual({ done: true, value: undefined });
});
