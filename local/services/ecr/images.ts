import type {
  BatchDeleteImageRequest,
  BatchDeleteImageResponse,
  BatchGetImageRequest,
  BatchGetImageResponse,
  DescribeImagesRequest,
  DescribeImagesResponse,
  ECR,
  Image,
  ImageDetail,
  ImageFailure,
  ImageIdentifier,
  ListImagesRequest,
  ListImagesResponse,
  PutImageRequest,
  PutImageResponse,
  TagStatus,
} from '@aws-sdk/client-ecr';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import {
  ImageAlreadyExistsException,
  ImageDigestDoesNotMatchException,
  ImageTagAlreadyExistsException,
  LayersNotFoundException,
  LimitExceededException,
  ReferencedImagesNotFoundException,
} from './errors.ts';
import { findImage, findRepository, lookUpImage, pageOf, placeOf } from './find.ts';
import { publishImageAction } from './image-events.ts';
import { MAX_IMAGES, MAX_TAGS_OF_IMAGE } from './limits.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { type EcrState, onRepository } from './state.ts';
import type { ImageRecord, RepositoryRecord } from './store.ts';
import { isMutable } from './tag-mutability.ts';

/** Images by their manifests. */
export const imageOperations: OperationTable<ECR, EcrState> = {
  PutImage: {
    permissions: onRepository('PutImage'),
    run: (input: Checked<PutImageRequest>, state) => putImage(state, input),
  },
  BatchGetImage: {
    readOnly: true,
    permissions: onRepository('BatchGetImage'),
    run: (input: Checked<BatchGetImageRequest>, state) => batchGetImage(state, input),
  },
  BatchDeleteImage: {
    permissions: onRepository('BatchDeleteImage'),
    run: (input: Checked<BatchDeleteImageRequest>, state) => batchDeleteImage(state, input),
  },
  ListImages: {
    readOnly: true,
    permissions: onRepository('ListImages'),
    run: (input: ListImagesRequest, state) => listImages(state, input),
  },
  DescribeImages: {
    readOnly: true,
    permissions: onRepository('DescribeImages'),
    run: (input: DescribeImagesRequest, state) => describeImages(state, input),
  },
};

function putImage(state: EcrState, input: Checked<PutImageRequest>): PutImageResponse {
  const repository = findRepository(state, input);
  const { imageDigest, imageManifest, imageManifestMediaType, imageTag } = input;
  const manifest = readManifest(imageManifest, imageManifestMediaType);
  const { digest } = manifest;
  if (imageDigest !== undefined && imageDigest !== digest) {
    throw new ImageDigestDoesNotMatchException(imageDigest, digest);
  }
  const { name } = repository;
  const former = state.store.image(name, digest);
  checkPush(state, { repository, manifest, tag: imageTag });
  const { artifactType, mediaType, sizeBytes } = manifest;
  const record = former ?? {
    repository: name,
    digest,
    manifest: imageManifest,
    mediaType,
    ...(artifactType !== undefined && { artifactType }),
    sizeBytes,
    pushedAt: state.cloud.clock.now(),
  };
  if (former === undefined) state.store.putImage(record);
  if (imageTag !== undefined) state.store.putTag({ repository: name, tag: imageTag, digest });
  publishImageAction(state, { action: 'PUSH', record, tag: imageTag });
  return { image: describeImage(state, record, imageTag) };
}

interface Push {
  readonly repository: RepositoryRecord;
  readonly manifest: Manifest;
  readonly tag: string | undefined;
}

function checkPush(state: EcrState, { manifest, repository, tag }: Push): void {
  const { store } = state;
  const { digest } = manifest;
  const { name } = repository;
  const place = placeOf(state, repository);
  const former = store.image(name, digest);
  const tagged = tag === undefined ? undefined : store.tag(name, tag);
  // Also of the image that has the tag: https://github.com/aws/containers-roadmap/issues/2179
  if (tag !== undefined && tagged !== undefined && !isMutable(repository, tag)) {
    throw new ImageTagAlreadyExistsException(tag, place);
  }
  if (former !== undefined && (tag === undefined || tagged === digest)) {
    throw new ImageAlreadyExistsException({ imageDigest: digest, imageTag: tag }, place);
  }
  const layers = manifest.layers.filter((layer) => store.layer(name, layer) === undefined);
  if (layers.length > 0) throw new LayersNotFoundException(layers, place);
  const images = manifest.images.filter((image) => store.image(name, image) === undefined);
  if (images.length > 0) throw new ReferencedImagesNotFoundException(images, place);
  if (former === undefined && store.images(name).length >= MAX_IMAGES) {
    throw new LimitExceededException(`The repository has its maximum of ${MAX_IMAGES} images.`);
  }
  if (tag !== undefined && store.tagsOf(name, digest).length >= MAX_TAGS_OF_IMAGE) {
    throw new LimitExceededException(`The image has its maximum of ${MAX_TAGS_OF_IMAGE} tags.`);
  }
}

