import type { BatchGetImageResponse, Image } from '@aws-sdk/client-ecr';
import type { Cloud } from '../../../cloud/cloud.ts';
import { RECIPE_CONFIG_TYPE } from '../../../cloud/image-recipe.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { frameworkOfImage } from '../../../jobs/serving/index.ts';
import { ValidationException } from '../errors.ts';

/** An image in the ECR of an account of this runtime, or undefined for any other one. */
function nameOf({ directory }: Cloud, image: string) {
  const [, owner, where, repositoryName = '', imageTag = 'latest', imageDigest] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      image,
    ) ?? [];
  if (owner === undefined || directory.find(owner, where) === undefined) return undefined;
  const imageId = imageDigest === undefined ? { imageTag } : { imageDigest };
  return {
    registryId: owner,
    repositoryName,
    imageId,
    repository: image.split('@')[0]?.replace(/:[^/:]+$/, ''),
  };
}

/** Whether an image can run here as it is: those of SageMaker have a stand-in instead. */
export function isOwnImage(cloud: Cloud, image: string): boolean {
  return frameworkOfImage(image) === undefined && nameOf(cloud, image) !== undefined;
}

/**
 * An image by the digest that its tag names now, which a model keeps. Images that are in no ECR of this runtime stay as
 * they are: only their start says whether something stands for them.
 *
 * @param principal the model's execution role, which must be allowed to read the image
 * @throws ValidationException where it is not there, must not be read, or is of OCI
 */
export async function resolveImage(
  cloud: Cloud,
  principal: Principal,
  image: string,
): Promise<string> {
  const name = nameOf(cloud, image);
  if (name === undefined || frameworkOfImage(image) !== undefined) return image;
  const { imageId, registryId, repository, repositoryName } = name;
  let found: BatchGetImageResponse;
  try {
    found = await cloud.call<BatchGetImageResponse>(principal, 'ecr', 'BatchGetImage', {
      registryId,
      repositoryName,
      imageIds: [imageId],
    });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ValidationException(
      `Could not access the ECR image ${image}. Please ensure that the repository exists and that the execution role has permissions to read it. (${error.code}: ${error.message})`,
    );
  }
  const [manifest = {}] = found.images ?? [];
  const digest = manifest.imageId?.imageDigest;
  if (digest === undefined) throw new ValidationException(`Requested image ${image} not found.`);
  checkMediaType(image, manifest);
  return `${repository}@${digest}`;
}

/**
 * A model takes no image in a format of OCI, and no index. A recipe is not built yet.
 *
 * @see https://github.com/aws/amazon-sagemaker-feedback/issues/180 and, of an index, https://github.com/mlflow/mlflow/issues/13834
 */
function checkMediaType(
  image: string,
  { imageManifest = '', imageManifestMediaType: mediaType = '' }: Image,
): void {
  const isOfOci = mediaType.startsWith('application/vnd.oci.');
  if (!isOfOci || imageManifest.includes(RECIPE_CONFIG_TYPE)) return;
  throw new ValidationException(
    `Unsupported manifest media type ${mediaType} for image ${image}. Ensure that valid manifest media type is used for specified image.`,
  );
}
