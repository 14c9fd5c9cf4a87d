import { ServiceError } from '../../cloud/service-error.ts';

/** The errors of Amazon ECR: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html */
class EcrError extends ServiceError {
  constructor(code: string, message: string) {
    super(code, message, { status: 400 });
  }
}

/** A repository as the messages name it. */
export interface RepositoryPlace {
  readonly name: string;
  readonly registryId: string;
}

export class InvalidParameterException extends EcrError {
  constructor(message: string) {
    super('InvalidParameterException', message);
  }
}

export class AccessDeniedException extends EcrError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

export class LimitExceededException extends EcrError {
  constructor(message: string) {
    super('LimitExceededException', message);
  }
}

export class RepositoryAlreadyExistsException extends EcrError {
  constructor({ name, registryId }: RepositoryPlace) {
    super(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${registryId}'`,
    );
  }
}

export class RepositoryNotFoundException extends EcrError {
  constructor({ name, registryId }: RepositoryPlace) {
    super(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
    );
  }
}

export class RepositoryNotEmptyException extends EcrError {
  constructor({ name, registryId }: RepositoryPlace) {
    super(
      'RepositoryNotEmptyException',
      `The repository with name '${name}' in registry with id '${registryId}' cannot be deleted because it still contains images`,
    );
  }
}

export class PolicyNotFoundException extends EcrError {
  constructor(kind: 'Lifecycle' | 'Repository', { name, registryId }: RepositoryPlace) {
    super(
      `${kind}PolicyNotFoundException`,
      `${kind} policy does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
    );
  }
}

/** An image as requests name it. */
export interface ImageName {
  readonly imageDigest?: string | undefined;
  readonly imageTag?: string | undefined;
}

export class ImageNotFoundException extends EcrError {
  constructor({ imageDigest, imageTag }: ImageName, { name, registryId }: RepositoryPlace) {
    const shown = `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;
    super(
      'ImageNotFoundException',
      `The image with imageId ${shown} does not exist within the repository with name '${name}' in the registry with id '${registryId}'`,
    );
  }
}

export class ImageAlreadyExistsException extends EcrError {
  constructor({ imageDigest, imageTag }: ImageName, { name, registryId }: RepositoryPlace) {
    super(
      'ImageAlreadyExistsException',
      `Image with digest '${imageDigest}' and tag '${imageTag ?? null}' already exists in the repository with name '${name}' in registry with id '${registryId}'`,
    );
  }
}

/** The message is AWS's of 2026, which many build logs in public issues quote. */
export class ImageTagAlreadyExistsException extends EcrError {
  constructor(tag: string, { name }: RepositoryPlace) {
    super(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
    );
  }
}

export class ImageDigestDoesNotMatchException extends EcrError {
  constructor(given: string, computed: string) {
    super(
      'ImageDigestDoesNotMatchException',
      `The image digest '${given}' does not match the digest '${computed}' of the manifest.`,
    );
  }
}

export class LayersNotFoundException extends EcrError {
  constructor(digests: readonly string[], { name, registryId }: RepositoryPlace) {
    super(
      'LayersNotFoundException',
      `Layers with digests '[${digests.join(', ')}]' required for pushing image into repository with name '${name}' in the registry with id '${registryId}' do not exist`,
    );
  }
}

export class ReferencedImagesNotFoundException extends EcrError {
  constructor(digests: readonly string[], { name, registryId }: RepositoryPlace) {
    super(
      'ReferencedImagesNotFoundException',
      `Images with digests '[${digests.join(', ')}]' required for pushing image into repository with name '${name}' in the registry with id '${registryId}' do not exist`,
    );
  }
}

export class UploadNotFoundException extends EcrError {
  constructor(uploadId: string, { name, registryId }: RepositoryPlace) {
    super(
      'UploadNotFoundException',
      `The upload with id '${uploadId}' does not exist in the repository with name '${name}' in the registry with id '${registryId}'`,
    );
  }
}

export class InvalidLayerException extends EcrError {
  constructor(message: string) {
    super('InvalidLayerException', message);
  }
}

export class InvalidLayerPartException extends EcrError {
  constructor(message: string) {
    super('InvalidLayerPartException', message);
  }
}

export class EmptyUploadException extends EcrError {
  constructor(uploadId: string) {
    super('EmptyUploadException', `The upload with id '${uploadId}' has no layer parts.`);
  }
}

export class LayerAlreadyExistsException extends EcrError {
  constructor(digest: string, { name }: RepositoryPlace) {
    super(
      'LayerAlreadyExistsException',
      `Layer with digest '${digest}' already exists in the repository with name '${name}'`,
    );
  }
}

export class LayerInaccessibleException extends EcrError {
  constructor(digest: string, { name }: RepositoryPlace) {
    super(
      'LayersNotFoundException',
      `Layer with digest '${digest}' does not exist in the repository with name '${name}'`,
    );
  }
}