function describeImage({ cloud }: EcrState, record: ImageRecord, tag: string | undefined): Image {
  return {
    registryId: cloud.accountId,
    repositoryName: record.repository,
    imageId: { imageDigest: record.digest, ...(tag !== undefined && { imageTag: tag }) },
    imageManifest: record.manifest,
    imageManifestMediaType: record.mediaType,
  };
}

function batchGetImage(
  state: EcrState,
  input: Checked<BatchGetImageRequest>,
): BatchGetImageResponse {
  const { name } = findRepository(state, input);
  const images: Image[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of input.imageIds) {
    const record = lookUpImage(state, name, imageId);
    if (record === undefined) failures.push(failureOf(state, name, imageId));
    else images.push(describeImage(state, record, imageId.imageTag));
  }
  return { images, failures };
}

/** The codes are those of the API model; the reasons are quoted in public tests of AWS's answers. */
function failureOf(state: EcrState, repository: string, imageId: ImageIdentifier): ImageFailure {
  const { imageDigest, imageTag } = imageId;
  if (imageDigest === undefined && imageTag === undefined) {
    return {
      imageId,
      failureCode: 'MissingDigestAndTag',
      failureReason: 'Invalid request parameters: both tag and digest cannot be null',
    };
  }
  const isMismatch =
    imageDigest !== undefined &&
    imageTag !== undefined &&
    state.store.tag(repository, imageTag) !== undefined;
  return isMismatch
    ? {
        imageId,
        failureCode: 'ImageTagDoesNotMatchDigest',
        failureReason: 'The image tag does not match the image digest',
      }
    : { imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' };
}

/** A tag takes only itself away, and with the last tag the image goes; a digest takes the image with all its tags. */
function batchDeleteImage(
  state: EcrState,
  input: Checked<BatchDeleteImageRequest>,
): BatchDeleteImageResponse {
  const { name } = findRepository(state, input);
  const imageIds: ImageIdentifier[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of input.imageIds) {
    const record = lookUpImage(state, name, imageId);
    if (record === undefined) failures.push(failureOf(state, name, imageId));
    else imageIds.push(...deleteOne(state, record, imageId.imageTag));
  }
  return { imageIds, failures };
}

function deleteOne(
  state: EcrState,
  record: ImageRecord,
  imageTag: string | undefined,
): readonly ImageIdentifier[] {
  const { digest: imageDigest, repository } = record;
  const tags = state.store.tagsOf(repository, imageDigest);
  publishImageAction(state, { action: 'DELETE', record, tag: imageTag });
  if (imageTag !== undefined && tags.length > 1) {
    state.store.deleteTag(repository, imageTag);
    return [{ imageDigest, imageTag }];
  }
  state.store.deleteImage(repository, imageDigest);
  return tags.length === 0
    ? [{ imageDigest }]
    : tags.map((tag) => ({ imageDigest, imageTag: tag }));
}

interface TaggedImage {
  readonly record: ImageRecord;
  readonly tags: readonly string[];
}

function imagesWith(
  { store }: EcrState,
  repository: string,
  tagStatus: TagStatus = 'ANY',
): readonly TaggedImage[] {
  return store
    .images(repository)
    .map((record) => ({ record, tags: store.tagsOf(repository, record.digest) }))
    .filter(({ tags }) => tagStatus === 'ANY' || (tagStatus === 'TAGGED') === tags.length > 0);
}

function listImages(state: EcrState, input: ListImagesRequest): ListImagesResponse {
  const { name } = findRepository(state, input);
  const ids = imagesWith(state, name, input.filter?.tagStatus).flatMap(
    ({ record: { digest: imageDigest }, tags }): ImageIdentifier[] =>
      tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag })),
  );
  const { items, nextToken } = pageOf(ids, keyOf, input);
  return { imageIds: [...items], nextToken };
}

function keyOf({ imageDigest, imageTag = '' }: ImageIdentifier): string {
  return `${imageDigest}|${imageTag}`;
}

function describeImages(state: EcrState, input: DescribeImagesRequest): DescribeImagesResponse {
  const repository = findRepository(state, input);
  if (input.imageIds !== undefined) {
    const named = input.imageIds.map((id) => findImage(state, repository, id));
    const details = [...new Set(named)].map((record) => detailOf(state, record));
    return { imageDetails: details };
  }
  const images = imagesWith(state, repository.name, input.filter?.tagStatus);
  const { items, nextToken } = pageOf(images, ({ record }) => record.digest, input);
  return { imageDetails: items.map(({ record }) => detailOf(state, record)), nextToken };
}

function detailOf({ cloud, store }: EcrState, record: ImageRecord): ImageDetail {
  const tags = store.tagsOf(record.repository, record.digest);
  return {
    registryId: cloud.accountId,
    repositoryName: record.repository,
    imageDigest: record.digest,
    ...(tags.length > 0 && { imageTags: [...tags] }),
    imageSizeInBytes: record.sizeBytes,
    imagePushedAt: new Date(record.pushedAt),
    imageManifestMediaType: record.mediaType,
    ...(record.artifactType !== undefined && { artifactMediaType: record.artifactType }),
  };
}
