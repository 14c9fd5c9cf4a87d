import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { ImageLayer } from '../../events/index.ts';

/** The kinds of manifests that are copied, as ECR is asked for them. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

const DIGEST = /^sha256:[0-9a-f]{64}$/;

const descriptorSchema = z
  .object({
    mediaType: z.string().default(''),
    digest: z.string().regex(DIGEST, 'is not a SHA-256 digest'),
    size: z.int().nonnegative(),
  })
  .transform(({ mediaType, digest, size }) => ({ mediaType, digest, sizeBytes: size }));

/** https://github.com/opencontainers/image-spec/blob/main/manifest.md and image-index.md */
const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  config: descriptorSchema.optional(),
  layers: z.array(descriptorSchema).default([]),
  manifests: z.array(descriptorSchema).default([]),
});

export interface Manifest {
  readonly digest: string;
  /** Byte for byte: the digest is that of the text. */
  readonly text: string;
  readonly mediaType: string | undefined;
  /** The configuration and the layers of an image. */
  readonly layers: readonly ImageLayer[];
  /** The digests of the manifests of an index. */
  readonly children: readonly string[];
}

/** @throws Error whose message says what is not supported */
export function readManifest(text: string, mediaType: string | undefined): Manifest {
  const { config, layers, manifests } = parse(text);
  const files = [...(config === undefined ? [] : [config]), ...layers];
  if ((config === undefined) === (manifests.length === 0)) {
    throw new Error('its manifest is neither that of an image nor an index');
  }
  const foreign = files.find((each) => /foreign|nondistributable/.test(each.mediaType));
  if (foreign !== undefined) {
    throw new Error(`its layer ${foreign.digest} is kept outside of the registry`);
  }
  return {
    digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
    text,
    mediaType,
    layers: files.map(({ digest, sizeBytes }) => ({ digest, sizeBytes })),
    children: manifests.map(({ digest }) => digest),
  };
}

function parse(text: string): z.infer<typeof manifestSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('its manifest is not JSON');
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`its manifest is not supported: ${issue?.path.join('.')}: ${issue?.message}`);
}
