import type { BatchGetImageResponse } from '@aws-sdk/client-ecr';
import type { FunctionCode } from '@aws-sdk/client-lambda';
import type { Principal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { AccessDeniedException, InvalidParameterValueException } from '../errors.ts';
import { IMAGE_BYTES } from '../limits.ts';
import type { LambdaState } from '../state.ts';
import type { FunctionImage } from '../store.ts';

interface ImageName {
  readonly registryId: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly imageTag: string | undefined;
  readonly imageDigest: string | undefined;
}

const IMAGE_URI =
  /^(?<registryId>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(?<repositoryName>[a-z0-9._/-]+?)(?::(?<imageTag>[\w.-]+))?(?:@(?<imageDigest>sha256:[0-9a-f]{64}))?$/;

/**
 * Finds the image of a request in ECR. What its tag names now counts: a tag that is moved later changes nothing.
 *
 * @param principal must be allowed to read the image, as on AWS
 * @throws InvalidParameterValueException, AccessDeniedException
 * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
 */
export async function findFunctionImage(
  { cloud }: Pick<LambdaState, 'cloud'>,
  principal: Principal,
  uri: string,
): Promise<FunctionImage> {
  const name = parseImageUri(uri);
  // Lambda reads images of its own region only.
  if (name === undefined || name.region !== cloud.region) {
    throw new InvalidParameterValueException(
      `Source image ${uri} is not valid. Provide a valid source image.`,
    );
  }
  const { imageDigest, imageTag = 'latest', registryId, repositoryName } = name;
  const imageId = imageDigest === undefined ? { imageTag } : { imageDigest };
  let found: BatchGetImageResponse;
  try {
    found = await cloud.call<BatchGetImageResponse>(principal, 'ecr', 'BatchGetImage', {
      registryId,
      repositoryName,
      imageIds: [imageId],
    });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'RepositoryNotFoundException') throw notThere(uri, error);
    throw new AccessDeniedException(
      'Lambda does not have permission to access the ECR image. Check the ECR permissions.',
    );
  }
  const [image] = found.images ?? [];
  const digest = image?.imageId?.imageDigest;
  if (digest === undefined) throw notThere(uri);
  checkManifest(uri, image?.imageManifest ?? '{}');
  return { uri, resolvedUri: `${repositoryUri(uri)}@${digest}` };
}

function parseImageUri(uri: string): ImageName | undefined {
  return IMAGE_URI.exec(uri)?.groups as ImageName | undefined;
}

function repositoryUri(uri: string): string {
  const [withTag = ''] = uri.split('@');
  return withTag.replace(/:[^/:]+$/, '');
}

function notThere(uri: string, cause?: unknown): InvalidParameterValueException {
  return Object.assign(
    new InvalidParameterValueException(
      `Source image ${uri} does not exist. Provide a valid source image.`,
    ),
    { cause },
  );
}

interface ReadManifest {
  readonly manifests?: readonly unknown[];
  readonly layers?: readonly { readonly size?: number }[];
}

/** @throws InvalidParameterValueException for an index of several images, and for an image that is too large */
function checkManifest(uri: string, text: string): void {
  const { layers = [], manifests } = JSON.parse(text) as ReadManifest;
  if (manifests !== undefined) {
    throw new InvalidParameterValueException(
      `The image manifest, config or layer media type for the source image ${uri} is not supported.`,
    );
  }
  // The layers are compressed: AWS's limit, which is of the uncompressed image, is reached at the latest here.
  const bytes = layers.reduce((sum, { size = 0 }) => sum + size, 0);
  if (bytes <= IMAGE_BYTES) return;
  throw new InvalidParameterValueException(
    `Source image ${uri} is too large: its layers have ${bytes} bytes, and an image may have ${IMAGE_BYTES}. Provide a valid source image.`,
  );
}

/** The digest without its algorithm, as `CodeSha256` has it for images. */
export function codeSha256Of({ resolvedUri }: FunctionImage): string {
  return resolvedUri.slice(resolvedUri.lastIndexOf(':') + 1);
}

/** What the code of a request is, next to what the function is. @throws InvalidParameterValueException */
export function checkPackage(code: FunctionCode, isImage: boolean, verb: 'creating' | 'updating') {
  if (isImage && code.ImageUri === undefined) {
    throw new InvalidParameterValueException(
      `Please provide ImageUri when ${verb} a function with packageType Image.`,
    );
  }
  if (!isImage && code.ImageUri !== undefined) {
    throw new InvalidParameterValueException(
      `Please don't provide ImageUri when ${verb} a function with packageType Zip.`,
    );
  }
}

interface Settings {
  readonly Runtime?: unknown;
  readonly Handler?: unknown;
  readonly Layers?: readonly unknown[] | undefined;
  readonly ImageConfig?: unknown;
}

/** What the image itself says cannot be set beside it. @throws InvalidParameterValueException */
export function checkImageSettings(input: Settings, isImage: boolean): void {
  const given = Object.entries({
    Runtime: input.Runtime,
    Handler: input.Handler,
    Layers: input.Layers?.length === 0 ? undefined : input.Layers,
  }).filter(([, value]) => value !== undefined);
  if (isImage && given.length > 0) {
    throw new InvalidParameterValueException(
      `${given.map(([name]) => name).join(', ')}: not supported for functions created with container images.`,
    );
  }
  if (!isImage && input.ImageConfig !== undefined) {
    throw new InvalidParameterValueException(
      'ImageConfig is not supported for functions with packageType Zip.',
    );
  }
}
