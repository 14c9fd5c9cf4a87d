import type { BatchGetImageResponse } from '@aws-sdk/client-ecr';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { frameworkOfImage } from '../../../jobs/serving/index.ts';
import { ValidationException } from '../errors.ts';

/** An image in this account's ECR, or undefined for any other one. */
function nameOf({ accountId, region }: Cloud, image: string) {
  const [, owner, where, repositoryName = '', imageTag = 'latest', imageDigest] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      image,
    ) ?? [];
  if (owner !== accountId || where !== region) return undefined;
  const imageId = imageDigest === undefined ? { imageTag } : { imageDigest };
  return { repositoryName, imageId, repository: image.split('@')[0]?.replace(/:[^/:]+$/, '') };
}

/** Whether an image can run here as it is: those of SageMaker have a stand-in instead. */
export function isOwnImage(cloud: Cloud, image: string): boolean {
  return frameworkOfImage(image) === undefined && nameOf(cloud, image) !== undefined;
}

/**
 * An image by the digest that its tag names now, which a model keeps. Images that are not in this account's ECR stay as
 * they are: only their start says whether something stands for them.
 *
 * @param principal the model's execution role, which must be allowed to read the image
 * @throws ValidationException where it is not there or must not be read
 */
export async function resolveImage(
  cloud: Cloud,
  principal: Principal,
  image: string,
): Promise<string> {
  const name = nameOf(cloud, image);
  if (name === undefined || frameworkOfImage(image) !== undefined) return image;
  const { imageId, repository, repositoryName } = name;
  let found: BatchGetImageResponse;
  try {
    found = await cloud.call<BatchGetImageResponse>(principal, 'ecr', 'BatchGetImage', {
      repositoryName,
      imageIds: [imageId],
    });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ValidationException(
      `Could not access the ECR image ${image}. Please ensure that the repository exists and that the execution role has permissions to read it. (${error.code}: ${error.message})`,
    );
  }
  const digest = found.images?.[0]?.imageId?.imageDigest;
  if (digest === undefined) throw new ValidationException(`Requested image ${image} not found.`);
  return `${repository}@${digest}`;
}
