import type {
  EncryptionConfiguration,
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
} from '@aws-sdk/client-ecr';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';

/** A repository. Times are in epoch milliseconds. */
export interface RepositoryRecord {
  readonly name: string;
  readonly createdAt: number;
  readonly mutability: ImageTagMutability;
  readonly exclusions: readonly ImageTagMutabilityExclusionFilter[];
  readonly scanOnPush: boolean;
  readonly encryption: EncryptionConfiguration;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly lifecyclePolicy?: string;
}

export interface ImageRecord {
  readonly repository: string;
  readonly digest: string;
  readonly manifest: string;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly sizeBytes: number;
  readonly pushedAt: number;
}

/** The image that a tag names. */
export interface TagRecord {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** A layer that a repository has; its bytes are a file that all repositories share. */
export interface LayerRecord {
  readonly repository: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

/** An upload of a layer in parts. */
export interface UploadRecord {
  readonly repository: string;
  readonly id: string;
  readonly receivedBytes: number;
  readonly parts: number;
}

/** The tables of Amazon ECR. */
export class EcrStore {
  readonly #repositories: Table<RepositoryRecord>;
  readonly #images: Table<ImageRecord>;
  readonly #tags: Table<TagRecord>;
  readonly #layers: Table<LayerRecord>;
  readonly #uploads: Table<UploadRecord>;

  constructor({ store }: Cloud) {
    this.#repositories = store.table('ecr.repositories', {
      name: 'string',
      createdAt: 'number',
      mutability: 'string',
      exclusions: 'list',
      scanOnPush: 'boolean',
      encryption: 'object',
      tags: 'object',
    });
    this.#images = store.table('ecr.images', {
      repository: 'string',
      digest: 'string',
      manifest: 'string',
      mediaType: 'string',
      sizeBytes: 'number',
      pushedAt: 'number',
    });
    const digest = { repository: 'string', digest: 'string' } as const;
    this.#tags = store.table('ecr.tags', { ...digest, tag: 'string' });
    this.#layers = store.table('ecr.layers', { ...digest, sizeBytes: 'number' });
    this.#uploads = store.table('ecr.uploads', {
      repository: 'string',
      id: 'string',
      receivedBytes: 'number',
      parts: 'number',
    });
  }

  repository(name: string): RepositoryRecord | undefined {
    return this.#repositories.get(name);
  }

  /** The repositories, sorted by name. */
  repositories(): readonly RepositoryRecord[] {
    return [...this.#repositories.entries()].map(([, repository]) => repository);
  }

  get repositoryCount(): number {
    return this.#repositories.size;
  }

  putRepository(repository: RepositoryRecord): void {
    this.#repositories.put(repository.name, repository);
  }

  /** Removes a repository with its images, tags, layers and uploads. */
  deleteRepository(name: string): void {
    for (const { digest } of this.images(name)) this.deleteImage(name, digest);
    const prefix = keyOf(name, '');
    for (const table of [this.#layers, this.#uploads]) {
      for (const [key] of table.entries({ prefix })) table.delete(key);
    }
    this.#repositories.delete(name);
  }

  image(repository: string, digest: string): ImageRecord | undefined {
    return this.#images.get(keyOf(repository, digest));
  }

  /** The images of a repository, sorted by digest. */
  images(repository: string): readonly ImageRecord[] {
    const range = { prefix: keyOf(repository, '') };
    return [...this.#images.entries(range)].map(([, image]) => image);
  }

  putImage(image: ImageRecord): void {
    this.#images.put(keyOf(image.repository, image.digest), image);
  }

  /** Removes an image and its tags. */
  deleteImage(repository: string, digest: string): void {
    for (const tag of this.tagsOf(repository, digest)) this.deleteTag(repository, tag);
    this.#images.delete(keyOf(repository, digest));
  }

  /** The digest that a tag names. */
  tag(repository: string, tag: string): string | undefined {
    return this.#tags.get(keyOf(repository, tag))?.digest;
  }

  /** The tags of an image, sorted. */
  tagsOf(repository: string, digest: string): readonly string[] {
    const range = { prefix: keyOf(repository, '') };
    return [...this.#tags.entries(range)].flatMap(([, record]) =>
      record.digest === digest ? record.tag : [],
    );
  }

  putTag(record: TagRecord): void {
    this.#tags.put(keyOf(record.repository, record.tag), record);
  }

  deleteTag(repository: string, tag: string): void {
    this.#tags.delete(keyOf(repository, tag));
  }

  layer(repository: string, digest: string): LayerRecord | undefined {
    return this.#layers.get(keyOf(repository, digest));
  }

  putLayer(layer: LayerRecord): void {
    this.#layers.put(keyOf(layer.repository, layer.digest), layer);
  }

  upload(repository: string, id: string): UploadRecord | undefined {
    return this.#uploads.get(keyOf(repository, id));
  }

  putUpload(upload: UploadRecord): void {
    this.#uploads.put(keyOf(upload.repository, upload.id), upload);
  }

  deleteUpload(repository: string, id: string): void {
    this.#uploads.delete(keyOf(repository, id));
  }
}

/** A repository's name has no vertical line. */
function keyOf(repository: string, name: string): string {
  return `${repository}|${name}`;
}

export function repositoryArn(cloud: Cloud, name: string | undefined): string {
  return cloud.arn('ecr', `repository/${name}`);
}

/** The name that image URIs start with. */
export function registryOf({ accountId, region }: Pick<Cloud, 'accountId' | 'region'>): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${accountId}.dkr.ecr.${region}.${suffix}`;
}
