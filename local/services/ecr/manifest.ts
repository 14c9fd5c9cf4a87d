import { createHash } from 'node:crypto';
import { InvalidParameterException } from './errors.ts';

/** What ECR reads in a manifest. https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  readonly sizeBytes: number;
  /** The digests of the configuration and the layers. */
  readonly layers: readonly string[];
  /** The digests of the images of an index. */
  readonly images: readonly string[];
}

interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string | undefined;
}

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** @throws InvalidParameterException for what is not a manifest of an image or an index */
export function readManifest(text: string, givenType: string | undefined): Manifest {
  const value = parse(text);
  const config = readDescriptors([value['config']]);
  const layers = readDescriptors(value['layers']);
  const images = readDescriptors(value['manifests']);
  if (value['schemaVersion'] !== 2 || (config.length === 0) === (images.length === 0)) {
    throw invalid('a manifest of schema version 2 with a config, or an index with manifests');
  }
  const isDocker = config[0]?.mediaType?.startsWith('application/vnd.docker.') === true;
  const standard = images.length > 0 ? OCI_INDEX : isDocker ? DOCKER_MANIFEST : OCI_MANIFEST;
  const files = [...config, ...layers];
  return {
    digest: digestOf(text),
    mediaType: givenType ?? textOf(value['mediaType']) ?? standard,
    artifactType: textOf(value['artifactType']) ?? config[0]?.mediaType,
    sizeBytes: files.reduce((sum, { size }) => sum + size, 0),
    layers: files.map(({ digest }) => digest),
    images: images.map(({ digest }) => digest),
  };
}

export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('Invalid JSON syntax');
  }
  if (!isRecord(value)) throw invalid('a JSON object');
  return value;
}

function readDescriptors(value: unknown): readonly Descriptor[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((item) => {
    if (item === undefined) return [];
    const { digest, mediaType, size } = isRecord(item) ? item : {};
    if (
      typeof digest !== 'string' ||
      !/^sha256:[0-9a-f]{64}$/.test(digest) ||
      typeof size !== 'number'
    ) {
      throw invalid('descriptors with a digest and a size');
    }
    return { digest, size, mediaType: textOf(mediaType) };
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function invalid(constraint: string): InvalidParameterException {
  return new InvalidParameterException(
    `Invalid parameter at 'imageManifest' failed to satisfy constraint: '${constraint}'`,
  );
}
